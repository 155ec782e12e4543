"""A picture from the clipboard."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Final

from core.errors import DataProblem
from core.ui import component

_paste = component.register("paste")
_UNNAMED: Final = "pasted.png"


def paste(key: str, most: int, turn: str) -> tuple[str, bytes] | None:
    """Wait for a picture to be pasted anywhere on the page; its name and bytes, once.

    Args:
        key: the key of the component, unique on its page.
        most: bytes that are taken; the browser refuses more before it sends them.
        turn: another one tells the browser that the last picture has arrived.

    Raises:
        DataProblem: what came from the browser makes no sense.
    """
    found = _paste(key=key, data={"most": most, "turn": turn}, on_picture_change=_nothing)
    return checked(found.picture)


def checked(reported: Any) -> tuple[str, bytes] | None:
    """Name and bytes of what a browser reported; None where it reported nothing.

    Raises:
        DataProblem: it makes no sense.
    """
    if reported is None:
        return None
    name = reported.get("name") if isinstance(reported, Mapping) else None
    content = reported.get("content") if isinstance(reported, Mapping) else None
    if isinstance(name, str) and isinstance(content, str):
        try:
            return name or _UNNAMED, base64.b64decode(content, validate=True)
        except (binascii.Error, ValueError):
            pass
    raise DataProblem(
        "What was pasted could not be read",
        "It came damaged from the browser",
        "Copy the picture and paste it again, or upload it as a file",
    )


def _nothing() -> None:
    """Streamlit keeps a component's state only where it has a callback."""
