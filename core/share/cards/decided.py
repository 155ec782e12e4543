"""The log of decisions, in words: a summary, and every act with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from core import audit
from core.catalogue import taken_back
from core.exercise import is_claim
from core.share.cards.card import Cell, Names, Points, Table
from core.words import count, listing

_NAMED: Final = 100  # files of one decision that are listed
_DONE: Final = {
    "drop": "dropped",
    "keep": "looked at and kept",
    "relabel": "given another label",
}

Entry = Mapping[str, Any]


def describe(entry: Entry, written: Callable[[str], str] = str) -> str:
    """A decision in words: 'Dropped 3 images'.

    Args:
        entry: of `core.catalogue.history`.
        written: how the name of a class or file is written.
    """
    images = count(len(entry.get("images", ())), "image")
    match entry["act"]:
        case "drop":
            return f"Dropped {images}"
        case "keep" if not entry["images"] and entry.get("subjects"):
            if is_claim(entry):
                return f"Named {listing([written(name) for name in entry['subjects']], 4)}"
            return f"Kept {listing([written(name) for name in entry['subjects']], 4)}"
        case "keep":
            return f"Kept {images}"
        case "relabel" if "labels" in entry:
            labels = [written(label) for label in sorted(set(entry["labels"]))]
            return f"Relabelled {images} as {listing(labels, 4)}"
        case "relabel":
            return f"Relabelled {images} as {written(entry['label'])}"
        case "rename":
            return f"Renamed {written(entry['label'])} to {written(entry['to'])}"
    return f"Took back number {entry['decision']}"


def summary(log: Sequence[Entry]) -> Points:
    """What the decisions come to, those taken back left out."""
    undone = taken_back(log)
    acts = [entry for entry in log if entry["act"] != "undo"]
    holding = [entry for entry in acts if entry["number"] not in undone]
    if not acts:
        return Points(("Nobody has decided anything: the images are as they came.",))
    back = len(acts) - len(holding)
    first, last = _day(acts[0]), _day(acts[-1])
    days = f"on {first}" if first == last else f"from {first} to {last}"
    told = f"{count(len(acts), 'decision')}, {days}"
    lines = [f"{told}; {back:,} of them taken back." if back else f"{told}."]
    lines += _by_act(holding)
    return Points(tuple(lines))


def _by_act(holding: Sequence[Entry]) -> list[str]:
    lines = []
    for act, words in _DONE.items():
        entries = [entry for entry in holding if entry["act"] == act]
        images = {image for entry in entries for image in entry["images"]}
        if images:
            reasons = Counter(str(entry.get("reason") or "no reason told") for entry in entries)
            why = listing([reason for reason, _ in reasons.most_common()], 4)
            lines.append(f"{count(len(images), 'image')} {words}: {why}.")
    renamed = [entry for entry in holding if entry["act"] == "rename"]
    if renamed:
        names = listing([f"{entry['label']} to {entry['to']}" for entry in renamed], 6)
        lines.append(f"Classes renamed or merged: {names}.")
    return lines


def table(log: Sequence[Entry], sources: Mapping[str, str] | None) -> Table:
    """Every decision, the first first: number, when, what, why, and which files.

    Args:
        log: all that was ever decided.
        sources: by the id of an image, the name of its file; None where files are not named.
    """
    undone = taken_back(log)
    head = ("No.", "When", "What", "Why", *(("Files",) if sources is not None else ()))
    rows = []
    for entry in log:
        what = describe(entry) + (" (taken back)" if entry["number"] in undone else "")
        row: list[Cell] = [str(entry["number"]), _moment(entry), what, _why(entry)]
        if sources is not None:
            row.append(_files(entry, sources))
        rows.append(tuple(row))
    return Table(head, tuple(rows), frozenset({0}), "Every decision", folded=len(rows) > 12)


def _files(entry: Entry, sources: Mapping[str, str]) -> Names:
    named = [sources.get(image, image) for image in entry.get("images", ())]
    named += [str(subject) for subject in entry.get("subjects", ())]
    return Names(tuple(named[:_NAMED]), max(0, len(named) - _NAMED))


def _why(entry: Entry) -> str:
    """The reason, and the check that asked."""
    reason, title = str(entry.get("reason") or ""), ""
    if isinstance(entry.get("check"), str):
        try:
            title = audit.check_named(entry["check"]).title
        except KeyError:
            title = entry["check"]
    if not title or title == reason:
        return reason
    return f"{reason} (asked by: {title})" if reason else f"Asked by: {title}"


def _moment(entry: Entry) -> str:
    return str(entry.get("at") or "not known")[:16].replace("T", " ")


def _day(entry: Entry) -> str:
    return str(entry.get("at") or "an unknown day")[:10]
