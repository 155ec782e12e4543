"""The explore page: what there is to look at, one view at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from core.project import Project
from core.ui import (
    explore_balance,
    explore_classes,
    explore_colours,
    explore_image,
    explore_sizes,
    map_view,
    preflight_view,
    split_view,
)
from core.ui.choice import one_of

View = Callable[[Project], None]

_VIEWS: Final[dict[str, View]] = {
    "Balance": explore_balance.show,
    "Sizes": explore_sizes.show,
    "Colours": explore_colours.show,
    "Class by class": explore_classes.show,
    "One image": explore_image.show,
    "Map": map_view.show,
    "Split": split_view.show,
    "Preflight": preflight_view.show,
}


def choose_view() -> View:
    """Draw the choice of views and give the chosen one; only that one is computed."""
    return _VIEWS[one_of("What to look at", list(_VIEWS), "explore-view")]
