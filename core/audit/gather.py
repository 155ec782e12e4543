"""What a project knows, as evidence for the checks."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.audit.check import Evidence
from core.audit.measure import read_measurements
from core.catalogue import in_force
from core.project import Project


def gather(project: Project, features: NDArray[np.float32] | None = None) -> Evidence:
    """The images in force, what was measured of them, and the files that were not taken.

    Args:
        project: is only read.
        features: of the images in force, in their order.

    Raises:
        ProjectProblem: a table of the project is damaged.
    """
    images = in_force(project)
    return Evidence(images, measured_of(project, images), features, project.rejected())


def measured_of(project: Project, images: pd.DataFrame) -> pd.DataFrame:
    """The measurements of ``images``, row by row; NaN where one was not measured."""
    return read_measurements(project, images["sha256"]).reset_index(drop=True)
