"""The file formats that a trained model leaves the house in, and how true each has to be."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

PARITY_IMAGES: Final = 100
"""images through every exported file, at most"""


class Format(StrEnum):
    """A file format of models."""

    KERAS = "keras"
    SAVED_MODEL = "savedmodel"
    LITERT = "litert"
    LITERT_FLOAT16 = "litert-float16"
    LITERT_INT8 = "litert-int8"
    ONNX = "onnx"


@dataclass(frozen=True)
class Traits:
    """What is to be known of a format.

    Attributes:
        title: what its makers call it.
        file: the name of the file or folder that holds the model.
        purpose: where it is of use, a sentence.
        needs: the packages, beside NumPy and Pillow, with which the snippet runs it.
        bound: how far a probability may be from the run's own; None where rounding is what the
            format is for, so that its cost is shown instead.
    """

    title: str
    file: str
    purpose: str
    needs: tuple[str, ...]
    bound: float | None


TRAITS: Final[dict[Format, Traits]] = {
    Format.KERAS: Traits(
        "Keras", "model.keras", "To train on, or to look inside.", ("tensorflow", "keras"), 1e-3
    ),
    Format.SAVED_MODEL: Traits(
        "TensorFlow SavedModel",
        "saved_model",
        "For servers that run TensorFlow.",
        ("tensorflow",),
        1e-3,
    ),
    Format.LITERT: Traits(
        "LiteRT",
        "model.tflite",
        "For telephones, small computers, and anything in a hurry.",
        ("ai-edge-litert",),
        1e-3,
    ),
    Format.LITERT_FLOAT16: Traits(
        "LiteRT, half size",
        "model-float16.tflite",
        "Half the bytes; answers differ by a hair.",
        ("ai-edge-litert",),
        2e-2,
    ),
    Format.LITERT_INT8: Traits(
        "LiteRT, quarter size",
        "model-int8.tflite",
        "A quarter of the bytes, in whole numbers: for the smallest devices. It costs accuracy.",
        ("ai-edge-litert",),
        None,
    ),
    Format.ONNX: Traits(
        "ONNX", "model.onnx", "For other tools and for browsers.", ("onnxruntime",), 1e-3
    ),
}
