"""The cards on the share page: a form that stays, a preview, files to take away."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from core.jobs import runs_of, seal
from core.project import Project
from core.share.cards import Kind, fields
from tests.pages.conftest import shown

OpenPage = Callable[..., AppTest]


def open_cards(open_page: OpenPage, project: Project, kind: Kind | None = None) -> AppTest:
    app = open_page("pages/9_share.py", project=project.id)
    app = app.button_group(key="share-view").set_value("The cards").run()
    if kind is not None:
        app = app.button_group(key="card-kind").set_value(kind).run()
    assert not app.exception
    return app


def test_the_model_card_is_shown_with_its_plots_and_gaps(
    open_page: OpenPage, trained_project: Project
) -> None:
    app = open_cards(open_page, trained_project)
    text = shown(app)
    assert "Model card: Leaves" in text
    assert "Not tested yet." in text and "are still sealed" in text
    assert len(app.get("plotly_chart")) == 4
    labels = [one.label for one in app.get("download_button")]
    assert labels == ["Download the page", "Download as Markdown"]


def test_what_is_written_is_kept_and_shown(open_page: OpenPage, trained_project: Project) -> None:
    app = open_cards(open_page, trained_project)
    app.text_area(key=f"card-{trained_project.id}-purpose").set_value("Find *rust* early")
    app.text_input(key=f"card-{trained_project.id}-author").set_value("Ada")
    next(one for one in app.button if one.label == "Save").click().run()
    assert not app.exception
    kept = fields.read(trained_project)
    assert (kept.purpose, kept.author) == ("Find *rust* early", "Ada")
    assert "Find *rust* early" in shown(app)
    data = open_cards(open_page, trained_project, Kind.DATA)
    data.text_input(key=f"card-{trained_project.id}-data_licence").set_value("CC0")
    next(one for one in data.button if one.label == "Save").click().run()
    assert fields.read(trained_project).purpose == "Find *rust* early"


def test_it_follows_what_happens(open_page: OpenPage, trained_project: Project) -> None:
    assert "looked at once" not in shown(open_cards(open_page, trained_project))
    seal.open_test(runs_of(trained_project)[0], seal.SCORE)
    assert "looked at once" in shown(open_cards(open_page, trained_project))


def test_the_data_card_names_files_unless_asked_not_to(
    open_page: OpenPage, trained_project: Project
) -> None:
    app = open_cards(open_page, trained_project, Kind.DATA)
    assert "Data card: Leaves" in shown(app) and "rust/broken.jpg" in shown(app)
    app.toggle(key="card-names").set_value(False).run()
    assert "rust/broken.jpg" not in shown(app)


def test_without_a_training_there_is_a_data_card(
    open_page: OpenPage, filled_project: Project
) -> None:
    app = open_cards(open_page, filled_project)
    assert "Data card: Leaves" in shown(app)
    assert "comes once a classifier is trained" in shown(app)


def test_without_images_it_leads_to_the_data(open_page: OpenPage, empty_project: Project) -> None:
    assert "no images yet" in shown(open_cards(open_page, empty_project))
