"""The catalogue in force: one row an image, as ingest found it and as the user decided since."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from core import files
from core.errors import DataProblem, ProjectProblem
from core.project import Project, now

COLUMNS = ("image_id", "sha256", "label", "source")
_LISTED = 10  # classes that a message names


def decide(project: Project, act: str, reason: str = "", **details: Any) -> dict[str, Any]:
    """Append one decision to the project's log and return it.

    Acts: ``drop`` and ``keep`` (images), ``relabel`` (images, label), ``rename`` (label, to;
    renaming to a class that exists merges the two), ``undo`` (decision: its number; one that
    undid another is taken back in the same way). ``keep`` takes back an earlier ``drop``.

    Raises:
        ProjectProblem: the log cannot be written.
    """
    number = 1 + max((entry["number"] for entry in _log(project)), default=0)
    entry = {"number": number, "at": now(), "act": act, "reason": reason, **details}
    try:
        files.append_line(project.decisions_file, entry)
    except OSError as error:
        raise ProjectProblem(
            "The decision could not be saved",
            f"Writing to project '{project.name}' failed: {error.strerror}",
            "Free some space, then decide again",
        ) from error
    return entry


def decisions(project: Project) -> list[dict[str, Any]]:
    """The decisions that hold, in order: undone ones and the undoing left out."""
    log = _log(project)
    undone: set[int] = set()
    for entry in reversed(log):  # the last word first: an undo may have been undone itself
        if entry["act"] == "undo" and entry["number"] not in undone:
            undone.add(entry["decision"])
    return [e for e in log if e["act"] != "undo" and e["number"] not in undone]


def _log(project: Project) -> list[dict[str, Any]]:
    """Every line of the log that is a decision."""
    lines, _ = files.read_lines(project.decisions_file)
    return [line for line in lines if isinstance(line, dict) and {"act", "number"} <= line.keys()]


def in_force(project: Project) -> pd.DataFrame:
    """The images as they stand after every decision, in the order of ingest.

    Columns as ingest writes them (`COLUMNS` and what was read from the files). A project
    without images gives an empty table with these columns.
    """
    catalogue = project.read_table(project.catalogue_file)
    if catalogue.empty:
        return pd.DataFrame({name: pd.Series(dtype=str) for name in COLUMNS})
    return apply(catalogue, decisions(project))


def apply(catalogue: pd.DataFrame, log: Iterable[dict[str, Any]]) -> pd.DataFrame:
    """``catalogue`` with the decisions of ``log`` carried out; the input is left as it is."""
    table = catalogue.copy()
    dropped: set[str] = set()
    for entry in log:
        match entry["act"]:
            case "drop":
                dropped.update(entry["images"])
            case "keep":
                dropped.difference_update(entry["images"])
            case "relabel":
                table.loc[table["image_id"].isin(entry["images"]), "label"] = entry["label"]
            case "rename":
                table.loc[table["label"] == entry["label"], "label"] = entry["to"]
    return table[~table["image_id"].isin(dropped)].reset_index(drop=True)


def class_counts(catalogue: pd.DataFrame) -> pd.DataFrame:
    """Columns label, images: every class and its size, the largest first."""
    counts = catalogue["label"].value_counts().rename("images").rename_axis("label").reset_index()
    return counts.sort_values(["images", "label"], ascending=[False, True], ignore_index=True)


def content_id(catalogue: pd.DataFrame) -> str:
    """Names this state of the catalogue by 16 letters.

    The same images and labels give the same id, whatever the order of the rows.
    """
    digest = hashlib.sha256()
    for row in catalogue.sort_values("image_id")[["image_id", "label"]].itertuples(index=False):
        digest.update(f"{row.image_id}\0{row.label}\n".encode())
    return digest.hexdigest()[:16]


def require_classes(different: Mapping[str, int], smallest: int) -> None:
    """Check that there is something to learn.

    Args:
        different: how many different images each class has.
        smallest: how many it needs.

    Raises:
        DataProblem: no images, fewer than two classes, or a class with too few images.
    """
    if not different:
        raise DataProblem(
            "There are no images yet",
            "Training needs images in two classes or more",
            "Upload a zip with one folder a class, or take a built-in sample",
        )
    if len(different) < 2:
        label, number = next(iter(different.items()))
        raise DataProblem(
            "There is only one class",
            f"All {number} different images are labelled '{label}'",
            "Add images of at least one more class",
        )
    small = {label: number for label, number in different.items() if number < smallest}
    if small:
        listed = ", ".join(f"{label} ({n})" for label, n in list(small.items())[:_LISTED])
        more = f" and {len(small) - _LISTED} more" if len(small) > _LISTED else ""
        raise DataProblem(
            f"Some classes have fewer than {smallest} different images",
            f"Too small: {listed}{more}; identical files count once, for one class",
            "Add images to them, or leave these classes out",
        )
