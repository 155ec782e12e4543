"""The left side of the train page: what the next run is trained with, in three settings or all."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import jobs
from core import recipe as recipes
from core import split as splits
from core.jobs import Run
from core.lessons import glossary, lesson
from core.project import Project
from core.settings import Method, Schedule, SplitSettings, TrainSettings
from core.ui import (
    forms,
    frame,
    problems,
    progress,
    rate_view,
    state,
    tables,
    training_draft,
)
from core.ui.choice import one_of
from core.ui.engine import desk
from core.words import count, listing, plain

_VIEWS: Final = {"simple": "Simple", "all": "All settings"}
_SIMPLE: Final = ("method", "backbone", "epochs")
_SIMPLE_SCRATCH: Final = ("method", "image_size", "epochs")
# A heading, and its settings in rows: two short ones share a row.
_GROUPS: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "What learns": (("method",), ("backbone",), ("image_size", "fit")),
    "Augmentation": (("views",),),
    "The steps": (("epochs", "batch_size"), ("learning_rate", "schedule")),
    "Against overfitting": (
        ("weight_decay", "dropout"),
        ("label_smoothing", "patience"),
    ),
    "Classes and chance": (("balance", "seed"),),
}
_METHODS: Final = {
    Method.HEAD: "A pretrained network looks, one new layer learns. Seconds. Begin here.",
    Method.FINETUNE: "Then the last third of the network learns too. A minute or a few.",
    Method.SCRATCH: "A small network that knows nothing yet. Shows what pretraining is worth.",
    Method.WHOLE: "Every layer of the pretrained network learns. For an accelerator.",
}
_NO_WHOLE: Final = (
    "Whole network: not on this computer. It needs an accelerator, such as a graphics card that "
    "TensorFlow can use; without one it would take hours."
)
_QUEUED: Final = "It begins when the run at work is done."
_SAME: Final = (
    "A run with these very settings is at work or waiting. It would come to the same result: "
    "change something first."
)
_LOOKED_AT: Final = 8
_MUCH: Final = 0.5
_SIDES: Final = (("train", "to learn from"), ("validation", "to steer"), ("test", "to judge"))


def ask(project: Project) -> tuple[TrainSettings, SplitSettings, DeltaGenerator]:
    """The settings of the next run as chosen, and the place for its button.

    Raises:
        SettingsProblem: the values contradict each other.
    """
    view = one_of("How many settings to show", _VIEWS, "settings-view")
    settings = training_draft.settings(project)
    split = splits.in_force(project)
    if view == "simple":
        _simple(project, settings)
    else:
        split = _all(project, settings, split)
    _own(project)
    return settings, split, st.container(key="train-go")


def _simple(project: Project, settings: TrainSettings) -> None:
    names = _SIMPLE if settings.method.is_pretrained else _SIMPLE_SCRATCH
    _rows(project, settings, [(name,) for name in names])
    _augmentation(project, settings)
    _lessons(names, "simple")


def _all(project: Project, settings: TrainSettings, split: SplitSettings) -> SplitSettings:
    """Draw every setting; how the images are to be divided as chosen."""
    for heading, rows in _GROUPS.items():
        st.markdown(f"**{heading}**")
        _rows(project, settings, rows)
        if heading == "Augmentation":
            _augmentation(project, settings)
        if heading == "The steps":
            rate_view.offer(project, settings)
        _lessons([name for row in rows for name in row], heading)
    st.markdown("**How the images are divided**")
    # A split that was chosen on the explore page since starts the form anew
    key = f"split-{project.id}-{tables.stamp(project.split_file)}"
    return forms.settings_form(split, key)


def latest_looks(runs: Sequence[Run]) -> dict[str, progress.Look]:
    """Where the latest of ``runs`` stand, by id: looked at once for all parts of the page."""
    return {run.id: progress.look(run) for run in runs[:_LOOKED_AT]}


def train_button(
    project: Project,
    settings: TrainSettings,
    split: SplitSettings,
    runs: Sequence[Run],
    looks: Mapping[str, progress.Look],
) -> None:
    """How the images are divided, and the button that begins the run where that can be done.

    While another run is at work, the new one waits its turn; the same one twice is not begun.

    Args:
        project: whose images they are.
        settings: of the new run.
        split: of the same.
        runs: the newest first.
        looks: where the latest of them stand, by id.
    """
    with problems.shown():
        sides = tables.sides(project, split)
        st.caption(_division(sides), help=glossary()["split"].help)
        for hint in _hints(settings, sides):
            st.caption(f":material/lightbulb: {hint}")
        active = [run for run in runs if run.id in looks and looks[run.id].state.is_active]
        same = any(run.settings == settings and run.split == split for run in active)
        pressed = st.button(
            "Train next" if active else "Train again" if runs else "Train",
            type="secondary" if runs else "primary",
            icon=":material/play_arrow:",
            disabled=same,
            help=_SAME if same else _QUEUED if active else None,
            width="stretch",
        )
        if pressed:
            run = jobs.start_training(project, settings, split, desk())
            state.choose_run(run.id)
            st.rerun()


def _rows(project: Project, settings: TrainSettings, rows: Sequence[Sequence[str]]) -> None:
    for row in rows:
        for name, place in zip(row, st.columns(len(row), vertical_alignment="bottom"), strict=True):
            with place:
                _one(project, settings, name)


def _one(project: Project, settings: TrainSettings, name: str) -> None:
    """The widget of one setting. What it holds is the draft's, whoever changed that."""
    value = getattr(settings, name)
    key = state.key_of(f"train-{project.id}-{name}", value)
    changed = partial(training_draft.note_widget, project, name, key)
    if name == "method":
        _method(value, key, changed)
        return
    usual = getattr(training_draft.usual(project, settings.method), name)
    off = _out_of_play(project, settings, name)
    forms.setting_widget(TrainSettings, name, value, usual, key, changed, disabled=bool(off))
    if off:
        st.caption(off)


def _method(now: Method, key: str, changed: Callable[[], None]) -> None:
    offered = [method for method in Method if method is not Method.WHOLE or jobs.accelerators()]
    (field,) = (field for field in dataclasses.fields(TrainSettings) if field.name == "method")
    st.radio(
        field.metadata["label"],
        offered,
        offered.index(now),
        format_func=forms.choice_name,
        captions=[_METHODS[method] for method in offered],
        help=forms.help_of(field),
        key=key,
        on_change=changed,
    )
    if Method.WHOLE not in offered:
        st.caption(f":material/block: {_NO_WHOLE}")


def _out_of_play(project: Project, settings: TrainSettings, name: str) -> str:
    """Why a setting changes nothing as things stand; nothing where it does."""
    if name == "backbone" and not settings.method.is_pretrained:
        return "A network that starts from scratch stands on no other."
    if name == "views" and not training_draft.has_recipe(project):
        return "There is no recipe to make them by yet."
    return ""


def _augmentation(project: Project, settings: TrainSettings) -> None:
    """What is varied, in a line, and the way to the page where that is chosen."""
    recipe = recipes.in_force(project)
    if not recipe.active:
        label = "Vary your images first: make a recipe"
    else:
        name = f" by the recipe “{plain(recipe.name)}”" if recipe.name else " by your recipe"
        label = "Change the recipe"
        st.caption(_varied(settings, name))
    frame.link("augment", label, project)


def _varied(settings: TrainSettings, by: str) -> str:
    if not settings.views:
        return "Augmentation is off: the images are learnt as they are."
    if not settings.method.is_pretrained or settings.method is Method.WHOLE:
        return f"Each image is varied anew in every epoch{by}."
    return f"Each image is learnt in {settings.views} varied copies as well{by}."


def _lessons(names: Sequence[str], key: str) -> None:
    """What each of these settings does, on demand."""
    more = st.popover(
        "What do these do?" if len(names) > 1 else "What does this do?",
        type="tertiary",
        icon=":material/school:",
        key=f"lessons-{key}",
        on_change="rerun",
    )
    if more.open:
        with more:
            for name in names:
                st.markdown(f"**{glossary()[name].term}**\n\n{lesson(f'settings/{name}')}")


def _own(project: Project) -> None:
    """Which settings the user changed, shown or not, and the way back."""
    changed = training_draft.changed(project)
    if not changed:
        return
    labels = {field.name: field.metadata["label"] for field in dataclasses.fields(TrainSettings)}
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"Changed by you: {listing([labels[name] for name in changed], 5)}.")
        st.button(
            "Back to the usual",
            icon=":material/undo:",
            type="tertiary",
            on_click=training_draft.forget,
            args=(project,),
        )


def _hints(settings: TrainSettings, sides: pd.DataFrame) -> list[str]:
    """Settings that do not go together, or not with so many images."""
    learnt = int(sides.loc[sides["split"] == "train", "images"].sum())
    found = []
    if settings.batch_size > learnt:
        found.append(
            f"A batch of {settings.batch_size} holds more than your {count(learnt, 'image')} to "
            "learn from, so each epoch is a single step. Try a smaller batch."
        )
    if settings.patience >= settings.epochs > 1 and settings.schedule != Schedule.COSINE:
        found.append(
            "With a patience as long as the training, it never stops early. The best epoch is "
            "kept all the same."
        )
    if settings.dropout > _MUCH and settings.method is Method.HEAD and settings.label_smoothing:
        found.append("Dropout and label smoothing together may hold the training back too much.")
    return found


def _division(sides: pd.DataFrame) -> str:
    totals = sides.groupby("split")["images"].sum()
    parts = [f"{int(totals.get(side, 0)):,} {purpose}" for side, purpose in _SIDES]
    total = count(int(totals.sum()), "image")
    return f"Of your {total}: {parts[0]}, {parts[1]} and {parts[2]}."
