"""A log of decisions as a file: written, read back with suspicion, and carried out again.

The file is JSON lines, one decision a line as in the project's own log, and beside the ids of its
images their SHA-256, so that the log fits other projects that hold the same pictures.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from core import catalogue
from core.errors import DataProblem
from core.project import Project, now

MAX_BYTES: Final = 64 * 1024 * 1024
MAX_LINES: Final = 100_000
_LONGEST: Final = 2_000  # characters of any text in it; names of files can be long
_SHA256 = re.compile(r"[0-9a-f]{64}")
_KEPT = ("number", "at", "act", "reason", "check", "images", "subjects", "label", "labels", "to")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run a text that begins so


@dataclass(frozen=True)
class Plan:
    """What a log would do here, before it is done.

    Attributes:
        decisions: those that find something to act on, with the ids of this project.
        named: how many different images the log names.
        found: how many of them are here.
        skipped: decisions of the log that find nothing here.
        dropped, restored, relabelled: images that would leave, come back, change their label.
        classes: label, before, after: images of every class that would change its size.
        kept: images, classes and files that a check would not ask about any more.
    """

    decisions: list[dict[str, Any]]
    named: int
    found: int
    skipped: int
    dropped: int
    restored: int
    relabelled: int
    classes: pd.DataFrame
    kept: int

    @property
    def changes(self) -> bool:
        """Whether anything would be other than it is."""
        return bool(self.dropped or self.restored or self.relabelled or self.kept)


def export(project: Project) -> bytes:
    """The decisions that hold, as JSON lines that `read` understands."""
    images = project.read_table(project.catalogue_file)
    sha = dict(zip(images["image_id"], images["sha256"], strict=True)) if len(images) else {}
    lines = []
    for entry in catalogue.decisions(project):
        kept = {name: entry[name] for name in _KEPT if name in entry}
        if "images" in entry:
            kept["sha256"] = [sha.get(image, "") for image in entry["images"]]
        lines.append(json.dumps(kept))
    return "".join(f"{line}\n" for line in lines).encode()


def export_table(project: Project) -> bytes:
    """Every decision as CSV for a spreadsheet, one row an image: whether it holds, and of what."""
    images = project.read_table(project.catalogue_file)
    source = dict(zip(images["image_id"], images["source"], strict=True)) if len(images) else {}
    log = catalogue.history(project)
    undone = catalogue.taken_back(log)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["number", "when", "what", "why", "check", "holds", "image", "label", "to"])
    for entry in log:
        if entry["act"] != "undo":
            holds = "no" if entry["number"] in undone else "yes"
            for name, label in _subjects(entry, source):
                known = [entry.get(key, "") for key in ("reason", "check")]
                row = [entry["number"], entry.get("at", ""), entry["act"], *known, holds]
                writer.writerow([harmless(cell) for cell in (*row, name, label, entry.get("to"))])
    return text.getvalue().encode("utf-8-sig", "backslashreplace")


def read(data: bytes) -> list[dict[str, Any]]:
    """The decisions of a log that came from anywhere: those that hold, in order.

    Raises:
        DataProblem: it is too large, or a line is no decision.
    """
    if len(data) > MAX_BYTES:
        raise _no_log(f"It is larger than {MAX_BYTES // 2**20} MB")
    lines = [line for line in data.split(b"\n") if line.strip()]
    if len(lines) > MAX_LINES:
        raise _no_log(f"It has {len(lines):,} lines, {MAX_LINES:,} are the most")
    log: list[dict[str, Any]] = []
    for place, line in enumerate(lines, start=1):
        entry = _entry(line, place)
        if log and entry["number"] <= log[-1]["number"]:
            raise _no_log(f"The numbers do not rise at line {place}")
        log.append(entry)
    if not log:
        raise _no_log("It is empty")
    return catalogue.holding(log)


def plan(project: Project, log: Sequence[Mapping[str, Any]]) -> Plan:
    """What the decisions of `read` would do in ``project``; nothing is written.

    An image is found by its id; where there is none, by its content, one image for one.
    """
    images = project.read_table(project.catalogue_file)
    if images.empty:
        images = catalogue.in_force(project)
    match = _match(images, log)
    held = catalogue.decisions(project)
    fitting = [entry for entry in (_fitted(e, match) for e in log) if entry is not None]
    before = catalogue.carry_out(images, held)
    after = catalogue.carry_out(images, [*held, *fitting])
    stays = before[1] & after[1]
    sizes = [pd.Series(labels[there]).value_counts() for labels, there in (before, after)]
    classes = pd.concat(sizes, axis=1, keys=["before", "after"]).fillna(0).astype(int)
    classes = classes[classes["before"] != classes["after"]].sort_index()
    known = set(_answers(held))
    return Plan(
        decisions=fitting,
        named=len(match),
        found=sum(image is not None for image in match.values()),
        skipped=len(log) - len(fitting),
        dropped=int((before[1] & ~after[1]).sum()),
        restored=int((~before[1] & after[1]).sum()),
        relabelled=int((before[0][stays] != after[0][stays]).sum()),
        classes=classes.rename_axis("label").reset_index(),
        kept=len(set(_answers(fitting)) - known),
    )


def carry_out(project: Project, planned: Plan) -> list[dict[str, Any]]:
    """Append the decisions of ``planned`` to the project's log, as taken now.

    Raises:
        ProjectProblem: the log cannot be written.
    """
    return catalogue.append(project, [entry | {"at": now()} for entry in planned.decisions])


def _match(images: pd.DataFrame, log: Iterable[Mapping[str, Any]]) -> dict[str, str | None]:
    """The image of this project for every id that the log names; None where there is none."""
    here = set(images["image_id"])
    match: dict[str, str | None] = {}
    content: dict[str, str] = {}
    for entry in log:
        for image, sha in zip(entry["images"], entry["sha256"], strict=True):
            match.setdefault(image, image if image in here else None)
            content.setdefault(image, sha)
    claimed = {image for image in match.values() if image is not None}
    free: dict[str, list[str]] = {}
    for image, sha in zip(images["image_id"], images["sha256"], strict=True):
        if image not in claimed:
            free.setdefault(str(sha), []).append(str(image))
    for image, found in match.items():
        twins = free.get(content[image]) if found is None else None
        if twins:
            match[image] = twins.pop(0)
    return match


def _fitted(entry: Mapping[str, Any], match: Mapping[str, str | None]) -> dict[str, Any] | None:
    """``entry`` with the ids of this project; None where it finds nothing to act on."""
    fitted = {name: entry[name] for name in _KEPT if name in entry}
    if entry["act"] == "rename":
        return {name: value for name, value in fitted.items() if name != "images"}
    there = [place for place, image in enumerate(entry["images"]) if match[image] is not None]
    fitted["images"] = [match[entry["images"][place]] for place in there]
    if "labels" in entry:
        fitted["labels"] = [entry["labels"][place] for place in there]
    return fitted if there or entry.get("subjects") else None


def _answers(log: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for entry in log:
        if entry["act"] == "keep" and isinstance(entry.get("check"), str):
            for subject in (*entry["images"], *entry.get("subjects", ())):
                yield entry["check"], subject


def _entry(line: bytes, place: int) -> dict[str, Any]:
    """One line of a log, with what may be missing filled in."""
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        raise _no_log(f"Line {place} is no JSON") from None
    number = entry.get("number") if isinstance(entry, dict) else None
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 2**53:
        raise _no_log(f"Line {place} has no number")
    if not catalogue.is_decision(entry):
        raise _no_log(f"Line {place} is no decision")
    entry = {name: entry[name] for name in (*_KEPT, "sha256", "decision") if name in entry}
    images = entry.setdefault("images", [])
    sha = entry.setdefault("sha256", [""] * len(images))
    fits = isinstance(sha, list) and len(sha) == len(images)
    if not fits or not all(isinstance(one, str) and _is_sha256(one) for one in sha):
        raise _no_log(f"Line {place} does not tell the content of each of its images")
    for name in ("reason", "check", "at"):
        if not isinstance(entry.get(name, ""), str):
            raise _no_log(f"Line {place} has a '{name}' that is no text")
    entry.setdefault("reason", "")
    if any(len(text) > _LONGEST or _CONTROL.search(text) for text in _texts(entry)):
        raise _no_log(f"Line {place} holds a text that is too long or cannot be shown")
    return entry


def _texts(entry: Mapping[str, Any]) -> Iterator[str]:
    for value in entry.values():
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            yield from value


def _is_sha256(text: str) -> bool:
    return not text or _SHA256.fullmatch(text) is not None


def _subjects(
    entry: Mapping[str, Any], source: Mapping[str, str]
) -> Iterator[tuple[str, str | None]]:
    """The names of what a decision concerned, each with the label that it was given or had."""
    images = entry.get("images", ())
    labels = entry.get("labels") or [entry.get("label")] * len(images)
    for image, label in zip(images, labels, strict=True):
        yield source.get(image, image), label
    for subject in entry.get("subjects", ()):
        yield subject, None
    if entry["act"] == "rename":
        yield "", entry["label"]


def harmless(cell: Any) -> Any:
    """``cell`` as a spreadsheet shows it, and does not run it."""
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return f"'{cell}"
    return "" if cell is None else cell


def _no_log(detail: str) -> DataProblem:
    return DataProblem(
        "This is no log of decisions",
        detail,
        "Choose a file that 'Export the log' of a project made, unchanged",
    )
