"""What corruptions do to a few images, as one picture: a short question to the worker.

Drawn from the originals at the model's size, by the code that the stress test uses: what is
seen is what the model is shown, made smaller for the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from core.corruptions import Pixels, corrupted
from core.errors import DataProblem
from core.ingest import original_path
from core.ingest.fit import load_fitted
from core.settings import Fit

Row = tuple[str, str]
"""The name of a corruption, and the SHA-256 of the image that it is shown on"""
_GREY = 128
_QUALITY = 88


@dataclass(frozen=True)
class Sheet:
    """Pictures in rows and columns, as one.

    Attributes:
        picture: WebP.
        rows, columns: of squares; the first column holds the images as they are.
    """

    picture: bytes
    rows: int
    columns: int


def draw(
    project_folder: str,
    rows: Sequence[Row],
    severities: Sequence[int],
    size: int,
    fit: str,
    side: int,
) -> Sheet:
    """A sheet: a row a corruption and image; as it is, then at each severity.

    Args:
        project_folder: where the images lie.
        rows: what is shown.
        severities: one a column, after the first.
        size: the side in pixels at which the model sees images.
        fit: how they become square, see `core.ingest.fit`.
        side: of a square on the sheet, in pixels.
    """
    hashes = list(dict.fromkeys(sha256 for _, sha256 in rows))
    folder = Path(project_folder)
    with ThreadPoolExecutor(2) as pool:
        loaded = pool.map(lambda sha256: _load(folder, sha256, size, Fit(fit)), hashes)
        images = dict(zip(hashes, loaded, strict=True))
    whole = Image.new("RGB", (side * (1 + len(severities)), side * max(1, len(rows))))
    for place, (name, sha256) in enumerate(rows):
        for column, severity in enumerate((0, *severities)):
            seen = corrupted(images[sha256], name, severity, sha256)
            small = Image.fromarray(seen).resize((side, side), Image.Resampling.BOX)
            whole.paste(small, (column * side, place * side))
    target = BytesIO()
    whole.save(target, "WEBP", quality=_QUALITY, method=2)
    return Sheet(target.getvalue(), len(rows), 1 + len(severities))


def _load(folder: Path, sha256: str, size: int, fit: Fit) -> Pixels:
    """An original at the model's size; grey where it cannot be read."""
    try:
        return load_fitted(original_path(folder, sha256).read_bytes(), size, fit)
    except (OSError, DataProblem):
        return np.full((size, size, 3), _GREY, np.uint8)
