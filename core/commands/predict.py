"""`predict`: what a trained run says of single images."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PIL.Image import Image

from core.commands import models
from core.commands.answer import Report
from core.errors import DataProblem
from core.ingest import decode, fit_image
from core.jobs.run import Run


def run_predict(run_folder: Path, images: list[Path]) -> Report:
    """What the model of a run says of single images, each with all probabilities."""
    run = Run(run_folder)
    from core.ml import classifier

    model, size = models.model_of(run)
    answers: list[dict[str, Any]] = []
    for start in range(0, len(images), models.AT_A_TIME):
        chunk = images[start : start + models.AT_A_TIME]
        pixels = [fit_image(_image(path, size), size, run.settings.fit) for path in chunk]
        for path, row in zip(chunk, classifier.predict(model, pixels), strict=True):
            by_class = {name: float(p) for name, p in zip(run.classes, row, strict=True)}
            best = max(by_class, key=lambda name: by_class[name])
            answers.append(
                {
                    "file": str(path),
                    "predicted": best,
                    "confidence": by_class[best],
                    "probabilities": by_class,
                }
            )
    return {"predictions": answers}


def _image(path: Path, size: int) -> Image:
    try:
        return decode(path.read_bytes(), at_least=size)
    except OSError as error:
        raise DataProblem(f"{path} cannot be read", str(error.strerror)) from error
    except DataProblem as problem:
        raise DataProblem(f"{path}: {problem.title}", problem.detail, problem.fix) from problem
