"""A project whose images did not come along says so, on every page, and what brings them back."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.errors import ProjectProblem
from core.ingest.lost import Lost, lost
from core.project import Project
from core.ui import tables
from core.ui.remembered import remembered
from core.words import count


def lost_of(project: Project) -> Lost:
    """How many images of ``project`` are not here; none where its tables cannot be read."""
    try:
        return _lost(str(project.folder), version(project))
    except ProjectProblem:
        return Lost(0, 0)  # the page itself tells of it


def version(project: Project) -> str:
    """Changes when images are taken, and soon after an original comes or goes by itself."""
    named = tables.stamp(project.catalogue_file, project.unlabelled_file)
    return f"{named} {_newest(str(project.folder), named)}"


@st.cache_data(ttl=30, max_entries=256, show_spinner=False)
def _newest(folder: str, named: str) -> str:
    """Looked up now and then: hundreds of questions to the file system, on every page."""
    originals = Path(folder) / "originals"
    places = [originals, *originals.glob("*/")]
    times = [place.stat().st_mtime_ns for place in places if place.is_dir()]
    return f"{len(times)} {max(times, default=0)}"


def tell(project: Project) -> None:
    """Say which images are not here, what that means, and how they come back."""
    found = lost_of(project)
    if not found.missing:
        return
    back = (
        "**To bring them back**, upload the same zip of images on the Data page, under *Add more*."
    )
    if found.all:
        st.info(
            "Figures, tables and answers are all here; pictures are shown as empty tiles. What "
            "needs the images themselves waits for them: training, heat maps, the stress test, "
            f"the export of a model.\n\n{back}",
            title="The images of this project did not come along",
            icon=":material/hide_image:",
        )
        return
    st.warning(
        f"What needs them will say so. {back}",
        title=f"{count(found.missing, 'image')} of {found.known:,} cannot be found",
        icon=":material/hide_image:",
    )


@remembered
def _lost(folder: str, stamp: str) -> Lost:
    return lost(Path(folder))
