"""The trust report on its page: plain words, honest gaps with the way to fill them, a file."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from core.jobs import runs_of, seal
from core.jobs.field_tests import place_of
from core.project import Project
from tests.pages.conftest import shown
from tests.unit.field.test_found import field_test

OpenPage = Callable[..., AppTest]


def open_report(open_page: OpenPage, project: Project) -> AppTest:
    app = open_page("pages/7_stress.py", project=project.id)
    app.segmented_control(key="stress-view").set_value("Trust report").run()
    assert not app.exception
    return app


def test_it_says_what_is_known_and_what_is_not(
    trained_project: Project, open_page: OpenPage
) -> None:
    app = open_report(open_page, trained_project)
    text = shown(app)
    assert "What it must not be used for" in text
    assert "validation images. It did not learn from them" in text
    assert "test images are still sealed" in text
    assert "How it does on images from where it will be used" in text
    assert "Download as Markdown" in [button.label for button in app.get("download_button")]


def test_it_follows_what_happens(trained_project: Project, open_page: OpenPage) -> None:
    run = runs_of(trained_project)[0]
    seal.open_test(run, seal.SCORE)
    place = place_of(run, "garden")
    place.mkdir(parents=True)
    field_test().save(place)
    text = shown(open_report(open_page, trained_project))
    assert "looked at once so far" in text
    assert "still sealed" not in text
    assert "Images like those of garden.zip without a second look" in text
