"""Small tables that pages read again and again, cached by what the files hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from core import audit, catalogue, files
from core.audit import Standing
from core.errors import ProjectProblem
from core.jobs import Run, naming
from core.project import Project
from core.settings import SplitSettings
from core.split import divide, groups_of
from core.ui.remembered import remembered

_OF_A_RUN = ["image_id", "sha256", "label", "split"]
_COLUMNS = ["image_id", "sha256", "label", "source"]


def stamp(*paths: Path) -> str:
    """An id of the files' present content: size and time of change of each."""
    parts = []
    for path in paths:
        try:
            found = path.stat()
        except FileNotFoundError:
            parts.append("-")
        else:
            parts.append(f"{found.st_mtime_ns}.{found.st_size}")
    return " ".join(parts)


def counts(project: Project) -> pd.DataFrame:
    """How many images each class has: ``label``, ``images``."""
    return _counts(str(project.folder), _catalogue_stamp(project))


def images(project: Project) -> pd.DataFrame:
    """The images in force: ``image_id``, ``sha256``, ``label``, ``source``.

    Shared, since copying ten thousand rows takes longer than drawing a page: leave it as it is.
    """
    return _images(str(project.folder), _catalogue_stamp(project))


def decisions(project: Project) -> list[dict[str, Any]]:
    """The decisions that hold, in order. Shared: leave them as they are."""
    return _decisions(str(project.folder), stamp(project.decisions_file))


def history(project: Project) -> list[dict[str, Any]]:
    """Every decision that was ever taken, in order. Shared: leave them as they are."""
    return _history(str(project.folder), stamp(project.decisions_file))


def rejected(project: Project) -> pd.DataFrame:
    """The files that were not taken: ``source``, ``reason``, ``detail``, ``bytes``.

    Shared: leave it as it is.
    """
    return _rejected(str(project.folder), stamp(project.rejected_file))


def report(folder: Path) -> dict[str, Any]:
    """What a run found; empty while it has not.

    Raises:
        ProjectProblem: the report is damaged.
    """
    path = folder / "report.json"
    return _report(str(path), stamp(path)) if path.is_file() else {}


def predictions(folder: Path) -> pd.DataFrame:
    """What a run's model said of each validation and test image. Shared: leave it as it is.

    Raises:
        ProjectProblem: the table is missing or damaged.
    """
    path = folder / "predictions.parquet"
    return _predictions(str(path), stamp(path))


def run_images(folder: Path) -> pd.DataFrame:
    """The images of a run: index image_id; sha256, label, split. Shared: leave it as it is.

    Raises:
        ProjectProblem: the table is missing or damaged.
    """
    return _run_images(str(folder), stamp(folder / "split.parquet"))


def class_sizes(folder: Path) -> dict[str, dict[str, int]]:
    """How many images a run has, by side and class. Shared: leave it as it is.

    Raises:
        ProjectProblem: the table is missing or damaged.
    """
    return _class_sizes(str(folder), stamp(folder / "split.parquet"))


def _catalogue_stamp(project: Project) -> str:
    return stamp(project.catalogue_file, project.decisions_file)


@st.cache_data(max_entries=128, show_spinner=False)
def _counts(folder: str, stamp: str) -> pd.DataFrame:
    return catalogue.class_counts(catalogue.in_force(Project(Path(folder))))


@remembered
def _images(folder: str, stamp: str) -> pd.DataFrame:
    return catalogue.in_force(Project(Path(folder)))[_COLUMNS]


@remembered
def _decisions(folder: str, stamp: str) -> list[dict[str, Any]]:
    return catalogue.decisions(Project(Path(folder)))


@remembered
def _history(folder: str, stamp: str) -> list[dict[str, Any]]:
    return catalogue.history(Project(Path(folder)))


@remembered
def _rejected(folder: str, stamp: str) -> pd.DataFrame:
    return Project(Path(folder)).rejected()


@st.cache_data(max_entries=128, show_spinner=False)
def _report(path: str, stamp: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = files.read_json(Path(path))
        _ = found["test"]["accuracy"], found["validation"]["accuracy"], found["classes"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged("report.json") from error
    return found


@remembered
def _predictions(path: str, stamp: str) -> pd.DataFrame:
    try:
        return files.read_table(Path(path))
    except Exception as error:  # pyarrow raises many kinds
        raise _damaged("predictions.parquet") from error


@remembered
def _class_sizes(folder: str, stamp: str) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for side, rows in _run_images(folder, stamp).groupby("split"):
        sizes = rows["label"].value_counts()
        found[str(side)] = {str(label): int(number) for label, number in sizes.to_dict().items()}
    return found


@remembered
def _run_images(folder: str, stamp: str) -> pd.DataFrame:
    return Run(Path(folder)).images()[_OF_A_RUN].set_index("image_id")


def _damaged(name: str) -> ProjectProblem:
    return ProjectProblem(
        "The result of this run cannot be read", f"{name} is damaged or missing", "Train again"
    )


def sides(project: Project, settings: SplitSettings) -> pd.DataFrame:
    """How many images of each class stand on each side: ``label``, ``split``, ``images``.

    Shared: leave it as it is.

    Raises:
        DataProblem: the images cannot be divided so.
        ProjectProblem: a table of the project is damaged.
    """
    stamped = f"{_catalogue_stamp(project)} {stamp(project.audit_file)}"
    return _sides(str(project.folder), stamped, json.dumps(settings.to_dict()))


@remembered
def _sides(folder: str, stamp: str, settings: str) -> pd.DataFrame:
    project, chosen = Project(Path(folder)), SplitSettings.from_dict(json.loads(settings))
    table = catalogue.in_force(project)
    side = divide(table, chosen, groups_of(project, table, chosen))
    table["split"] = table["image_id"].map(side)
    return table.groupby(["label", "split"]).size().rename("images").reset_index()


def standing(project: Project) -> Standing:
    """What the checks ask about the images now. Shared: leave it as it is.

    Raises:
        ProjectProblem: a table of the project is damaged.
    """
    audit_files = (project.audit_file, project.audit_file.with_suffix(".json"))
    parts = stamp(*audit_files, project.rejected_file)
    return _standing(str(project.folder), f"{_catalogue_stamp(project)} {parts}")


@remembered
def _standing(folder: str, stamp: str) -> Standing:
    return audit.standing(Project(Path(folder)))


def every_image(project: Project) -> pd.DataFrame:
    """Every image that was taken, dropped ones too: index image_id; sha256, label, source.

    The label is the one in force. Shared: leave it as it is.
    """
    return _every_image(str(project.folder), _catalogue_stamp(project))


@remembered
def _every_image(folder: str, stamp: str) -> pd.DataFrame:
    project = Project(Path(folder))
    table = project.read_table(project.catalogue_file)
    if table.empty:
        return catalogue.in_force(project)[_COLUMNS].set_index("image_id")
    labels, _ = catalogue.carry_out(table, catalogue.decisions(project))
    return table[_COLUMNS].assign(label=labels).set_index("image_id")


def names_now(run: Run) -> dict[str, str]:
    """`core.jobs.naming.names_now`. Shared: leave it as it is.

    Raises:
        ProjectProblem: the catalogue is damaged.
    """
    project = run.project
    return _names_now(str(run.folder), stamp(project.catalogue_file, project.decisions_file))


@remembered
def _names_now(folder: str, stamp: str) -> dict[str, str]:
    return naming.names_now(Run(Path(folder)))
