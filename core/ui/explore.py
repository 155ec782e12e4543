"""The explore page: what there is to look at, one view at a time."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from typing import Final

from core.project import Project
from core.ui import (
    explore_balance,
    explore_classes,
    explore_colours,
    explore_image,
    explore_parts,
    explore_sizes,
    map_view,
    preflight_view,
)

View = Callable[[Project], None]

_VIEWS: Final[dict[str, View]] = {
    "Balance": explore_balance.show,
    "Sizes": explore_sizes.show,
    "Colours": explore_colours.show,
    "Class by class": explore_classes.show,
    "One image": explore_image.show,
    "Map": map_view.show,
    "Preflight": preflight_view.show,
}
_MODULES: Final = {"Split": "split_view"}


def choose_view() -> View:
    """Draw the choice of views and give the chosen one; only that one is computed."""
    views = _VIEWS | {
        name: _later(module)
        for name, module in _MODULES.items()
        if importlib.util.find_spec(f"core.ui.{module}")
    }
    return views[
        explore_parts.pills("What to look at", {name: name for name in views}, "explore-view")
    ]


def _later(module: str) -> View:
    """The view of a module that is imported when it is shown."""

    def show(project: Project) -> None:
        importlib.import_module(f"core.ui.{module}").show(project)

    return show
