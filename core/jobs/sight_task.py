"""The worker's side of pixels against features: what either says of the images."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from core import atlas, files, sight, split
from core.catalogue import content_id, in_force, require_classes
from core.errors import DataProblem
from core.jobs.features import usual_features
from core.jobs.folder import JobFolder
from core.preflight import originals
from core.preflight.pixels import gather
from core.project import Project

_STAGES = 3


def run(job: JobFolder) -> dict[str, Any]:
    """Write ``sight.parquet``, see `core.sight.look`.

    The test images take no part. Of very many images some are asked, each class its share.
    """
    project = Project(job.folder.parents[1])
    catalogue = in_force(project)
    if catalogue.empty:
        raise DataProblem("There are no images to compare", "", "Add images first")
    belong = split.groups_of(project, catalogue, split.in_force(project))
    images = split.unsealed(project, catalogue, belong)
    images = images.iloc[atlas.chosen(images["label"].tolist(), sight.MOST)]
    different = images.groupby("label")["sha256"].nunique()
    require_classes({str(label): int(n) for label, n in different.items()}, smallest=2)
    job.stage("pixels", "Looking at the pixels", 1, _STAGES)
    seen = gather(images["sha256"], originals(project), job.progress, job.stop_requested)
    job.stage("features", "Looking at the images", 2, _STAGES)
    features = usual_features(project, images["sha256"], job)
    job.stage("compare", "Comparing", 3, _STAGES)
    blocks = np.asarray(pd.factorize(images["image_id"].map(belong))[0], np.int64)
    found = sight.look(images, seen.small, features, blocks)
    files.write_table(project.sight_file, found.assign(catalogue=content_id(catalogue)))
    return {"images": len(found)}
