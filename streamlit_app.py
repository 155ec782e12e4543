"""The way in: what this is, projects to go on with, and three ways to start one."""

import streamlit as st

from core.ui import frame, guide, project_file, projects

frame.begin_home()

st.title(frame.APP, anchor=False)
st.markdown(
    "Train an image classifier on your own pictures, and find out how far you can trust it. "
    "It needs no graphics card, no network and no code."
)
projects.path_ahead()
guide.offer()
projects.continue_list()

st.header("Start with your images", anchor=False)
with st.container(border=True):
    projects.start_own()

st.header("Or start with a sample", anchor=False)
projects.sample_cards()

st.header("Or open a saved project", anchor=False)
with st.container(border=True):
    project_file.open_form()
