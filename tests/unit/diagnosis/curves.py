"""Curves of trainings: made up, and trained."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from core.diagnosis import Diagnosis, diagnose
from core.settings import TrainSettings

Shape = Callable[[float], float]


def epochs(
    count: int,
    loss: Shape,
    val_loss: Shape,
    accuracy: Shape | float = 0.95,
    val_accuracy: Shape | float = 0.93,
    jitter: float = 0.0,
) -> list[dict[str, Any]]:
    """``count`` epochs; a shape takes the epoch's number. ``jitter`` shakes the losses."""
    rng = np.random.default_rng(3)

    def at(shape: Shape | float, number: int) -> float:
        return shape(number) if callable(shape) else shape

    return [
        {
            "epoch": number,
            "loss": at(loss, number) * (1 + jitter * rng.standard_normal()),
            "val_loss": at(val_loss, number) * (1 + jitter * rng.standard_normal()),
            "accuracy": at(accuracy, number),
            "val_accuracy": at(val_accuracy, number),
        }
        for number in range(1, count + 1)
    ]


def falling(start: float, floor: float, pace: float) -> Shape:
    """From ``start`` towards ``floor``; larger ``pace``, slower."""
    return lambda number: floor + (start - floor) * math.exp(-(number - 1) / pace)


def images(train: int = 200, validation: int = 100, classes: int = 3) -> dict[str, dict[str, int]]:
    """So many images of each class."""
    names = [f"class {number}" for number in range(classes)]
    return {"train": dict.fromkeys(names, train), "validation": dict.fromkeys(names, validation)}


def keys(
    curve: Sequence[dict[str, Any]],
    settings: TrainSettings | None = None,
    n: dict[str, dict[str, int]] | None = None,
) -> list[str]:
    """What the diagnosis finds, by key."""
    return [one.key for one in found(curve, settings, n)]


def found(
    curve: Sequence[dict[str, Any]],
    settings: TrainSettings | None = None,
    n: dict[str, dict[str, int]] | None = None,
) -> list[Diagnosis]:
    """What the diagnosis finds; by default every epoch that was asked for was run."""
    settings = settings or TrainSettings(epochs=len(curve))
    return diagnose(curve, None, settings, n or images())


def trained(
    settings: TrainSettings, each: int = 60, spread: float = 1.0, classes: int = 4, width: int = 40
) -> tuple[list[dict[str, Any]], dict[str, dict[str, int]]]:
    """A softmax layer that really learns, by Adam, what clouds of points of ``classes`` are.

    Returns its epochs and how many points there were. ``spread`` is how far a cloud reaches.
    """
    rng = np.random.default_rng(settings.seed)
    centres = rng.standard_normal((classes, width))
    (x, y), (x_val, y_val) = (_points(rng, centres, spread, number) for number in (each, 80))
    parameters = [np.zeros((width, classes)), np.zeros(classes)]
    moments = [[np.zeros_like(p), np.zeros_like(p)] for p in parameters]
    told: list[dict[str, Any]] = []
    best, step = 0, 0
    for epoch in range(1, settings.epochs + 1):
        seen = []
        for rows in np.array_split(rng.permutation(len(y)), -(-len(y) // settings.batch_size)):
            chances = _softmax(x[rows], parameters)
            seen.append(_judged(chances, y[rows]) * len(rows))
            wrong = (chances - np.eye(classes)[y[rows]]) / len(rows)
            step += 1
            for p, moment, slope in zip(
                parameters, moments, (x[rows].T @ wrong, wrong.sum(0)), strict=True
            ):
                moment[0] += 0.1 * (slope - moment[0])
                moment[1] += 0.001 * (slope**2 - moment[1])
                size = np.sqrt(moment[1] / (1 - 0.999**step)) + 1e-7
                p -= settings.learning_rate * moment[0] / (1 - 0.9**step) / size
        loss, accuracy = np.sum(seen, axis=0) / len(y)
        val_loss, val_accuracy = _judged(_softmax(x_val, parameters), y_val)
        told.append(
            {
                "epoch": epoch,
                "loss": float(loss),
                "accuracy": float(accuracy),
                "val_loss": float(val_loss),
                "val_accuracy": float(val_accuracy),
            }
        )
        if val_loss <= min(entry["val_loss"] for entry in told):
            best = epoch
        if epoch - best >= settings.patience:
            break
    return told, images(each, 80, classes)


def _points(
    rng: np.random.Generator, centres: np.ndarray, spread: float, each: int
) -> tuple[np.ndarray, np.ndarray]:
    labels = np.repeat(np.arange(len(centres)), each)
    noise = rng.standard_normal((len(labels), centres.shape[1]))
    return centres[labels] + spread * noise, labels


def _softmax(x: np.ndarray, parameters: list[np.ndarray]) -> np.ndarray:
    logits = x @ parameters[0] + parameters[1]
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _judged(chances: np.ndarray, labels: np.ndarray) -> np.ndarray:
    own = chances[np.arange(len(labels)), labels]
    return np.array([-np.log(np.maximum(own, 1e-7)).mean(), (chances.argmax(1) == labels).mean()])
