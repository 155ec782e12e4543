"""A model file made from another one of the same network: only the head's weights are written anew.

Building, checking and saving a network takes seconds, of which the head needs a thousandth. Where
a run with the same network and as many classes lies beside, its file is taken as it is, byte by
byte, but for the softmax layer. What was found out about that file (that the network in it says
what was measured on its features) holds for the new one too.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from core import files
from core.ml.head import Head

_WEIGHTS = "model.weights.h5"


def rehead(source: Path, target: Path, head: Head) -> bool:
    """Write ``source`` to ``target`` with ``head`` in place of its softmax layer.

    What was written is read again and compared before it is kept.

    Args:
        source: a Keras file that `core.ml.head.on_features` and `core.ml.classifier` made.
        target: where the new one goes.
        head: as wide, and with as many classes, as that of ``source``.

    Returns:
        Whether that was possible; where it was not, nothing is written.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            content = {name: archive.read(name) for name in archive.namelist()}
        weights = _replaced(content[_WEIGHTS], head)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, RuntimeError):
        return False  # h5py raises several kinds for a damaged file
    if weights is None:
        return False
    with (
        files.replacing(target) as temporary,
        zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as archive,
    ):
        for name, data in (content | {_WEIGHTS: weights}).items():
            archive.writestr(name, data)
    return True


def _replaced(weights: bytes, head: Head) -> bytes | None:
    """The HDF5 file ``weights`` with ``head`` in it; None where it has no place for it."""
    import h5py

    buffer = io.BytesIO(weights)
    with h5py.File(buffer, "r+") as file:
        found = _places(file, head)
        if found is None:
            return None
        for place, values in zip(found, (head.kernel, head.bias), strict=True):
            file[place][...] = values
    with h5py.File(buffer, "r") as file:
        written = all(
            np.array_equal(file[place][...], values.astype(np.float32))
            for place, values in zip(found, (head.kernel, head.bias), strict=True)
        )
    return buffer.getvalue() if written else None


def _places(file: Any, head: Head) -> tuple[str, str] | None:
    """Where the one layer has its kernel and its bias that are as large as those of ``head``."""
    shapes: dict[str, tuple[int, ...]] = {}

    def note(name: str, thing: Any) -> None:
        if hasattr(thing, "shape"):
            shapes[name] = tuple(thing.shape)

    file.visititems(note)
    kernels = [name for name, shape in shapes.items() if shape == head.kernel.shape]
    if len(kernels) != 1 or not kernels[0].endswith("/vars/0"):
        return None
    bias = kernels[0].removesuffix("0") + "1"
    return (kernels[0], bias) if shapes.get(bias) == head.bias.shape else None
