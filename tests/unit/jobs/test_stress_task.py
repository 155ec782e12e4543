"""The stress test's job: asks a run, keeps whole corruptions, stops and goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest

from core import files, stress
from core.corruptions import CORRUPTIONS
from core.ingest import ingest, open_source
from core.jobs import JobFolder, Run, State, seal, stress_task
from core.jobs.tasks import perform
from core.ml.run_model import Answers
from core.project import Project, Workspace, new_id
from core.settings import SplitSettings, TrainSettings
from tests.makers import encoded, make_folder, plain

SHADES = {"dark": 40, "light": 200}


class ByBrightness:
    """Stands in for a trained model: what is light is light."""

    classes = ("dark", "light")

    def __init__(self) -> None:
        self.asked = 0
        self.ends_after = 10**9

    def answer(
        self,
        images: Iterable[Callable[[], np.ndarray]],
        check_stop: Callable[[], None],
        embeddings: bool = True,
    ) -> Answers:
        told = []
        check_stop()  # as while a network is made ready
        for load in images:
            pixels = load()
            assert pixels.shape == (96, 96, 3) and pixels.dtype == np.uint8
            light = float(np.clip(pixels.mean() / 255, 0.01, 0.99))
            told.append([1 - light, light])
            self.asked += 1
            if self.asked > self.ends_after:
                raise RuntimeError("the worker has trouble")
            check_stop()
        return Answers(np.array(told), np.empty((0, 1), np.float32))


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> ByBrightness:
    made = ByBrightness()
    monkeypatch.setattr(stress_task, "run_model", lambda run: made)
    return made


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder = tmp_path_factory.mktemp("stress")
    made = Workspace(folder).create("Shades")
    images = {
        f"{label}/{number}.png": encoded(plain((shade, shade + number, shade), (20, 20)))
        for label, shade in SHADES.items()
        for number in range(10)
    }
    with open_source(make_folder(folder / "images", images)) as source:
        ingest(source, made.folder)
    return made


@pytest.fixture
def run(project: Project) -> Run:
    split = SplitSettings(validation=0.3, test=0.3)
    made = Run.plan(project, TrainSettings(image_size="96"), split)
    files.write_json(made.report_file, {"classes": made.classes})
    return made


def asked(run: Run, **request: object) -> JobFolder:
    folder = run.project.jobs / new_id("stress")
    job = JobFolder.create(folder, "stress", {"run": run.id, **request})
    perform(str(folder))
    return job


def found(run: Run, side: str = "validation") -> stress.Stress:
    kept = stress.load(run.folder, run.images(), run.classes, side)
    assert kept is not None
    return kept


def test_every_corruption_is_asked_about_and_the_answers_are_kept(
    run: Run, model: ByBrightness
) -> None:
    job = asked(run)
    assert job.state() is State.FINISHED, job.snapshot().problem
    kept = found(run)
    assert kept.is_whole and kept.n == kept.available == 6
    assert model.asked == 6 * (1 + 20 * 5)
    assert kept.clean.all()
    weakest = stress.hurts(kept)[0]
    assert weakest.name == "low_light"
    assert not kept.of("low_light")[kept.truth == 1, -1].any()
    progress = [event for event in job.events()[0] if event["event"] == "progress"]
    assert progress[-1]["done"] == progress[-1]["total"] == 6 * 101


def test_asking_again_asks_the_model_nothing(run: Run, model: ByBrightness) -> None:
    asked(run)
    before = model.asked
    assert asked(run).state() is State.FINISHED
    assert model.asked == before


def test_more_images_ask_only_about_the_new_ones(run: Run, model: ByBrightness) -> None:
    asked(run, images=4)
    assert found(run).n == 4
    asked(run, images=6)
    assert found(run).n == 6
    assert model.asked == 6 * 101


def test_whole_corruptions_are_kept_when_it_ends_early(run: Run, model: ByBrightness) -> None:
    model.ends_after = 6 * (1 + 5 * 3) + 7  # in the midst of the fourth corruption
    job = asked(run)
    assert job.state() is State.FAILED
    assert found(run).names == tuple(CORRUPTIONS)[:3]
    model.ends_after = 10**9
    before = model.asked
    assert asked(run).state() is State.FINISHED
    assert model.asked - before == 6 * 5 * 17
    assert found(run).is_whole


def test_it_can_be_stopped(run: Run, model: ByBrightness) -> None:
    job = JobFolder.create(run.project.jobs / new_id("stress"), "stress", {"run": run.id})
    answer = model.answer

    def stopping(*arguments: object, **more: object) -> Answers:
        if model.asked > 100:
            job.request_stop()
        return answer(*arguments, **more)  # type: ignore[arg-type]

    model.answer = stopping  # type: ignore[method-assign]
    perform(str(job.folder))
    assert job.state() is State.STOPPED
    assert 0 < len(found(run).names) < 20


def test_sealed_test_images_are_refused_and_open_ones_are_not(
    run: Run, model: ByBrightness
) -> None:
    job = asked(run, side="test")
    assert job.state() is State.FAILED
    assert "sealed" in str(job.snapshot().problem)
    seal.open_test(run, seal.SCORE)
    assert asked(run, side="test", images=2).state() is State.FINISHED
    assert found(run, "test").n == 2
    assert stress.load(run.folder, run.images(), run.classes, "validation") is None


def test_a_run_without_a_result_is_told(project: Project, model: ByBrightness) -> None:
    run = Run.plan(project, TrainSettings(image_size="96"), SplitSettings())
    assert "is not finished" in str(asked(run).snapshot().problem)


def test_an_original_that_is_gone_is_told(
    tmp_path: Path, project: Project, run: Run, model: ByBrightness
) -> None:
    moved = project.originals.rename(tmp_path / "originals")
    try:
        assert "is gone" in str(asked(run).snapshot().problem)
    finally:
        moved.rename(project.originals)
