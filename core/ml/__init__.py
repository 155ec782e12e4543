"""Keras, KerasCV and LiteRT live here and nowhere else; only tasks import this package."""

from __future__ import annotations

import os

# Else TensorFlow takes all memory of a GPU at once, and two processes cannot share it
os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")


def warm_up() -> None:
    """Load what the first training needs, while the user reads the first page."""
    import keras

    from core.ml.convert import converted
    from core.ml.features import extractor
    from core.settings import TrainSettings

    backbone = TrainSettings().backbone
    extractor(converted(backbone, backbone.image_size), threads=1)
    keras.layers.Dense(1).build((None, 1))


def release() -> None:
    """Give back what a training leaves in Keras and on the heap; a worker lives for many."""
    import gc

    import keras

    keras.backend.clear_session()
    gc.collect()
