"""Saving a whole project as one file, and opening such a file."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

import streamlit as st

from core import jobs
from core.jobs import JobFolder, State, sources
from core.jobs.pack_task import FILE
from core.project import Project
from core.share.listing import size_of
from core.share.project_file import ENDING
from core.ui import frame, handing, pictures, problems, progress, state, tending, uploads
from core.ui.engine import desk
from core.words import ago, size

_UPLOADER: Final = "project-file"
_OPENING: Final = "opening"
_WORDS: Final = tending.Words(
    "Stop", "You stopped this", "No file was made; your project is as it was."
)
_IMAGES: Final = (
    "Without them the file holds no picture of any kind: no originals, no thumbnails, no heat "
    "maps. So figures can be shared where pictures must not be. Labels, file names, measurements, "
    "answers and models stay in it. Whoever has the same zip can upload it to bring the images "
    "back."
)


def save(project: Project) -> None:
    """Make a file of the whole project, and offer it for download."""
    st.markdown(
        "One file with everything: images, decisions, checks, trainings and tests. Keep it as a "
        "backup, or open it on another computer."
    )
    if tending.tend(project, "pack", _WORDS):
        return
    images, features, total = _choose(project)
    with st.container(horizontal=True, vertical_alignment="center"):
        made = handing.latest(project, "pack", FILE)
        if made is not None:
            about = f"Made {ago(made.job.created)}; what was done since is not in it."
            bare = "" if made.job.request.get("images", True) else "-without-images"
            name = f"{_file_name(project.name)}{bare}{ENDING}"
            handing.offer(made, "Download the file", name, about)
        if st.button(
            f"Make a project file ({size(total)})", icon=":material/archive:", key="pack-begin"
        ):
            with problems.shown():
                sources.start_pack(project, features, desk(), images)
                st.rerun()


def _choose(project: Project) -> tuple[bool, bool, int]:
    """Whether the images and the features go in, and how many bytes that makes."""
    whole, feature_size = _sizes(str(project.folder), _version(project), True)
    bare, _ = _sizes(str(project.folder), _version(project), False)
    images = features = False
    if not pictures.lost_of(project).all:
        images = st.toggle(
            f"With the images ({size(max(0, whole - bare))} of {size(whole)})",
            value=True,
            key="pack-images",
            help=_IMAGES,
        )
    if feature_size:
        features = st.toggle(
            f"With what the network saw in each image ({size(feature_size)} more)",
            key="pack-features",
            help="The cached features. Without them the file is smaller, and they are computed "
            "again when they are needed.",
        )
    return images, features, (whole if images else bare) + (feature_size if features else 0)


def _to_data(project: Project) -> None:
    frame.go("data", project)


def open_form(then: Callable[[Project], None] = _to_data) -> None:
    """Ask for a project file and open it as a new project.

    Args:
        then: called with the new project, once; by default goes to its data page.
    """
    job = _opening()
    if job is not None and _show_opening(job, then):
        return
    file = st.file_uploader(
        f"A project file ({ENDING})",
        type=ENDING.lstrip("."),
        key=state.uploader_key(_UPLOADER),
    )
    if file is None:
        return
    with problems.shown():
        workspace = state.workspace()
        received = uploads.receive_project(file, workspace.root / sources.OPENING)
        state.keep(_OPENING, sources.start_open(workspace, received, desk()).id)
        state.renew_uploader(_UPLOADER)
        st.rerun()


def _version(project: Project) -> int:
    """Changes when files come into the project's folder or among its features."""
    places = [project.folder, project.features, *project.features.glob("*/")]
    return max(place.stat().st_mtime_ns for place in places if place.is_dir())


@st.cache_data(max_entries=32, ttl=20, show_spinner=False)
def _sizes(folder: str, version: int, images: bool) -> tuple[int, int]:
    """See `size_of`; looked up now and then, since a project can hold very many files."""
    return size_of(Project(Path(folder)), images)


def _file_name(name: str) -> str:
    return re.sub(r"[^\w-]+", "-", name).strip("-")[:60] or "project"


def _opening() -> JobFolder | None:
    """The opening that this visitor began last, unless it was dealt with."""
    job_id = state.recall(_OPENING)
    return sources.opening(state.workspace(), job_id) if job_id else None


def _show_opening(job: JobFolder, then: Callable[[Project], None]) -> bool:
    """What became of an opening. Returns whether nothing else should be shown."""
    now = progress.look(job)
    standing = now.state
    if standing.is_active:
        with st.container(border=True, key="opening"):
            progress.live(now, _at_work)
        return True
    if standing is State.FINISHED:
        project_id = str(job.events()[0][-1].get("project"))
        state.keep(_OPENING, None)
        then(state.workspace().open(project_id))
        return True
    problem = job.snapshot().problem
    if standing is State.FAILED and problem:
        problems.show(problem)
    else:
        _ended_early(job, standing)
    return False


def _at_work(now: progress.Look) -> None:
    progress.bar(now)
    progress.stop_button(now, "Cancel")


def _ended_early(job: JobFolder, standing: State) -> None:
    if standing is State.STOPPED:
        st.info("You cancelled the opening of a project file.", icon=":material/stop_circle:")
    else:
        st.warning("The opening of a project file was interrupted.", icon=":material/pause_circle:")
    if not (Path(job.folder) / "upload.firstlight").is_file():
        return
    if st.button("Open it again", icon=":material/play_arrow:", key=f"resume-{job.id}"):
        with problems.shown():
            jobs.resume(job, desk())
            st.rerun()
