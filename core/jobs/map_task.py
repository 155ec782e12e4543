"""The worker's side of the map: features, places, and a sheet of small pictures."""

from __future__ import annotations

from typing import Any

from core import atlas, files
from core.catalogue import content_id, in_force
from core.errors import DataProblem
from core.ingest import thumb_path
from core.jobs.features import usual_features
from core.jobs.folder import JobFolder
from core.project import Project

_STAGES = 3


def run(job: JobFolder) -> dict[str, Any]:
    """Write ``map.parquet`` (image_id, sha256, where `core.atlas` puts it) and ``map.webp``."""
    project = Project(job.folder.parents[1])
    images = in_force(project)
    if images.empty:
        raise DataProblem("There are no images to map", "", "Add images first")
    catalogue = content_id(images)
    images = images.iloc[atlas.chosen(images["label"].tolist())].reset_index(drop=True)
    job.stage("features", "Looking at the images", 1, _STAGES)
    features = usual_features(project, images["sha256"], job)
    job.stage("place", "Placing them on the map", 2, _STAGES)
    places = atlas.place(features, job.progress, job.stop_requested)
    job.stage("save", "Saving", 3, _STAGES)
    sheet = atlas.sheet([thumb_path(project.folder, sha) for sha in images["sha256"]])
    files.write_bytes(project.map_file.with_suffix(".webp"), sheet)
    table = images[["image_id", "sha256"]].join(places).assign(catalogue=catalogue)
    files.write_table(project.map_file, table)  # last: where it is, all is
    return {"images": len(table)}
