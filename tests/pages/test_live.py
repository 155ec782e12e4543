"""The right side of the train page: a run at work, the ways to end it, and what its curves say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core import files, recipe
from core.jobs import Run, runs_of
from core.jobs.watching import Watch
from core.project import Project
from core.recipe import Recipe, Step
from core.settings import Method, SplitSettings, TrainSettings
from tests.pages.conftest import address, button, finish, press, shown

OpenPage = Callable[..., AppTest]
TRAIN = "pages/5_train.py"


def test_before_the_first_epoch_there_is_nothing_to_keep(
    open_page: OpenPage, filled_project: Project
) -> None:
    run = begun(filled_project)
    run.stage("features", "Looking at the images", 2, 4)
    with run.hold():
        app = opened(open_page, run)
        keep = app.button(key=f"keep-{run.id}")
        assert keep.disabled
        assert "once the first epoch is done" in keep.help
        assert not app.button(key=f"stop-{run.id}").disabled


def test_stop_and_keep_asks_the_training_to_finish(
    open_page: OpenPage, filled_project: Project
) -> None:
    run = begun(filled_project, epochs=2)
    with run.hold():
        app = opened(open_page, run)
        app.button(key=f"keep-{run.id}").click().run()
        assert run.finish_requested()
        assert not run.stop_requested()
        assert app.button(key=f"keep-{run.id}").disabled
        assert "the best so far is judged and saved" in shown(app)


def test_while_the_best_is_judged_it_is_too_late_to_keep(
    open_page: OpenPage, filled_project: Project
) -> None:
    run = begun(filled_project, epochs=2)
    run.stage("evaluate", "Judging the result", 4, 4)
    with run.hold():
        app = opened(open_page, run)
        assert "the best epoch is being judged" in app.button(key=f"keep-{run.id}").help


def test_stop_and_discard_takes_the_run_away(open_page: OpenPage, filled_project: Project) -> None:
    run = begun(filled_project, epochs=2)
    with run.hold():
        app = opened(open_page, run)
        app.button(key=f"discard-{run.id}").click().run()
        assert not app.exception
        assert run.stop_requested()
        assert runs_of(filled_project) == []
        assert "run" not in address(app)
        assert not button(app, "Train").disabled
    run.emit("stopped")
    app.run()
    assert not app.exception
    assert not run.folder.exists()


def test_the_figures_of_a_run_at_work(open_page: OpenPage, filled_project: Project) -> None:
    run = begun(filled_project, epochs=3)
    with run.hold():
        app = opened(open_page, run)
    figures = {metric.label: (metric.value, metric.delta) for metric in app.metric}
    assert figures["Images a second"][0] == "1,234"
    assert figures["Memory"][0] == "0.9\u00a0GB"
    value, below = figures["Best so far"]
    assert value == "83.3\u00a0%"
    assert below.replace("\u00a0", " ") == "epoch 3: 43.6 to 97.0 %"


def test_the_learning_rate_has_a_curve_where_it_moves(
    open_page: OpenPage, filled_project: Project
) -> None:
    steady, moving = begun(filled_project, 3), begun(filled_project, 3, rate=lambda n: 1e-3 / n)
    with steady.hold(), moving.hold():
        assert len(opened(open_page, steady).get("plotly_chart")) == 1
        assert len(opened(open_page, moving).get("plotly_chart")) == 2


def test_images_whose_answer_changed_are_shown(
    open_page: OpenPage, filled_project: Project
) -> None:
    run = begun(filled_project, 2)
    watched(run, 2)
    with run.hold():
        app = opened(open_page, run)
    assert not app.exception
    assert "1 validation image so far, the latest change first" in shown(app)


class TestResult:
    def test_the_curves_are_put_into_words(
        self, open_page: OpenPage, trained_project: Project
    ) -> None:
        app = open_page(TRAIN, project=trained_project.id)
        assert not app.exception
        assert "What the curves say" in shown(app)
        assert "Too few images of blight" in shown(app)

    def test_advice_goes_into_the_form_at_a_click(
        self, open_page: OpenPage, filled_project: Project
    ) -> None:
        app = opened(open_page, overfitted(filled_project, TrainSettings(epochs=12, views=4)))
        press(app, "Set dropout to 0.3")
        assert not app.exception
        assert "The next run is set so" in shown(app)
        assert "Changed by you: Dropout" in shown(app)

    def test_with_a_recipe_the_next_run_is_augmented_anyway(
        self, open_page: OpenPage, filled_project: Project
    ) -> None:
        run = overfitted(filled_project)
        recipe.save(filled_project, Recipe("", (Step("rotation", 0.1),)))
        assert "The next run is set so" in shown(opened(open_page, run))

    def test_without_a_recipe_the_advice_leads_to_where_one_is_made(
        self, open_page: OpenPage, filled_project: Project
    ) -> None:
        app = opened(open_page, overfitted(filled_project))
        assert "Overfitting" in shown(app)
        assert "Make a recipe" in [link.value for link in app.get("page_link")]

    def test_a_run_whose_loss_was_lost_says_why(
        self, open_page: OpenPage, filled_project: Project
    ) -> None:
        run = begun(filled_project, settings=TrainSettings(learning_rate=1.0))
        run.emit("epoch", epoch=1, of=60, loss=float("nan"), val_loss=None, accuracy=0.3)
        run.emit("failed", title="The training came to nothing", fix="Try a smaller rate")
        app = opened(open_page, run)
        assert not app.exception
        assert "The learning rate is too high" in shown(app)
        assert "The next run is set so" in shown(app)

    def test_the_restless_images_are_there_on_demand(
        self, open_page: OpenPage, filled_project: Project
    ) -> None:
        run = planned(filled_project)
        watched(run, 3)
        finish(run)
        app = opened(open_page, run)
        assert "the most restless first" not in shown(app)
        app.button_group(key=f"more-about-{run.id}").set_value("restless").run()
        assert not app.exception
        assert "1 validation image changed sides, the most restless first" in shown(app)

    def test_how_it_was_made_is_there_on_demand(
        self, open_page: OpenPage, filled_project: Project
    ) -> None:
        run = planned(filled_project)
        finish(run)
        report = files.read_json(run.report_file)
        made = {"versions": {"keras": "3.9"}, "hardware": {"cores": 2, "accelerators": []}}
        files.write_json(run.report_file, {**report, **made})
        app = opened(open_page, run)
        app.button_group(key=f"more-about-{run.id}").set_value("making").run()
        assert not app.exception
        rows = app.dataframe[0].value.set_index("What")["Value"].to_dict()
        assert rows["keras"] == "3.9"
        assert rows["accelerators"] == "none"
        assert rows["Learning rate"] == "0.001"

    @pytest.mark.parametrize(
        ("kept", "says"),
        [("head", "so the head was kept"), ("finetune", "better than the head alone")],
    )
    def test_a_fine_tune_tells_what_was_kept(
        self, kept: str, says: str, open_page: OpenPage, filled_project: Project
    ) -> None:
        run = planned(filled_project, TrainSettings(method=Method.FINETUNE, epochs=4))
        finish(run)
        files.write_json(run.report_file, {**files.read_json(run.report_file), "kept": kept})
        assert says in shown(opened(open_page, run))


def opened(open_page: OpenPage, run: Run) -> AppTest:
    app = open_page(TRAIN, project=run.project.id, run=run.id)
    assert not app.exception
    return app


def planned(project: Project, settings: TrainSettings | None = None) -> Run:
    return Run.plan(project, settings or TrainSettings(epochs=4), SplitSettings())


def begun(
    project: Project,
    epochs: int = 0,
    settings: TrainSettings | None = None,
    rate: Callable[[int], float] = lambda number: 1e-3,
) -> Run:
    """A run that was begun and went through some epochs, told as the training does."""
    run = planned(project, settings)
    run.queue()
    run.emit("started", attempt=run.attempt)
    run.stage("train", "Training", 3, 4)
    for epoch in range(1, epochs + 1):
        run.emit("epoch", **figures(epoch, run, rate(epoch)))
    return run


def figures(epoch: int, run: Run, rate: float) -> dict[str, Any]:
    return {
        "epoch": epoch,
        "of": run.settings.epochs,
        "loss": 1 / epoch,
        "accuracy": 0.9,
        "val_loss": 1 / epoch,
        "val_accuracy": 5 / 6,
        "best": True,
        "learning_rate": rate,
        "seconds_left": 3.0,
        "images_per_second": 1234.4,
        "memory_mb": 912.0,
    }


def overfitted(project: Project, settings: TrainSettings | None = None) -> Run:
    """A finished run that answers all training images right and half of the others."""
    run = planned(project, settings or TrainSettings(epochs=12))
    finish(run)
    for epoch in range(1, 13):
        told = figures(epoch, run, 1e-3)
        loss = {"loss": 0.9**epoch, "val_loss": 0.7, "accuracy": 1.0, "val_accuracy": 0.5}
        run.emit("epoch", **{**told, **loss})
    run.emit("finished")
    report = files.read_json(run.report_file)
    files.write_json(run.report_file, {**report, "best_epoch": 12, "epochs_run": 12})
    return run


def watched(run: Run, epochs: int) -> None:
    """The first validation image is answered otherwise in every epoch."""
    number = int((run.images()["split"] == "validation").sum())
    watch = Watch(run)
    for epoch in range(1, epochs + 1):
        said = np.zeros(number, dtype=int)
        said[0] = epoch % 2
        watch.epoch(epoch, np.eye(len(run.classes))[said])
    watch.close()
