"""Two runs under the same stress: which one keeps more, image by image."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from core.stress.figures import Floats, Share, intervals
from core.stress.kept import CLEAN, Stress

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

    Images whose label changed in between are left out; the classes of both are to be called by
    the same names, see `Stress.called`. The corruption of an image is the same
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
    a_right, b_right = (_means(one, both, names) for one in (a, b))
    clean, overall, *each = _differences([CLEAN, "", *names], a_right, b_right, len(names))
    each.sort(key=lambda one: (-abs(one.by.value), one.name))
    return Compared(len(both), clean, overall, tuple(each))


def _means(found: Stress, images: list[str], names: list[str]) -> Floats:
    """(images, 2 + corruptions): right as it is, mean of all corruptions, mean of each."""
    rows = _places(found, images)
    columns = [found.names.index(name) for name in names]
    each = found.right[rows][:, columns].mean(axis=2)
    clean = found.clean[rows, None].astype(float)
    return np.concatenate([clean, each.mean(axis=1, keepdims=True), each], axis=1)


def _places(found: Stress, images: list[str]) -> list[int]:
    """Where ``images`` stand in ``found``."""
    place = {image: i for i, image in enumerate(found.images["image_id"])}
    return [place[image] for image in images]


def _differences(names: list[str], a: Floats, b: Floats, looked_at: int) -> list[Difference]:
    """One for each column; the first two are looked at by themselves."""
    gaps = b - a
    usual = intervals(gaps, ends=(-1, 1))
    strict = intervals(gaps, _LEVEL / looked_at, ends=(-1, 1))
    found = []
    for place, name in enumerate(names):
        low, high = (float(end) for end in usual[place])
        sure = usual[place] if place < 2 else strict[place]
        by = Share(float(gaps[:, place].mean()), low, high, len(gaps))
        shown = bool(sure[0] > 0 or sure[1] < 0)
        means = float(a[:, place].mean()), float(b[:, place].mean())
        found.append(Difference(name, *means, by, shown))
    return found
