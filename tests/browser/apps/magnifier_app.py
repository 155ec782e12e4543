"""The magnifier on a made picture, whose numbers tell their place: red is the column."""

import io

import numpy as np
import streamlit as st
from PIL import Image

from core.ui.magnifier import magnifier

SIDE = 224

st.set_page_config(layout="wide")
pixels = np.zeros((SIDE, SIDE, 3), dtype=np.uint8)
pixels[:, :, 0] = np.arange(SIDE)
pixels[:, :, 1] = np.arange(SIDE)[:, None]
if st.toggle("Another picture"):
    pixels[:, :, 2] = 200
pixels[96:110, 48:62, 1] += (np.indices((14, 14)).sum(axis=0) % 2 * 60).astype(np.uint8)  # busiest
target = io.BytesIO()
Image.fromarray(pixels).save(target, "PNG")
st.button("Rerun")
magnifier(target.getvalue(), SIDE, "<b>leaf</b>.jpg", key="magnifier")
st.session_state["runs"] = st.session_state.get("runs", 0) + 1
st.text(f"runs {st.session_state['runs']}")
