"""In what two runs differ: settings, recipe, images and split, as a table of two columns."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.in_common import differing
from core.jobs import Run
from core.ui import runs_common, runs_table
from core.words import listing, plain

Line = tuple[str, str, str]


def show(a: Run, b: Run) -> None:
    """What differs between ``a`` and ``b``, or that nothing does.

    Raises:
        ProjectProblem: the table of images of a run is damaged or gone.
    """
    lines = [*_settings(a, b), *_recipe(a, b), *_split(a, b)]
    change = runs_common.change_of_data(a, b)
    parts = [
        (change.only_a, "used by A alone"),
        (change.only_b, "used by B alone"),
        (change.relabelled, "relabelled in between"),
        (change.moved, "moved to another side of the split"),
    ]
    told = [f"{number:,} {what}" for number, what in parts if number]
    if a.catalogue_id != b.catalogue_id:
        lines.append(("Images (catalogue id)", a.catalogue_id[:8], b.catalogue_id[:8]))
    if lines:
        table = pd.DataFrame(lines, columns=["", "A", "B"])
        st.dataframe(table, hide_index=True, alt="What differs between the runs", key="differs")
    if told:
        st.caption(f"Of the images: {', '.join(told)}.")
    renamed = runs_common.renamed_between(a, b)
    if renamed:
        names = [f"*{plain(old)}* to *{plain(new)}*" for old, new in renamed.items()]
        st.caption(f"Classes renamed or merged in between: {listing(names, 6)}.")
    if not lines and not told:
        st.markdown(
            "Nothing: the same settings, recipe, images and split. Such runs give the same result."
        )
    for letter, run in (("A", a), ("B", b)):
        if run.note:
            st.caption(f"Note of {letter}: {plain(run.note)}")


def _settings(a: Run, b: Run) -> list[Line]:
    return [
        (change.label, _said(change.name, change.a), _said(change.name, change.b))
        for change in differing(a.settings, b.settings)
    ]


def _split(a: Run, b: Run) -> list[Line]:
    return [
        (f"Split: {change.label}", _said(change.name, change.a), _said(change.name, change.b))
        for change in differing(a.split, b.split)
    ]


def _recipe(a: Run, b: Run) -> list[Line]:
    """The steps that only one has, or each at another strength."""
    steps = [_steps(run) for run in (a, b)]
    names = list(dict.fromkeys([*steps[0], *steps[1]]))
    return [
        (f"Recipe: {_title(name)}", *(_strength(one.get(name)) for one in steps))  # type: ignore[misc]
        for name in names
        if steps[0].get(name) != steps[1].get(name)
    ]


def _steps(run: Run) -> dict[str, float]:
    recipe = getattr(run, "recipe", None)
    if recipe is None or not run.settings.views:
        return {}
    return {step.name: step.strength for step in recipe.active}


def _title(name: str) -> str:
    from core.augmentations import AUGMENTATIONS

    known = AUGMENTATIONS.get(name)
    return known.title if known else name


def _strength(value: float | None) -> str:
    return "none" if value is None else f"{value:.2f}"


def _said(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    shown = runs_table.said(name, value)
    return f"{shown:g}" if isinstance(shown, float) else str(shown)
