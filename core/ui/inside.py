"""How it sees: the page beside the path that looks into the network, one view at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from core.project import Project
from core.ui import inside_cost, inside_depths, inside_sight
from core.ui.choice import one_of

View = Callable[[Project], None]

_VIEWS: Final[dict[str, View]] = {
    "From pixels to features": inside_depths.show,
    "Pixels or features?": inside_sight.show,
    "What it cost": inside_cost.show,
}


def choose_view() -> View:
    """Draw the choice of views and give the chosen one; only that one is computed."""
    return _VIEWS[one_of("What to look at", list(_VIEWS), "inside-view")]
