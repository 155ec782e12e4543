"""The way back on the mistakes page: retrain, before and after, what to fix first, weak spots."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core import catalogue, slices
from core.audit.measure import measure_missing
from core.catalogue import content_id, in_force
from core.fixes import Fix, Fixes, Judged
from core.jobs import Mended, Run, runs_of, seal
from core.project import Project
from core.ui import asking, engine, errors_fixes, errors_retrain, errors_slices
from tests.pages.conftest import NotingEngine, finish, press, settle, shown

OpenPage = Callable[..., AppTest]
ERRORS = "pages/6_errors.py"
RETRAIN = "Retrain with these fixes"


class AnsweringEngine(NotingEngine):
    """Answers the two questions of these views; None as long as it does not know."""

    def __init__(self) -> None:
        super().__init__()
        self.clusters: dict[str, int] | None = {}

    def ask(self, function: str, *arguments: Any) -> Any:
        if function.endswith(":judged"):
            return {**Judged(20, 12, 18, 0.05, 0.5, 0.03).__dict__}
        return self.clusters if function.endswith(":clusters") else {}


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch, open_page: OpenPage) -> Iterator[AnsweringEngine]:
    """The engine that pages reach; nothing was asked before."""
    found = AnsweringEngine()
    monkeypatch.setattr(engine, "connect", lambda: found)
    engine.desk.clear()
    asking._question.clear()
    assert engine.desk()._order(lambda connected: connected).result(5) is found
    yield found
    asking._question.clear()


@pytest.fixture
def project(trained_project: Project, answering: AnsweringEngine) -> Project:
    return trained_project


@pytest.fixture
def run(project: Project) -> Run:
    return runs_of(project)[0]


def learnt(run: Run, label: str = "rust") -> list[str]:
    images = run.images()
    chosen = images[(images["split"] == "train") & (images["label"] == label)]
    return [str(image) for image in chosen["image_id"]]


def view(app: AppTest, name: str) -> AppTest:
    (chooser,) = [one for one in app.segmented_control if one.key == "errors-view"]
    return chooser.set_value(name).run()


class TestRetrain:
    def test_before_anything_is_mended_there_is_nothing_to_train_with(
        self, open_page: OpenPage, project: Project
    ) -> None:
        app = open_page(ERRORS, project=project.id)
        assert not app.exception
        assert "Relabel or drop images, and train again here" in shown(app)
        assert RETRAIN not in [one.label for one in app.button]

    def test_what_was_mended_is_trained_with_at_a_click(
        self, open_page: OpenPage, project: Project, run: Run, answering: AnsweringEngine
    ) -> None:
        catalogue.decide(project, "relabel", images=learnt(run)[:2], label="healthy")
        app = open_page(ERRORS, project=project.id)
        assert "Since Run 1 was trained: 2 images relabelled." in shown(app).replace("**", "")
        press(app, RETRAIN)
        assert not app.exception
        settle()
        (job,) = answering.jobs
        again = Run(job.folder)
        assert again.like == run.id
        assert again.images()["split"].tolist() == run.images()["split"].tolist()
        app.run()
        assert "learns from your fixes" in shown(app)
        assert RETRAIN not in [one.label for one in app.button]

    def test_a_problem_is_told_and_nothing_is_begun(
        self, open_page: OpenPage, project: Project, answering: AnsweringEngine
    ) -> None:
        catalogue.decide(project, "rename", label="rust", to="healthy")
        catalogue.decide(project, "rename", label="blight", to="healthy")
        app = open_page(ERRORS, project=project.id)
        press(app, RETRAIN)
        assert not app.exception
        assert "only one class left" in app.toast[0].value
        settle()
        assert answering.jobs == []

    def test_the_new_run_comes_with_before_and_after(
        self, open_page: OpenPage, project: Project, run: Run
    ) -> None:
        judged = run.predictions()
        rusty = judged[(judged["split"] == "validation") & (judged["label"] == "rust")]
        mended = [*learnt(run)[:1], str(rusty["image_id"].iloc[-1])]
        catalogue.decide(project, "relabel", images=mended, label="healthy")
        again = Run.plan(project, run.settings, run.split, like=run)
        finish(again)
        app = open_page(ERRORS, project=project.id, run=run.id)
        assert "1 of them is a training image; the others only judge." in shown(app)
        press(app, "See Run 2, which has these fixes")
        assert not app.exception
        assert app.query_params["run"] in (again.id, [again.id])
        text = shown(app)
        assert "Before and after:" in text
        assert "By 5 validation images that both judged by the same label" in text
        assert "1 image whose label you changed is left out" in text
        figures = {metric.label: metric.value for metric in app.metric}
        assert {"Before: Run 1", "After: Run 2"} <= set(figures)
        assert not seal.is_open(again)

    def test_a_class_that_was_only_renamed_is_nothing_to_train_with(
        self, open_page: OpenPage, project: Project, run: Run
    ) -> None:
        catalogue.decide(project, "rename", label="rust", to="spots")
        app = open_page(ERRORS, project=project.id)
        assert "Relabel or drop images, and train again here" in shown(app)
        catalogue.decide(project, "relabel", images=learnt(run)[:2], label="healthy")
        assert "2 images relabelled" in shown(app.run())

    def test_renamed_after_the_retraining_it_still_has_the_fixes(
        self, open_page: OpenPage, project: Project, run: Run
    ) -> None:
        catalogue.decide(project, "relabel", images=learnt(run)[:1], label="healthy")
        finish(Run.plan(project, run.settings, run.split, like=run))
        catalogue.decide(project, "rename", label="blight", to="mildew")
        app = open_page(ERRORS, project=project.id, run=run.id)
        assert "See Run 2, which has these fixes" in [one.label for one in app.button]
        assert RETRAIN not in [one.label for one in app.button]

    def test_before_and_after_are_compared_under_new_names(
        self, open_page: OpenPage, project: Project, run: Run
    ) -> None:
        for label in run.classes:
            if label != "rust":  # what `finish` says of it needs its name
                catalogue.decide(project, "rename", label=label, to=f"new {label}")
        catalogue.decide(project, "relabel", images=learnt(run)[:1], label="new blight")
        again = Run.plan(project, run.settings, run.split, like=run)
        finish(again, "new healthy")
        text = shown(open_page(ERRORS, project=project.id, run=again.id))
        assert "By 6 validation images that both judged by the same label" in text
        assert "only after is right on 0, only before on 0" in text
        assert "whose label you changed" not in text

    def test_merged_classes_are_something_to_train_with_and_compared_as_one(
        self, open_page: OpenPage, project: Project, run: Run
    ) -> None:
        catalogue.decide(project, "rename", label="healthy", to="rust")
        app = open_page(ERRORS, project=project.id)
        assert "Since Run 1 was trained: 1 class merged with another." in shown(app).replace(
            "**", ""
        )
        assert RETRAIN in [one.label for one in app.button]
        again = Run.plan(project, run.settings, run.split, like=run)
        finish(again, "blight")
        text = shown(open_page(ERRORS, project=project.id, run=again.id))
        assert "By 6 validation images that both judged by the same label" in text
        assert "only after is right on 0, only before on 1" in text  # rust for healthy is right
        assert "1 class of the older run was merged with another since" in text

    def test_on_the_test_images_it_is_a_look_that_is_counted(
        self, open_page: OpenPage, project: Project, run: Run
    ) -> None:
        catalogue.decide(project, "relabel", images=learnt(run)[:1], label="healthy")
        again = Run.plan(project, run.settings, run.split, like=run)
        finish(again)
        for each in (run, again):
            seal.open_test(each, seal.SCORE)
        app = open_page(ERRORS, project=project.id, run=again.id)
        assert seal.COMPARISON not in [look.why for look in seal.looks(again)]
        (side,) = [one for one in app.segmented_control if one.key.startswith("side-")]
        side.set_value("test").run()
        assert "By 6 test images that both judged" in shown(app)
        assert (seal.COMPARISON, run.id) in [(one.why, one.about) for one in seal.looks(again)]

    @pytest.mark.parametrize(
        ("change", "text"),
        [
            (Mended(3, 0, 0, 3), ""),
            (Mended(3, 1, 0, 2), "2 of them are training images; the others only judge."),
            (Mended(0, 2, 0, 0), "None of them is a training image"),
            (Mended(0, 0, 5, 0), ""),
        ],
    )
    def test_what_only_judges_teaches_nothing(self, change: Mended, text: str) -> None:
        assert text in errors_retrain.learnt(change)
        assert bool(text) == bool(errors_retrain.learnt(change))


class TestFixes:
    @pytest.fixture
    def found(self, project: Project, run: Run) -> Fixes:
        """A relabel and a drop that were ranked."""
        images = in_force(project).set_index("image_id")
        fixes = tuple(
            Fix(image, images.at[image, "sha256"], "rust", act, to, "Looks odd", 0.02, right)
            for image, act, to, right in zip(
                learnt(run), ("relabel", "drop"), ("healthy", ""), (4, 5), strict=False
            )
        )
        made = "2026-01-01T00:00:00.000+00:00"
        found = Fixes(content_id(in_force(project)), made, 8, 6, 3, True, fixes)
        found.save(run.folder)
        return found

    def test_they_are_ranked_when_somebody_asks(
        self, open_page: OpenPage, project: Project, run: Run, answering: AnsweringEngine
    ) -> None:
        app = view(open_page(ERRORS, project=project.id), "What to fix")
        assert "one in a small class may cost several points" in shown(app).replace("\n", " ")
        press(app, "Find the fixes that matter most")
        settle()
        (job,) = answering.jobs
        assert (job.kind, job.request) == ("fixes", {"run": run.id})

    def test_carried_out_they_are_decisions_that_can_be_undone(
        self, open_page: OpenPage, project: Project, found: Fixes
    ) -> None:
        app = view(open_page(ERRORS, project=project.id), "What to fix")
        assert "5 of 6 validation images right instead of 3 (+2)" in shown(app)
        press(app, "Carry out all 2 fixes")
        assert not app.exception
        relabelled, dropped = (fix.image_id for fix in found.fixes)
        entries = catalogue.decisions(project)
        assert [(entry["act"], entry["images"]) for entry in entries] == [
            ("relabel", [relabelled]),
            ("drop", [dropped]),
        ]
        assert entries[0]["labels"] == ["healthy"]
        assert "You have decided about all of them" in shown(app)
        assert "Relabelled 1 image as healthy; dropped 1 image." in shown(app)
        assert RETRAIN in [one.label for one in app.button]
        press(app, "Undo")
        assert catalogue.decisions(project) == []

    def test_what_a_training_has_learnt_is_not_offered_to_be_undone_beside_it(
        self, open_page: OpenPage, project: Project, found: Fixes
    ) -> None:
        app = view(open_page(ERRORS, project=project.id), "What to fix")
        press(app, "Carry out all 2 fixes")
        assert "Undo" in [one.label for one in app.button]
        press(app, RETRAIN)
        assert "Undo" not in [one.label for one in app.button]
        assert len(catalogue.decisions(project)) == 2

    def test_they_go_by_todays_names_of_the_classes(
        self, open_page: OpenPage, project: Project, found: Fixes
    ) -> None:
        catalogue.decide(project, "rename", label="healthy", to="fine")
        app = view(open_page(ERRORS, project=project.id), "What to fix")
        press(app, "Carry out all 2 fixes")
        assert not app.exception
        assert catalogue.decisions(project)[1]["labels"] == ["fine"]
        assert "healthy" not in set(catalogue.in_force(project)["label"])

    def test_the_test_images_are_asked_on_purpose_only_and_counted(
        self, open_page: OpenPage, project: Project, run: Run, found: Fixes
    ) -> None:
        app = view(open_page(ERRORS, project=project.id), "What to fix")
        assert "test images, the probe gets" not in shown(app)
        assert not seal.is_open(run)
        press(app, "Ask them, and count this look")
        assert not app.exception
        assert [look.why for look in seal.looks(run)] == [errors_fixes.WHY]
        assert "On 20 test images, the probe gets **90.0 %** right" in shown(app)
        app.run()
        assert len(seal.looks(run)) == 1

    def test_after_other_decisions_they_are_not_judged_any_more(
        self, open_page: OpenPage, project: Project, run: Run, found: Fixes
    ) -> None:
        catalogue.decide(project, "drop", images=learnt(run)[-1:])
        app = view(open_page(ERRORS, project=project.id), "What to fix")
        assert "Images or labels changed since these were ranked" in shown(app)
        assert "Ask them, and count this look" not in [one.label for one in app.button]

    def test_a_damaged_file_is_told(self, open_page: OpenPage, project: Project, run: Run) -> None:
        (run.folder / "fixes.json").write_text("{")
        app = view(open_page(ERRORS, project=project.id), "What to fix")
        assert not app.exception
        assert "cannot be read" in shown(app)


class TestSlices:
    def test_too_few_images_are_told(self, open_page: OpenPage, project: Project, run: Run) -> None:
        app = view(open_page(ERRORS, project=project.id), "Weak spots")
        assert not app.exception
        assert "once the images were checked" in shown(app)
        measure_missing(project, run.images()["sha256"])
        app.run()
        assert "There are too few of these images: a part needs 10" in shown(app)

    def test_the_weakest_parts_come_with_their_images(
        self, open_page: OpenPage, project: Project, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(slices, "FEWEST", 1)
        measure_missing(project, run.images()["sha256"])
        app = view(open_page(ERRORS, project=project.id), "Weak spots")
        assert not app.exception
        assert "No weak spot is certain." in shown(app)
        (chooser,) = [one for one in app.selectbox if one.label == "Look at the images of"]
        assert any(name.startswith("Brightness: ") for name in chooser.options)
        chooser.set_value(next(name for name in chooser.options if "Darkest" in name)).run()
        assert not app.exception
        assert "on all others" in shown(app)
        assert "once the images were checked" not in shown(app)

    def test_the_weakest_is_chosen_when_it_is_known_later(
        self,
        open_page: OpenPage,
        project: Project,
        run: Run,
        answering: AnsweringEngine,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def chosen() -> tuple[str, str]:
            (chooser,) = [one for one in app.selectbox if one.label == "Look at the images of"]
            return chooser.value, chooser.options[0]

        monkeypatch.setattr(slices, "FEWEST", 1)
        measure_missing(project, run.images()["sha256"])
        answering.clusters = None
        app = view(open_page(ERRORS, project=project.id), "Weak spots")
        assert chosen()[0] == chosen()[1]
        assert "Look-alikes" not in chosen()[0]
        said = run.predictions().query("split == 'validation'")
        answering.clusters = {
            sha: int(right) for sha, right in zip(said["sha256"], said["correct"], strict=True)
        }
        app.run()
        assert chosen()[0] == chosen()[1]
        assert "Look-alikes" in chosen()[0]

    def test_what_is_certain_is_said(self) -> None:
        weak = slices.Slice(
            "brightness", "Darkest quarter", np.arange(20), 20, 9, 0.2, 0.7, 0.9, 0.01
        )
        fine = slices.Slice("size", "Largest quarter", np.arange(20), 20, 18, 0.6, 1.0, 0.9, 1.0)
        text = errors_slices.said([weak, fine], 0.8).replace("\\", "").replace("\u00a0", " ")
        assert "*Brightness: Darkest quarter* (45.0 %) is a weak spot" in text
        assert "against 80.0 %" in text
        assert "No weak spot is certain" in errors_slices.said([fine], 0.8)
