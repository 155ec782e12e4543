"""Results of stress tests, made up: what was said is decided by the test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from core import stress
from core.corruptions import CORRUPTIONS, SEVERITIES
from core.stress import Stress

CLASSES = ("cat", "dog")
Right = Callable[[int, str, int], bool]


def images(n: int, side: str = "validation") -> pd.DataFrame:
    """The table of a run's images: cats and dogs in turn."""
    return pd.DataFrame(
        {
            "image_id": [f"{number:016x}" for number in range(n)],
            "sha256": [f"{number:064x}" for number in range(n)],
            "source": [f"{number}.png" for number in range(n)],
            "label": [CLASSES[number % 2] for number in range(n)],
            "split": side,
        }
    )


def rows(table: pd.DataFrame, right: Right, names: Sequence[str] = tuple(CORRUPTIONS)):
    """Answers to ``table``; ``right`` says by place, corruption and severity which hold."""
    made = []
    for name in (stress.CLEAN, *names):
        for severity in (0,) if name == stress.CLEAN else SEVERITIES:
            for place, (image, label) in enumerate(
                zip(table["image_id"], table["label"], strict=True)
            ):
                other = CLASSES[1 - CLASSES.index(label)]
                said = label if right(place, name, severity) else other
                made.append((image, name, severity, said, np.float32(0.75)))
    return pd.DataFrame(made, columns=["image_id", "corruption", "severity", *_ANSWER])


_ANSWER = ("predicted", "confidence")


def written(
    folder: Path, n: int, right: Right, names: Sequence[str] = tuple(CORRUPTIONS), asked: int = 0
) -> Stress:
    """Save answers to ``n`` images in ``folder`` and load them again."""
    table = images(max(n, asked))
    stress.begin(folder, "validation", table["image_id"].tolist()[: asked or n])
    stress.save_rows(folder, rows(table.head(n), right, names))
    found = stress.load(folder, table, CLASSES, "validation")
    assert found is not None
    return found
