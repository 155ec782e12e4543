"""What two runs can be compared by, read from their folders and kept as long as those stay."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import streamlit as st

from core import catalogue
from core.comparison import Comparison, compare
from core.errors import ProjectProblem
from core.in_common import Common, DataChange, Judged, Pool, common, data_change
from core.jobs import Run
from core.jobs.naming import names_in_common
from core.project import Project
from core.renaming import called
from core.settings import SplitSettings
from core.split import groups_of
from core.ui import tables
from core.words import count

VIEW, ONE = "runs-view", "This run"  # the key of the choice of a view, and the first of them

_FILES = ("predictions.parquet", "split.parquet")


def fair_images(project: Project, a: Run, b: Run, pool: Pool) -> Common:
    """The images of ``pool`` by which ``a`` and ``b`` may be compared. Shared: leave it as it is.

    Answers and labels are in the names that the newer one has for the classes.

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
    paths = (a.folder / "split.parquet", b.folder / "split.parquet")
    stamped = tables.stamp(*paths, a.project.catalogue_file, a.project.decisions_file)
    return _change(str(a.folder), str(b.folder), stamped)


def renamed_between(a: Run, b: Run) -> dict[str, str]:
    """What the newer of two runs calls classes of the older, where it is another name.

    Raises:
        ProjectProblem: the catalogue is damaged.
    """
    older = min((a, b), key=lambda run: run.as_of)
    of_a, of_b = names_in_common(a, b)
    names = {**of_a, **of_b}
    return {name: names[name] for name in older.classes if name in names}


def merged_told(fair: Common) -> str:
    """How the two were compared where classes were merged in between, in words; else ''."""
    if not fair.merged:
        return ""
    were = "was" if fair.merged == 1 else "were"
    return (
        f"{count(fair.merged, 'class', 'classes')} of the older run {were} merged with another "
        "since: an answer of either name counts as the merged class."
    )


@st.cache_resource(max_entries=8, show_spinner=False)
def _fair(folder: str, a: str, b: str, pool: str, stamp: str) -> Common:
    project, one, other = Project(Path(folder)), Run(Path(a)), Run(Path(b))
    of_one, of_other = names_in_common(one, other)
    judged = _judged(one, of_one), _judged(other, of_other)
    return common(*judged, Pool(pool), _groups(project, one, other))


def _judged(run: Run, names: Mapping[str, str]) -> Judged:
    predictions = run.predictions()
    if predictions.empty:
        raise ProjectProblem(
            f"{run.name} has no predictions",
            "predictions.parquet is missing or empty",
            "Train again; the images are kept",
        )
    return Judged(predictions, run.images()).called(names)


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
    runs = Run(Path(a)), Run(Path(b))
    return data_change(*map(_images, runs, names_in_common(*runs)))


def _images(run: Run, names: Mapping[str, str]) -> pd.DataFrame:
    table = run.images()
    return table.assign(label=called(table["label"], names))
