"""A contact sheet: a few images of a zip in one picture, for a card."""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from itertools import zip_longest
from pathlib import Path, PurePosixPath
from typing import Final

import streamlit as st
from PIL import Image, ImageOps

from core.ui.tables import stamp

_SIDE: Final = 112
_COLUMNS: Final = 4
_ROWS: Final = 2
_SUFFIXES: Final = (".png", ".jpg", ".jpeg", ".webp")


def contact_sheet(archive: Path) -> bytes:
    """A few images from one of our own zips, a different class each where there are enough."""
    return _contact_sheet(str(archive), stamp(archive))


@st.cache_data(max_entries=16, show_spinner=False)
def _contact_sheet(path: str, stamp: str) -> bytes:
    sheet = Image.new("RGB", (_COLUMNS * _SIDE, _ROWS * _SIDE))
    with zipfile.ZipFile(path) as archive:
        for place, name in enumerate(_choose(archive.namelist())):
            with archive.open(name) as file, Image.open(file) as image:
                square = ImageOps.fit(image.convert("RGB"), (_SIDE, _SIDE))
            row, column = divmod(place, _COLUMNS)
            sheet.paste(square, (column * _SIDE, row * _SIDE))
    target = io.BytesIO()
    sheet.save(target, "WEBP", quality=82)
    return target.getvalue()


def _choose(names: list[str]) -> list[str]:
    """The images to show: one of each class in turn."""
    classes: dict[str, list[str]] = defaultdict(list)
    for name in sorted(names):
        if name.lower().endswith(_SUFFIXES):
            classes[PurePosixPath(name).parent.name].append(name)
    turns = zip_longest(*classes.values())
    chosen = [name for turn in turns for name in turn if name is not None]
    return chosen[: _ROWS * _COLUMNS]
