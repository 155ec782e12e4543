"""Every augmentation to choose from, group by group, shown on one of the user's images."""

from __future__ import annotations

from typing import Final

import streamlit as st

from core.augmentations import AUGMENTATIONS, Augmentation
from core.jobs.augment_sheet import Shown
from core.lessons import glossary
from core.project import Project
from core.recipe import MOST_STEPS, Recipe
from core.ui import asking, augment_edit
from core.ui.asking import Question
from core.ui.augment_pictures import chosen_card, shelf
from core.ui.augment_sheet import SIDE, partners
from core.ui.choice import one_of
from core.words import plain

_STRENGTHS: Final = (0.25, 0.5, 1.0)
_HEADS: Final = ("before", "0.25", "0.5", "1")
_CHOICES: Final = "core.jobs.augment_sheet:choices"


def groups() -> dict[str, list[Augmentation]]:
    """The augmentations by group, in display order."""
    found: dict[str, list[Augmentation]] = {}
    for each in AUGMENTATIONS.values():
        found.setdefault(each.group, []).append(each)
    return found


def show(project: Project, recipe: Recipe, image: Shown) -> None:
    """A group of augmentations, each with pictures, what it is good for, and a button."""
    st.header("Add an augmentation", anchor=False)
    by_group = groups()
    group = one_of("Group", list(by_group), "augment-group")
    st.caption(
        f"Shown on an image of *{plain(image[1])}* (click another on the sheet to change it), at "
        "three strengths, each as far as it goes.",
        help=glossary()["strength"].help,
    )
    pictures, pending = _pictures(project, by_group[group], image)
    key = f"augment-shelf-{group}"

    def take() -> None:
        augment_edit.toggle(project, chosen_card(key))

    shelf(
        by_group[group],
        [step.name for step in recipe.steps],
        pictures,
        _HEADS,
        len(recipe.steps) >= MOST_STEPS,
        key,
        take,
    )
    if pending is not None:
        asking.look_again(pending)
    if len(recipe.steps) >= MOST_STEPS:
        st.caption(f"A recipe has at most {MOST_STEPS} steps; remove one to add another.")


def _pictures(
    project: Project, augmentations: list[Augmentation], image: Shown
) -> tuple[dict[str, bytes], Question | None]:
    """What is drawn so far, by name, and the question that is asked now.

    One at a time: so the sheet, which somebody is waiting for, never stands behind a long line.
    """
    others = partners(project)
    found: dict[str, bytes] = {}
    for each in augmentations:
        asked = asking.question(
            _CHOICES, str(project.folder), [each.name], image, others, list(_STRENGTHS), SIDE
        )
        answer = asking.answered(asked, silent=True)
        if answer is None:
            return found, asked
        found[each.name] = answer.picture
    return found, None
