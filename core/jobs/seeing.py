"""How the pretrained network sees an image, and how much that takes: short questions."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from core.gaze import picture
from core.ingest import original_path
from core.ingest.fit import load_fitted
from core.ingest.lost import gone
from core.jobs.run import Run
from core.jobs.worker import wait_until_warm
from core.settings import Backbone, Method, TrainSettings

if TYPE_CHECKING:
    from core.ml.depths import Maps
    from core.ml.features import Pixels

CHANNELS: Final = 4  # that are drawn of each depth
_ROUNDS: Final = 3  # of which the fastest counts: other work only ever slows it
_USUAL: Final = TrainSettings()


def depths(project_folder: str, sha256: str) -> dict[str, Any] | None:
    """What the usual pretrained network makes of one image at its four depths.

    Args:
        project_folder: where the image lies.
        sha256: of the original.

    Returns:
        ``image``: the square that the network gets, as WebP; ``size``: its side in pixels;
        ``width``: of the feature vector;
        ``depths``: of each, from shallow to deep, its height, width and channels, and ``drawn``:
        of the channels that tell most, the number and the picture with heat over it, as WebP.
        None while the worker is still warming up: ask again a little later.

    Raises:
        DataProblem: the original is gone or cannot be read.
        ModelProblem: the network cannot be prepared.
    """
    if not wait_until_warm(0):
        return None
    from core.ml import depths as maps

    network = maps.depths(_USUAL.backbone)
    pixels = _fitted(Path(project_folder), sha256, network.size)
    return {
        "image": picture.encoded(pixels),
        "size": network.size,
        "width": network.width,
        "depths": [_drawn(pixels, values) for values in network(pixels)],
    }


def looking(project_folder: str, hashes: list[str], backbone: str) -> dict[str, Any] | None:
    """How much a pretrained network calculates for an image, and how fast this computer is, now.

    Args:
        project_folder: where the images lie.
        hashes: SHA-256 of the originals that it is timed with.
        backbone: one of `core.settings.Backbone`.

    Returns:
        ``parameters`` and ``multiply_adds`` (for one image) of the part that makes features;
        ``images`` that it was timed with, and the ``seconds`` that they took once decoded, in
        the fastest of a few rounds.
        None while the worker is still warming up.

    Raises:
        DataProblem: an original is gone or cannot be read.
        ModelProblem: the network cannot be prepared.
    """
    if not wait_until_warm(0):
        return None
    from core.ml.arithmetic import multiply_adds, parameters
    from core.ml.convert import converted
    from core.ml.depths import depths as maps
    from core.ml.features import extractor

    chosen = Backbone(backbone)
    layers, size = maps(chosen).model.layers, chosen.image_size
    images = [partial(_same, _fitted(Path(project_folder), sha, size)) for sha in hashes]
    extract = extractor(converted(chosen, size))
    seconds = []
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        list(extract(images))
        seconds.append(time.perf_counter() - began)
    return {
        "parameters": parameters(layers),
        "multiply_adds": multiply_adds(layers),
        "images": len(images),
        "seconds": min(seconds),
    }


def learning(run_folder: str) -> dict[str, Any] | None:
    """How much the layers of a finished run calculate for one image.

    Returns:
        ``multiply_adds``: of the whole model; ``looking``: of the pretrained network in it, 0
        where it stands on none; ``stages``: of each stage of its training, ``parameters`` and
        ``multiply_adds`` of the layers that learnt. None while the worker is still warming up.

    Raises:
        ModelProblem: the model is missing or damaged.
        ProjectProblem: the run cannot be read, or is not finished.
    """
    if not wait_until_warm(0):
        return None
    from core.ml import arithmetic
    from core.ml.run_model import run_model

    run = Run(Path(run_folder))
    model, report = run_model(run).keras, run.report() or {}
    stages = {}
    for name in report.get("stages", {}):
        layers = arithmetic.learning(model, Method(name))
        stages[name] = {
            "parameters": arithmetic.parameters(layers),
            "multiply_adds": arithmetic.multiply_adds(layers),
        }
    every = arithmetic.multiply_adds(model.layers)
    head = arithmetic.multiply_adds(arithmetic.learning(model, Method.HEAD))
    looking = every - head if run.settings.method.is_pretrained else 0
    return {"multiply_adds": every, "looking": looking, "stages": stages}


def _drawn(pixels: Pixels, values: Maps) -> dict[str, Any]:
    """One depth: its sizes, and heat of the channels that tell most over ``pixels``."""
    from core.ml.depths import standing_out, telling

    drawn = []
    for channel in telling(values, CHANNELS):
        heat = picture.in_places(standing_out(values[..., channel]), *pixels.shape[1::-1])
        shown = picture.encoded(picture.drawn_over(pixels, heat))
        drawn.append({"channel": int(channel), "picture": shown})
    height, width, channels = values.shape
    return {"height": height, "width": width, "channels": channels, "drawn": drawn}


def _fitted(folder: Path, sha256: str, size: int) -> Pixels:
    try:
        return load_fitted(original_path(folder, sha256).read_bytes(), size, _USUAL.fit)
    except OSError as error:
        raise gone(sha256, error) from error


def _same(pixels: Pixels) -> Pixels:
    return pixels
