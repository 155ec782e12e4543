"""Small tables that pages read again and again, cached by what the files hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from core import catalogue, files
from core.errors import ProjectProblem
from core.project import Project
from core.settings import SplitSettings
from core.split import divide

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
    """The images in force: ``image_id``, ``sha256``, ``label``, ``source``."""
    return _images(str(project.folder), _catalogue_stamp(project))


def rejected(project: Project) -> pd.DataFrame:
    """The files that were not taken: ``source``, ``reason``, ``detail``, ``bytes``."""
    return _rejected(str(project.folder), stamp(project.rejected_file))


def report(folder: Path) -> dict[str, Any]:
    """What a run found; empty while it has not.

    Raises:
        ProjectProblem: the report is damaged.
    """
    path = folder / "report.json"
    return _report(str(path), stamp(path)) if path.is_file() else {}


def predictions(folder: Path) -> pd.DataFrame:
    """What a run's model said of each validation and test image.

    Raises:
        ProjectProblem: the table is missing or damaged.
    """
    path = folder / "predictions.parquet"
    return _predictions(str(path), stamp(path))


def _catalogue_stamp(project: Project) -> str:
    return stamp(project.catalogue_file, project.decisions_file)


@st.cache_data(max_entries=128, show_spinner=False)
def _counts(folder: str, stamp: str) -> pd.DataFrame:
    return catalogue.class_counts(catalogue.in_force(Project(Path(folder))))


@st.cache_data(max_entries=8, show_spinner=False)
def _images(folder: str, stamp: str) -> pd.DataFrame:
    return catalogue.in_force(Project(Path(folder)))[_COLUMNS]


@st.cache_data(max_entries=8, show_spinner=False)
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


@st.cache_data(max_entries=8, show_spinner=False)
def _predictions(path: str, stamp: str) -> pd.DataFrame:
    try:
        return pd.read_parquet(path)
    except Exception as error:  # pyarrow raises many kinds
        raise _damaged("predictions.parquet") from error


def _damaged(name: str) -> ProjectProblem:
    return ProjectProblem(
        "The result of this run cannot be read", f"{name} is damaged or missing", "Train again"
    )


def sides(project: Project, settings: SplitSettings) -> pd.DataFrame:
    """How many images of each class stand on each side: ``label``, ``split``, ``images``.

    Raises:
        DataProblem: the images cannot be divided so.
    """
    shares = (settings.validation, settings.test, settings.seed)
    return _sides(str(project.folder), _catalogue_stamp(project), *shares)


@st.cache_data(max_entries=32, show_spinner=False)
def _sides(folder: str, stamp: str, validation: float, test: float, seed: int) -> pd.DataFrame:
    table = catalogue.in_force(Project(Path(folder)))
    side = divide(table, SplitSettings(validation=validation, test=test, seed=seed))
    table["split"] = table["image_id"].map(side)
    return table.groupby(["label", "split"]).size().rename("images").reset_index()
