"""Images side by side: as they were, and what became of them, each with what was said of it."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.ui import component

_pairs = component.register("pairs")
_HEADS: Final = ("Before", "After")


@dataclass(frozen=True)
class Beside:
    """One pair: its row in the picture, and what was said before and after."""

    row: int
    before: str
    after: str


def pairs(picture: bytes, rows: int, shown: Sequence[Beside], title: str, key: str) -> None:
    """Draw pairs of a sheet of two columns.

    Args:
        picture: WebP; left the images before, right after.
        rows: that the sheet has.
        shown: which of them to draw, in this order.
        title: for those who do not see it.
        key: the key of the component, unique on its page.
    """
    data = {
        "picture": base64.b64encode(picture).decode("ascii"),
        "rows": rows,
        "title": title,
        "heads": _HEADS,
        "pairs": [{"row": one.row, "said": [one.before, one.after]} for one in shown],
    }
    _pairs(key=key, data=data)
