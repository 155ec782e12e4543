"""What classes are called now, by what they were called when somebody wrote their names down.

Decisions apply in order, so an image that is given a name which its class has given up brings that
class back, with this one image. Whoever kept names (a run, a finding, a proposal) and acts on
today's images, or compares with them, asks here first. What was kept stays as it is: a record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from typing import Any

import pandas as pd

from core import catalogue
from core.project import Project

Names = Mapping[str, str]


def renamed(project: Project, since: str, until: str | None = None) -> dict[str, str]:
    """What classes are called, by what they were called at the moment ``since``.

    Classes that were merged have one name. One that was merged then and is two again keeps its
    name, as nobody can say which of the two was meant.

    Args:
        project: whose decisions are followed.
        since: when the names were written down, ISO 8601 in UTC as `core.project.now` gives it.
        until: the moment whose names are wanted; None for today's.

    Returns:
        Only names that lead to another one; it may hold names that no class had then.

    Raises:
        ProjectProblem: the catalogue is damaged.
    """
    log = [e for e in catalogue.history(project) if until is None or _at(e) <= until]
    then = _renames(catalogue.holding([entry for entry in log if _at(entry) <= since]))
    now = _renames(catalogue.holding(log))
    pairs = zip(then, now, strict=False)
    alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    names = follow(now[alike:])
    if then[alike:]:  # something was undone since, or holds again: the way leads back first
        first = min(entry["number"] for entry in (*then[alike:], *now[alike : alike + 1]))
        held = [entry for entry in catalogue.holding(log) if entry["number"] < first]
        names = _back_and_on(follow(then[alike:]), names, _classes(project, held))
    return {old: new for old, new in names.items() if old != new}


def follow(log: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """What every class that took another name in ``log`` is called after it.

    By each name that it had; a name that several classes had in turn is that of the first.

    Args:
        log: decisions that hold, in order.
    """
    names: dict[str, str] = {}
    for entry in _renames(log):
        old, new = entry["label"], entry["to"]
        names = {name: new if now == old else now for name, now in names.items()}
        names.setdefault(old, new)
    return names


def called(labels: pd.Series[str], names: Names) -> pd.Series[str]:
    """``labels`` in the ``names`` that `renamed` tells; the same object where none differs."""
    if not names:
        return labels
    return labels.astype(str).map(lambda label: names.get(label, label))


def _back_and_on(undone: Names, on: Names, classes: set[str]) -> dict[str, str]:
    """Names from a moment back to where two logs part, and from there on.

    Args:
        undone: what classes were called at the moment, by their names where the logs part.
        on: what they are called now, by the same.
        classes: their names where the logs part.
    """
    back: dict[str, str] = {}
    for old, then in undone.items():
        if old in classes:
            back.setdefault(then, old)
    names = {}
    for name in (*back, *on):
        kept_it = name not in undone  # the class that had it where the logs part still did
        if kept_it and (name in classes or name not in back):
            names[name] = on.get(name, name)
        elif name in back:
            names[name] = on.get(back[name], back[name])
    return names


def _renames(log: Iterable[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    return [entry for entry in log if entry["act"] == "rename"]


def _classes(project: Project, log: Iterable[Mapping[str, Any]]) -> set[str]:
    """The names of the classes after ``log``, those of dropped images too."""
    images = project.read_table(project.catalogue_file)
    return set(catalogue.carry_out(images, log)[0]) if len(images) else set()


def _at(entry: Mapping[str, Any]) -> str:
    return str(entry.get("at", ""))
