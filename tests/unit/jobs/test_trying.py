"""What the worker answers about a picture that is only tried, with doubles for what it asks."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core.conformal import RATES, Conformal
from core.errors import DataProblem, ProjectProblem
from core.gate import Gate
from core.gaze import Way
from core.ingest.tried import Visit
from core.jobs import explaining, reference, trying
from core.jobs.trying import Answer
from core.ml import run_model
from core.settings import Fit
from tests.makers import encoded, plain

CLASSES = ("green", "red")
SIZE = 8


class Eye:
    """A model that sees the mean colour, and finds red where there is more red than green."""

    size, fit, classes = SIZE, Fit.SQUASH, list(CLASSES)

    def answer(self, images: Iterable[Any]) -> Any:
        seen = np.array([image().mean(axis=(0, 1)) for image in images], np.float32)
        red = 1 / (1 + np.exp(-(seen[:, 0] - seen[:, 1]) / 40))
        return SimpleNamespace(probabilities=np.stack([1 - red, red], axis=1), embeddings=seen)


def known(count: int = 40) -> Any:
    """Training images that are green or red, and validation images that it was right about."""
    rng = np.random.default_rng(0)
    labels = np.arange(count) % 2
    seen = np.where(labels[:, None] == 1, (220, 30, 20), (30, 220, 20)) + rng.normal(
        0, 8, (count, 3)
    )
    scores = np.linspace(0.0, 0.3, count)

    def nearest(embedding: np.ndarray, number: int) -> list[reference.Neighbour]:
        order = np.argsort(((seen - embedding) ** 2).sum(axis=1))[:number]
        return [
            reference.Neighbour(f"image-{at}", f"{at:064x}", CLASSES[labels[at]], 1.0)
            for at in order
        ]

    gate = Gate.fit(seen, labels, seen + rng.normal(0, 8, seen.shape))
    return SimpleNamespace(gate=gate, conformal=Conformal(scores), nearest=nearest)


@pytest.fixture
def visit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Visit:
    monkeypatch.setattr(trying, "Run", lambda folder: SimpleNamespace(folder=folder))
    monkeypatch.setattr(run_model, "run_model", lambda run: Eye())
    monkeypatch.setattr(reference, "reference", lambda run: known())
    return Visit(tmp_path, "0123456789abcdef")


def said(visit: Visit, colour: tuple[int, int, int]) -> Answer:
    """The answer to a picture of one colour."""
    picture = visit.take("plain.png", encoded(plain(colour)))
    answer = trying.answer("run", str(visit.folder), picture.sha256)
    assert answer is not None
    return answer


def test_a_clear_picture_gets_one_class(visit: Visit) -> None:
    answer = said(visit, (220, 30, 20))
    assert CLASSES[answer.best] == "red"
    assert sum(answer.probabilities) == pytest.approx(1)
    assert answer.fitting[0.1] == (1,)
    assert not answer.unlike


def test_the_more_errors_are_allowed_the_fewer_classes_fit(visit: Visit) -> None:
    answer = said(visit, (125, 120, 20))
    sizes = [len(answer.fitting[rate]) for rate in RATES]
    assert list(answer.fitting) == list(RATES)
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == 2  # 40 images cannot promise 1 %
    assert answer.fitting[0.01] == (1, 0)  # the likeliest first
    assert answer.lowest_rate == pytest.approx(1 / 41)


def test_what_lies_far_from_everything_is_unlike(visit: Visit) -> None:
    assert said(visit, (20, 20, 240)).unlike


def test_the_most_alike_training_images_come_first(visit: Visit) -> None:
    nearest = said(visit, (220, 30, 20)).nearest
    assert len(nearest) == trying.NEAREST
    assert {image["label"] for image in nearest} == {"red"}
    assert set(nearest[0]) == {"image_id", "sha256", "label", "similarity"}


def test_a_picture_that_is_gone_is_a_problem(visit: Visit) -> None:
    with pytest.raises(DataProblem, match="not there any more"):
        trying.answer("run", str(visit.folder), "0" * 64)


def test_a_worker_that_is_warming_up_says_nothing_yet(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trying, "wait_until_warm", lambda timeout: False)
    assert trying.answer("run", str(visit.folder), "0" * 64) is None


def test_heat_is_of_the_picture_that_was_tried(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    explained = lambda *given: {"asked": given[1:]}  # noqa: E731
    monkeypatch.setattr(explaining, "explained", explained)
    data = encoded(plain((1, 2, 3)))
    picture = visit.take("plain.png", data)
    found = trying.heat("run", str(visit.folder), picture.sha256, "red")
    assert found == {"asked": (data, "red", Way.GRAD_CAM)}
    with pytest.raises(DataProblem, match="not there any more"):
        trying.heat("run", str(visit.folder), "0" * 64, "red")
    monkeypatch.setattr(trying, "wait_until_warm", lambda timeout: False)
    assert trying.heat("run", str(visit.folder), picture.sha256, "red") is None


def test_asking_needs_a_run(tmp_path: Path) -> None:
    visit = Visit(tmp_path, "0123456789abcdef")
    picture = visit.take("plain.png", encoded(plain((1, 2, 3))))
    with pytest.raises(ProjectProblem, match="no such run"):
        trying.answer(str(tmp_path / "none"), str(visit.folder), picture.sha256)
