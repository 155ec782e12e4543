"""Two runs under the same stress: which one keeps more, image by image."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from core.stress.figures import Share, intervals
from core.stress.kept import Stress

_LEVEL = 0.05


@dataclass(frozen=True)
class Difference:
    """How two runs do under one corruption, or under all of them.

    Attributes:
        name: of the corruption; '' for all together, 'clean' for the images as they are.
        a, b: mean accuracy over the severities.
        by: B minus A with its 95 % interval.
        is_shown: whether chance is a poor explanation, all corruptions looked at considered.
    """

    name: str
    a: float
    b: float
    by: Share
    is_shown: bool


@dataclass(frozen=True)
class Compared:
    """Two runs under stress, on the same images.

    Attributes:
        n: images that both were asked about and neither learnt from.
        clean: on the images as they are.
        overall: all corruptions together.
        each: every corruption that both were asked, the largest difference first.
    """

    n: int
    clean: Difference
    overall: Difference
    each: tuple[Difference, ...]


def compare(a: Stress, b: Stress, fair: Collection[str] | None = None) -> Compared | None:
    """Compare two runs on the images and corruptions that both were asked; None where none is.

    Images whose label changed in between are left out. The corruption of an image is the same
    for both where they see it at the same size. For single corruptions the interval that decides
    is wider, by how many there are (C. E. Bonferroni, 1936).

    Args:
        a: the one.
        b: the other.
        fair: ids of the images by which they may be compared, see `core.in_common`; None where
            all of them are.
    """
    labels = [
        dict(zip(one.images["image_id"], one.images["label"].astype(str), strict=True))
        for one in (a, b)
    ]
    allowed = labels[0].keys() if fair is None else set(fair)
    both = [
        image
        for image, label in labels[0].items()
        if labels[1].get(image) == label and image in allowed
    ]
    names = [name for name in a.names if name in b.names]
    if not both or not names:
        return None
    right = [_means(one, both, names) for one in (a, b)]
    each = [
        _difference(name, right[0][:, place], right[1][:, place], len(names))
        for place, name in enumerate(names, 1)
    ]
    return Compared(
        n=len(both),
        clean=_difference("clean", right[0][:, 0], right[1][:, 0], 1),
        overall=_difference("", right[0][:, 1:].mean(axis=1), right[1][:, 1:].mean(axis=1), 1),
        each=tuple(sorted(each, key=lambda one: (-abs(one.by.value), one.name))),
    )


def _means(found: Stress, images: list[str], names: list[str]) -> np.ndarray:
    """(images, 1 + corruptions): right as it is, and the mean over the severities of each."""
    rows = _places(found, images)
    columns = [found.names.index(name) for name in names]
    each = found.right[rows][:, columns].mean(axis=2)
    return np.concatenate([found.clean[rows, None].astype(float), each], axis=1)


def _places(found: Stress, images: list[str]) -> list[int]:
    """Where ``images`` stand in ``found``."""
    place = {image: i for i, image in enumerate(found.images["image_id"])}
    return [place[image] for image in images]


def _difference(name: str, a: np.ndarray, b: np.ndarray, looked_at: int) -> Difference:
    gap = (b - a)[:, None]
    low, high = intervals(gap, ends=(-1, 1))[0]
    sure_low, sure_high = intervals(gap, _LEVEL / looked_at, ends=(-1, 1))[0]
    by = Share(float(gap.mean()), float(low), float(high), len(gap))
    return Difference(name, float(a.mean()), float(b.mean()), by, sure_low > 0 or sure_high < 0)
