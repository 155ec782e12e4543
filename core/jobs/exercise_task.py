"""The worker's side of making an exercise file."""

from __future__ import annotations

from typing import Any

from core.exercise import Fault, Order, make, open_material
from core.ingest.samples import samples
from core.jobs.exercising import FILE
from core.jobs.folder import JobFolder


def run(job: JobFolder) -> dict[str, Any]:
    """Make what ``job`` asks for, see `core.jobs.exercising.start_making`.

    The job lies two folders below that of all projects.
    """
    asked = job.request
    plant = {Fault(name): int(number) for name, number in asked["plant"].items()}
    order = Order(plant, int(asked["level"]), int(asked["seed"]))
    source = str(asked["source"])
    is_sample = source in {sample.name for sample in samples()}
    job.stage("exercise", "Hiding faults", 1, 1)
    with open_material(source if is_sample else job.folder.parents[1] / source) as material:
        cover = make(
            material,
            order,
            job.folder / FILE,
            str(asked["title"]),
            str(asked["secret"]),
            tell=job.progress,
            should_stop=job.stop_requested,
        )
    return {"exercise": cover.id, "images": cover.images, "title": cover.title}
