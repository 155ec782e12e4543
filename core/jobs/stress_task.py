"""The worker's side of the stress test: corrupted images, and what a run says of them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Lock
from typing import Any

import pandas as pd

from core import stress
from core.corruptions import CORRUPTIONS, SEVERITIES, Pixels, corrupted
from core.errors import DataProblem, ProjectProblem, SettingsProblem
from core.ingest import original_path
from core.jobs import seal
from core.jobs.folder import JobFolder
from core.jobs.run import Run, open_run
from core.ml.features import loader
from core.ml.run_model import RunModel, run_model
from core.project import Project
from core.split import Side
from core.stress.kept import COLUMNS

_PREPARING = 0.03  # of all work, so that half a bar is half of the waiting
_READERS = 2


def run(job: JobFolder) -> dict[str, Any]:
    """Ask a run about corrupted images, and keep its answers in the run's folder.

    The request holds ``run`` and may hold ``images`` (how many) and ``side`` ('validation', or
    'test' where those images are open). Answers that are there already are not asked for again,
    and whole corruptions are kept when the work ends early.

    Raises:
        DataProblem: an original is gone.
        ModelProblem: the model is missing or damaged.
        ProjectProblem: there is no such run, or it is not finished.
        SettingsProblem: the test images are sealed.
        Stopped: the job was asked to stop.
    """
    project = Project(job.folder.parents[1])
    asked = open_run(project, str(job.request["run"]))
    if asked.report() is None:
        raise ProjectProblem(f"{asked.name} is not finished", "", "Wait until it is trained")
    side = str(job.request.get("side", Side.VALIDATION))
    most = min(stress.MOST, max(1, int(job.request.get("images", stress.USUAL))))
    images = chosen_images(asked, side, most)
    job.stage("prepare", "Preparing the images", 1, 2, part=(0, _PREPARING))
    began = time.perf_counter()
    work = _Work(job, asked, images, _loaded(job, project, asked, images))
    work.rows = stress.begin(asked.folder, side, images["image_id"].tolist())
    job.stage("stress", "Showing it worse and worse images", 2, 2, part=(_PREPARING, 1))
    work.go()
    return {"images": len(images), "seconds": round(time.perf_counter() - began, 3)}


def chosen_images(asked: Run, side: str, most: int) -> pd.DataFrame:
    """The images of ``side`` that are shown to a run, in order; see `core.stress.sample`.

    Raises:
        SettingsProblem: the side cannot be used.
        DataProblem: there is no image.
    """
    if side == Side.TEST and not seal.is_open(asked):
        raise SettingsProblem(
            "The test images are sealed",
            f"Nobody has opened those of {asked.name}",
            "Use the validation images, or open the test set first",
        )
    if side not in (Side.VALIDATION, Side.TEST):
        raise SettingsProblem(f"'{side}' is no side to judge by")
    images = asked.images()
    images = images[images["split"].astype(str) == side]
    if images.empty:
        raise DataProblem("There are no images to show", f"{asked.name} has no {side} images")
    return stress.sample(images[["image_id", "sha256", "source", "label"]], most)


def _loaded(job: JobFolder, project: Project, asked: Run, images: pd.DataFrame) -> list[Pixels]:
    """The originals at the model's size, in order."""
    size, fit = asked.settings.pixels, asked.settings.fit
    hashes = images["sha256"].astype(str)
    loads = [loader(original_path(project.folder, sha256), size, fit) for sha256 in hashes]
    found: list[Pixels] = []
    with ThreadPoolExecutor(_READERS) as pool:
        try:
            for pixels in pool.map(lambda load: load(), loads):
                job.check_stop()
                found.append(pixels)
                job.progress(len(found), len(loads))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return found


class _Work:
    """Goes through the corruptions, and keeps each as soon as it is whole.

    Attributes:
        rows: what is known, see `core.stress.rows_of`.
    """

    def __init__(
        self, job: JobFolder, asked: Run, images: pd.DataFrame, pixels: list[Pixels]
    ) -> None:
        self._job, self._run, self._images, self._pixels = job, asked, images, pixels
        self._hashes = images["sha256"].astype(str).tolist()
        self._model: RunModel = run_model(asked)
        self.rows = pd.DataFrame()
        self._before = self._shown = 0  # pictures: of corruptions that are done, of this one
        self._total = len(images) * (1 + len(CORRUPTIONS) * len(SEVERITIES))
        self._lock = Lock()

    def go(self) -> None:
        """Ask about everything that is not known yet."""
        for name in (stress.CLEAN, *CORRUPTIONS):
            severities = (0,) if name == stress.CLEAN else SEVERITIES
            known = stress.measured(self.rows, name)
            missing = [i for i, each in enumerate(self._images["image_id"]) if each not in known]
            self._before += len(severities) * (len(self._images) - len(missing))
            if missing:
                self._ask(name, severities, missing)
            self._before, self._shown = self._before + len(severities) * len(missing), 0
            self._job.progress(self._before, self._total)

    def _ask(self, name: str, severities: Sequence[int], missing: list[int]) -> None:
        loads = [partial(self._show, name, level, i) for level in severities for i in missing]
        told = self._model.answer(loads, self._tell, embeddings=False).probabilities
        best = told.argmax(axis=1)
        ids = self._images["image_id"].iloc[missing].tolist()
        new = pd.DataFrame(
            {
                "image_id": ids * len(severities),
                "corruption": name,
                "severity": [level for level in severities for _ in missing],
                "predicted": [self._model.classes[place] for place in best.tolist()],
                "confidence": told.max(axis=1).astype("float32"),
            }
        )
        self.rows = pd.concat([self.rows, new], ignore_index=True)[list(COLUMNS)]
        stress.save_rows(self._run.folder, self.rows)

    def _show(self, name: str, severity: int, place: int) -> Pixels:
        """One picture for the model, which takes it in a thread of its own."""
        image = self._pixels[place]
        if name != stress.CLEAN:
            image = corrupted(image, name, severity, self._hashes[place])
        with self._lock:
            self._shown += 1
        return image

    def _tell(self) -> None:
        """Asked now and then, also while a network is made ready."""
        self._job.check_stop()
        self._job.progress(self._before + self._shown, self._total)
