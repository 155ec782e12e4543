"""The trained model goes to disk, once it is certain that it says what was measured."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np
import pandas as pd

from core.errors import ModelProblem, ProjectProblem
from core.ingest import original_path
from core.jobs import origins
from core.jobs.run import Run
from core.ml import classifier
from core.ml.features import loader
from core.ml.head import Head, head_of
from core.ml.methods import Start, method
from core.ml.rehead import rehead
from core.settings import Method
from core.split import Side

_PARITY = 1e-3  # how far the saved model may be from what was measured on cached features
_ASKED = 4  # images that it is asked about


def save_model(run: Run, which: Method, trained: Any, start: Start, table: pd.DataFrame) -> None:
    """Write ``model.keras`` of ``run``.

    Args:
        run: whose model it is.
        which: the method whose network is kept.
        trained: that network, a Keras model, see `core.ml.methods`.
        start: what it was built from.
        table: what was measured of the validation and test images.

    Raises:
        ModelProblem: the whole model says something else than what was measured.
    """
    if which is Method.HEAD and _from_the_run_before(run, head_of(trained)):
        return
    model = method(which).whole(trained, start)
    sample = table[table["split"] == Side.TEST].head(_ASKED)
    size, fitting = int(model.input_shape[1]), run.settings.fit
    folder = run.project.folder
    pixels = [loader(original_path(folder, s), size, fitting)() for s in sample["sha256"]]
    expected = sample[[f"p_{number}" for number in range(len(run.classes))]].to_numpy()
    difference = float(np.abs(classifier.predict(model, pixels) - expected).max(initial=0.0))
    if not difference <= _PARITY:
        raise ModelProblem(
            "The saved model does not agree with the training",
            f"Probabilities differ by {difference:.1e}, expected at most {_PARITY:.0e}",
            "Delete the cache folder of First Light and train again",
        )
    classifier.save(model, run.model_file)


def _from_the_run_before(run: Run, head: Head) -> bool:
    """Whether the model could be made from that of the run that this one repeats.

    That file passed the check above with the same network, and nobody has changed it since: then
    nothing but the head can differ, and `rehead` compares that.
    """
    with suppress(ProjectProblem, OSError, KeyError, TypeError):
        if run.like is None:
            return False
        before = Run(run.folder.parent / run.like)
        report = before.report() or {}
        same = (
            (before.settings.backbone, before.settings.pixels)
            == (run.settings.backbone, run.settings.pixels)
            and report["kept"] == str(Method.HEAD)
            and report["versions"] == origins.versions()
            and report["hashes"]["weights"] == origins.weights(run)
            and report["hashes"]["model"] == origins.of_file(before.model_file)
        )
        return same and rehead(before.model_file, run.model_file, head)
    return False
