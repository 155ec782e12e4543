"""A map of the images: those that look alike to the pretrained network lie close together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image, ImageOps

from core import probe
from core.errors import Stopped

MOST = 10_000  # images on a map; of more, a part is shown that has every class in its share
COLUMNS = 100  # pictures in a row of the sheet
_WIDTH = 50  # principal components that the neighbours are looked for in
_PERPLEXITY = 30.0
_EVERY = 25  # iterations between two looks at whether to stop
ITERATIONS = 750  # of t-SNE: 250 with exaggerated forces, then 500
_SIDES = ((600, 64), (1500, 48), (4000, 40), (MOST, 32))  # up to so many images: pixels a picture


def chosen(labels: Sequence[str], most: int = MOST, seed: int = 0) -> NDArray[np.int64]:
    """Places of the images that go on the map: all, or ``most`` of them, each class its share."""
    if len(labels) <= most:
        return np.arange(len(labels))
    order = np.random.default_rng(seed).permutation(len(labels))
    turns = pd.Series(np.asarray(labels)[order])
    rank = turns.groupby(turns).cumcount() / turns.groupby(turns).transform("size")
    return np.sort(order[np.argsort(rank.to_numpy(), kind="stable")[:most]])


def place(
    features: NDArray[np.float32],
    tell: Callable[[int, int], None] = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
    seed: int = 0,
) -> pd.DataFrame:
    """Where each image lies: pca_x, pca_y, and x, y by t-SNE; each column within 0..1.

    Sources: L. van der Maaten, G. Hinton, Visualizing data using t-SNE, JMLR 9 (2008); begun
    from the principal components as in D. Kobak, P. Berens, The art of using t-SNE for
    single-cell transcriptomics, Nature Communications 10 (2019); computed by openTSNE.

    Args:
        features: (images, width).
        tell: called with how many iterations are done, of how many.
        should_stop: asked every few iterations.
        seed: the same gives the same map.

    Raises:
        Stopped: ``should_stop`` said so.
    """
    parts = probe.compress(features, _WIDTH, seed)
    flat = np.zeros((len(parts), 2))
    flat[:, : min(2, parts.shape[1])] = parts[:, :2]
    spread = _spread(parts, flat, tell, should_stop, seed) if len(parts) > 4 else flat
    columns = (("pca_x", flat[:, 0]), ("pca_y", flat[:, 1]), ("x", spread[:, 0]))
    scaled = {name: _within(values) for name, values in (*columns, ("y", spread[:, 1]))}
    return pd.DataFrame(scaled, dtype=np.float32)


def _spread(
    parts: NDArray[np.float32],
    flat: NDArray[np.float64],
    tell: Callable[[int, int], None],
    should_stop: Callable[[], bool],
    seed: int,
) -> NDArray[np.float64]:
    from openTSNE import TSNE

    done = 0

    def look(iteration: int, error: float, embedding: Any) -> bool:
        nonlocal done
        done += _EVERY
        tell(min(done, ITERATIONS), ITERATIONS)
        return should_stop()

    # Identical pictures would start, and stay, on one spot and divide by a distance of nought
    start = flat + 1e-6 * np.random.default_rng(seed).normal(size=flat.shape)
    start *= 1e-4 / max(float(start[:, 0].std()), 1e-12)
    work = TSNE(
        perplexity=min(_PERPLEXITY, (len(parts) - 1) / 3),
        initialization=start,
        random_state=seed,
        n_jobs=2,
        callbacks=[look],
        callbacks_every_iters=_EVERY,
    )
    answer = np.asarray(work.fit(parts), dtype=np.float64)
    if should_stop():
        raise Stopped
    return answer


def _within(values: NDArray[Any]) -> NDArray[Any]:
    low, high = float(values.min(initial=np.inf)), float(values.max(initial=-np.inf))
    return (values - low) / (high - low) if high > low else np.full(len(values), 0.5)


def side_of(images: int) -> int:
    """The pixels that a picture on the sheet has on each side."""
    return next(side for most, side in _SIDES if images <= most or most == MOST)


def sheet(thumbs: Sequence[Path]) -> bytes:
    """All pictures of a map on one sheet, `COLUMNS` in a row, in the order of ``thumbs``; WebP.

    A thumbnail that is missing leaves its place grey.
    """
    side = side_of(len(thumbs))
    rows = max(1, -(-len(thumbs) // COLUMNS))
    canvas = Image.new("RGB", (min(COLUMNS, max(1, len(thumbs))) * side, rows * side), "#808890")
    for number, path in enumerate(thumbs):
        row, column = divmod(number, COLUMNS)
        try:
            with Image.open(path) as image:
                small = ImageOps.fit(image.convert("RGB"), (side, side))
        except OSError:
            continue
        canvas.paste(small, (column * side, row * side))
    return _packed(canvas)


def part(content: bytes, side: int, places: Sequence[int]) -> bytes:
    """Those pictures of a sheet that stand at ``places``, closed up; WebP."""
    rows = max(1, -(-len(places) // COLUMNS))
    canvas = Image.new("RGB", (min(COLUMNS, max(1, len(places))) * side, rows * side))
    with Image.open(BytesIO(content)) as whole:
        for number, place in enumerate(places):
            row, column = divmod(place, COLUMNS)
            picture = whole.crop((column * side, row * side, (column + 1) * side, (row + 1) * side))
            row, column = divmod(number, COLUMNS)
            canvas.paste(picture, (column * side, row * side))
    return _packed(canvas)


def _packed(canvas: Image.Image) -> bytes:
    target = BytesIO()
    canvas.save(target, "WEBP", quality=70, method=2)
    return target.getvalue()
