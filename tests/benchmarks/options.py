"""What a subject is told when it is to be measured."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Options:
    """What was asked for.

    Attributes:
        quick: a small part of everything, to see that it runs; its figures say little.
        data: a zip to measure on instead of the usual one.
        folder: where a subject may leave files; removed afterwards.
    """

    quick: bool
    data: Path | None
    folder: Path
