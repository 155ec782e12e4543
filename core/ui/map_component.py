"""The map of images as a component: hover, lasso, zoom; it tells which images are selected."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.ui import component

_map = component.register("map")


@dataclass(frozen=True)
class Mark:
    """How one kind of point is drawn, and what it stands for."""

    colour: str
    shape: str
    text: str


@dataclass(frozen=True)
class Sheet:
    """All pictures of a map in one: WebP bytes, pictures in a row, pixels a picture."""

    image: bytes
    columns: int
    side: int


def image_map(
    x: NDArray[np.floating[Any]],
    y: NDArray[np.floating[Any]],
    keys: Sequence[int],
    legend: Sequence[Mark],
    captions: Sequence[str],
    sheet: Sheet,
    version: str,
    view: str,
    key: str,
) -> list[int]:
    """Draw the map and return the places of the selected images, in their order.

    Args:
        x: where the images lie from left to right, 0..1.
        y: where they lie from top to bottom, 0..1.
        keys: the place in ``legend`` of each image.
        legend: how points are drawn.
        captions: what is said of each image.
        sheet: the pictures, in the order of the images.
        version: another one forgets what was selected.
        view: another one draws the points anew; what is selected stays.
        key: the key of the component, unique on its page.
    """
    reported = component.reported(key, "view")
    selected = _places(reported.get("selected"), len(x), reported.get("version") == version)
    turn = reported.get("turn")
    picture = base64.b64encode(sheet.image).decode("ascii")
    _map(
        key=f"{key}-sheet",
        data={"role": "sheet", "map": key, "version": version, "sheet": picture},
    )
    _map(
        key=key,
        data={
            "role": "view",
            "map": key,
            "version": version,
            "view": view,
            "x": _packed(x),
            "y": _packed(y),
            "keys": [int(place) for place in keys],
            "legend": [vars(mark) for mark in legend],
            "captions": list(captions),
            "columns": sheet.columns,
            "side": sheet.side,
            "hint": "Draw a line around images to select them; hover to look at one.",
            "selected": selected,
            "turn": turn if isinstance(turn, int) else 0,
        },
        on_view_change=_nothing,
    )
    return selected


def _nothing() -> None:
    """Streamlit keeps a component's state only where it has a callback."""


def _places(reported: object, images: int, current: bool) -> list[int]:
    """What the browser says is selected, as far as it is possible."""
    if not current or not isinstance(reported, list):
        return []
    return sorted({at for at in reported if type(at) is int and 0 <= at < images})


def _packed(values: NDArray[np.floating[Any]]) -> str:
    """Shares of one as base64 of little-endian 16-bit numbers."""
    whole = np.rint(np.clip(values, 0, 1) * 65535).astype("<u2")
    return base64.b64encode(whole.tobytes()).decode("ascii")
