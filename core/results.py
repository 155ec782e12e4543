"""Predictions -> figures that a person can trust: metrics with intervals, tables, mistakes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Z95 = 1.959963984540054  # two-sided 95 % quantile of the normal distribution


def wilson(successes: float, trials: int, z: float = Z95) -> tuple[float, float]:
    """The Wilson score interval of a share; (0, 1) where nothing was tried.

    Successes may be a fraction, for a mean of values in 0..1 that varies no more than a share.

    Source: E. B. Wilson, Probable inference, JASA 22 (1927). Unlike the textbook interval it
    stays within 0..1 and holds its promise for few trials and for shares near 0 or 1.
    """
    if trials == 0:
        return 0.0, 1.0
    share = successes / trials
    centre = share + z * z / (2 * trials)
    spread = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    # exact at the ends, where rounding would leave 1e-17
    low = 0.0 if successes == 0 else (centre - spread) / scale
    high = 1.0 if successes == trials else (centre + spread) / scale
    return low, high


def holm(p_values: Sequence[float], tried: int | None = None) -> list[float]:
    """``p_values`` corrected for how many tests were made, in their order.

    Source: S. Holm, A simple sequentially rejective multiple test procedure, Scandinavian
    Journal of Statistics 6 (1979).

    Args:
        p_values: of tests.
        tried: how many were made, where these are the smallest of them.
    """
    made = len(p_values) if tried is None else tried
    corrected, least = [1.0] * len(p_values), 0.0
    for place, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        least = max(least, min(1.0, max(1, made - place) * p_values[index]))
        corrected[index] = least
    return corrected


def log_choose(n: int, k: int) -> float:
    """The logarithm of n over k, the number of ways to choose; minus infinity where that is 0."""
    if k < 0 or k > n:
        return -math.inf
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def predictions(
    images: pd.DataFrame, probabilities: NDArray[np.floating[Any]], classes: list[str]
) -> pd.DataFrame:
    """One row an image: what was said, how surely, and how wrong that was.

    Args:
        images: image_id and label of each image, and whatever else is to stand beside them.
        probabilities: (images, classes), each row sums to 1.
        classes: the names in the order of the columns.

    Returns:
        The columns of ``images`` and predicted, correct, confidence, loss (cross-entropy in
        nats), p_0, p_1, ... in the order of ``classes``. A label that is no class has no loss.
    """
    table = images.reset_index(drop=True)
    best = probabilities.argmax(axis=1)
    index = pd.Index(classes).get_indexer(pd.Index(table["label"]))
    own = np.where(index >= 0, probabilities[np.arange(len(table)), index], np.nan)
    table = table.assign(
        predicted=np.asarray(classes, dtype=object)[best],
        confidence=probabilities.max(axis=1).astype(float),
        loss=-np.log(np.maximum(own, 1e-12)),
    )
    table.insert(len(images.columns) + 1, "correct", table["predicted"] == table["label"])
    columns = {f"p_{i}": probabilities[:, i].astype(np.float32) for i in range(len(classes))}
    return pd.concat([table, pd.DataFrame(columns)], axis=1)


def metrics(table: pd.DataFrame, classes: list[str]) -> dict[str, Any]:
    """All figures of one set of predictions, as plain JSON values.

    Args:
        table: label, predicted and loss of each image, as `predictions` makes it.
        classes: the names, in the order of the confusion matrix.

    Returns:
        n, correct, accuracy with its 95 % Wilson interval, balanced_accuracy (mean recall of
        the classes present), macro_f1 (of the same classes), majority_baseline (the share of
        the commonest class), majority_class, loss (mean cross-entropy in nats), per_class, and
        confusion (rows truth, columns predicted). A share of nothing is 0, and its interval
        0 to 1: look at n. An image whose label is no class counts in one figure alone, the
        precision of the class that it was taken for.
    """
    matrix = confusion(table, classes)
    n, correct = int(matrix.sum()), int(matrix.trace())
    low, high = wilson(correct, n)
    said = table["predicted"].value_counts()
    per_class = [
        _class_row(name, int(matrix[i].sum()), int(said.get(name, 0)), int(matrix[i, i]))
        for i, name in enumerate(classes)
    ]
    present = [row for row in per_class if row["n"]]
    counts = matrix.sum(axis=1)
    return {
        "n": n,
        "correct": correct,
        "accuracy": _share(correct, n),
        "accuracy_low": low,
        "accuracy_high": high,
        "balanced_accuracy": _mean([row["recall"] for row in present]),
        "macro_f1": _mean([row["f1"] for row in present]),
        "majority_baseline": _share(int(counts.max()), n),
        "majority_class": classes[int(counts.argmax())],
        "loss": float(table["loss"].mean()) if n else 0.0,
        "per_class": per_class,
        "confusion": matrix.tolist(),
    }


def confusion(table: pd.DataFrame, classes: list[str]) -> NDArray[np.int64]:
    """Counts of (truth, predicted), both in the order of ``classes``."""
    index = pd.Index(classes)
    truth, said = (
        index.get_indexer(pd.Index(table["label"])),
        index.get_indexer(pd.Index(table["predicted"])),
    )
    known = (truth >= 0) & (said >= 0)
    matrix = np.zeros((len(classes), len(classes)), dtype=np.int64)
    np.add.at(matrix, (truth[known], said[known]), 1)
    return matrix


def worst_mistakes(table: pd.DataFrame) -> pd.DataFrame:
    """The wrong predictions, the surest of their error first."""
    wrong = table[~table["correct"]]
    return wrong.sort_values(["loss", "image_id"], ascending=[False, True], ignore_index=True)


def worst_losses(table: pd.DataFrame) -> pd.DataFrame:
    """All predictions, those whose true class was believed least first; labels of no class last."""
    return table.sort_values(["loss", "image_id"], ascending=[False, True], ignore_index=True)


def sure_but_wrong(table: pd.DataFrame, least: float) -> pd.DataFrame:
    """The wrong predictions with a confidence of at least ``least``, the surest first."""
    wrong = table[~table["correct"] & (table["confidence"] >= least)]
    return wrong.sort_values(["confidence", "image_id"], ascending=[False, True], ignore_index=True)


def right_but_unsure(table: pd.DataFrame, most: float) -> pd.DataFrame:
    """The right predictions with a confidence of at most ``most``, the least sure first."""
    right = table[table["correct"] & (table["confidence"] <= most)]
    return right.sort_values(["confidence", "image_id"], ignore_index=True)


def _class_row(label: str, n: int, predicted: int, correct: int) -> dict[str, Any]:
    low, high = wilson(correct, n)
    return {
        "label": label,
        "n": n,
        "predicted": predicted,
        "correct": correct,
        "precision": _share(correct, predicted),
        "recall": _share(correct, n),
        "recall_low": low,
        "recall_high": high,
        "f1": _share(2 * correct, n + predicted),
    }


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0
