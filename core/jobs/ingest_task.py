"""The worker's side of bringing images in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from core.audit.measure import Measurer
from core.exercise import adopt
from core.ingest import Reading, ingest, open_source
from core.jobs.exercising import make_ready
from core.jobs.folder import JobFolder
from core.locking import Occupied, locked
from core.project import Project

_STAGES = 2
_TURN = 0.5


def run(job: JobFolder) -> dict[str, Any]:
    """Take the images of the zip that ``job`` names into the project that the job lies in.

    The request holds ``path``, absolute or within the job's folder, ``keep``: whether the
    file stays once its images are taken, and perhaps ``reading``: how the classes are found, or
    ``exercise``: a ready-made one that is made first.
    """
    if "exercise" in job.request:
        make_ready(job)
    path, project_folder = job.folder / job.request["path"], job.folder.parents[1]
    wanted = job.request.get("reading")
    reading = None if wanted is None else Reading.from_json(wanted)
    measurer = Measurer(Project(project_folder))
    seen: list[str] = []

    def tell(stage: str, done: int, total: int) -> None:
        if stage not in seen:
            seen.append(stage)
            name = stage.lower().replace(" ", "-")
            job.stage(name, stage, index=len(seen), of=max(_STAGES, len(seen)))
        job.progress(done, total)

    limits = job.limits.of_ingest() if job.limits else None
    with _turn(job, project_folder), open_source(path, limits) as source:
        result = ingest(
            source,
            project_folder,
            reading,
            on_progress=tell,
            should_stop=job.stop_requested,
            limits=limits,
            look=measurer,
        )
        measurer.save()
        adopt(source, Project(project_folder))
    if not job.request["keep"]:
        path.unlink(missing_ok=True)
    return {
        "added": result.added,
        "already": result.already,
        "aside": result.aside,
        "rejected": len(result.rejected),
        "classes": len(result.classes),
    }


@contextmanager
def _turn(job: JobFolder, project_folder: Path) -> Iterator[None]:
    """Wait until no other ingest is at work on the project; a cluster could run two at once."""
    with ExitStack() as stack:
        while True:
            job.check_stop()
            try:
                stack.enter_context(locked(project_folder / "jobs" / "ingest.lock", _TURN))
                break
            except Occupied:
                continue
        yield
