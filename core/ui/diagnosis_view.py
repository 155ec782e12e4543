"""The diagnosis of a run on its page: what its curves say, why, and what to try next."""

from __future__ import annotations

import dataclasses
from typing import Any, Final

import streamlit as st

from core.diagnosis import Diagnosis, diagnose
from core.errors import ProjectProblem
from core.jobs import Run
from core.lessons import glossary, lesson
from core.project import Project
from core.settings import TrainSettings
from core.ui import forms, frame, tables, training_draft
from core.words import plain

_ICONS: Final = {
    "all_well": ":green[:material/check_circle:]",
    "validation_too_small": ":gray[:material/info:]",
}
_ICON: Final = ":orange[:material/lightbulb:]"
_LABELS: Final = {
    field.name: str(field.metadata["label"]) for field in dataclasses.fields(TrainSettings)
}
_SET: Final = "Puts it into the settings of the next run; you start that yourself."


def show(
    project: Project, run: Run, report: dict[str, Any] | None, epochs: list[dict[str, Any]]
) -> None:
    """What the curves of ``run`` say, each finding with its evidence and what to try."""
    try:
        found = diagnose(epochs, report, run.settings, tables.class_sizes(run.folder))
    except ProjectProblem:
        return  # its images are not known any more; the page says so elsewhere
    st.header("What the curves say", anchor=False, help=glossary()["diagnosis"].help)
    if not found:
        st.markdown("Nothing that is sure enough to say.")
    for one in found:
        with st.container(border=True, key=f"diagnosis-{one.key}"):
            _one(project, one)


def _one(project: Project, one: Diagnosis) -> None:
    icon = _ICONS.get(one.key, _ICON)
    st.markdown(f"{icon} **{plain(one.title)}**", help=glossary()[one.key].help)
    st.markdown(plain(one.evidence))
    st.markdown(plain(one.advice))
    with st.container(horizontal=True, vertical_alignment="center"):
        _try(project, one)
        with st.popover("Learn more", type="tertiary", icon=":material/school:"):
            st.markdown(lesson(f"diagnosis/{one.key}"))


def _try(project: Project, one: Diagnosis) -> None:
    """A button that puts the advice into the form, or the way to where it can be followed."""
    if not one.changes:
        return
    if "views" in one.changes and not training_draft.has_recipe(project):
        frame.link("augment", "Make a recipe", project)
        return
    now = training_draft.settings(project).to_dict()
    if all(now[name] == value for name, value in one.changes.items()):
        st.caption(":material/check: The next run is set so.")
        return
    wanted = ", ".join(_named(name, value) for name, value in one.changes.items())
    st.button(
        f"Set {wanted}",
        icon=":material/tune:",
        key=f"try-{one.key}",
        help=_SET,
        on_click=training_draft.note,
        args=(project,),
        kwargs=dict(one.changes),
    )


def _named(name: str, value: Any) -> str:
    label = _LABELS[name]
    shown = forms.choice_name(value, name) if isinstance(value, str) else f"{value:g}"
    return f"{label.lower()} to {shown}"
