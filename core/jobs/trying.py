"""What a run's model says of one picture that is no image of the project: short questions.

The answers come from the warm worker. A picture lies in a visit's folder, see
`core.ingest.tried`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from core.conformal import RATES
from core.errors import DataProblem
from core.ingest import original_path
from core.ingest.fit import load_fitted
from core.jobs.run import Run
from core.jobs.worker import wait_until_warm

RATE: Final = 0.05
NEAREST: Final = 5
"""training images that are shown beside an answer"""


@dataclass(frozen=True)
class Answer:
    """What a model says of one picture.

    Attributes:
        probabilities: of each class, in the order of the run's classes; calibrated as the
            model is.
        fitting: for each of `RATES`, the classes that cannot be ruled out at that error rate,
            the likeliest first; there may be none.
        lowest_rate: the smallest error rate that the validation images are enough for; below
            it no class can be ruled out.
        unlike: whether the picture lies farther from what the model learnt from than images of
            its kind do.
        nearest: the training images that are most alike, the most alike first: image_id,
            sha256, label, similarity (cosine, up to 1).
    """

    probabilities: tuple[float, ...]
    fitting: Mapping[float, tuple[int, ...]]
    lowest_rate: float
    unlike: bool
    nearest: tuple[dict[str, Any], ...]

    @property
    def best(self) -> int:
        """The likeliest class."""
        return max(range(len(self.probabilities)), key=self.probabilities.__getitem__)


def answer(run_folder: str, visit_folder: str, sha256: str) -> Answer | None:
    """What the model of a run says of a picture of a visit.

    Returns:
        None while the worker is still warming up: ask again a little later.

    Raises:
        DataProblem: the picture is not there any more.
        ModelProblem: the model is missing or damaged.
        ProjectProblem: a table of the run is damaged.
    """
    if not wait_until_warm(0):
        return None
    from core.jobs.reference import reference
    from core.ml.run_model import run_model

    data = _original(visit_folder, sha256)
    run = Run(Path(run_folder))
    model = run_model(run)
    pixels = load_fitted(data, model.size, model.fit)
    said = model.answer([lambda: pixels])
    known = reference(run)
    probabilities = said.probabilities[0]
    order = (-probabilities).argsort(kind="stable")
    fitting = {}
    for rate in RATES:
        fits = known.conformal.sets(said.probabilities, rate)[0]
        fitting[rate] = tuple(int(place) for place in order if fits[place])
    return Answer(
        probabilities=tuple(float(value) for value in probabilities),
        fitting=fitting,
        lowest_rate=known.conformal.lowest_rate,
        unlike=bool(known.gate.unlike(said.embeddings)[0]),
        nearest=tuple(image._asdict() for image in known.nearest(said.embeddings[0], NEAREST)),
    )


def heat(run_folder: str, visit_folder: str, sha256: str, target: str) -> dict[str, Any] | None:
    """Where the model of a run looks in a picture of a visit for the class ``target``.

    Returns:
        See `core.jobs.explaining.heat`; None while the worker is still warming up.

    Raises:
        DataProblem: the picture is not there any more, or there is no such class.
        ModelProblem: the model is missing or damaged.
    """
    if not wait_until_warm(0):
        return None
    from core.gaze import Way
    from core.jobs.explaining import explained
    from core.ml.run_model import run_model

    data = _original(visit_folder, sha256)
    return explained(run_model(Run(Path(run_folder))), data, target, Way.GRAD_CAM)


def _original(visit_folder: str, sha256: str) -> bytes:
    try:
        return original_path(Path(visit_folder), sha256).read_bytes()
    except OSError as error:
        raise DataProblem(
            "The picture is not there any more",
            "Pictures that are tried are kept for some hours only",
            "Show it again",
        ) from error
