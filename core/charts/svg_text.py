"""Words in an SVG: how wide they are, about, and how they are written."""

from __future__ import annotations

import html
from typing import Final

SIZE: Final = 13  # px, of all letters
LINE: Final = 18  # px from one line to the next
_NARROW: Final = set("fijlrtI.,:;'|!()[] ")
_WIDE: Final = set("mwMW@%…—")
_FULL: Final = 0x2E80  # from here on, letters are as wide as they are high


def width_of(words: str) -> float:
    """About how many pixels ``words`` take in a plain sans-serif font; rather too many."""
    return SIZE * sum(map(_share, words))


def cut_to(words: str, most: float) -> str:
    """``words``, or as many letters as fit into ``most`` pixels."""
    if width_of(words) <= most:
        return words
    kept = words
    while kept and width_of(kept) + SIZE > most:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def text(words: str, x: float, y: float, anchor: str = "start", more: str = "") -> str:
    """A text element; ``anchor`` tells which end of it, or its middle, stands at ``x``."""
    told = html.escape(words)
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {more}>{told}</text>'


def _share(letter: str) -> float:
    if letter in _NARROW:
        return 0.34
    if letter in _WIDE:
        return 0.92
    if ord(letter) >= _FULL:
        return 1.05
    return 0.68 if letter.isupper() else 0.58
