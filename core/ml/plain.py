"""Is a ``.keras`` file a plain network: known layers, settings and weights, and nothing else?

A project file may come from a stranger, and with it a model. Keras' safe mode refuses code in a
file; this goes further and refuses every object that our own models do not use, before Keras sees
any of it.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from core.errors import ModelProblem
from core.ingest.limits import MB

_MEMBERS: Final = {"metadata.json", "config.json", "model.weights.h5"}
_CONFIG_BYTES: Final = 16 * MB
_ADDRESS: Final = "shared_object_id"  # tells objects apart; only ever compared
_LARGEST: Final = 1_000_000  # of any number in a layer's settings: units, filters, pixels
_LAYERS: Final = (
    *("InputLayer", "Rescaling", "Conv2D", "DepthwiseConv2D", "Dense", "BatchNormalization"),
    *("Activation", "ReLU", "Softmax", "Dropout", "Add", "Concatenate", "Flatten"),
    *("ZeroPadding2D", "MaxPooling2D", "AveragePooling2D", "GlobalAveragePooling2D"),
    "UnitNormalization",
)
_INITIALIZERS: Final = (
    *("Zeros", "Ones", "Constant", "VarianceScaling", "GlorotUniform", "HeNormal"),
    "RandomNormal",
)
_KNOWN: Final = {
    *(("keras.layers", name) for name in _LAYERS),
    *(("keras.initializers", name) for name in _INITIALIZERS),
    ("keras", "DTypePolicy"),
    ("keras.src.models.functional", "Functional"),
    ("keras.models", "Functional"),
    (None, "__keras_tensor__"),
}


def require_plain(path: Path) -> None:
    """Check what the model in ``path`` is made of, without loading it.

    Raises:
        ModelProblem: there is something in it that no model of ours has.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            if names - _MEMBERS or len(members) > len(_MEMBERS):
                raise _refused(path, f"it holds {', '.join(sorted(names - _MEMBERS))[:200]}")
            if archive.getinfo("config.json").file_size > _CONFIG_BYTES:
                raise _refused(path, "its description is far too long")
            config = json.loads(archive.read("config.json"))
    except (zipfile.BadZipFile, ValueError, KeyError, OSError, RecursionError) as error:
        raise ModelProblem(
            "The model cannot be loaded",
            f"{path.name} is damaged or is no image classifier ({type(error).__name__})",
            "Train the run again",
        ) from error
    for value in _inside(config):
        _check(value, path)


def _check(value: Any, path: Path) -> None:
    if isinstance(value, dict) and "class_name" in value:
        found = value.get("module"), value["class_name"]
        if found not in _KNOWN or value.get("registered_name") not in (None, value["class_name"]):
            raise _refused(path, f"it uses {str(found[1])[:60]!r} of {str(found[0])[:60]!r}")
    elif isinstance(value, int | float) and not -_LARGEST <= value <= _LARGEST:
        raise _refused(path, f"a setting in it is {value:.3g}")


def _inside(config: Any) -> Iterator[Any]:
    """Every value in ``config``, however deep."""
    waiting = [config]
    while waiting:
        value = waiting.pop()
        yield value
        if isinstance(value, dict):
            waiting.extend(part for name, part in value.items() if name != _ADDRESS)
        elif isinstance(value, list):
            waiting.extend(value)


def _refused(path: Path, why: str) -> ModelProblem:
    return ModelProblem(
        "The model is not one that First Light made",
        f"{path.name} is refused: {why}",
        "Train the run again, or leave models of unknown origin alone",
    )
