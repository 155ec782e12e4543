"""The catalogue in force: one row an image, as ingest found it and as the user decided since."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import files
from core.errors import DataProblem, ProjectProblem
from core.locking import Occupied, locked
from core.project import Project, now

COLUMNS = ("image_id", "sha256", "label", "source")
_LISTED = 10  # classes that a message names
_PATIENCE = 10.0  # seconds to wait for another page that is saving a decision


def decide(project: Project, act: str, reason: str = "", **details: Any) -> dict[str, Any]:
    """Append one decision to the project's log and return it.

    Acts: ``drop`` and ``keep`` (images), ``relabel`` (images, and label: one for all, or labels:
    one for each), ``rename`` (label, to; renaming to a class that exists merges the two),
    ``undo`` (decision: its number; one that undid another is taken back in the same way).
    ``keep`` takes back an earlier ``drop``; one that names a ``check`` is that check's answer for
    good, and ``subjects`` are the classes or files that it answers for.
    Pages that decide at the same moment do so one after the other.

    Raises:
        ValueError: the details are not those of the act.
        ProjectProblem: the log cannot be written.
    """
    entry = {"number": 1, "at": now(), "act": act, "reason": reason, **details}
    if not is_decision(entry | {"number": math.inf}):
        raise ValueError(f"This is no decision: {entry}")
    return append(project, [entry])[0]


def append(project: Project, entries: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Append decisions to the log under the next free numbers, and return them as written.

    Raises:
        ProjectProblem: the log cannot be written.
    """
    path = project.decisions_file
    try:
        with locked(path.with_suffix(".lock"), _PATIENCE):
            lines, _ = files.read_lines(path)
            last = max((line["number"] for line in lines if _numbered(line)), default=0)
            made = [entry | {"number": last + n} for n, entry in enumerate(entries, start=1)]
            for entry in made:
                files.append_line(path, entry)
            return made
    except OSError as error:
        raise ProjectProblem(
            "The decision could not be saved",
            f"Writing to project '{project.name}' failed: {error.strerror}",
            "Free some space, then decide again",
        ) from error
    except Occupied:
        raise ProjectProblem(
            "The decision could not be saved",
            f"Something else has been writing to project '{project.name}' for a while",
            "Wait a moment, then decide again",
        ) from None


def decisions(project: Project) -> list[dict[str, Any]]:
    """The decisions that hold, in order: undone ones and the undoing left out."""
    return holding(history(project))


def holding(log: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The decisions of a `history` that hold, in order."""
    undone = taken_back(log)
    return [e for e in log if e["act"] != "undo" and e["number"] not in undone]


def history(project: Project) -> list[dict[str, Any]]:
    """Every decision that was ever taken, in order; damaged lines are passed over."""
    lines, _ = files.read_lines(project.decisions_file)
    return [line for line in lines if _numbered(line) and is_decision(line)]


def taken_back(log: Sequence[Mapping[str, Any]]) -> set[int]:
    """The numbers of the decisions of a `history` that do not hold: undone, and not redone."""
    undone: set[int] = set()
    for entry in reversed(log):  # the last word first: an undo may have been undone itself
        if entry["act"] == "undo" and entry["number"] not in undone:
            undone.add(entry["decision"])
    return undone


def is_decision(entry: Mapping[str, Any]) -> bool:
    """Whether ``entry`` is a decision with all that its act needs; logs come from anywhere."""
    act = entry.get("act")
    if act == "undo":
        return _is_number(entry.get("decision")) and entry["decision"] < entry["number"]
    if act == "rename":
        return _is_label(entry.get("label")) and _is_label(entry.get("to"))
    if not _is_texts(entry.get("images")) or not _is_texts(entry.get("subjects", [])):
        return False
    if act == "relabel" and "labels" in entry:
        labels = entry["labels"]
        paired = isinstance(labels, list) and len(labels) == len(entry["images"])
        return paired and all(_is_label(label) for label in labels)
    return act in ("drop", "keep") or (act == "relabel" and _is_label(entry.get("label")))


def kept(project: Project) -> dict[str, set[str]]:
    """By check, what it never asks about again: ids of images, names of classes or files."""
    found: dict[str, set[str]] = {}
    for entry in decisions(project):
        if entry["act"] == "keep" and isinstance(entry.get("check"), str):
            subjects = found.setdefault(entry["check"], set())
            subjects.update(entry["images"], entry.get("subjects", ()))
    return found


def _numbered(line: Any) -> bool:
    return isinstance(line, dict) and _is_number(line.get("number"))


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def _is_label(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def in_force(project: Project) -> pd.DataFrame:
    """The images as they stand after every decision, in the order of ingest.

    Columns as ingest writes them (`COLUMNS` and what was read from the files). A project
    without images gives an empty table with these columns.
    """
    catalogue = project.read_table(project.catalogue_file)
    if catalogue.empty:
        return pd.DataFrame({name: pd.Series(dtype=str) for name in COLUMNS})
    return apply(catalogue, decisions(project))


def apply(catalogue: pd.DataFrame, log: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """``catalogue`` with the decisions of ``log`` carried out; the input is left as it is."""
    table = catalogue.copy()
    labels, stays = carry_out(catalogue, log)
    if len(table):
        table["label"] = pd.Series(labels, index=table.index, dtype=catalogue["label"].dtype)
    return table[stays].reset_index(drop=True)


def carry_out(
    catalogue: pd.DataFrame, log: Iterable[Mapping[str, Any]]
) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """The label of every image after ``log``, and whether it stays; rows as in ``catalogue``.

    Labels are numbers meanwhile, so that a decision costs what it touches, not the whole table.
    """
    rows = _Rows(catalogue["image_id"])
    codes, names = pd.factorize(catalogue["label"])
    called, stays = _Names(names), np.ones(len(catalogue), dtype=bool)
    for entry in log:
        match entry["act"]:
            case "drop" | "keep":
                stays[rows.of(entry["images"])] = entry["act"] == "keep"
            case "relabel" if "labels" in entry:
                where = rows.of(entry["images"], missing=True)
                new = np.array([called.number(label) for label in entry["labels"]], dtype=int)
                codes[where[where >= 0]] = new[where >= 0]
            case "relabel":
                codes[rows.of(entry["images"])] = called.number(entry["label"])
            case "rename":
                merged = called.rename(entry["label"], entry["to"])
                if merged:
                    codes[codes == merged[0]] = merged[1]
    return np.array(called.names, dtype=object)[codes] if len(codes) else codes.astype(
        object
    ), stays


class _Rows:
    """Where each image stands in the table."""

    def __init__(self, ids: pd.Series) -> None:
        self._place = {image_id: place for place, image_id in enumerate(ids.to_numpy(dtype=object))}

    def of(self, images: Sequence[str], missing: bool = False) -> NDArray[np.int64]:
        """The rows of ``images``; those that are not there are left out, or -1."""
        found = (self._place.get(image, -1) for image in images)
        rows = np.fromiter(found, dtype=np.int64, count=len(images))
        return rows if missing else rows[rows >= 0]


class _Names:
    """The names of classes by number; a class that is renamed keeps its number."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = list(names)
        self._numbers = {name: number for number, name in enumerate(self.names)}

    def number(self, name: str) -> int:
        if name not in self._numbers:
            self._numbers[name] = len(self.names)
            self.names.append(name)
        return self._numbers[name]

    def rename(self, old: str, new: str) -> tuple[int, int] | None:
        """Give a class its new name; where that is taken: the two numbers to be made one."""
        if old == new or old not in self._numbers:
            return None
        number = self._numbers.pop(old)
        if new in self._numbers:
            return number, self._numbers[new]
        self._numbers[new], self.names[number] = number, new
        return None


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
            f"Too small: {listed}{more}; images that belong together count once, for one class",
            "Add images to them, or leave these classes out",
        )
