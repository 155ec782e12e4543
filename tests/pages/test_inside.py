"""How it sees: the network's depths, pixels against features, and what it cost then and now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core import catalogue, files
from core.audit import Standing
from core.jobs import Run, runs_of
from core.project import Project
from core.settings import Method, SplitSettings, TrainSettings
from core.ui import asking, frame, inside_sight
from tests.makers import image_bytes
from tests.pages.conftest import NotingEngine, finish, press, shown

OpenPage = Callable[..., AppTest]
PICTURE = image_bytes("WEBP", size=(28, 28))
SIZES = ((28, 28, 40), (14, 14, 112), (7, 7, 192), (7, 7, 1280))
DEPTHS = {
    "image": PICTURE,
    "size": 224,
    "width": 2840,
    "depths": [
        {
            "height": height,
            "width": width,
            "channels": channels,
            "drawn": [{"channel": number, "picture": PICTURE} for number in (7, 3)],
        }
        for height, width, channels in SIZES
    ],
}
LOOKING = {
    "parameters": 3_371_008,
    "multiply_adds": 383_907_552,
    "images": 24,
    "seconds": 0.12,
}
LEARNING = {
    "multiply_adds": 383_916_072,
    "looking": 383_907_552,
    "stages": {"head": {"parameters": 8523, "multiply_adds": 8520}},
}
ANSWERS: dict[str, Any] = {
    "core.jobs.seeing:depths": DEPTHS,
    "core.jobs.seeing:looking": LOOKING,
    "core.jobs.seeing:learning": LEARNING,
}


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker answers every question at once."""
    monkeypatch.setattr(
        asking.Question, "answer", lambda self, patience=0.0: ANSWERS[self._function]
    )


def open_inside(open_page: OpenPage, project: Project, view: str = "") -> AppTest:
    app = open_page(frame.INSIDE.file, project=project.id)
    if view:
        app.segmented_control(key="inside-view").set_value(view).run()
    assert not app.exception
    return app


def measured(project: Project) -> None:
    """Write down answers of which those by features are right, and every third by pixels."""
    images = catalogue.in_force(project)
    table = images[["image_id", "sha256", "source", "label"]].reset_index(drop=True)
    same = table.groupby("label")["image_id"].transform(lambda ids: ids.to_numpy()[::-1])
    other = table["image_id"].to_numpy()[::-1]
    keep = table.index % 3 == 0
    said = table["label"].where(keep, "nothing")
    table = table.assign(
        near_pixels=same.where(keep, other),
        near_features=same,
        said_pixels=said,
        said_features=table["label"],
        catalogue=catalogue.content_id(images),
    )
    files.write_table(project.sight_file, table)


@pytest.mark.usefixtures("answering")
def test_an_image_is_told_from_its_pixels_to_its_features(
    filled_project: Project, open_page: OpenPage
) -> None:
    text = shown(open_inside(open_page, filled_project))
    assert "224 high × 224 wide × 3 channels: 150,528 numbers" in text
    assert "28 high × 28 wide × 40 channels: each of the 784 places" in text
    assert "7 high × 7 wide × 1,280 channels: each of the 49 places" in text
    assert "2,840 numbers" in text


def test_without_images_it_leads_to_the_data(empty_project: Project, open_page: OpenPage) -> None:
    app = open_inside(open_page, empty_project)
    press(app, "Go to your images")
    assert app.title[0].value == "Data"


def test_before_the_checks_have_looked_the_page_offers_them(
    filled_project: Project, open_page: OpenPage, noting_engine: NotingEngine
) -> None:
    app = open_inside(open_page, filled_project, "Pixels or features?")
    assert "copies have to be known before" in shown(app)
    press(app, "Check the images")
    assert [job.kind for job in noting_engine.jobs] == ["audit"]


def test_after_the_checks_it_offers_to_compare(
    filled_project: Project,
    open_page: OpenPage,
    noting_engine: NotingEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Ran:
        ran = True

    found = Standing({"near_duplicates": Ran()}, {}, "", True, 0, 0, {})  # type: ignore[dict-item]
    monkeypatch.setattr(inside_sight.tables, "standing", lambda project: found)
    app = open_inside(open_page, filled_project, "Pixels or features?")
    press(app, "Compare them")
    assert [job.kind for job in noting_engine.jobs] == ["sight"]


def test_both_ways_are_told_with_intervals_and_a_verdict(
    filled_project: Project, open_page: OpenPage
) -> None:
    measured(filled_project)
    app = open_inside(open_page, filled_project, "Pixels or features?")
    values = [metric.value.replace("\u00a0", " ") for metric in app.metric]
    assert values[1] == values[3] == "100 %"
    assert values[2] == "33.3 %"
    text = shown(app)
    assert "The answer by features is better by" in text
    assert "Asked about 36 images." in text
    assert "Images or labels changed" not in text
    assert list(app.dataframe[0].value["Class"]) == ["blight", "healthy", "rust"]


def test_changed_labels_are_told(
    filled_project: Project, open_page: OpenPage, noting_engine: NotingEngine
) -> None:
    measured(filled_project)
    image = catalogue.in_force(filled_project)["image_id"].iloc[0]
    catalogue.decide(filled_project, "drop", images=[image])
    app = open_inside(open_page, filled_project, "Pixels or features?")
    assert "Images or labels changed since this was measured." in shown(app)
    press(app, "Compare again")
    assert [job.kind for job in noting_engine.jobs] == ["sight"]


def test_the_answer_is_shown_on_demand(filled_project: Project, open_page: OpenPage) -> None:
    measured(filled_project)
    app = open_inside(open_page, filled_project, "Pixels or features?")
    assert "Features tell a lot" not in shown(app)
    app.toggle[0].set_value(True).run()
    assert "Features tell a lot" in shown(app)


def test_a_damaged_file_is_told(filled_project: Project, open_page: OpenPage) -> None:
    filled_project.sight_file.write_bytes(b"nothing")
    app = open_inside(open_page, filled_project, "Pixels or features?")
    assert "sight.parquet" in shown(app)


@pytest.mark.usefixtures("answering")
def test_without_a_run_the_two_networks_stand_alone(
    filled_project: Project, open_page: OpenPage
) -> None:
    app = open_inside(open_page, filled_project, "What it cost")
    text = shown(app)
    assert "| AlexNet, 2012 | EfficientNet-Lite0, 2020 |" in text
    assert "724 million" in text
    assert "235,000 trillion" in text
    assert "3.4 million of them work here" in text
    assert "200 a second: 76.8 billion" in text or "200 a second: 77 billion" in text
    assert "your own run stands here" in text
    assert "not the computer" not in text


@pytest.mark.usefixtures("answering")
def test_a_run_stands_beside_them_by_its_own_record(
    trained_project: Project, open_page: OpenPage
) -> None:
    (run,) = runs_of(trained_project)
    report = files.read_json(run.report_file)
    told = {
        "seconds": {"features": 2.25, "train": 0.5, "total": 2.75},
        "stages": {"head": {"epochs_run": 4}},
        "hardware": {"processor": "A small one", "cores": 2},
    }
    files.write_json(run.report_file, report | told)
    text = shown(open_inside(open_page, trained_project, "What it cost"))
    assert "2.2 seconds to look at the images, 0.5 seconds to learn" in text
    assert "A small one, 2 cores" in text
    assert "8,523" in text
    assert "13.8 billion" in text or "14 billion" in text
    assert "It is not the computer." in text
    assert "about a second" in text


def test_a_run_from_scratch_is_not_said_to_stand_on_the_pretrained_network(
    filled_project: Project,
    open_page: OpenPage,
    answering: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    finish(
        Run.plan(filled_project, TrainSettings(method=Method.SCRATCH, epochs=4), SplitSettings())
    )
    (run,) = runs_of(filled_project)
    report = files.read_json(run.report_file)
    files.write_json(run.report_file, report | {"stages": {"scratch": {"epochs_run": 4}}})
    counted = {"parameters": 90_000, "multiply_adds": 20_000_000}
    own = {"multiply_adds": 20_000_000, "looking": 0, "stages": {"scratch": counted}}
    monkeypatch.setitem(ANSWERS, "core.jobs.seeing:learning", own)
    text = shown(open_inside(open_page, filled_project, "What it cost"))
    assert "Your run began from nothing, as AlexNet did" in text
    assert "somebody else has trained" not in text


@pytest.mark.parametrize("page", ["learn", "train"])
def test_other_pages_lead_there(page: str, trained_project: Project, open_page: OpenPage) -> None:
    app = open_page(frame.stage(page).file, project=trained_project.id)
    links = [one.proto for one in app.get("page_link") if one.proto.page.endswith("inside")]
    assert len(links) == 2  # in the sidebar, and on the page
