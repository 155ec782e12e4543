"""More ways to bring images in, to be tried in a browser; the address says which to show."""

import streamlit as st

from core.project import Workspace
from core.ui import adding, intake, known_sets, project_file

st.set_page_config(layout="wide")
projects = Workspace().projects()
wanted = st.query_params.get("project")
if wanted:
    project = Workspace().open(wanted)
else:
    project = projects[-1] if projects else Workspace().create("Tried in a browser")
show = st.query_params.get("show", "known")
st.header(f"{len(projects)} projects")
intake.work(project)
known_sets.work(project)
if show == "known":
    known_sets.show(project)
elif show == "files":
    adding.files(project)
elif show == "webcam":
    adding.webcam(project)
elif show == "save":
    project_file.save(project)
else:
    project_file.open_form(lambda found: st.success(f"Opened {found.name}, {found.id}"))
