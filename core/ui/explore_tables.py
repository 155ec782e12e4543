"""What the explore page reads again and again, cached by what the files hold.

The tables are shared, not copied, between reruns and visitors: nobody may change one. What is
shown of them is sliced first and copied then.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import catalogue, looks, traits
from core.audit.measure import read_measurements
from core.charts import colours
from core.project import Project
from core.settings import TrainSettings
from core.traits import Group, Sorted
from core.ui.remembered import remembered
from core.ui.tables import stamp

SIDE: Final = TrainSettings().backbone.image_size  # of the network's square, in pixels
MEASURED: Final = ("red", "green", "blue", "saturation", "brightness", "contrast")

_SORTINGS: Final[dict[str, Callable[[pd.DataFrame], Sorted]]] = {
    "size": traits.by_size,
    "shape": traits.by_shape,
    "bytes": traits.by_bytes,
    "format": traits.by_format,
}
_ODD: Final[dict[str, Callable[[pd.DataFrame], list[Group]]]] = {
    "size": lambda images: traits.odd_sizes(images, SIDE),
    "shape": traits.odd_shapes,
    "bytes": traits.odd_files,
    "format": lambda images: [],
}


def facts(project: Project) -> pd.DataFrame:
    """The images in force with all that ingest wrote down. Shared: not to be changed."""
    return _facts(*_where(project))


def sorted_by(project: Project, trait: str) -> Sorted:
    """The images sorted by 'size', 'shape', 'bytes' or 'format'."""
    return _sorted(*_where(project), trait)


def odd(project: Project, trait: str) -> list[Group]:
    """The images that stand out in a trait."""
    return _odd(*_where(project), trait)


def labels(project: Project) -> list[str]:
    """The classes that there are, by name."""
    return _labels(*_where(project))


def measured(project: Project) -> pd.DataFrame:
    """`facts` and what was measured of each image, NaN where it was not yet. Shared."""
    return _measured(*_measured_where(project))


def not_measured(project: Project) -> int:
    """How many of the images in force were not measured yet."""
    return int(measured(project)["brightness"].isna().sum())


def hues(project: Project, label: str) -> Sorted:
    """The images of a class, of all where it is '', sorted by their mean colour."""
    return _hues(*_measured_where(project), label)


def strips(project: Project) -> dict[str, NDArray[np.float64]]:
    """The mean colours of each class from dark to bright."""
    return _strips(*_measured_where(project))


def spread(project: Project, column: str) -> pd.DataFrame:
    """Where the values of a measured column lie, class by class."""
    return _spread(*_measured_where(project), column)


def explained(project: Project, columns: tuple[str, ...]) -> float:
    """How much of the differences in these columns the class explains, 0..1."""
    return _explained(*_measured_where(project), columns)


def _where(project: Project) -> tuple[str, str]:
    return str(project.folder), stamp(project.catalogue_file, project.decisions_file)


def _measured_where(project: Project) -> tuple[str, str]:
    folder, at = _where(project)
    return folder, f"{at} {stamp(project.measurements_file)}"


@remembered
def _facts(folder: str, stamp: str) -> pd.DataFrame:
    return catalogue.in_force(Project(Path(folder)))


@remembered
def _sorted(folder: str, stamp: str, trait: str) -> Sorted:
    return _SORTINGS[trait](_facts(folder, stamp))


@remembered
def _odd(folder: str, stamp: str, trait: str) -> list[Group]:
    return _ODD[trait](_facts(folder, stamp))


@remembered
def _labels(folder: str, stamp: str) -> list[str]:
    return sorted(str(label) for label in _facts(folder, stamp)["label"].unique())


@remembered
def _measured(folder: str, stamp: str) -> pd.DataFrame:
    project = Project(Path(folder))
    images = facts(project)
    found = read_measurements(project).reindex(columns=list(MEASURED))
    rows = found.reindex(images["sha256"].to_numpy())
    values = {name: rows[name].to_numpy(dtype=float) for name in MEASURED}
    return images.assign(**values)


@remembered
def _hues(folder: str, stamp: str, label: str) -> Sorted:
    images = _measured(folder, stamp)
    if not label:
        return traits.by_hue(images)
    others = (images["label"] != label).to_numpy()
    parts = ["red", "green", "blue"]
    return traits.by_hue(images[parts].mask(np.repeat(others[:, None], 3, axis=1)))


@remembered
def _strips(folder: str, stamp: str) -> dict[str, NDArray[np.float64]]:
    return colours.strips_of(_measured(folder, stamp))


@remembered
def _spread(folder: str, stamp: str, column: str) -> pd.DataFrame:
    return colours.spread(_measured(folder, stamp), column)


@remembered
def _explained(folder: str, stamp: str, columns: tuple[str, ...]) -> float:
    images = _measured(folder, stamp)
    numbers, _ = pd.factorize(images["label"])
    return looks.explained(images[list(columns)].to_numpy(dtype=float), numbers)
