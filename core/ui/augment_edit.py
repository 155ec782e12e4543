"""Changing the recipe in force: each change is saved at once, the last big one can be undone."""

from __future__ import annotations

import dataclasses
import json
from typing import Final

from core import recipe as recipes
from core.augmentations import AUGMENTATIONS
from core.errors import Problem
from core.project import Project
from core.recipe import MOST_STEPS, Recipe, Step
from core.ui import problems, state

_FIRST: Final = 0.3  # the strength of what is added
_FIRST_OF: Final = {"flip_horizontal": 1.0, "flip_vertical": 1.0}


def toggle(project: Project, name: str) -> None:
    """Add the augmentation ``name`` to the recipe in force, or take it out."""
    now = recipes.in_force(project)
    others = tuple(step for step in now.steps if step.name != name)
    if name not in AUGMENTATIONS:
        return  # it came from a browser
    if len(others) == len(now.steps):
        if len(others) >= MOST_STEPS:
            return
        others = _with(others, Step(name, _FIRST_OF.get(name, _FIRST)))
    put(project, dataclasses.replace(now, steps=others))


def set_strength(project: Project, name: str, strength: float) -> None:
    """Change how strong one step is."""
    now = recipes.in_force(project)
    steps = tuple(
        Step(name, round(strength, 3)) if step.name == name else step for step in now.steps
    )
    _save(project, dataclasses.replace(now, steps=steps))


def put(project: Project, recipe: Recipe) -> None:
    """Put ``recipe`` in force; `undo` brings the one before it back."""
    before = recipes.in_force(project)
    if before != recipe and _save(project, recipe):
        state.keep(_before(project), json.dumps(before.to_json()))


def undo(project: Project) -> None:
    """Put the recipe in force that the last `put` replaced."""
    before = _remembered(project)
    if before is not None and _save(project, before):
        state.keep(_before(project), None)


def can_undo(project: Project) -> bool:
    """Whether `undo` would change anything."""
    before = _remembered(project)
    return before is not None and before != recipes.in_force(project)


def title(project: Project, recipe: Recipe) -> str:
    """What to call ``recipe``: its name, and whether it was changed since it had it."""
    if not recipe.name:
        return "Your own recipe"
    known = {**{each.name: each for each in recipes.PRESETS.values()}, **recipes.saved(project)}
    same = recipe.name in known and known[recipe.name].id == recipe.id
    return recipe.name if same else f"{recipe.name}, changed"


def _with(steps: tuple[Step, ...], new: Step) -> tuple[Step, ...]:
    """The steps and a new one, before the first that is shown after it."""
    order = list(AUGMENTATIONS)
    later = (at for at, step in enumerate(steps) if order.index(step.name) > order.index(new.name))
    place = next(later, len(steps))
    return *steps[:place], new, *steps[place:]


def _save(project: Project, recipe: Recipe) -> bool:
    try:
        recipes.save(project, recipe)
    except Problem as problem:
        problems.show(problem)
        return False
    return True


def _remembered(project: Project) -> Recipe | None:
    try:
        return Recipe.from_json(json.loads(state.recall(_before(project)) or ""))
    except (ValueError, Problem):
        return None


def _before(project: Project) -> str:
    return f"recipe-before-{project.id}"
