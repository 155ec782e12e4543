"""All runs of a project as one table: settings that differ, scores with intervals, state."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd
import streamlit as st

from core.errors import ProjectProblem
from core.jobs import Run, State, seal
from core.jobs.run import is_going
from core.project import Project
from core.settings import TrainSettings
from core.ui import forms, progress, sealed, tables
from core.words import count, interval, percent

_DESCRIBES: Final = ("job.json", "settings.json", "notes.json")
_FIELDS: Final = {field.name: field for field in TrainSettings.__dataclass_fields__.values()}
SETTINGS: Final = tuple(_FIELDS)
_ALWAYS: Final = ("method",)
STATES: Final = {
    State.QUEUED: "Waiting",
    State.RUNNING: "Training",
    State.FINISHED: "Finished",
    State.STOPPED: "Stopped",
    State.FAILED: "Failed",
    State.INTERRUPTED: "Interrupted",
}


def all_runs(project: Project) -> list[Run]:
    """All readable runs of ``project``, the newest first, each read once. Shared: only read them.

    With a hundred runs, reading them all anew takes longer than drawing the page.
    """
    found = []
    for folder in project.runs.iterdir() if project.runs.is_dir() else ():
        if is_going(folder):
            continue
        try:
            found.append(_run(str(folder), tables.stamp(*(folder / name for name in _DESCRIBES))))
        except ProjectProblem:
            continue  # being written this moment, or damaged
    return sorted(found, key=lambda run: run.created, reverse=True)


@st.cache_resource(max_entries=1024, show_spinner=False)
def _run(folder: str, stamp: str) -> Run:
    return Run(Path(folder))


def table(runs: Sequence[Run]) -> pd.DataFrame:
    """One row a run, in their order: what the list of all runs shows.

    Scores are per cent, or missing; settings stand there where they tell runs apart. What the
    test images say stands there for runs whose test set was opened.
    """
    rows = [_row(run) for run in runs]
    names = telling(runs)
    for run, row in zip(runs, rows, strict=True):
        row |= {label_of(name): said(name, getattr(run.settings, name)) for name in names}
    frame = pd.DataFrame(rows)
    opened = ["Test", "Test, 95 %", "Looks"] if any(map(seal.is_open, runs)) else []
    order = ["Run", "State", "Validation", "Validation, 95 %", *opened, "Took"]
    return frame[[*order, *map(label_of, names), *_ours(runs), "Begun", "Note"]]


def telling(runs: Sequence[Run]) -> list[str]:
    """The settings in which ``runs`` differ, and those that always tell."""
    settings = [run.settings for run in runs]
    return [
        name
        for name in _FIELDS
        if name in _ALWAYS or len({getattr(one, name) for one in settings}) > 1
    ]


def label_of(name: str) -> str:
    """What a setting is called."""
    return str(_FIELDS[name].metadata["label"])


def said(name: str, value: Any) -> Any:
    """The value of a setting as a table shows it: a number stays one, so that it sorts."""
    if isinstance(value, str):
        return forms.choice_name(value, name)
    return value


def place_of(run: Run) -> str:
    """Where a run stands, in a few words: 'Training, 43 %', 'Waiting, 2 before it'."""
    now = progress.look(run)
    if now.state is State.RUNNING:
        return f"{STATES[now.state]}, {percent(now.share, 0)}"
    if now.state is State.QUEUED:
        return f"{STATES[now.state]}, {_before(now.ahead)}"
    return STATES[now.state]


def report_of(run: Run) -> dict[str, Any]:
    """The figures of a run; empty where it has none that can be read. Shared: only read it."""
    path = run.folder / "report.json"
    try:
        return _figures(str(run.folder), tables.stamp(path))
    except ProjectProblem:
        return {}


@st.cache_resource(max_entries=1024, show_spinner=False)
def _figures(folder: str, stamp: str) -> dict[str, Any]:
    return tables.report(Path(folder))


def _before(ahead: int | None) -> str:
    if ahead is None:
        return "in line"
    return "next" if ahead <= 1 else f"{count(ahead, 'job')} before it"


def _row(run: Run) -> dict[str, Any]:
    report = report_of(run)
    recipe = getattr(run, "recipe", None)
    row: dict[str, Any] = {
        "Run": run.name,
        "State": STATES[State.FINISHED] if report else place_of(run),
        "Recipe": _named(recipe) if run.settings.views and recipe is not None else "none",
        "Images": _images(report),
        "Split": f"seed {run.split.seed}",
        "Took": (report.get("seconds") or {}).get("total"),
        "Begun": pd.Timestamp(run.created),
        "Note": " ".join(run.note.split()),
    }
    opened = bool(report) and seal.is_open(run)
    for side, label in ((sealed.VALIDATION, "Validation"), (sealed.TEST, "Test")):
        found = report.get(side) if side == sealed.VALIDATION or opened else None
        row[label] = 100 * found["accuracy"] if found else None
        low_high = (found["accuracy_low"], found["accuracy_high"]) if found else None
        row[f"{label}, 95 %"] = interval(*low_high) if low_high else "sealed" if report else ""
    row["Looks"] = len(sealed.looks(run.project, run)) if opened else None
    return row


def _ours(runs: Sequence[Run]) -> list[str]:
    """Of recipe, images and split, what differs between ``runs``."""
    seen: dict[str, set[Any]] = {
        "Recipe": {getattr(getattr(run, "recipe", None), "id", None) for run in runs},
        "Images": {run.catalogue_id for run in runs},
        "Split": {str(run.split) for run in runs},
    }
    return [name for name, values in seen.items() if len(values) > 1]


def _named(recipe: Any) -> str:
    steps = len(recipe.active)
    return str(recipe.name) or (count(steps, "step") if steps else "none")


def _images(report: dict[str, Any]) -> int | None:
    sizes = report.get("n")
    return sum(int(size) for size in sizes.values()) if isinstance(sizes, dict) else None
