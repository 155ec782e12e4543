"""What stress tests found, read once and kept as long as the files stay."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st

from core import stress
from core.in_common import Pool
from core.jobs import Run
from core.jobs.naming import names_in_common
from core.project import Project
from core.stress import ClassHurt, Compared, Hurt, Robustness, Stress
from core.stress.kept import NOTE, ROWS
from core.ui import runs_common, tables
from core.ui.remembered import remembered

FILES: Final = (ROWS, NOTE, "split.parquet")


def found(run: Run, side: str) -> Stress | None:
    """What the stress test found of ``run``; None before the first. Shared: leave it as it is.

    Raises:
        ProjectProblem: a file is damaged.
    """
    return _found(str(run.folder), _stamp(run), side)


def hurts(run: Run, side: str) -> list[Hurt]:
    """Every corruption, what hurts most first. Shared: leave it as it is."""
    return _hurts(str(run.folder), _stamp(run), side)


def robustness(run: Run, side: str) -> Robustness | None:
    """All corruptions together; None before the first stress test."""
    return _robustness(str(run.folder), _stamp(run), side)


def classes(run: Run, side: str) -> list[ClassHurt]:
    """Every class, the one that suffers most first. Shared: leave it as it is."""
    return _classes(str(run.folder), _stamp(run), side)


def compared(project: Project, a: Run, b: Run, side: str) -> Compared | None:
    """Two runs on the images that are fair to both; None where there is none.

    Raises:
        ProjectProblem: a file of a run or of the project is damaged.
    """
    fair = runs_common.fair_images(project, a, b, Pool(side))
    ids = tuple(fair.a["image_id"].astype(str)) if fair.n else ()
    decided = tables.stamp(project.catalogue_file, project.decisions_file)
    stamp = f"{_stamp(a)} {_stamp(b)} {decided}"
    return _compared(str(a.folder), str(b.folder), stamp, side, ids)


def _stamp(run: Run) -> str:
    return tables.stamp(*(run.folder / name for name in FILES))


@remembered
def _found(folder: str, stamp: str, side: str) -> Stress | None:
    run = Run(Path(folder))
    return stress.load(run.folder, run.images(), run.classes, side)


@remembered
def _hurts(folder: str, stamp: str, side: str) -> list[Hurt]:
    seen = _found(folder, stamp, side)
    return stress.hurts(seen) if seen else []


@remembered
def _robustness(folder: str, stamp: str, side: str) -> Robustness | None:
    seen = _found(folder, stamp, side)
    return stress.robustness(seen) if seen else None


@remembered
def _classes(folder: str, stamp: str, side: str) -> list[ClassHurt]:
    seen = _found(folder, stamp, side)
    return stress.class_hurts(seen) if seen else []


@st.cache_resource(max_entries=8, show_spinner=False)
def _compared(a: str, b: str, stamp: str, side: str, fair: tuple[str, ...]) -> Compared | None:
    # Each is cached by its own stamp elsewhere; here both are read anew, which is seldom
    runs = Run(Path(a)), Run(Path(b))
    one, other = (stress.load(run.folder, run.images(), run.classes, side) for run in runs)
    if one is None or other is None:
        return None
    names, others = names_in_common(*runs)
    return stress.compare(one.called(names), other.called(others), fair)
