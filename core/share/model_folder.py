"""What stands beside an exported model: who it is, how to feed it, and how to ask it.

The folder runs on its own: ``predict.py`` needs the packages that ``requirements.txt`` names, and
nothing of First Light.
"""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.conformal import RATES, Conformal
from core.formats import TRAITS, Format
from core.parity import Parity
from core.settings import TrainSettings
from core.share.snippet import PREDICT

ABOUT: Final = "model.json"
LABELS: Final = "labels.txt"
SNIPPET: Final = "predict.py"
SAMPLES: Final = "samples"
_SCHEMA: Final = 1
_PACKAGES: Final = ("numpy", "pillow")


@dataclass(frozen=True)
class Sample:
    """An image that travels along, so that whoever has the model can see that it works.

    Attributes:
        pixels: (size, size, 3) uint8, as the model is shown it.
        label: of it.
        probabilities: (classes,) what the model said.
    """

    pixels: NDArray[np.uint8]
    label: str
    probabilities: NDArray[np.float64]


@dataclass(frozen=True)
class Leaving:
    """A model that leaves the house.

    Attributes:
        name: of the run.
        classes: in the order of the probabilities.
        settings: of the run: what an image is made into.
        scores: accuracy and its interval, by side.
        origin: versions and hashes.
        conformal: how little the true class was believed, on validation images.
        parities: of each exported file.
        samples: images to try it on.
    """

    name: str
    classes: Sequence[str]
    settings: TrainSettings
    scores: dict[str, Any]
    origin: dict[str, Any]
    conformal: Conformal
    parities: Sequence[Parity]
    samples: Sequence[Sample]


def write_beside(leaving: Leaving, folder: Path) -> list[str]:
    """Write everything but the model files into ``folder``; returns the names of the files."""
    (folder / SAMPLES).mkdir(parents=True, exist_ok=True)
    told = []
    for number, sample in enumerate(leaving.samples, start=1):
        name = f"{SAMPLES}/{number:02d}.png"
        Image.fromarray(sample.pixels).save(folder / name)
        told.append(
            {
                "file": name,
                "label": sample.label,
                "probabilities": [round(float(value), 6) for value in sample.probabilities],
            }
        )
    _write(folder / ABOUT, json.dumps(about(leaving) | {"samples": told}, indent=2))
    _write(folder / LABELS, "\n".join(leaving.classes))
    _write(folder / SNIPPET, PREDICT)
    _write(folder / "requirements.txt", "\n".join(requirements(leaving.parities)))
    _write(folder / "README.md", _readme(leaving))
    return [ABOUT, LABELS, SNIPPET, "requirements.txt", "README.md", SAMPLES]


def about(leaving: Leaving) -> dict[str, Any]:
    """All that a program has to know to use the model, as plain values."""
    size = leaving.settings.pixels
    return {
        "schema": _SCHEMA,
        "made_with": "First Light",
        "name": leaving.name,
        "classes": list(leaving.classes),
        "input": {
            "shape": [None, size, size, 3],
            "values": "RGB, 0 to 255, float32; scaling is inside the model",
            "size": size,
            "fit": str(leaving.settings.fit),
            "resampling": "bilinear, antialiased (Pillow's BILINEAR)",
            "pad": 127,
        },
        "output": "probabilities of the classes; the temperature is inside the model",
        "i_do_not_know": {
            "how": "A class belongs to the answer where its probability is at least the threshold; "
            "none or several: I don't know. The answer misses the truth at most as often as the "
            "error rate says, for images like those it was tested on.",
            "thresholds": {
                str(rate): round(leaving.conformal.threshold(rate), 6) for rate in RATES
            },
            "images": len(leaving.conformal.scores),
        },
        "files": {str(parity.format): TRAITS[parity.format].file for parity in leaving.parities},
        "parity": [parity.to_dict() for parity in leaving.parities],
        "scores": leaving.scores,
        "origin": leaving.origin,
    }


def requirements(parities: Sequence[Parity]) -> list[str]:
    """The packages that ``predict.py`` needs for the first of these files."""
    needed = TRAITS[parities[0].format].needs if parities else ()
    return [pinned(package) for package in (*_PACKAGES, *needed)]


def pinned(package: str) -> str:
    """``package`` in the version that made the files; without one where it is not installed."""
    try:
        return f"{package}=={importlib.metadata.version(package)}"
    except importlib.metadata.PackageNotFoundError:
        return package  # TensorFlow goes by more than one name


def _readme(leaving: Leaving) -> str:
    files = [
        f"- `{TRAITS[p.format].file}`: {TRAITS[p.format].title}. {TRAITS[p.format].purpose} "
        f"Asked about {p.n} images, it changed {p.changed} answers."
        for p in leaving.parities
    ]
    test = leaving.scores.get("test")
    score = (
        f"Right on {100 * test['accuracy']:.1f} % of {test['n']} test images (95 % interval "
        f"{100 * test['accuracy_low']:.1f} to {100 * test['accuracy_high']:.1f} %)."
        if test
        else "Its test images were not opened."
    )
    first = "pip install -r requirements.txt"
    return "\n".join(
        [
            f"# {leaving.name}",
            "",
            f"Tells {len(leaving.classes)} classes apart: {', '.join(leaving.classes)}. {score}",
            "",
            *files,
            "",
            "```",
            first,
            f"python {SNIPPET} photo.jpg     # an answer",
            f"python {SNIPPET} --check       # does it still say what it said when it was made?",
            "```",
            "",
            f"`{ABOUT}` says how an image is prepared, and when the answer is “I don't know”.",
        ]
    )


def _write(path: Path, text: str) -> None:
    path.write_text(text.rstrip("\n") + "\n", encoding="utf-8")


def preferred(forms: Sequence[Format]) -> list[Format]:
    """``forms``, the one first that the snippet is best run with: the lightest exact one."""
    order = (
        *(Format.LITERT, Format.ONNX, Format.LITERT_FLOAT16, Format.LITERT_INT8),
        *(Format.SAVED_MODEL, Format.KERAS),
    )
    return sorted(set(forms), key=order.index)
