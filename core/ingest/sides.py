"""Words for training, validation and test, as people name folders and fill columns."""

from __future__ import annotations

import re
from collections.abc import Collection

_WORDS = {
    "train": "train",
    "training": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "dev": "validation",
    "test": "test",
    "testing": "test",
}
_FILLERS = frozenset(["set", "data", "dataset", "images", "image", "img", "folder", "split"])
_BETWEEN = re.compile(r"[\s_.\-]+")


def side_of(name: str) -> str | None:
    """The side that ``name`` speaks of: ``'train'``, ``'validation'``, ``'test'``, or None.

    ``Train``, ``test_set`` and ``validation-images`` do; ``train_station`` does not.
    """
    side, rest = _parse(name)
    return side if side and _FILLERS.issuperset(rest) else None


def sides_of(names: Collection[str]) -> dict[str, str]:
    """The sides of neighbours, by name: also ``seg_train`` beside ``seg_test``."""
    parsed = {name: _parse(name) for name in names}
    shared: dict[tuple[str, ...], set[str]] = {}
    for side, rest in parsed.values():
        if side:
            shared.setdefault(rest, set()).add(side)
    return {
        name: side
        for name, (side, rest) in parsed.items()
        if side and (_FILLERS.issuperset(rest) or len(shared[rest]) > 1)
    }


def _parse(name: str) -> tuple[str | None, tuple[str, ...]]:
    """The side that ``name`` holds, if it holds exactly one, and its other words."""
    words = [word for word in _BETWEEN.split(name.strip().lower()) if word]
    sides = [word for word in words if word in _WORDS]
    if len(sides) != 1:
        return None, ()
    return _WORDS[sides[0]], tuple(word for word in words if word != sides[0])
