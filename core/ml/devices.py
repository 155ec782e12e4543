"""What accelerators this process can compute on, and how several of them share a training."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import Any

from core.errors import EngineProblem

WHOLE_ON_CPU = "FIRSTLIGHT_WHOLE_ON_CPU"
"""the environment variable that admits the whole network without an accelerator: to compare"""


@cache
def accelerators() -> tuple[str, ...]:
    """The names of the graphics cards and the like that TensorFlow can use here; often none."""
    import tensorflow as tf

    devices = [each for each in tf.config.list_physical_devices() if each.device_type != "CPU"]
    return tuple(_name(device) for device in devices)


def require_accelerator() -> None:
    """Admit a training that would take hours without an accelerator.

    Raises:
        EngineProblem: there is none, and nobody insists.
    """
    if not accelerators() and os.environ.get(WHOLE_ON_CPU, "").strip() != "1":
        raise EngineProblem(
            "The whole network cannot be trained here",
            "That takes a graphics card that TensorFlow can use, and this computer has none",
            "Choose Fine-tune: it trains the deep part of the same network in a minute",
        )


def shared() -> AbstractContextManager[Any]:
    """Entered around building and training a network: several GPUs share each batch.

    Each holds a copy of the network; gradients are summed over all of them before every step,
    so that the copies stay the same (`tf.distribute.MirroredStrategy`).
    """
    import tensorflow as tf

    names = [device.name for device in replicas()]
    return tf.distribute.MirroredStrategy(names).scope() if len(names) > 1 else nullcontext()


def replicas() -> list[Any]:
    """The devices that a training is shared among."""
    import tensorflow as tf

    found: list[Any] = tf.config.list_logical_devices("GPU")
    return found


def _name(device: Any) -> str:
    """What the maker calls ``device``, or what TensorFlow does."""
    import tensorflow as tf

    try:
        details = tf.config.experimental.get_device_details(device)
    except Exception:  # plug-ins need not know the answer, each fails in its own way
        details = {}
    return str(details.get("device_name") or device.name.removeprefix("/physical_device:"))
