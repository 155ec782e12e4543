"""What the tests of the command line share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from core.__main__ import main
from tests.makers import encoded, plain

COLOURS = {"green": (40, 160, 60), "red": (190, 50, 40), "sky": (90, 150, 220)}


def colour_files(each: int = 8, classes=COLOURS, lighter: int = 0) -> dict[str, bytes]:
    """Pictures of nearly one colour, which a head tells apart at once."""
    found = {}
    for label in classes:
        for number in range(each):
            shade = tuple(channel + lighter + 3 * number for channel in COLOURS[label])
            found[f"{label}/{number}.png"] = encoded(plain(shade, (40, 30)))
    return found


def run(*arguments: object) -> int:
    """Run a command in this process; returns its exit code."""
    return main([str(argument) for argument in arguments])


def read(path: Path) -> Any:
    """What a command wrote with ``--json``."""
    return json.loads(path.read_text(encoding="utf-8"))
