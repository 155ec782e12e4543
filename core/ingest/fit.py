"""How an image of any shape becomes the model's square: the one place where that is done.

Training, evaluation, prediction and every export use this, so that a model always sees its
images prepared in the way in which it learned.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

from core.ingest.decode import decode
from core.ingest.limits import Limits
from core.settings import Fit

PAD_VALUE = 127
"""the grey beside a padded image; (RGB - 127) / 128 makes it zero"""


def fit_image(image: Image.Image, size: int, fit: Fit) -> np.ndarray:
    """Bring ``image`` to ``size`` by ``size`` pixels.

    The scaling is separable linear interpolation, antialiased: output pixel i of n, from an
    input of m pixels, has its centre at c = (i + 0.5) m / n and is the mean of the input pixels
    j weighted by max(0, 1 - |j + 0.5 - c| / s), s = max(1, m / n), the weights within the image
    summing to 1. First along rows, then along columns, but the other way round where the height
    loses more than twice as many pixels as the width; rounded to whole numbers (halves up) after
    each.

    - squash: both sides are scaled to ``size``; shapes are distorted.
    - crop: the square of side min(width, height) whose left edge is (width - side) // 2 and
      top edge (height - side) // 2 is scaled; what lies outside is lost.
    - pad: the longer side is scaled to ``size``, the shorter to max(1, (2 shorter size +
      longer) // (2 longer)); the rest, (size - scaled) // 2 before and what is left after,
      is filled with 127.

    Args:
        image: mode RGB.
        size: of a side, in pixels.
        fit: what is done about an image that is not square.

    Returns:
        uint8 array of shape (size, size, 3).

    Source: Pillow's ``Image.resize`` with ``BILINEAR`` (13; earlier ones always begin with the
    rows), which this is to within rounding.
    """
    width, height = image.size
    if fit is Fit.PAD:
        longer = max(width, height)
        inner = (_share(width, longer, size), _share(height, longer, size))
        scaled = image.resize(inner, Image.Resampling.BILINEAR)
        canvas = np.full((size, size, 3), PAD_VALUE, dtype=np.uint8)
        left, top = (size - inner[0]) // 2, (size - inner[1]) // 2
        canvas[top : top + inner[1], left : left + inner[0]] = np.asarray(scaled)
        return canvas
    if fit is Fit.CROP:
        side = min(width, height)
        left, top = (width - side) // 2, (height - side) // 2
        image = image.crop((left, top, left + side, top + side))
    return np.array(image.resize((size, size), Image.Resampling.BILINEAR))


def load_fitted(data: bytes, size: int, fit: Fit, limits: Limits | None = None) -> np.ndarray:
    """The image file ``data`` as a uint8 array of shape (size, size, 3), ready for a model.

    Large JPEGs are decoded at a reduced size, never below twice ``size``.

    Raises:
        DataProblem: it is no image, or damaged, cut off, or too large.
    """
    return fit_image(decode(data, limits, at_least=size), size, fit)


def _share(side: int, longer: int, size: int) -> int:
    """``side`` scaled by ``size / longer``, rounded to the nearest, at least 1."""
    return max(1, (2 * side * size + longer) // (2 * longer))
