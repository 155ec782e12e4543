"""The catalogue in force: one row an image, as ingest found it and as the user decided since."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import pandas as pd

from core import files
from core.errors import DataProblem
from core.project import Project, now

COLUMNS = ("image_id", "sha256", "label", "source")


def decide(project: Project, act: str, reason: str = "", **details: Any) -> dict[str, Any]:
    """Append one decision to the project's log and return it.

    Acts: ``drop`` and ``keep`` (images), ``relabel`` (images, label), ``rename`` (label, to;
    renaming to a class that exists merges the two), ``undo`` (decision: its number).
    """
    log, _ = files.read_lines(project.decisions_file)
    entry = {"number": len(log) + 1, "at": now(), "act": act, "reason": reason, **details}
    files.append_line(project.decisions_file, entry)
    return entry


def decisions(project: Project) -> list[dict[str, Any]]:
    """The decisions that hold, in order: undone ones and the undoing left out."""
    log, _ = files.read_lines(project.decisions_file)
    undone = {entry["decision"] for entry in log if entry["act"] == "undo"}
    return [e for e in log if e["act"] != "undo" and e["number"] not in undone]


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
    """Names this state of the catalogue: the same images and labels give the same 16 letters."""
    digest = hashlib.sha256()
    for row in catalogue[["image_id", "label"]].itertuples(index=False):
        digest.update(f"{row.image_id}\0{row.label}\n".encode())
    return digest.hexdigest()[:16]


def require_classes(catalogue: pd.DataFrame, smallest: int) -> None:
    """Check that there is something to learn.

    Raises:
        DataProblem: fewer than two classes, or a class with fewer than ``smallest`` images.
    """
    if catalogue.empty:
        raise DataProblem(
            "There are no images yet",
            "Training needs images in two classes or more",
            "Upload a zip with one folder a class, or take a built-in sample",
        )
    counts = class_counts(catalogue)
    if len(counts) < 2:
        raise DataProblem(
            "There is only one class",
            f"All {len(catalogue)} images are labelled '{counts['label'][0]}'",
            "Add images of at least one more class",
        )
    small = counts[counts["images"] < smallest]
    if not small.empty:
        listed = ", ".join(f"{row.label} ({row.images})" for row in small.itertuples())
        raise DataProblem(
            f"Some classes have fewer than {smallest} different images",
            f"Too small: {listed}",
            "Add images to them, or leave these classes out",
        )
