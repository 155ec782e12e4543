"""Saved recipes: use one, compare two side by side, delete one."""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st

from core import recipe as recipes
from core.augmentations import AUGMENTATIONS
from core.lessons import glossary
from core.project import Project
from core.recipe import PRESETS, Recipe
from core.ui import asking, augment_edit, augment_sheet, problems, tables
from core.ui.augment_pictures import sheet
from core.words import count, listing, plain

_FORCE: Final = "in force"
_NOTHING: Final = "nothing"
_ROWS: Final = 4  # images in each of two sheets


def show(project: Project, recipe: Recipe) -> None:
    """The recipes that were saved, and a comparison of any two."""
    saved = recipes.saved(project)
    if not saved:
        st.markdown(
            "Nothing is saved yet. **Save** below your recipe keeps it under a name, so that you "
            "can come back to it or try another one."
        )
    for name, each in saved.items():
        _one(project, recipe, name, each)
    _compare(project, recipe, saved)


def _one(project: Project, recipe: Recipe, name: str, each: Recipe) -> None:
    """A saved recipe: what is in it, and what can be done with it."""
    used = each.id == recipe.id and each.name == recipe.name
    with (
        st.container(border=True, key=f"listed-recipe-{name}"),
        st.container(horizontal=True, vertical_alignment="center"),
    ):
        titles = [AUGMENTATIONS[step.name].title for step in each.active]
        st.markdown(
            f"**{plain(name)}**{'  :material/check_circle: in force' if used else ''}  \n"
            f":small[{count(len(titles), 'augmentation')}: {listing(titles, 6)}]",
            width="stretch",
        )
        st.button(
            "Use",
            icon=":material/check:",
            key=f"use-{name}",
            disabled=used,
            on_click=augment_edit.put,
            args=(project, each),
        )
        with st.popover("Delete", icon=":material/delete:", type="tertiary"), problems.shown():
            st.markdown(f"Delete **{plain(name)}** for good? Past trainings keep what they used.")
            if st.button("Delete recipe", key=f"delete-{name}", type="primary"):
                recipes.forget(project, name)
                st.rerun()


def _compare(project: Project, recipe: Recipe, saved: dict[str, Recipe]) -> None:
    """What differs between two recipes, and what both do to the same images."""
    st.header("Compare two recipes", anchor=False)
    able = {_FORCE: recipe} if recipe.active else {}
    able |= {f"saved {name}": each for name, each in saved.items()}
    able |= {f"preset {key}": each for key, each in PRESETS.items()}
    able[_NOTHING] = Recipe()
    names = {key: _called(project, key, each) for key, each in able.items()}
    options = list(able)
    # What is in force may be a preset or a saved one: beside it stands one that differs.
    other = next(place for place, key in enumerate(options) if able[key].id != able[options[0]].id)
    chosen = []
    for column, label, usual in zip(
        st.columns(2, gap="large"), ("First", "Second"), (0, other), strict=True
    ):
        with column:
            chosen.append(
                st.selectbox(
                    label,
                    options,
                    index=usual,
                    format_func=lambda key: names.get(key, key),
                    key=f"compare-{label.lower()}-{project.id}",
                )
            )
    first, second = (able[key] for key in chosen)
    _told(first, second)
    _sheets(project, {"first": (chosen[0], first), "second": (chosen[1], second)}, names)


def _sheets(
    project: Project, compared: dict[str, tuple[str, Recipe]], names: dict[str, str]
) -> None:
    """The same images after each of the two recipes; where they stand one below the other too,
    each says which it is.
    """
    images = augment_sheet.pick_each(tables.images(project), 0)[:_ROWS]
    rows, waiting = [label for _, label in images], []
    for column, (place, (key, recipe)) in zip(
        st.columns(2, gap="large"), compared.items(), strict=True
    ):
        question = augment_sheet.ask(project, recipe, images, 0)
        with column:
            st.caption(f"{place.capitalize()}: {plain(names[key])}")
            found = asking.answered(question, silent=question in waiting)
            title = f"Your images before and after the {place} recipe"
            sheet(found, rows, augment_sheet.DRAWS, f"compared-{place}", title)
            waiting += [question] if found is None else []
    asking.look_again(*waiting)


def _called(project: Project, key: str, recipe: Recipe) -> str:
    if key == _NOTHING:
        return "No augmentation"
    if key == _FORCE:
        return f"{augment_edit.title(project, recipe)}, in force"
    return recipe.name


def _told(first: Recipe, second: Recipe) -> None:
    """The steps in which they differ, as a table."""
    found = recipes.differences(first, second)
    if not found:
        st.markdown("Both do the same.")
        return
    same = len({step.name for step in (*first.active, *second.active)}) - len(found)
    rows = pd.DataFrame(
        {
            "Augmentation": [AUGMENTATIONS[each.name].title for each in found],
            "First": [_strength(each.name, each.first) for each in found],
            "Second": [_strength(each.name, each.second) for each in found],
        }
    )
    st.markdown(
        f"They differ in {count(len(found), 'augmentation')} and agree in {same or 'none'}.",
        help=glossary()["strength"].help,
    )
    st.table(rows.set_index("Augmentation"))


def _strength(name: str, strength: float) -> str:
    if not strength:
        return "not in it"
    return plain(f"{strength:.2f}") + ": " + plain(AUGMENTATIONS[name].amount(strength))
