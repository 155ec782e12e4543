"""Pictures with something to see in them, and evidence of their fingerprints."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from PIL import Image, ImageDraw

from core.audit import Evidence
from core.audit.hashes import perceptual_hash


def scene(seed: int, size: tuple[int, int] = (160, 120)) -> Image.Image:
    """A ground that grows lighter to one side, with twelve discs and bars on it."""
    rng = np.random.default_rng(seed)
    ground = np.linspace(rng.integers(40, 120), rng.integers(120, 200), size[0])
    image = Image.fromarray(np.tile(ground, (size[1], 1)).astype(np.uint8)).convert("RGB")
    draw = ImageDraw.Draw(image)
    for shape in [draw.ellipse, draw.rectangle] * 6:
        x, y = rng.integers(0, size[0]), rng.integers(0, size[1])
        width, height = rng.integers(8, size[0] // 3), rng.integers(8, size[1] // 3)
        colour = tuple(int(value) for value in rng.integers(20, 236, 3))
        shape((x, y, x + width, y + height), fill=colour)
    return image


def seen(pictures: Sequence[Image.Image], labels: Sequence[str] | None = None) -> Evidence:
    """Evidence of ``pictures``: one class, unless ``labels`` say otherwise; no features."""
    number = len(pictures)
    images = pd.DataFrame(
        {
            "image_id": [f"id{place}" for place in range(number)],
            "sha256": [f"sha{place}" for place in range(number)],
            "label": list(labels) if labels else ["cat"] * number,
            "source": [f"{place}.jpg" for place in range(number)],
            "width": [picture.width for picture in pictures],
            "height": [picture.height for picture in pictures],
        }
    )
    measured = pd.DataFrame({"hash": [perceptual_hash(picture) for picture in pictures]})
    return Evidence(images, measured)
