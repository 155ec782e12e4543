"""Images as a page of thumbnails in one component: look closer, open, or select.

The thumbnails of a page travel once, in a message of their own that stays the same while
the user selects, and that Streamlit therefore does not send again. What changes with every
click (which page, what is selected) is a small second message.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import streamlit as st

from core.charts.style import RIGHT, WARN, WRONG
from core.ui import component

_TONES = {
    "ok": {"text": "Right", "colour": RIGHT},
    "wrong": {"text": "Wrong", "colour": WRONG},
    "warn": {"text": "Check", "colour": WARN},
}
# name in the browser: column of the rows
_COLUMNS = {
    "id": "image_id",
    "sha": "sha256",
    "caption": "caption",
    "tone": "tone",
    "badge": "badge",
    "group": "group",
}
_SHA256 = re.compile(r"[0-9a-f]{64}")

_gallery = component.register("gallery", "gallery_parts", "gallery_larger")


@dataclass(frozen=True)
class GalleryResult:
    """What the user did in a gallery.

    Attributes:
        selected: the ids of the selected images, in the order of the rows.
        opened: the id of the image that was opened, where ``opens`` was asked for.
    """

    selected: list[str]
    opened: str | None


@dataclass(frozen=True)
class _View:
    """What the browser reported, checked against the rows there are now."""

    page: int
    selected: list[str]
    opened: str | None
    turn: int


def gallery(
    rows: pd.DataFrame,
    thumbs: Path,
    key: str,
    page_size: int = 48,
    select: bool = False,
    opens: bool = False,
    empty: str = "There are no images here.",
) -> GalleryResult:
    """Draw the images of ``rows`` and say what the user did with them.

    Without ``select`` and ``opens`` a click shows the image larger, inside the page and
    without a rerun. A selection reaches over all pages and forgets images that leave the rows.
    A new ``key`` starts anew: first page, nothing selected.

    Args:
        rows: ``image_id``, ``sha256`` and ``caption``; optional ``tone`` ('ok', 'wrong',
            'warn' or nothing) draws a badge, and ``badge`` is its text where 'Right', 'Wrong'
            or 'Check' will not do. Rows that follow one another with the same ``group`` stand
            side by side, joined by a bar.
        thumbs: the folder of the thumbnails, ``<first two hex>/<sha256>.webp``. A file that
            is missing gets a neutral tile.
        key: the key of the component, unique on its page.
        page_size: images a page.
        select: images can be selected, by click, shift-click and keyboard.
        opens: a click (with ``select``: Enter or a double click) reports the image in
            ``opened``, for the page to show; the same again closes it.
        empty: what to say where there are no rows.
    """
    ids = _texts(rows, "image_id")
    everything = hashlib.sha256("\n".join(ids).encode()).hexdigest()[:16]
    view = _checked(component.reported(key, "view"), ids, everything, page_size)
    selected = view.selected if select else []
    opened = view.opened if opens else None
    first = view.page * page_size
    tiles = _tiles(rows.iloc[first : first + page_size])
    with st.container(gap=None):
        _gallery(
            key=f"{key}-images",
            data={
                "role": "images",
                "gallery": key,
                "images": {tile["sha"]: _thumbnail(thumbs, tile["sha"]) for tile in tiles},
            },
        )
        _gallery(
            key=key,
            data={
                "role": "view",
                "gallery": key,
                "tiles": tiles,
                "tones": _TONES,
                "page": view.page,
                "pageSize": page_size,
                "total": len(ids),
                "everything": everything,
                "select": select,
                "opens": opens,
                "empty": empty,
                "selected": selected,
                "opened": opened,
                "turn": view.turn,
            },
            on_view_change=_nothing,
        )
    return GalleryResult(selected, opened)


def _nothing() -> None:
    """Streamlit keeps a component's state only where it has a callback."""


def _checked(view: dict[str, object], ids: list[str], everything: str, page_size: int) -> _View:
    page, turn, opened = view.get("page"), view.get("turn"), view.get("opened")
    last = max(0, (len(ids) - 1) // page_size)
    return _View(
        page=min(max(0, page), last) if isinstance(page, int) else 0,
        selected=_selected(view.get("selected"), ids, everything),
        opened=opened if isinstance(opened, str) and opened in ids else None,
        turn=turn if isinstance(turn, int) else 0,
    )


def _selected(reported: object, ids: list[str], everything: str) -> list[str]:
    """The selected ids: a list of them, or the name of this very set of rows for all of it.

    So "all" stands for the rows that the user saw, never for others that took their place.
    """
    if reported == everything:
        return ids
    if not isinstance(reported, list) or not reported:
        return []
    chosen = {value for value in reported if isinstance(value, str)}
    return [image_id for image_id in ids if image_id in chosen]


def _tiles(page: pd.DataFrame) -> list[dict[str, str]]:
    columns = [_texts(page, column) for column in _COLUMNS.values()]
    return [dict(zip(_COLUMNS, values, strict=True)) for values in zip(*columns, strict=True)]


def _texts(page: pd.DataFrame, column: str) -> list[str]:
    """A column as texts, nothing where it has none; a column need not be there."""
    if column not in page.columns:
        return [""] * len(page)
    return page[column].astype("string").fillna("").tolist()


def _thumbnail(thumbs: Path, sha: str) -> str | None:
    """The thumbnail as base64; None where there is none."""
    if not _SHA256.fullmatch(sha):
        return None
    try:
        data = (thumbs / sha[:2] / f"{sha}.webp").read_bytes()
    except OSError:
        return None
    return base64.b64encode(data).decode("ascii")
