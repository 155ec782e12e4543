"""The worker's side of where a model looks: heat for many images, and what follows, by class."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import gaze
from core.errors import DataProblem, ProjectProblem
from core.gaze import ClassGaze, Example, Gaze, Spot, Swap, Way, picture, words
from core.ingest import original_path
from core.jobs.folder import JobFolder
from core.jobs.run import Run, open_run
from core.ml.features import Pixels, loader
from core.ml.run_convert import identity
from core.ml.run_model import RunModel, run_model
from core.project import Project, now
from core.split import Side

_A_CLASS = 40  # images that are looked at of each class that the model names
_AT_LEAST = 12  # where validation has no more, training images help out
_MOST = 600  # in memory at a time
_OTHERS = 60  # images of other classes that a place is put into
_EXAMPLES = 6
_AT_ONCE = 16

Heat = NDArray[np.float64]


def run(job: JobFolder) -> dict[str, Any]:
    """Find out where a run looks, and keep that in the run's folder.

    The request holds ``run``. Validation images are looked at, and training images where those
    are few; the test images stay sealed.

    Raises:
        DataProblem: an original is gone, or there are no images.
        ModelProblem: the model is missing or damaged.
        ProjectProblem: there is no such run, or it is not finished.
        Stopped: the job was asked to stop.
    """
    asked = open_run(Project(job.folder.parents[1]), str(job.request["run"]))
    if asked.report() is None:
        raise ProjectProblem(f"{asked.name} is not finished", "", "Wait until it is trained")
    found = _Look(job, asked).done()
    found.save(asked.folder)
    return {"images": found.n, "spotted": len(found.spotted)}


def chosen(answers: pd.DataFrame) -> pd.DataFrame:
    """The validation images that are looked at: of each class that was named, some by SHA-256."""
    held = answers[answers["split"].astype(str) == Side.VALIDATION].sort_values("sha256")
    each = max(1, min(_A_CLASS, _MOST // max(1, held["predicted"].nunique())))
    return held.groupby("predicted", sort=False).head(each).reset_index(drop=True)


def helping(images: pd.DataFrame, named: pd.Series) -> pd.DataFrame:
    """Training images of the classes that too few validation images were answered with.

    Where it looks can be seen in any image; that it learnt from these makes no difference.

    Args:
        images: all images of the run, see `Run.images`.
        named: the classes that the chosen validation images were answered with.
    """
    lacking = _AT_LEAST - images["label"].map(named.value_counts()).fillna(0)
    learnt = images[images["split"].astype(str) == Side.TRAIN].sort_values("sha256")
    turn = learnt.groupby("label").cumcount()
    return learnt[turn < lacking[learnt.index]].reset_index(drop=True)


class _Look:
    def __init__(self, job: JobFolder, asked: Run) -> None:
        self._job, self._run = job, asked
        self._model: RunModel = run_model(asked)
        self._images, self._said = self._asked_about()
        if self._images.empty:
            raise DataProblem("There are no images to look at", f"{asked.name} has lost them", "")

    def _asked_about(self) -> tuple[pd.DataFrame, NDArray[np.int64]]:
        """The images, and the number of the class that each was answered with."""
        held = chosen(self._run.predictions())
        more = helping(self._run.images(), held["predicted"])
        codes = pd.Index(self._run.classes).get_indexer(pd.Index(held["predicted"]))
        said = self._named([self._load(sha) for sha in more["sha256"].astype(str)])
        columns = ["image_id", "sha256", "label"]
        images = pd.concat([held[columns], more[columns]], ignore_index=True)
        return images, np.concatenate([codes, said]).astype(np.int64)

    def _load(self, sha: str) -> Callable[[], Pixels]:
        place = original_path(self._run.project.folder, sha)
        return loader(place, self._model.size, self._model.fit)

    def done(self) -> Gaze:
        self._job.stage("heat", "Looking where it looks", 1, 2)
        pixels, maps = self._heat()
        heats, border, outside = gaze.on_grid(maps), gaze.border(maps), gaze.outside(maps)
        self._job.stage("judge", "Judging class by class", 2, 2)
        shutil.rmtree(gaze.pictures(self._run.folder), ignore_errors=True)
        named = np.unique(self._said).tolist()
        classes = []
        for place, number in enumerate(named):
            self._job.check_stop()
            self._job.progress(place, len(named))
            rows = np.flatnonzero(self._said == number)
            spot, swap = self._spot(number, pixels, heats)
            classes.append(
                ClassGaze(
                    label=self._run.classes[number],
                    n=len(rows),
                    border=gaze.mean_share(border[rows]),
                    outside=gaze.mean_share(outside[rows]),
                    mean=_rows(heats[rows].mean(axis=0)),
                    picture=self._keep(pixels[rows].mean(axis=0), maps[rows].mean(axis=0)),
                    examples=self._examples(rows[:_EXAMPLES], pixels, maps),
                    spot=spot,
                    swap=swap,
                )
            )
        self._job.progress(len(named), len(named))
        content = identity(self._run.model_file)
        return Gaze(now(), content, str(Way.GRAD_CAM), len(self._images), tuple(classes))

    def _heat(self) -> tuple[Pixels, Heat]:
        """Of every image: its pixels, and its heat, which sums to 1."""
        count, size = len(self._images), self._model.size
        pixels = np.empty((count, size, size, 3), np.uint8)
        maps = []
        for start in range(0, count, _AT_ONCE):
            self._job.check_stop()
            self._job.progress(start, count)
            part = slice(start, min(count, start + _AT_ONCE))
            for row, sha in enumerate(self._images["sha256"].astype(str)[part], start):
                pixels[row] = self._load(sha)()
            found = self._model.explainer(pixels[part], self._said[part], Way.GRAD_CAM)
            maps.append(gaze.normal(found))
        self._job.progress(count, count)
        return pixels, np.concatenate(maps)

    def _examples(self, rows: NDArray[np.int64], pixels: Pixels, maps: Heat) -> tuple[Example, ...]:
        found = []
        for row in rows:
            image = self._images.iloc[row]
            kept = self._keep(pixels[row], maps[row])
            found.append(Example(str(image["image_id"]), str(image["label"]), kept))
        return tuple(found)

    def _keep(self, pixels: NDArray[Any], heat: Heat) -> str:
        drawn = picture.drawn_over(np.rint(pixels).astype(np.uint8), heat)
        return gaze.keep_picture(self._run.folder, picture.encoded(drawn))

    def _spot(self, number: int, pixels: Pixels, heats: Heat) -> tuple[Spot | None, Swap | None]:
        """The small place that a class is known by, and what it does by itself.

        Where others look there too, it may be where the thing itself always stands: then it
        counts only if answers go with it.
        """
        own = self._said == number
        spot = gaze.spot(heats[own], heats[~own])
        if spot is None:
            return None, None
        swap = self._swapped(number, spot, pixels)
        return (spot, swap) if spot.apart or swap.moved >= words.SWAYS else (None, None)

    def _swapped(self, number: int, spot: Spot, pixels: Pixels) -> Swap:
        """What becomes of the answers where the place changes hands; see `core.gaze.Swap`."""
        own, others = np.flatnonzero(self._said == number), np.flatnonzero(self._said != number)
        if not len(others):
            return Swap(0, 0, 0, 0)
        others = others[np.linspace(0, len(others) - 1, min(len(others), _OTHERS)).astype(int)]
        edges = [round(at * len(pixels[0])) for at in (spot.top, spot.left, spot.side)]
        move = partial(_moved, pixels, *edges)
        kept = self._named([partial(move, row, giver) for row, giver in _pairs(own, others)])
        turned = self._named([partial(move, row, giver) for row, giver in _pairs(others, own)])
        counts = [int((said == number).sum()) for said in (kept, turned)]
        return Swap(counts[0], len(own), counts[1], len(others))

    def _named(self, images: Sequence[Callable[[], Pixels]]) -> NDArray[np.int64]:
        said = self._model.answer(images, self._job.check_stop, embeddings=False)
        return np.asarray(said.probabilities.argmax(axis=1), np.int64)


def _pairs(takers: NDArray[np.int64], givers: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Each taker with a giver, those in turn."""
    return [(int(row), int(givers[place % len(givers)])) for place, row in enumerate(takers)]


def _moved(pixels: Pixels, top: int, left: int, side: int, row: int, giver: int) -> Pixels:
    """An image with one square of another."""
    copy: Pixels = pixels[row].copy()
    place = slice(top, top + side), slice(left, left + side)
    copy[place] = pixels[giver][place]
    return copy


def _rows(values: Heat) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(round(float(value), 5) for value in row) for row in values)
