"""The page of trials: a picture comes in, is answered in words, and joins the data at a click."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core import catalogue
from core.conformal import RATES
from core.errors import ModelProblem, Problem
from core.ingest import original_path
from core.ingest.tried import KEPT, Tried, Visit
from core.jobs import Run, runs_of
from core.jobs.trying import Answer
from core.project import Project
from core.ui import asking, engine
from tests.makers import JUNK, image_bytes
from tests.pages.conftest import CLASSES, NotingEngine, press, settle, shown

OpenPage = Callable[..., AppTest]
TRY = "pages/8_try.py"
CLEAR = Answer((0.03, 0.9, 0.07), dict.fromkeys(RATES, (1,)), 0.01, False, ())


class AnsweringEngine(NotingEngine):
    """Takes jobs, and answers every question about a picture as told; ``said`` may be a Problem."""

    def __init__(self) -> None:
        super().__init__()
        self.said: Answer | Problem | None = CLEAR
        self.asked: list[tuple[str, tuple[Any, ...]]] = []

    def ask(self, function: str, *arguments: Any) -> Any:
        name = function.rpartition(":")[2]
        self.asked.append((name, arguments))
        if isinstance(self.said, Problem):
            raise self.said
        return self.said if name == "answer" else {"overlay": image_bytes("WEBP")}


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch, open_page: OpenPage) -> Iterator[AnsweringEngine]:
    """The engine that pages reach, which answers; nothing was asked before."""
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
def page(project: Project, open_page: OpenPage) -> AppTest:
    return open_page(TRY, project=project.id)


def give(app: AppTest, *pictures: tuple[str, bytes]) -> None:
    """Upload pictures, by name and content."""
    files = [(name, data, "image/jpeg") for name, data in pictures]
    app.file_uploader[0].set_value(files).run()
    assert not app.exception


def leaf(seed: int = 500) -> tuple[str, bytes]:
    return f"leaf-{seed}.jpg", image_bytes("JPEG", seed=seed)


def visit(app: AppTest, project: Project) -> Visit:
    """The pictures of the session that ``app`` is."""
    return Visit(project.folder, app.session_state["kept-visit"])


def labels(project: Project, picture: Tried) -> list[str]:
    """The labels under which a picture is among the images."""
    images = catalogue.in_force(project)
    return images.loc[images["sha256"] == picture.sha256, "label"].tolist()


def say(app: AppTest, label: str) -> None:
    """Click on the class that the picture really shows."""
    pills = next(one for one in app.pills if label in one.options)
    pills.set_value(label).run()
    assert not app.exception


def test_before_a_run_is_finished_it_leads_to_training(
    filled_project: Project, open_page: OpenPage
) -> None:
    app = open_page(TRY, project=filled_project.id)
    assert not app.exception
    assert "There is no model to ask yet" in shown(app)
    press(app, "Go to training")
    assert app.title[0].value == "Train"


def test_before_a_picture_there_is_a_lesson(page: AppTest, answering: AnsweringEngine) -> None:
    assert not page.exception
    assert "Try to fool it" in shown(page)
    assert answering.asked == []


def test_a_picture_is_answered_with_a_class_and_its_probability(
    page: AppTest, project: Project, answering: AnsweringEngine
) -> None:
    give(page, leaf())
    assert "It says healthy, 90.0 % sure." in shown(page)
    assert page.file_uploader[0].value == []
    picture = visit(page, project).pictures()[0]
    run = runs_of(project)[0]
    where = (str(run.folder), str(visit(page, project).folder), picture.sha256)
    assert answering.asked == [("answer", where)]
    page.run()
    assert len(answering.asked) == 1
    assert len(catalogue.in_force(project)) == 36


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            replace(CLEAR, fitting=dict.fromkeys(RATES, (1, 2))),
            "I don't know: it could be healthy or rust.",
        ),
        (replace(CLEAR, fitting=dict.fromkeys(RATES, ())), "no class fits well enough"),
        (replace(CLEAR, unlike=True), "This looks like nothing it has seen."),
    ],
)
def test_it_may_not_know(
    page: AppTest, answering: AnsweringEngine, said: Answer, words: str
) -> None:
    answering.said = said
    give(page, leaf())
    assert words in shown(page)
    assert not page.success


def test_the_error_rate_is_a_small_setting(page: AppTest, answering: AnsweringEngine) -> None:
    answering.said = replace(CLEAR, fitting=CLEAR.fitting | {0.01: (1, 2)})
    give(page, leaf())
    assert page.segmented_control(key="try-rate").value == 0.05
    assert "healthy, 90.0 % sure" in shown(page)
    page.segmented_control(key="try-rate").set_value(0.01).run()
    assert "it could be healthy or rust" in shown(page)
    assert len(answering.asked) == 1


def test_bad_files_are_help_and_good_ones_are_taken(page: AppTest, project: Project) -> None:
    give(page, ("notes.jpg", JUNK), leaf(), ("empty.jpg", b""))
    text = shown(page)
    assert "notes.jpg: Not an image" in text
    assert "empty.jpg: The file is empty" in text
    assert [picture.name for picture in visit(page, project).pictures()] == ["leaf-500.jpg"]
    assert "notes.jpg" in shown(page.run())
    give(page, leaf(501))
    assert "notes.jpg" not in shown(page)


def test_the_last_few_stay_in_sight(page: AppTest, project: Project) -> None:
    for seed in (500, 501):
        give(page, leaf(seed))
    assert "Tried in this visit" in shown(page)
    first = visit(page, project).pictures()[-1]
    key = f"try-shelf-{visit(page, project).pictures()[0].sha256[:16]}"
    assert first.name == "leaf-500.jpg"
    assert key in page.session_state
    press(page, "Forget these")
    assert visit(page, project).pictures() == []
    assert "Try to fool it" in shown(page)


def test_one_click_corrects_and_the_picture_joins(page: AppTest, project: Project) -> None:
    give(page, leaf())
    picture = visit(page, project).pictures()[0]
    say(page, "rust")
    assert labels(project, picture) == ["rust"]
    assert original_path(project.folder, picture.sha256).is_file()
    assert catalogue.decisions(project)[-1]["reason"] == "Tried: Run 1 said healthy"
    assert "It is one of your images now, labelled rust" in shown(page).replace("*", "")
    assert "The model does not know it yet" in shown(page)


def test_a_training_with_it_is_a_click_away(
    page: AppTest, project: Project, answering: AnsweringEngine
) -> None:
    give(page, leaf())
    picture = visit(page, project).pictures()[0]
    say(page, "rust")
    press(page, "Train again with it")
    assert not page.exception
    assert page.title[0].value == "Train"
    settle()
    assert [job.id for job in answering.jobs] == [runs_of(project)[0].id]
    learnt = runs_of(project)[0].images()
    assert learnt.loc[learnt["sha256"] == picture.sha256, "label"].tolist() == ["rust"]


def test_a_picture_that_joined_can_be_taken_out_and_put_in_again(
    page: AppTest, project: Project
) -> None:
    give(page, leaf())
    picture = visit(page, project).pictures()[0]
    say(page, "rust")
    press(page, "Take it out again")
    assert labels(project, picture) == []
    say(page, "blight")
    assert labels(project, picture) == ["blight"]


def test_it_may_be_of_a_class_that_is_not_there_yet(page: AppTest, project: Project) -> None:
    give(page, leaf())
    picture = visit(page, project).pictures()[0]
    next(one for one in page.text_input if one.label == "Another class").input("  shoe ").run()
    press(page, "Add")
    assert labels(project, picture) == ["shoe"]


def test_a_class_that_took_another_name_is_as_likely_as_before(
    page: AppTest, trained_project: Project
) -> None:
    give(page, leaf())
    catalogue.decide(trained_project, "rename", label="healthy", to="zest")
    assert page.run().pills[0].options == ["zest", "rust", "blight"]


def test_the_classes_are_offered_with_the_likeliest_first(page: AppTest) -> None:
    give(page, leaf())
    assert page.pills[0].options == ["healthy", "rust", "blight"]
    assert set(page.pills[0].options) == set(CLASSES)


def test_classes_are_offered_letter_by_letter(
    project: Project, open_page: OpenPage, answering: AnsweringEngine
) -> None:
    catalogue.decide(project, "rename", "", label="rust", to="*rust* $x$ :red[b] x_1_")
    page = open_page(TRY, project=project.id)
    give(page, leaf())
    assert r"\*rust\* \$x\$ \:red\[b\] x\_1\_" in page.pills[0].options
    picture = visit(page, project).pictures()[0]
    page.pills[0].set_value("*rust* $x$ :red[b] x_1_").run()
    assert labels(project, picture) == ["*rust* $x$ :red[b] x_1_"]


def test_an_image_that_it_learnt_from_proves_little(page: AppTest, project: Project) -> None:
    run = runs_of(project)[0]
    images = run.images()
    learnt = images[images["split"] == "train"].iloc[0]
    give(page, ("again.jpg", original_path(project.folder, learnt["sha256"]).read_bytes()))
    text = shown(page).replace("*", "")
    assert "among the images that it learnt from" in text
    assert f"This picture is one of your images, labelled {learnt['label']}." in text
    other = next(label for label in CLASSES if label != learnt["label"])
    say(page, other)
    assert labels(project, visit(page, project).pictures()[0]) == [other]
    assert len(catalogue.in_force(project)) == 36
    press(page, "Undo")
    assert labels(project, visit(page, project).pictures()[0]) == [learnt["label"]]


def test_what_was_done_to_another_image_is_not_told_beside_this_one(
    page: AppTest, project: Project
) -> None:
    run = runs_of(project)[0]
    images = run.images()
    one, other = images[images["split"] == "train"].iloc[:2].itertuples()
    give(page, ("one.jpg", original_path(project.folder, one.sha256).read_bytes()))
    entry = catalogue.decide(project, "relabel", images=[other.image_id], label="rust")
    page.session_state[f"kept-last-act-{project.id}"] = str(entry["number"])
    page.run()
    assert "This picture is one of your images" in shown(page)
    assert "Undo" not in [button.label for button in page.button]


def test_the_training_images_that_are_most_alike_are_told(
    page: AppTest, project: Project, answering: AnsweringEngine
) -> None:
    rows = catalogue.in_force(project).iloc[:3]
    nearest = tuple(
        {"image_id": row.image_id, "sha256": row.sha256, "label": row.label, "similarity": 0.8}
        for row in rows.itertuples()
    )
    answering.said = replace(CLEAR, nearest=nearest)
    give(page, leaf())
    assert "All 3 training images that look most alike are blight." in shown(page).replace("*", "")


def test_where_it_looks_is_asked_for_only_when_wanted(
    page: AppTest, answering: AnsweringEngine
) -> None:
    give(page, leaf())
    assert [name for name, _ in answering.asked] == ["answer"]
    page.toggle(key="try-heat").set_value(True).run()
    assert not page.exception
    name, arguments = answering.asked[-1]
    assert (name, arguments[-1]) == ("heat", "healthy")
    assert "the more it spoke for" in shown(page)


def test_a_worker_that_cannot_answer_says_why_and_is_asked_again(
    page: AppTest, answering: AnsweringEngine
) -> None:
    answering.said = ModelProblem("The model is gone", "Its file is missing", "Train again")
    give(page, leaf())
    assert "The model is gone" in shown(page)
    answering.said = CLEAR
    press(page, "Try again")
    assert "It says healthy" in shown(page)


def test_while_the_worker_warms_up_the_picture_is_shown_already(
    page: AppTest, answering: AnsweringEngine
) -> None:
    answering.said = None
    give(page, leaf())
    assert "Looking at it" in shown(page)
    assert not page.pills
    answering.said = CLEAR
    assert "It says healthy" in shown(page.run())


def test_a_photo_comes_from_the_webcam(page: AppTest, project: Project) -> None:
    page.segmented_control(key="try-way").set_value("Webcam").run()
    page.camera_input[0].set_value(("photo.jpg", image_bytes("JPEG", seed=9), "image/jpeg")).run()
    assert not page.exception
    assert [picture.name for picture in visit(page, project).pictures()] == ["webcam.jpg"]
    assert "It says healthy" in shown(page)


def test_another_run_is_asked_too(
    page: AppTest, project: Project, answering: AnsweringEngine
) -> None:
    from core.settings import SplitSettings, TrainSettings
    from tests.pages.conftest import finish

    give(page, leaf())
    finish(Run.plan(project, TrainSettings(epochs=4), SplitSettings()))
    page.run()
    newest = runs_of(project)[0]
    page.selectbox(key=f"run-of-{project.id}").set_value(newest.id).run()
    assert not page.exception
    assert [arguments[0] for _, arguments in answering.asked][-1] == str(newest.folder)


def test_many_at_once_are_taken_as_far_as_they_are_kept(page: AppTest, project: Project) -> None:
    give(page, *(leaf(600 + number) for number in range(KEPT + 2)))
    taken = [picture.name for picture in visit(page, project).pictures()]
    assert taken == [f"leaf-{600 + number}.jpg" for number in range(KEPT)]
    assert f"Only {KEPT} pictures were taken" in shown(page)
    assert "2 pictures were left out" in shown(page)
