"""Evidence made for a test: blobs of features, one a class, and the rows that go with them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.audit import Evidence


def blobs(
    sizes: dict[str, int], apart: float = 6.0, width: int = 16, seed: int = 0
) -> tuple[pd.DataFrame, np.ndarray]:
    """Rows of a catalogue and their features: a round cloud for each class of ``sizes``."""
    rng = np.random.default_rng(seed)
    labels = [label for label, size in sizes.items() for _ in range(size)]
    middles = {label: apart * row for label, row in zip(sizes, np.eye(width), strict=False)}
    features = np.stack([middles[label] for label in labels]) + rng.normal(
        size=(len(labels), width)
    )
    images = pd.DataFrame(
        {
            "image_id": [f"id{place}" for place in range(len(labels))],
            "sha256": [f"sha{place}" for place in range(len(labels))],
            "label": pd.Series(labels, dtype="str"),
            "source": [f"{label}/{place}.jpg" for place, label in enumerate(labels)],
        }
    )
    return images, features.astype(np.float32)


def evidence(sizes: dict[str, int], **options: float) -> Evidence:
    """Evidence with nothing wrong."""
    images, features = blobs(sizes, **options)  # type: ignore[arg-type]
    return Evidence(images, features=features)
