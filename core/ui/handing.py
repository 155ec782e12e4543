"""Files that a job made, to be taken away."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import streamlit as st

from core import jobs
from core.jobs import JobFolder, Run, State
from core.project import Project
from core.ui import path_view
from core.words import size


@dataclass(frozen=True)
class Made:
    """What a job left.

    Attributes:
        job: a finished one.
        path: the file that it made.
        project: in which it was made; None where it belongs to none.
    """

    job: JobFolder
    path: Path
    project: Project | None = None


def latest(project: Project, kind: str, file: str, run: Run | None = None) -> Made | None:
    """What the latest job of ``kind`` made, where it finished and the file is still there.

    Args:
        project: whose job it is.
        kind: of the job.
        file: the file's name in the job's folder.
        run: where such a job is about a run, the one that it has to be about.
    """
    job = jobs.latest(project, kind)
    if job is None or job.state(False) is not State.FINISHED:
        return None
    if run is not None and job.request.get("run") != run.id:
        return None
    path = job.folder / file
    return Made(job, path, project) if path.is_file() else None


def offer(made: Made, label: str, file_name: str, help: str) -> None:
    """A button that downloads what was made; read only when somebody presses it."""

    def content() -> BinaryIO:
        return made.path.open("rb")

    st.download_button(
        f"{label} ({size(made.path.stat().st_size)})",
        path_view.handed_over(made.project, content) if made.project else content,
        file_name=file_name,
        mime="application/zip",
        type="primary",
        icon=":material/download:",
        key=f"download-{made.job.id}",
        on_click="ignore",
        help=help,
    )
