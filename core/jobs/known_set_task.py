"""The worker's side of taking a sample of a well-known set."""

from __future__ import annotations

from typing import Any

from core.ingest.known_sets import known_set
from core.ingest.reading import LabelsFrom, Reading
from core.jobs import ingest_task
from core.jobs.folder import JobFolder
from core.jobs.megabytes import Megabytes
from core.ml import known_sets
from core.project import cache_folder

_SAMPLE = "sample.zip"


def run(job: JobFolder) -> dict[str, Any]:
    """Download a set, draw a sample of it, and take that into the project of ``job``.

    The request holds ``name``, ``each`` (images of a class at most) and ``seed``. What was
    downloaded stays in the cache: another sample of the same set needs no network.
    """
    known = known_set(str(job.request["name"]))
    folder = cache_folder("tfds")
    target = job.folder / _SAMPLE
    if not known_sets.is_fetched(known, folder):
        job.stage("download", f"Downloading {known.title}, in MB")
        known_sets.fetch(known, folder, Megabytes(job), job.stop_requested)
    job.stage("sample", "Choosing images")
    each, seed = int(job.request["each"]), int(job.request["seed"])
    known_sets.sample(known, folder, each, seed, target, job.progress, job.stop_requested)
    reading = Reading(labels=LabelsFrom.FOLDERS, root="", keep_split=len(known.splits) > 1)
    job.request |= {"path": _SAMPLE, "keep": False, "reading": reading.to_json()}
    return ingest_task.run(job)
