"""The map on the explore page: drawn by the engine, then shown; old maps say so."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core import catalogue, files
from core.jobs import latest, map_task
from core.project import Project
from tests.pages.conftest import NotingEngine, button, press, shown

OpenPage = Callable[..., AppTest]


@pytest.fixture
def mapped(filled_project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project whose map was drawn by the real task, from features made for the test."""

    from core.jobs import JobFolder

    def made(project: Project, hashes: list[str], job: JobFolder) -> np.ndarray:
        return np.random.default_rng(0).normal(size=(len(hashes), 12)).astype(np.float32)

    monkeypatch.setattr(map_task, "usual_features", made)
    job = JobFolder.create(filled_project.jobs / "map-1", "map", {})
    assert map_task.run(job) == {"images": 36}
    return filled_project


def test_before_the_first_map_there_is_its_lesson_and_a_button(
    filled_project: Project, open_page: OpenPage, noting_engine: NotingEngine
) -> None:
    app = open_page("pages/3_explore.py", project=filled_project.id)
    app.segmented_control(key="explore-view").set_value("Map").run()
    assert "Every image becomes a point" in shown(app)
    press(app, "Draw the map")
    job = latest(filled_project, "map")
    assert job is not None
    assert noting_engine.jobs == [job]


def test_a_map_is_shown_with_its_arrangements(mapped: Project, open_page: OpenPage) -> None:
    app = open_page("pages/3_explore.py", project=mapped.id)
    app.segmented_control(key="explore-view").set_value("Map").run()
    assert not app.exception
    assert app.selectbox(key="map-colour").options[0] == "Class"
    assert "Draw it again" not in [one.label for one in app.button]


def test_a_map_of_other_images_says_so(mapped: Project, open_page: OpenPage) -> None:
    first = catalogue.in_force(mapped)["image_id"].iat[0]
    catalogue.decide(mapped, "drop", images=[first])
    app = open_page("pages/3_explore.py", project=mapped.id)
    app.segmented_control(key="explore-view").set_value("Map").run()
    assert not app.exception
    assert "changed since this map was drawn" in shown(app)
    assert button(app, "Draw it again")


def test_a_damaged_map_is_told(mapped: Project, open_page: OpenPage) -> None:
    files.write_bytes(mapped.map_file, b"nonsense")
    app = open_page("pages/3_explore.py", project=mapped.id)
    app.segmented_control(key="explore-view").set_value("Map").run()
    assert "The map cannot be read" in shown(app)
