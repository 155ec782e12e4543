"""Why a run's model answers as it does: short questions about one image to the warm worker."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core import gaze
from core.errors import DataProblem
from core.gaze import Way, picture
from core.ingest import decode, original_path
from core.ingest.fit import fit_image, load_fitted
from core.ingest.lost import gone
from core.jobs.run import Run
from core.jobs.worker import wait_until_warm

if TYPE_CHECKING:
    from core.ml.run_model import RunModel

SIDE = 480  # of the longer side of an overlay, in pixels
_HEAT_SIDE = 160


def heat(run_folder: str, sha256: str, target: str, way: str) -> dict[str, Any] | None:
    """Where the model of a run looks in one of its project's images.

    Args:
        run_folder: of a finished run.
        sha256: of the original.
        target: the class that is asked about; '' for the one that the model names.
        way: one of `core.gaze.Way`.

    Returns:
        ``overlay``: the image with the heat over it, ``heat``: the heat alone, both as WebP;
        ``border``, ``outside``: shares of the heat; ``target``: the class that was asked about.
        None while the worker is still warming up: ask again a little later.

    Raises:
        DataProblem: the original is gone or cannot be read, or there is no such class.
        ModelProblem: the model is missing or damaged.
    """
    if not wait_until_warm(0):
        return None
    from core.ml.run_model import run_model

    run = Run(Path(run_folder))
    return explained(run_model(run), _original(run, sha256), target, Way(way))


def nearest(run_folder: str, sha256: str, count: int) -> list[dict[str, Any]] | None:
    """The training images of a run that its network finds most alike to one image.

    Args:
        run_folder: of a finished run.
        sha256: of the original; a training image is not compared with itself.
        count: how many.

    Returns:
        image_id, sha256, label and similarity (cosine) of each, the nearest first. None while
        the worker is still warming up.

    Raises:
        DataProblem: an original is gone or cannot be read.
        ModelProblem: the model is missing or damaged.
    """
    if not wait_until_warm(0):
        return None
    from core.jobs.reference import reference
    from core.ml.run_model import run_model

    run = Run(Path(run_folder))
    model, known = run_model(run), reference(run)
    pixels = load_fitted(_original(run, sha256), model.size, model.fit)
    embedding = model.answer([lambda: pixels]).embeddings[0]
    found = known.nearest(embedding, count + known.hashes.count(sha256))
    return [one._asdict() for one in found if one.sha256 != sha256][:count]


def explained(model: RunModel, data: bytes, target: str, way: Way) -> dict[str, Any]:
    """See `heat`; of the image file ``data``, wherever it comes from."""
    from core.ml.explain import heat_of

    shown = decode(data, at_least=model.size)  # as training decodes it
    pixels = fit_image(shown, model.size, model.fit)
    number = _number(model, pixels, target)
    found = heat_of(model, pixels, number, way)
    shown.thumbnail((SIDE, SIDE))
    whole = picture.as_it_came(found, *shown.size, model.fit)
    return {
        "overlay": picture.encoded(picture.drawn_over(np.asarray(shown), whole)),
        "heat": picture.encoded(picture.heat_alone(found, _HEAT_SIDE)),
        "border": float(gaze.border(found)),
        "outside": float(gaze.outside(found)),
        "target": model.classes[number],
    }


def _original(run: Run, sha256: str) -> bytes:
    try:
        return original_path(run.project.folder, sha256).read_bytes()
    except OSError as error:
        raise gone(sha256, error) from error


def _number(model: RunModel, pixels: Any, target: str) -> int:
    if not target:
        said = model.answer([lambda: pixels], embeddings=False).probabilities[0]
        return int(said.argmax())
    if target not in model.classes:
        raise DataProblem(
            "The model knows no such class", f"It has no '{target[:60]}'", "Choose one that it has"
        )
    return model.classes.index(target)
