"""Which checks there are, in the order in which they are shown."""

from __future__ import annotations

from core.audit import (
    blurry,
    borders,
    bright,
    dark,
    exact_duplicates,
    imbalance,
    jpeg_blocking,
    low_contrast,
    low_information,
    near_duplicates,
    odd_aspect_ratio,
    odd_colour,
    odd_size,
    outliers,
    overlap,
    rotated,
    tiny,
    too_few,
    unreadable,
    wrong_labels,
)
from core.audit.check import Check

CHECKS: tuple[Check, ...] = (
    unreadable.CHECK,
    exact_duplicates.CHECK,
    near_duplicates.CHECK,
    dark.CHECK,
    bright.CHECK,
    low_contrast.CHECK,
    blurry.CHECK,
    low_information.CHECK,
    jpeg_blocking.CHECK,
    borders.CHECK,
    odd_colour.CHECK,
    odd_size.CHECK,
    odd_aspect_ratio.CHECK,
    tiny.CHECK,
    rotated.CHECK,
    outliers.CHECK,
    wrong_labels.CHECK,
    overlap.CHECK,
    too_few.CHECK,
    imbalance.CHECK,
)


def check_named(name: str) -> Check:
    """The check with this name.

    Raises:
        KeyError: there is none.
    """
    for check in CHECKS:
        if check.name == name:
            return check
    raise KeyError(name)
