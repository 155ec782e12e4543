"""The recipe in force: where to start from, its steps with a slider each, and keeping it."""

from __future__ import annotations

from typing import Final

import streamlit as st

from core import recipe as recipes
from core.augmentations import AUGMENTATIONS
from core.lessons import glossary, lesson
from core.project import Project
from core.recipe import PRESETS, Recipe, Step
from core.ui import augment_edit, problems, state
from core.words import count, plain

_PRESET: Final = "preset"
_SAVED: Final = "saved"


def headline(project: Project, recipe: Recipe) -> None:
    """Which recipe is in force, and that training uses it."""
    if not recipe.active:
        st.markdown(
            ":material/crop_original: **No augmentation yet.** Training sees every image as it is.",
            help=glossary()["augmentation"].help,
        )
        return
    name = plain(augment_edit.title(project, recipe))
    st.markdown(
        f":material/check_circle: **Training uses this recipe: {name}**, "
        f"{count(len(recipe.active), 'augmentation')}. Changes count at once.",
        help=glossary()["recipe"].help,
    )


def show(project: Project, recipe: Recipe) -> None:
    """Where to start from, the steps, and what can be done with the recipe as a whole."""
    _starts(project, recipe)
    if not recipe.steps:
        st.markdown(lesson("augment"))
    with st.container(gap="small", key="recipe-steps"):
        for step in recipe.steps:
            _step(project, step)
    if recipe.steps:
        st.caption("Applied from top to bottom, drawn anew for every image.")
    with st.container(horizontal=True, key="recipe-acts"):
        if recipe.active:
            _keep(project, recipe)
        if recipe.steps:
            st.button(
                "Clear",
                help="Take every step out",
                type="tertiary",
                icon=":material/delete_sweep:",
                on_click=augment_edit.put,
                args=(project, Recipe()),
            )
        if augment_edit.can_undo(project):
            st.button(
                "Undo",
                type="tertiary",
                icon=":material/undo:",
                help="Back to the recipe before the last change of steps",
                on_click=augment_edit.undo,
                args=(project,),
            )


def _starts(project: Project, recipe: Recipe) -> None:
    """Presets and saved recipes; the one that is in force is marked."""
    known = {f"{_PRESET} {key}": preset for key, preset in PRESETS.items()}
    known |= {f"{_SAVED} {name}": saved for name, saved in recipes.saved(project).items()}
    now = [key for key, each in known.items() if each.name == recipe.name and each.id == recipe.id]
    current = now[0] if now else None
    key = state.key_of(f"recipe-start-{project.id}", current)

    def take() -> None:
        chosen = state.widget_value(key)
        if chosen in known and state.is_shown(key):
            augment_edit.put(project, known[chosen])

    st.pills(
        "Start from a recipe for",
        list(known),
        default=current,
        format_func=lambda each: _start_name(each, known[each]),
        key=key,
        on_change=take,
    )


def _start_name(key: str, recipe: Recipe) -> str:
    name = plain(recipe.name)
    return f":material/bookmark: {name}" if key.startswith(_SAVED) else name


def _step(project: Project, step: Step) -> None:
    """One step: what it is, a button that takes it out, its slider and what that means."""
    about = AUGMENTATIONS[step.name]
    with st.container(border=True, gap=None, key=f"step-{step.name}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(
                f"**{about.title}**",
                help=f"{about.helps}\n\n{about.lies}",
                width="stretch",
            )
            st.button(
                "",
                icon=":material/close:",
                type="tertiary",
                help=f"Remove {about.title}",
                key=f"remove-{step.name}",
                on_click=augment_edit.toggle,
                args=(project, step.name),
            )
        _slider(project, step)
        st.caption(about.amount(step.strength) if step.strength > 0 else "changes nothing")


def _slider(project: Project, step: Step) -> None:
    key = state.key_of(f"strength-{project.id}-{step.name}", step.strength)

    def take() -> None:
        if state.is_shown(key):
            augment_edit.set_strength(project, step.name, float(state.widget_value(key)))

    st.slider(
        f"Strength of {AUGMENTATIONS[step.name].title}",
        0.0,
        1.0,
        step.strength,
        step=0.01,
        key=key,
        on_change=take,
        label_visibility="collapsed",
    )


def _keep(project: Project, recipe: Recipe) -> None:
    """Save the recipe under a name."""
    taken = {preset.name for preset in PRESETS.values()}
    usual = "" if recipe.name in taken else recipe.name
    with (
        st.popover("Save", icon=":material/bookmark_add:"),
        st.form(f"save-recipe-{project.id}", border=False),
        problems.shown(),
    ):
        name = st.text_input("Name of the recipe", usual, max_chars=60)
        if st.form_submit_button("Save recipe", type="primary"):
            kept = Recipe(" ".join(name.split()), recipe.steps)
            recipes.keep(project, kept)
            recipes.save(project, kept)
            st.rerun()
