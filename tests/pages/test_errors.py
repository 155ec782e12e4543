"""The mistakes page: the score in words, the classes, the images behind the numbers."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from core import catalogue
from core.audit import Evidence, Found, check_named, examine
from core.audit.check import Check
from core.errors import EngineProblem
from core.jobs import Run, runs_of, seal
from core.project import Project
from core.settings import SplitSettings, TrainSettings
from core.ui import asking, errors_detail, sealed
from tests.pages.conftest import (
    ExplainingEngine,
    address,
    begin,
    button,
    finish,
    press,
    select,
    shown,
    the_mistake,
)

OpenPage = Callable[..., AppTest]
ERRORS = "pages/6_errors.py"


def test_without_a_project_it_leads_home(open_page: OpenPage) -> None:
    app = open_page(ERRORS)
    assert not app.exception
    assert "Choose a project first" in shown(app)


def test_before_a_run_is_finished_it_leads_to_training(
    open_page: OpenPage, filled_project: Project
) -> None:
    begin(Run.plan(filled_project, TrainSettings(), SplitSettings()))
    app = open_page(ERRORS, project=filled_project.id)
    assert not app.exception
    assert "no mistakes to look at yet" in shown(app)
    press(app, "Go to training")
    assert app.title[0].value == "Train"


def test_an_empty_project_is_sent_for_images_at_once(
    open_page: OpenPage, empty_project: Project
) -> None:
    app = open_page(ERRORS, project=empty_project.id)
    assert not app.exception
    assert "no mistakes to look at yet" in shown(app)
    press(app, "Go to your images")
    assert app.title[0].value == "Data"


def test_the_score_comes_in_words_and_figures(
    open_page: OpenPage, trained_project: Project
) -> None:
    app = open_page(ERRORS, project=trained_project.id)
    assert not app.exception
    assert "5 were answered right: **83.3 %**" in shown(app)
    figures = {metric.label: metric.value for metric in app.metric}
    assert list(figures) == ["Accuracy", "Balanced accuracy", "Macro F1", "Majority baseline"]
    assert figures["Accuracy"].replace("\xa0", " ") == "83.3 %"
    assert "1 mistake, the worst first" in shown(app)


def test_validation_images_are_looked_at_first_and_come_with_a_warning(
    open_page: OpenPage, trained_project: Project
) -> None:
    app = open_page(ERRORS, project=trained_project.id)
    assert "Of 6 validation images" in shown(app)
    assert sealed.TOO_KIND in shown(app)


def test_the_mistakes_among_the_test_images_are_a_look_that_is_counted(
    open_page: OpenPage, trained_project: Project
) -> None:
    run = runs_of(trained_project)[0]
    seal.open_test(run, seal.SCORE)
    app = open_page(ERRORS, project=trained_project.id)
    app.segmented_control(key=f"side-2-{run.id}").set_value("test").run()
    assert not app.exception
    assert "Of 6 test images that it had never seen" in shown(app)
    assert "2 looks at these images so far" in shown(app)
    assert seal.MISTAKES in [look.why for look in seal.looks(run)]


def test_every_class_is_in_the_table_with_the_interval_of_each_figure(
    open_page: OpenPage, trained_project: Project
) -> None:
    app = open_page(ERRORS, project=trained_project.id)
    app.segmented_control(key="errors-view").set_value("Class by class").run()
    assert not app.exception
    table = app.dataframe[0].value
    assert list(table["Class"]) == ["blight", "healthy", "rust"]
    assert list(table["Images"]) == [2, 2, 2]
    assert list(table["Recall"]) == [100, 100, 50]
    assert list(table["Precision"].round(1)) == [100, 66.7, 100]
    assert list(table["F1"].round(1)) == [100, 80, 66.7]
    assert table["Recall, 95 %"][2].replace("\xa0", " ") == "9.5 to 90.5 %"
    assert table["Precision, 95 %"][1].replace("\xa0", " ") == "20.8 to 93.9 %"
    assert all("to" in text for text in table["F1, 95 %"])
    assert list(table["Average precision"].round(2)) == [1, 0.67, 0.67]


def test_the_curves_begin_with_the_weakest_class(
    open_page: OpenPage, trained_project: Project
) -> None:
    app = open_page(ERRORS, project=trained_project.id)
    app.segmented_control(key="errors-view").set_value("Class by class").run()
    assert app.selectbox(key="curve-class").value == "rust"
    assert "Average precision: 0.667" in shown(app)
    app.segmented_control(key="curve-kind").set_value("roc").run()
    assert not app.exception
    assert "AUC: " in shown(app)
    assert "from 2 images of this class and 4 others" in shown(app)


def test_the_newest_finished_run_comes_first(open_page: OpenPage, trained_project: Project) -> None:
    finish(Run.plan(trained_project, TrainSettings(epochs=4), SplitSettings()))
    begin(Run.plan(trained_project, TrainSettings(epochs=4), SplitSettings()))
    app = open_page(ERRORS, project=trained_project.id)
    assert [option.split(":")[0] for option in app.selectbox[0].options] == ["Run 2", "Run 1"]
    assert address(app)["run"] == runs_of(trained_project)[1].id


def test_the_address_chooses_the_run(open_page: OpenPage, trained_project: Project) -> None:
    first = runs_of(trained_project)[0]
    finish(Run.plan(trained_project, TrainSettings(epochs=4), SplitSettings()))
    app = open_page(ERRORS, project=trained_project.id, run=first.id)
    assert app.selectbox[0].value == first.id


def test_the_preview_of_a_missing_image_is_none(trained_project: Project) -> None:
    assert errors_detail.preview(str(trained_project.folder), "0" * 64) is None


def test_a_damaged_result_is_passed_over(open_page: OpenPage, trained_project: Project) -> None:
    runs_of(trained_project)[0].report_file.write_text("{")
    for page in (ERRORS, "pages/5_train.py", "streamlit_app.py"):
        app = open_page(page, project=trained_project.id)
        assert not app.exception
    assert "no mistakes to look at yet" in shown(open_page(ERRORS, project=trained_project.id))


def test_damaged_predictions_are_help_not_a_traceback(
    open_page: OpenPage, trained_project: Project
) -> None:
    runs_of(trained_project)[0].predictions_file.write_bytes(b"PAR1")
    app = open_page(ERRORS, project=trained_project.id)
    assert not app.exception
    assert "cannot be read" in shown(app)


def test_the_most_confused_pair_comes_in_words_and_leads_to_its_images_in_any_order(
    open_page: OpenPage, trained_project: Project
) -> None:
    app = open_page(ERRORS, project=trained_project.id)
    said = "**rust** was taken for **healthy** in 1 of 2 images (50.0 %, 9.5 to 90.5 %)"
    assert f"{said}, never the other way round." in shown(app)
    press(app, "See them")
    assert "1 image of rust taken for healthy, the surest first" in shown(app)
    app.segmented_control(key="matrix-order").set_value("confusion").run()
    app.segmented_control(key="matrix-mode").set_value("said").run()
    assert not app.exception
    assert "1 image of rust taken for healthy, the surest first" in shown(app)


def test_lists_of_images_that_are_worth_a_look(
    open_page: OpenPage, trained_project: Project
) -> None:
    app = open_page(ERRORS, project=trained_project.id)
    app.segmented_control(key="errors-view").set_value("Worth a look").run()
    assert "6 images, the worst loss first" in shown(app)
    app.segmented_control(key="errors-list").set_value("sure").run()
    assert "1 mistake, the surest first" in shown(app)
    app.segmented_control(key="errors-list").set_value("unsure").run()
    assert "0 right answers, the least sure first" in shown(app)
    app.slider(key="line-unsure").set_value(80).run()
    assert "5 right answers, the least sure first" in shown(app)
    assert not app.exception


def test_a_mistake_is_looked_at_closely(
    open_page: OpenPage, explaining: ExplainingEngine, trained_project: Project, mistake: str
) -> None:
    app = open_page(ERRORS, project=trained_project.id)
    assert not app.exception
    assert "It said **healthy** with 80.0 %. The label is **rust**." in shown(app)
    assert "12 % of the heat lies on the border" in shown(app)
    assert "40 % outside the middle" in shown(app)
    assert "4 are *healthy* and 1 is *blight*. They speak for its answer" in shown(app)
    assert "They have not looked at this image yet." in shown(app)
    assert sorted(explaining.asked) == [("heat", "healthy", "grad-cam"), ("nearest", 6)]


def test_what_is_not_there_yet_is_announced_in_its_place(
    open_page: OpenPage,
    trained_project: Project,
    mistake: str,
    explaining: ExplainingEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(asking.Question, "answer", lambda self, patience=0.0: None)
    app = open_page(ERRORS, project=trained_project.id)
    assert not app.exception
    assert "Finding out what spoke for *healthy*" in shown(app)
    assert "Looking for them among the training images" in shown(app)


def test_the_heat_can_be_of_another_kind_and_for_the_label(
    open_page: OpenPage, explaining: ExplainingEngine, trained_project: Project, mistake: str
) -> None:
    app = open_page(ERRORS, project=trained_project.id)
    app.segmented_control(key="errors-heat-for").set_value("label").run()
    app.segmented_control(key="errors-way").set_value("occlusion").run()
    assert ("heat", "rust", "grad-cam") in explaining.asked
    assert ("heat", "rust", "occlusion") in explaining.asked
    assert "what spoke for *rust*" in shown(app)
    app.segmented_control(key="errors-way").set_value("photo").run()
    assert not app.exception
    assert "what spoke for" not in shown(app)
    assert len(explaining.asked) == 4  # what was asked once is not asked again


def test_an_engine_that_cannot_explain_leaves_the_rest_of_the_page(
    open_page: OpenPage, explaining: ExplainingEngine, trained_project: Project, mistake: str
) -> None:
    explaining.problem = EngineProblem(
        "The model cannot be read", "model.keras is damaged", "Train"
    )
    app = open_page(ERRORS, project=trained_project.id)
    assert not app.exception
    assert "The model cannot be read" in shown(app)
    assert button(app, "Bad image: drop it")


@pytest.mark.parametrize(
    ("label", "act", "badge"),
    [
        ("Wrong label: it is healthy", "relabel", "You gave this image another label: **healthy**"),
        ("Bad image: drop it", "drop", "You dropped this image"),
        ("Fair mistake", "keep", "You called this mistake fair"),
    ],
)
def test_each_act_is_a_decision_that_is_told_and_can_be_undone(
    open_page: OpenPage,
    explaining: ExplainingEngine,
    trained_project: Project,
    mistake: str,
    label: str,
    act: str,
    badge: str,
) -> None:
    app = open_page(ERRORS, project=trained_project.id)
    press(app, label)
    assert not app.exception
    (entry,) = catalogue.decisions(trained_project)
    assert (entry["act"], entry["images"]) == (act, [mistake])
    assert badge in shown(app)
    assert button(app, label).disabled
    assert "83.3 %" in shown(app)  # what the run said stays as it was
    press(app, "Undo")
    assert catalogue.decisions(trained_project) == []
    assert badge not in shown(app)


def test_a_mistake_can_get_a_third_label(
    open_page: OpenPage, explaining: ExplainingEngine, trained_project: Project, mistake: str
) -> None:
    app = open_page(ERRORS, project=trained_project.id)
    app.selectbox(key=f"other-{mistake}").set_value("blight").run()
    press(app, "Give it this label")
    (entry,) = catalogue.decisions(trained_project)
    assert (entry["act"], entry["label"]) == ("relabel", "blight")


def test_a_fair_mistake_answers_the_check_of_the_labels(
    open_page: OpenPage, explaining: ExplainingEngine, trained_project: Project, mistake: str
) -> None:
    app = open_page(ERRORS, project=trained_project.id)
    press(app, "Fair mistake")
    assert catalogue.kept(trained_project) == {"wrong_labels": {mistake}}


def test_the_checks_of_the_image_are_told_the_ones_that_ask_first(
    open_page: OpenPage, explaining: ExplainingEngine, trained_project: Project, mistake: str
) -> None:
    def found(score: float) -> Callable[[Evidence], Found]:
        return lambda evidence: Found(
            np.full(len(evidence.images), score), ["seen"] * len(evidence.images)
        )

    checks = [
        Check(known.name, known.title, known.threshold, found(score), known.scope, known.needs)
        for known, score in ((check_named("blurry"), 0.9), (check_named("dark"), 0.0))
    ]
    examine(Evidence(catalogue.in_force(trained_project)), checks).save(trained_project)
    app = open_page(ERRORS, project=trained_project.id)
    assert f"- **{check_named('dark').title}**, score 0.00: seen" in shown(app)
    assert f"| {check_named('blurry').title} | 0.90 |" in shown(app)


def test_several_can_be_relabelled_at_once(
    open_page: OpenPage, trained_project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = the_mistake(trained_project)
    app = open_page(ERRORS, project=trained_project.id)
    app.toggle[0].set_value(True).run()
    select(monkeypatch, image)
    press(app.run(), "Relabel 1 as suggested")
    assert not app.exception
    (entry,) = catalogue.decisions(trained_project)
    assert (entry["images"], entry["labels"]) == ([image], ["healthy"])


def test_the_preview_is_small(trained_project: Project) -> None:
    sha = str(runs_of(trained_project)[0].images()["sha256"].iat[0])
    seen = errors_detail.preview(str(trained_project.folder), sha)
    assert seen is not None
    with Image.open(BytesIO(seen)) as image:
        assert max(image.size) <= 480
