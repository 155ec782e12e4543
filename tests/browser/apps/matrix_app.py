"""Confusion matrices, to be tried in a browser: the address says how many classes."""

import time

import numpy as np
import streamlit as st

from core.ui.matrix import Mode, choose_cell, confusion_matrix

NAMES = ["healthy", "rust", "blight", "mildew", "a class with quite a long name", "<i>empty</i>"]

st.set_page_config(layout="wide")
number = int(st.query_params.get("classes", "6"))
names = (NAMES + [f"class {place}" for place in range(len(NAMES), number)])[:number]
confusion = np.random.default_rng(1).poisson(0.4, (number, number)) + np.diag([27] * number)
confusion[1] = 0
confusion[1, :3] = [0, 27, 4]
if number > 5:
    confusion[5] = 0
st.button("Rerun")
order = slice(None, None, -1 if st.button("Backwards") else 1)
st.button("Choose", on_click=choose_cell, args=("matrix", names[1], names[2]))
mode = Mode(st.query_params.get("mode", "counts"))
start = time.perf_counter()
chosen = confusion_matrix(confusion[order, order].tolist(), names[order], key="matrix", mode=mode)
took = time.perf_counter() - start
st.session_state["runs"] = st.session_state.get("runs", 0) + 1
st.text(f"chosen {chosen}")
st.text(f"runs {st.session_state['runs']}")
st.text(f"took {1000 * took:.1f} ms")
