"""The live sheet: the user's own images, before and after the recipe in force."""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st

from core.jobs.augment_sheet import Sheet, Shown
from core.lessons import glossary
from core.project import Project
from core.recipe import Recipe
from core.ui import asking, explore_tables, state, tables
from core.ui.asking import Question
from core.ui.augment_pictures import chosen_row, sheet
from core.ui.choice import one_of
from core.ui.gallery import gallery

ROWS: Final = 6
DRAWS: Final = 5
SIDE: Final = 112  # of a square, in pixels
_A_PAGE: Final = 12  # images to choose from
_PARTNERS: Final = 8  # classes that mixing may mix with
_DRAW: Final = "core.jobs.augment_sheet:draw"
_SEED: Final = "augment-seed"
_KEY: Final = "augment-sheet"
_MODES: Final = {"each": "Of each class", "one": "Of one class", "mine": "My choice"}


def show(project: Project, recipe: Recipe) -> None:
    """Which images, the sheet itself, and new draws."""
    mode = one_of("Which images", _MODES, "augment-rows")
    images = _rows(project, mode)
    if images:
        _acts(project, mode)
        _sheet(project, recipe, images)
    if mode == "mine":
        _choose(project)


def on_trial(project: Project) -> Shown:
    """The image that the shelf shows augmentations on: chosen on the sheet, or its first."""
    images = _rows(project, state.widget_value("augment-rows") or "each") or pick_each(
        tables.images(project), 0
    )
    row = chosen_row(_KEY, [label for _, label in images])
    return images[row or 0]


def ask(project: Project, recipe: Recipe, images: list[Shown], seed: int) -> Question:
    """The question for a sheet."""
    return asking.question(
        _DRAW,
        str(project.folder),
        recipe.to_json() | {"name": ""},
        images,
        partners(project),
        DRAWS,
        seed,
        SIDE,
    )


def partners(project: Project) -> list[Shown]:
    """What mixing mixes with: an image of each of some classes."""
    images = tables.images(project).sort_values("sha256").drop_duplicates("label")
    return _shown(images.sort_values("label").head(_PARTNERS))


def pick_each(images: pd.DataFrame, page: int) -> list[Shown]:
    """Images of each class in turn, `ROWS` a page; the last page is followed by the first."""
    return _page(_in_turn(images), page)


def pick_one(images: pd.DataFrame, label: str, page: int) -> list[Shown]:
    """Images of one class, `ROWS` a page."""
    return _page(images[images["label"] == label].sort_values("sha256"), page)


def _in_turn(images: pd.DataFrame) -> pd.DataFrame:
    """The images in an order in which the classes take turns."""
    order = images.sort_values("sha256")
    turn = order.groupby("label").cumcount()
    return order.assign(turn=turn).sort_values(["turn", "label"], kind="stable")


def _page(images: pd.DataFrame, page: int) -> list[Shown]:
    pages = max(1, -(-len(images) // ROWS))
    first = (page % pages) * ROWS
    return _shown(images.iloc[first : first + ROWS])


def _shown(images: pd.DataFrame) -> list[Shown]:
    return [(str(sha), str(label)) for sha, label in images[["sha256", "label"]].to_numpy()]


def _rows(project: Project, mode: str) -> list[Shown]:
    images, page = tables.images(project), _page_number(project)
    if mode == "mine":
        chosen = (state.recall(_mine(project)) or "").split()
        return _shown(images[images["image_id"].isin(chosen)].head(ROWS))
    if mode == "one":
        names = explore_tables.labels(project)
        label = state.widget_value(_class_key(project))
        return pick_one(images, label if label in names else names[0], page)
    return pick_each(images, page)


def _acts(project: Project, mode: str) -> None:
    """New draws, other images, and the seed."""

    def reshuffle() -> None:
        state.choose_widget(_SEED, int(state.widget_value(_SEED) or 0) + 1)

    def turn_page() -> None:
        state.keep(_page_key(project), str(_page_number(project) + 1))

    with st.container(horizontal=True, vertical_alignment="bottom", key="sheet-acts"):
        if mode == "one":
            names = explore_tables.labels(project)
            st.selectbox("Class", names, key=_class_key(project), width=180)
        st.button("Reshuffle", icon=":material/casino:", on_click=reshuffle)
        if mode != "mine":
            st.button("Other images", icon=":material/photo_library:", on_click=turn_page)
        st.number_input(
            "Seed",
            0,
            2**31 - 1,
            step=1,
            key=_SEED,
            width=120,
            help=glossary()["seed"].help,
        )


def _sheet(project: Project, recipe: Recipe, images: list[Shown]) -> None:
    names = [label for _, label in images]
    asked = ask(project, recipe, images, int(state.widget_value(_SEED) or 0))
    found: Sheet | None = asking.answered(asked)
    sheet(
        found,
        names,
        DRAWS,
        _KEY,
        chosen=chosen_row(_KEY, names) or 0,
        on_choice=_nothing,
    )
    if found is None:
        if asked.told is None:
            st.caption("Drawing the sheet")
        asking.look_again(asked)
    elif not recipe.active:
        st.caption("Before and after are the same: the recipe is empty.")
    else:
        mixed = " Mixed images show their mixed label." if any(found.shares) else ""
        st.caption(
            f"Every column is another draw. The same seed always gives the same sheet.{mixed}"
        )


def _choose(project: Project) -> None:
    """All images, to choose those of the sheet from."""
    st.markdown(f"Choose up to {ROWS} images for the sheet.")
    images = _in_turn(tables.images(project)).assign(caption=lambda table: table["label"])
    chosen = gallery(
        images, project.thumbs, f"sheet-mine-{project.id}", page_size=_A_PAGE, select=True
    ).selected
    if chosen[:ROWS] != (state.recall(_mine(project)) or "").split():
        state.keep(_mine(project), " ".join(chosen[:ROWS]))
        st.rerun()


def _nothing() -> None:
    """The page itself reads what was chosen."""


def _page_number(project: Project) -> int:
    kept = state.recall(_page_key(project)) or ""
    return int(kept) if kept.isdecimal() else 0


def _page_key(project: Project) -> str:
    return f"sheet-page-{project.id}"


def _class_key(project: Project) -> str:
    return f"sheet-class-{project.id}"


def _mine(project: Project) -> str:
    return f"sheet-mine-{project.id}"
