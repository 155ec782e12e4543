"""The settings of the next run as far as they are chosen.

What suits the method, and over it what the user set himself, which stays when the method changes.
"""

from __future__ import annotations

import json
from typing import Any, Final

from core import jobs, recipe
from core.errors import SettingsProblem
from core.project import Project
from core.settings import Method, TrainSettings
from core.ui import state

USUAL_VIEWS: Final = 4


def settings(project: Project) -> TrainSettings:
    """What the next run of ``project`` would be trained with."""
    own = chosen(project)
    if own.get("method") == Method.WHOLE and not jobs.accelerators():
        del own["method"]
    values = {**usual(project, Method(own.get("method", Method.HEAD))).to_dict(), **own}
    if not has_recipe(project):
        values["views"] = 0
    return TrainSettings.from_dict(values)


def usual(project: Project, method: Method) -> TrainSettings:
    """What suits ``method`` in ``project``: with a recipe in force, augmented views as well."""
    values = TrainSettings.usual(method).to_dict()
    if has_recipe(project) and not values["views"]:
        values["views"] = USUAL_VIEWS
    return TrainSettings.from_dict(values)


def has_recipe(project: Project) -> bool:
    """Whether the recipe in force changes anything."""
    return bool(recipe.in_force(project).active)


def chosen(project: Project) -> dict[str, Any]:
    """What the user set himself, by field; damaged or outdated values are passed over."""
    try:
        own = json.loads(state.recall(_key(project)) or "{}")
        TrainSettings.from_dict(own)
    except (ValueError, SettingsProblem):
        return {}
    return dict(own)


def changed(project: Project) -> list[str]:
    """The fields, other than the method, that differ from what suits the method."""
    now = settings(project)
    values, suits = now.to_dict(), usual(project, now.method).to_dict()
    return [name for name in values if name != "method" and values[name] != suits[name]]


def note(project: Project, **values: Any) -> None:
    """Keep ``values`` as set by the user."""
    own = {**chosen(project), **values}
    state.keep(_key(project), json.dumps(own))


def note_widget(project: Project, name: str, key: str) -> None:
    """Keep what the widget under ``key`` says as the user's ``name``; an empty one says nothing."""
    value = state.widget_value(key)
    if value is not None and state.is_shown(key):
        note(project, **{name: value})


def forget(project: Project) -> None:
    """Back to what suits the method."""
    own = chosen(project)
    kept = {"method": own["method"]} if "method" in own else {}
    state.keep(_key(project), json.dumps(kept))


def _key(project: Project) -> str:
    return f"draft-{project.id}"
