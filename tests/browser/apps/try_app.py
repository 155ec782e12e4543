"""A place for pictures, to be tried in a browser; the argument is a folder for them.

The address names the visit, so that each test has its own.
"""

import sys
from pathlib import Path

import streamlit as st

from core.ingest.tried import Visit
from core.ui import try_intake

st.set_page_config(layout="wide")
visit = Visit(Path(sys.argv[1]), st.query_params["visit"])
st.text_input("Notes")
if st.toggle("Shown", value=True):
    try_intake.ask(visit)
for picture in visit.pictures():
    st.text(f"took {picture.name}")
st.session_state["runs"] = st.session_state.get("runs", 0) + 1
st.text(f"runs {st.session_state['runs']}")
kept = [key for key, value in st.session_state.items() if len(str(value)) > 200]
st.text(f"large in the session: {kept}")
