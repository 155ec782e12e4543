"""Trainings that look at the images themselves: from nothing, and the whole network."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from core.ingest import ingest, open_source, original_path
from core.jobs.folder import State
from core.jobs.run import Run
from core.jobs.tasks import perform
from core.ml import classifier, devices
from core.ml.features import loader
from core.project import Workspace
from core.recipe import Recipe, Step
from core.settings import Method, SplitSettings, TrainSettings
from tests.makers import class_files, make_folder

SETTINGS = TrainSettings(method=Method.SCRATCH, epochs=2, batch_size=8)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project with six cats and six dogs."""
    folder = tmp_path_factory.mktemp("pixels")
    made = Workspace(folder).create("Animals")
    with open_source(make_folder(folder / "images", class_files(each=6))) as source:
        ingest(source, made.folder)
    return made


def stages(run: Run) -> list[str]:
    return [event["name"] for event in run.events()[0] if event["event"] == "stage"]


def test_from_scratch_needs_no_pretrained_network(project, monkeypatch):
    monkeypatch.setenv("FIRSTLIGHT_CACHE", str(project.folder / "no-backbone"))
    run = Run.plan(project, SETTINGS, SplitSettings())
    perform(str(run.folder))
    assert run.state() is State.FINISHED
    assert stages(run) == ["features", "train", "evaluate"]
    assert not (project.folder / "no-backbone").exists()
    report = run.report()
    assert report["kept"] == "scratch" and report["n"]["train"] == 8


def test_its_model_says_of_files_what_was_judged(project):
    run = Run.plan(project, SETTINGS, SplitSettings())
    perform(str(run.folder))
    model, table = classifier.load(run.model_file), run.predictions()
    assert model.input_shape == (None, 96, 96, 3)
    images = [
        loader(original_path(project.folder, sha), 96, run.settings.fit)()
        for sha in table["sha256"]
    ]
    said = classifier.predict(model, images)
    np.testing.assert_allclose(said, table[["p_0", "p_1"]].to_numpy(), atol=1e-4)


def test_with_views_each_epoch_alters_the_images_afresh(project):
    recipe = Recipe("", (Step("rotation", 0.3), Step("cut_mix", 1.0)))
    losses = []
    for views in (0, 1, 1):
        settings = dataclasses.replace(SETTINGS, views=views)
        run = Run.plan(project, settings, SplitSettings(), recipe=recipe)
        perform(str(run.folder))
        assert "views" not in stages(run)
        losses.append([e["loss"] for e in run.events()[0] if e["event"] == "epoch"])
    assert losses[1] == losses[2] != losses[0]


def test_the_whole_network_is_refused_where_it_would_take_hours(project, monkeypatch):
    monkeypatch.delenv(devices.WHOLE_ON_CPU, raising=False)
    monkeypatch.setattr(devices, "accelerators", tuple)
    run = Run.plan(project, dataclasses.replace(SETTINGS, method=Method.WHOLE), SplitSettings())
    perform(str(run.folder))
    assert run.state() is State.FAILED
    assert "graphics card" in run.snapshot().problem.detail
    assert stages(run) == []
