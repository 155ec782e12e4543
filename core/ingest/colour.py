"""Every way of storing a pixel, brought to 8-bit RGB."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageOps
from PIL.TiffImagePlugin import TiffImageFile

from core.ingest import profiles

_WHITE = (255, 255, 255)
_PHOTOMETRIC = 262  # TIFF's tag of what numbers mean; 0: white is zero
_STRIP = 1 << 20  # pixels that are turned into numbers at a time, to spare memory


def to_rgb(image: Image.Image) -> Image.Image:
    """``image`` (decoded, any mode) as mode RGB; itself where it is that already.

    A colour profile is applied, then transparency is put on white. 16-bit grey is scaled by its
    full range, 0..65535, so that images stay comparable. Numbers without a range of their own
    (32-bit integers and floats) are scaled by the smallest of 0..1 (floats only), 0..255 and
    0..65535 that holds them, else from their least to their greatest; what is not a number
    becomes black.
    """
    profile = image.info.get("icc_profile")
    image = profiles.to_srgb(_bytes_a_channel(image), profile)
    if image.mode in ("RGBA", "LA"):
        return _on_white(image)
    return image if image.mode == "RGB" else image.convert("RGB")


def _bytes_a_channel(image: Image.Image) -> Image.Image:
    """``image`` without palettes, transparent colours, and numbers wider than a byte."""
    if image.mode.startswith("I;16"):
        return _grey(image, 0.0, 65535.0)
    if image.mode in ("I", "F"):
        return _grey(image, *_range(image))
    if image.mode in ("RGBA", "LA") or not image.has_transparency_data:
        return image.convert("RGB") if image.mode == "P" else image
    return image.convert("LA" if image.mode in ("1", "L") else "RGBA")


def _on_white(image: Image.Image) -> Image.Image:
    layer = image if image.mode == "RGBA" else image.convert("RGBA")
    canvas = Image.new("RGB", layer.size, _WHITE)
    canvas.paste(layer, (0, 0), layer)
    return canvas


def _range(image: Image.Image) -> tuple[float, float]:
    """The values of ``image``, mode I or F, that become black and white."""
    low, high = np.inf, -np.inf
    for _, values in _strips(image):
        low, high = min(low, float(values.min())), max(high, float(values.max()))
    if low < 0:
        return low, high
    tops = (1.0, 255.0, 65535.0) if image.mode == "F" else (255.0, 65535.0)
    return next(((0.0, top) for top in tops if high <= top), (low, high))


def _grey(image: Image.Image, black: float, white: float) -> Image.Image:
    """Mode L; a value that stands for transparency becomes white."""
    scale = 255.0 / max(white - black, 1e-30)
    clear = image.info.get("transparency")
    grey = np.empty((image.height, image.width), np.uint8)
    for top, values in _strips(image):
        strip = np.clip(np.rint((values - black) * scale), 0, 255)
        grey[top : top + len(values)] = strip
        if isinstance(clear, int):
            grey[top : top + len(values)][values == clear] = 255
    result = Image.fromarray(grey)
    return ImageOps.invert(result) if _white_is_zero(image) else result


def _white_is_zero(image: Image.Image) -> bool:
    """Whether ``image`` is a TIFF whose numbers tell how dark a pixel is.

    Pillow turns those of up to 8 bits.
    """
    return isinstance(image, TiffImageFile) and image.tag_v2.get(_PHOTOMETRIC) == 0


def _strips(image: Image.Image) -> Iterator[tuple[int, np.ndarray]]:
    """Row numbers and the rows from there, float64 of shape (rows, width), all finite."""
    rows = max(1, _STRIP // image.width)
    for top in range(0, image.height, rows):
        box = (0, top, image.width, min(image.height, top + rows))
        values = np.asarray(image.crop(box), dtype=np.float64)
        yield top, np.where(np.isfinite(values), values, 0.0)
