"""What two runs can be compared by, read from their folders and kept as long as those stay."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pandas as pd
import streamlit as st

from core import catalogue
from core.comparison import Comparison, compare
from core.errors import ProjectProblem
from core.in_common import Common, DataChange, Judged, Pool, common, data_change
from core.jobs import Run
from core.project import Project
from core.settings import SplitSettings
from core.split import groups_of
from core.ui import tables

VIEW, ONE = "runs-view", "This run"  # the key of the choice of a view, and the first of them

_FILES = ("predictions.parquet", "split.parquet")


def fair_images(project: Project, a: Run, b: Run, pool: Pool) -> Common:
    """The images of ``pool`` by which ``a`` and ``b`` may be compared. Shared: leave it as it is.

    Raises:
        ProjectProblem: a table of a run or of the project is damaged or gone.
    """
    stamped = tables.stamp(
        *(run.folder / name for run in (a, b) for name in _FILES),
        *(project.catalogue_file, project.decisions_file, project.audit_file),
    )
    return _fair(str(project.folder), str(a.folder), str(b.folder), str(pool), stamped)


def compared(fair: Common) -> Comparison:
    """How the two did on these images."""
    return compare(fair.a, fair.b)


def change_of_data(a: Run, b: Run) -> DataChange:
    """What happened to the images between two runs.

    Raises:
        ProjectProblem: a table of a run is damaged or gone.
    """
    stamped = tables.stamp(a.folder / "split.parquet", b.folder / "split.parquet")
    return _change(str(a.folder), str(b.folder), stamped)


@st.cache_resource(max_entries=8, show_spinner=False)
def _fair(folder: str, a: str, b: str, pool: str, stamp: str) -> Common:
    project, one, other = Project(Path(folder)), Run(Path(a)), Run(Path(b))
    return common(_judged(one), _judged(other), Pool(pool), _groups(project, one, other))


def _judged(run: Run) -> Judged:
    predictions = run.predictions()
    if predictions.empty:
        raise ProjectProblem(
            f"{run.name} has no predictions",
            "predictions.parquet is missing or empty",
            "Train again; the images are kept",
        )
    return Judged(predictions, run.images())


def _groups(project: Project, a: Run, b: Run) -> pd.Series:
    """What belongs together by today's knowledge, and by what either run was told."""
    told = {
        field.name: True
        for field in dataclasses.fields(SplitSettings)
        if field.type == "bool" and (getattr(a.split, field.name) or getattr(b.split, field.name))
    }
    settings = dataclasses.replace(SplitSettings(), **told)
    return groups_of(project, catalogue.in_force(project), settings)


@st.cache_resource(max_entries=16, show_spinner=False)
def _change(a: str, b: str, stamp: str) -> DataChange:
    return data_change(Run(Path(a)).images(), Run(Path(b)).images())
