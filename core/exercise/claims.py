"""What a learner names in the report, since it cannot be dropped: classes and broken files.

It stands in the log of decisions like everything else, as a `keep` of no image whose check is
``exercise-KIND`` and whose subjects are what was named; so it is undone, exported and
kept like any decision.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from core import catalogue
from core.exercise.faults import CLAIMED, Fault, words_of
from core.project import Project, now

_PREFIX: Final = "exercise-"


def is_claim(entry: Mapping[str, Any]) -> bool:
    """Whether a decision names something in a report."""
    return entry["act"] == "keep" and str(entry.get("check", "")).startswith(_PREFIX)


def claims_of(log: Iterable[Mapping[str, Any]]) -> dict[Fault, tuple[str, ...]]:
    """What the decisions that hold name of each kind that is `CLAIMED`, sorted.

    A class has the name that it has after all renaming.
    """
    found: dict[Fault, set[str]] = {fault: set() for fault in CLAIMED}
    for entry in log:
        if entry["act"] == "rename":
            for fault in (Fault.SHORTCUT, Fault.IMBALANCE):
                if entry["label"] in found[fault]:
                    found[fault] = found[fault] - {entry["label"]} | {entry["to"]}
        elif is_claim(entry):
            for fault in CLAIMED:
                if entry["check"] == f"{_PREFIX}{fault}":
                    found[fault] |= set(entry.get("subjects", ()))
    return {fault: tuple(sorted(names)) for fault, names in found.items()}


def name_faults(project: Project, fault: Fault, names: Iterable[str]) -> None:
    """Have the report name just these classes or files; what it named before is taken back.

    Raises:
        ProjectProblem: the log cannot be written.
    """
    wanted = sorted(set(names))
    log = catalogue.decisions(project)
    if list(claims_of(log)[fault]) == wanted:
        return
    check, made = f"{_PREFIX}{fault}", {"at": now(), "reason": f"Report: {words_of(fault).title}"}
    old = [entry["number"] for entry in log if is_claim(entry) and entry["check"] == check]
    entries: list[dict[str, Any]] = [
        {**made, "act": "undo", "reason": "", "decision": number} for number in old
    ]
    if wanted:
        entries.append({**made, "act": "keep", "images": [], "check": check, "subjects": wanted})
    catalogue.append(project, entries)
