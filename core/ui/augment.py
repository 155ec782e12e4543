"""The augment page: the recipe with its sheet, what it risks and buys, what is saved, its code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st

from core.project import Project
from core.recipe import Recipe
from core.ui import (
    alarm_view,
    augment_code,
    augment_recipe,
    augment_saved,
    augment_sheet,
    augment_shelf,
    frame,
    worth_view,
)
from core.ui.choice import one_of

View = Callable[[Project, Recipe], None]


def laboratory(project: Project, recipe: Recipe) -> None:
    """The recipe beside its sheet, and below them what can be added."""
    with st.container(key="stacking-recipe"):
        left, right = st.columns([4, 7], gap="large")
    with left:
        augment_recipe.show(project, recipe)
    with right:
        augment_sheet.show(project, recipe)
    augment_shelf.show(project, recipe, augment_sheet.on_trial(project))


_VIEWS: Final[dict[str, View]] = {
    "Recipe": laboratory,
    "Still the same class?": alarm_view.show,
    "What it buys": worth_view.show,
    "Saved and compared": augment_saved.show,
    "Code": augment_code.show,
}


def headline(project: Project, recipe: Recipe) -> None:
    """Which recipe is in force, and the way on."""
    with st.container(horizontal=True, vertical_alignment="center", key="recipe-headline"):
        with st.container():
            augment_recipe.headline(project, recipe)
        if st.button("Next: train", icon=frame.stage("train").icon):
            frame.go("train", project)


def choose_view() -> View:
    """Draw the choice of views and give the chosen one; only that one is computed."""
    return _VIEWS[one_of("What to look at", list(_VIEWS), "augment-view")]
