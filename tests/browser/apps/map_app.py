"""A map of four images, one in each corner, to be tried in a browser."""

import numpy as np
import streamlit as st

from core import atlas
from core.ui.map_component import Mark, Sheet, image_map

MARKS = [Mark("#0072B2", "circle", "cat"), Mark("#D55E00", "square", "dog")]

st.set_page_config(layout="wide")
corners = np.array([0.0, 1.0, 0.0, 1.0]), np.array([0.0, 0.0, 1.0, 1.0])
version = st.query_params.get("version", "1")
selected = image_map(
    *corners,
    keys=[0, 0, 1, 1],
    legend=MARKS,
    captions=["cat one", "cat two", "dog one", "dog two"],
    sheet=Sheet(atlas.sheet([]), atlas.COLUMNS, 64),
    version=version,
    view="first",
    key="map",
)
st.button("Rerun")
st.text(f"selected {selected}")
