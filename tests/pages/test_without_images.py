"""Every page of a project whose images did not come along: whole, honest, and with a way back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.ingest import ingest, open_source
from core.jobs import runs_of
from core.project import Project, Workspace
from core.share.project_file import open_file, save
from core.ui import frame
from tests.pages.conftest import NotingEngine, press, settle, shown
from tests.used import everything

OpenPage = Callable[..., AppTest]
TOLD = "The images of this project did not come along"
PAGES = [stage.file for stage in frame.STAGES]


@pytest.fixture
def bare(trained_project: Project, tmp_path: Path) -> Project:
    """A project in which every feature was used, saved without its images, and opened."""
    everything(trained_project, runs_of(trained_project)[0])
    save(trained_project, tmp_path / "bare.firstlight", features=False, images=False)
    return open_file(tmp_path / "bare.firstlight", Workspace().root, tmp_path / "coming")


def views(app: AppTest) -> Iterator[tuple[str, str]]:
    """What can be chosen on a page to be looked at: the key of the choice, and the option."""
    for control in app.segmented_control:
        yield from ((control.key, option) for option in control.options)


@pytest.mark.parametrize("page", PAGES)
def test_every_view_of_every_page_copes(page: str, bare: Project, open_page: OpenPage) -> None:
    app = open_page(page, project=bare.id)
    assert not app.exception
    assert TOLD in shown(app)
    assert "upload the same zip of images on the Data page" in shown(app)
    seen = set()
    todo = list(views(app))
    while todo:
        key, option = todo.pop(0)
        if (key, option) in seen or key not in [one.key for one in app.segmented_control]:
            continue
        seen.add((key, option))
        app.segmented_control(key=key).set_value(option).run()
        assert not app.exception, (key, option)
        todo = [view for view in views(app) if view not in seen and view[0] != key] + todo


def test_training_says_that_it_needs_the_images(
    bare: Project, open_page: OpenPage, noting_engine: NotingEngine
) -> None:
    app = open_page("pages/5_train.py", project=bare.id)
    press(app, "Train again")
    assert not app.exception
    assert "This needs the images themselves" in shown(app)
    settle()
    assert noting_engine.jobs == []
    assert len(runs_of(bare)) == 1


def test_with_the_images_back_nothing_is_said_any_more(
    bare: Project, open_page: OpenPage, tmp_path: Path
) -> None:
    assert TOLD in shown(open_page("pages/3_explore.py", project=bare.id))
    with open_source(tmp_path / "leaves.zip") as source:
        ingest(source, bare.folder)
    assert TOLD not in shown(open_page("pages/3_explore.py", project=bare.id))


def test_an_image_that_was_lost_alone_is_told_too(
    trained_project: Project, open_page: OpenPage
) -> None:
    next(trained_project.originals.glob("*/*")).unlink()
    app = open_page("pages/1_data.py", project=trained_project.id)
    assert "1 image of 36 cannot be found" in shown(app)
