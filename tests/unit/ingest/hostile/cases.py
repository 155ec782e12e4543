"""What a hostile file may get."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Taken:
    """It is an image like any other; ``facts`` are some of those that are told of it."""

    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Rejected:
    """This one file is left out, and this is the reason that a learner reads."""

    reason: str


@dataclass(frozen=True)
class Refused:
    """The whole archive is refused, under this title."""

    title: str


def taken(width: int, height: int, **facts: Any) -> Taken:
    """Taken, with this size when upright."""
    return Taken({"width": width, "height": height, **facts})


EMPTY = Rejected("The file is empty")
CUT = Rejected("The image is cut off")
DAMAGED = Rejected("The image is damaged")
LARGE = Rejected("The image is too large")
UNREASONABLE = Rejected("The image is built in an unreasonable way")
TIFF_UNREAD = Rejected("A TIFF image that cannot be read")


def not_an_image(what: str = "") -> Rejected:
    """Rejected for what it is instead."""
    return Rejected(f"Not an image: {what}" if what else "Not an image")


@dataclass(frozen=True)
class ImageCase:
    """One file among images: its name, its bytes once they are made, and what it gets."""

    name: str
    make: Callable[[], bytes]
    gets: Taken | Rejected

    def __str__(self) -> str:
        return self.name
