"""The model of a run, and how many images it is asked about at a time."""

from __future__ import annotations

from typing import Any

from core.errors import ModelProblem
from core.jobs.run import Run

AT_A_TIME = 64  # images that are held in memory


def model_of(run: Run) -> tuple[Any, int]:
    """The trained Keras model of ``run`` and the side of its images."""
    from core.ml import classifier

    model = classifier.load(run.model_file)
    if model.output_shape[-1] != len(run.classes):
        raise ModelProblem(
            "The model is not the one that was trained here",
            f"It tells {model.output_shape[-1]} classes apart, the run has {len(run.classes)}",
            "Train again",
        )
    return model, int(model.input_shape[1])
