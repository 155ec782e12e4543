"""What a classifier says of the validation images while it learns: who changed sides, and when."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import files
from core.jobs.run import Run
from core.split import Side

NAME = "watched.parquet"
COLUMNS = ("image_id", "epoch", "predicted", "confidence", "correct")
_KINDS = dict(zip(COLUMNS, (object, int, object, float, bool), strict=True))
_SELDOM = 0.5  # seconds between two writings: a head runs through twenty epochs in that time


class Watch:
    """Keeps the answers to the validation images, epoch by epoch, as far as they change.

    ``watched.parquet`` has a row for the first answer to each image and one for each answer
    that differs from the one before: image_id, epoch, predicted, confidence, correct. A
    training that is resumed goes on with it; epochs that it repeats replace what stood there.

    Args:
        run: whose folder holds the file.
    """

    def __init__(self, run: Run) -> None:
        images = run.images()
        images = images[images["split"] == Side.VALIDATION]
        self._ids = images["image_id"].to_numpy(dtype=object)
        self._labels = pd.Index(run.classes).get_indexer(pd.Index(images["label"]))
        self._classes = np.asarray(run.classes, dtype=object)
        self._path = run.folder / NAME
        self._written = float("-inf")
        # One entry an answer: place of the image, epoch, class, confidence
        self._rows = self._restored()
        self._last = np.full(len(self._ids), -1)
        self._epoch = 0 if self._rows.empty else int(self._rows["epoch"].max())
        self._look_back()

    def epoch(self, number: int, probabilities: NDArray[np.floating[Any]]) -> None:
        """Take note of what was said after epoch ``number``.

        Args:
            number: from 1 on. A number that was there before, as after an interruption or
                when a new stage begins to count, forgets what came from there on.
            probabilities: (validation images, classes), in the order of `Run.images`.
        """
        if number <= self._epoch:
            self._rows = self._rows[self._rows["epoch"] < number]
            self._look_back()
        self._epoch = number
        if len(probabilities) != len(self._ids) or not np.isfinite(probabilities).all():
            return
        said = np.asarray(probabilities.argmax(axis=1))
        changed = np.flatnonzero(said != self._last)
        if changed.size:
            sure = probabilities[changed, said[changed]].astype(np.float32)
            news = {"place": changed, "epoch": number, "said": said[changed], "confidence": sure}
            self._rows = pd.concat([self._rows, pd.DataFrame(news)], ignore_index=True)
            self._last = said
        if time.monotonic() - self._written >= _SELDOM:
            self.close()

    def close(self) -> None:
        """Write down what is not written yet."""
        rows = self._rows
        places, said = rows["place"].to_numpy(dtype=int), rows["said"].to_numpy(dtype=int)
        table = pd.DataFrame(
            {
                "image_id": self._ids[places],
                "epoch": rows["epoch"].to_numpy(dtype=np.int32),
                "predicted": self._classes[said],
                "confidence": rows["confidence"].to_numpy(dtype=np.float32),
                "correct": said == self._labels[places],
            }
        )
        with suppress(OSError):  # worth a look, not worth a training
            files.write_table(self._path, table)
        self._written = time.monotonic()

    def _look_back(self) -> None:
        """The last answer to each image that is known."""
        self._last[:] = -1
        rows = self._rows  # in the order of the epochs
        self._last[rows["place"].to_numpy(dtype=int)] = rows["said"].to_numpy(dtype=int)

    def _restored(self) -> pd.DataFrame:
        table = read(self._path.parent)
        place = pd.Index(self._ids).get_indexer(pd.Index(table["image_id"]))
        said = pd.Index(self._classes).get_indexer(pd.Index(table["predicted"]))
        rows = pd.DataFrame(
            {
                "place": place.astype(int),
                "epoch": table["epoch"].to_numpy(dtype=int),
                "said": said.astype(int),
                "confidence": table["confidence"].to_numpy(dtype=np.float32),
            }
        )
        rows = rows[(rows["place"] >= 0) & (rows["said"] >= 0)]
        return rows.sort_values("epoch", kind="stable", ignore_index=True)


@dataclass(frozen=True)
class Story:
    """How the answers to one validation image changed.

    Attributes:
        image_id: whose.
        answers: (epoch, class) of the first answer and of each that differs from the one before.
        confidence: of the last answer, when it was first given.
        correct: whether the last answer is right.
    """

    image_id: str
    answers: tuple[tuple[int, str], ...]
    confidence: float
    correct: bool

    @property
    def changes(self) -> int:
        """How often the answer changed."""
        return len(self.answers) - 1

    @property
    def last(self) -> int:
        """The epoch of the last change."""
        return self.answers[-1][0]


def read(folder: Path) -> pd.DataFrame:
    """The table that a `Watch` keeps in a run's ``folder``.

    Empty where it has none, or none that can be read: nothing depends on it.
    """
    try:
        table = files.read_table(folder / NAME, columns=COLUMNS)
        return table.astype(_KINDS).dropna()
    except Exception:  # pyarrow raises many kinds, and the file may come from a stranger
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in _KINDS.items()})


def stories(table: pd.DataFrame) -> list[Story]:
    """The images whose answers changed, the newest change first.

    Args:
        table: as `read` gives it.
    """
    table = table[table["image_id"].duplicated(keep=False)]
    told = []
    for image_id, rows in table.sort_values("epoch", kind="stable").groupby("image_id"):
        last = rows.iloc[-1]
        epochs, said = rows["epoch"].tolist(), rows["predicted"].tolist()
        answers = tuple((int(epoch), str(name)) for epoch, name in zip(epochs, said, strict=True))
        told.append(Story(str(image_id), answers, float(last["confidence"]), bool(last["correct"])))
    return sorted(told, key=lambda story: (-story.last, -story.changes, story.image_id))


def restless(told: list[Story]) -> list[Story]:
    """The same images, those whose answers changed most often first."""
    return sorted(told, key=lambda story: (-story.changes, -story.last, story.image_id))
