"""The converted default backbone, made once for all tests, pixels to feed it, and a trainer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.ml.convert import Converted, converted
from core.ml.features import Pixels
from core.settings import Backbone
from tests.unit.ml.trainer import Trainer


@pytest.fixture(scope="session")
def lite0() -> Converted:
    """The default backbone, as every training uses it."""
    return converted(Backbone.LITE0, Backbone.LITE0.image_size)


@pytest.fixture(scope="session")
def pixels() -> list[Pixels]:
    """Eight different images of the default backbone's size."""
    return [generated_image(Backbone.LITE0.image_size, turn) for turn in range(8)]


def generated_image(size: int, turn: int = 0) -> Pixels:
    """Waves of every colour, (size, size, 3) uint8; another ``turn``, another image.

    Turn 0 is the image that the stored logits were made of.
    """
    i, j = np.mgrid[0:size, 0:size].astype(np.float64) / size
    red = 0.5 + 0.5 * np.sin(9 * i + 4 * j + turn)
    green = 0.5 + 0.5 * np.cos(7 * i * j + 2 * i + 3 * turn)
    blue = np.abs(np.sin(11 * j - 3 * i * i - turn))
    return (255 * np.stack([red, green, blue], axis=-1)).round().astype(np.uint8)


@pytest.fixture
def train(tmp_path: Path) -> Trainer:
    """Trains small networks in a folder of its own."""
    return Trainer(tmp_path)
