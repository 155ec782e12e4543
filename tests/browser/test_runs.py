"""Several runs in a real browser: choose two and compare them, name one, wait in the queue."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.ingest import ingest, open_source
from core.jobs import JobFolder, Run, connect, start
from core.project import Project, Workspace
from core.settings import SplitSettings, TrainSettings
from tests.browser.conftest import Server
from tests.makers import class_files, make_zip
from tests.pages.conftest import CLASSES, finish

WORK = 120_000  # milliseconds that the engine may take to start
ROW, BOX = 35, 15  # pixels: the height of a row of the table, and where its box is
Screenshot = Callable[[Page, str], None]


@pytest.fixture
def project(server: Server, tmp_path: Path) -> Project:
    """A project with three runs that have a result."""
    made = Workspace(server.home / "projects").create("Leaves")
    with open_source(make_zip(tmp_path / "leaves.zip", class_files(CLASSES, each=12))) as source:
        ingest(source, made.folder)
    for epochs in (4, 5, 6):
        finish(Run.plan(made, replace(TrainSettings(), epochs=epochs), SplitSettings()))
    return made


@pytest.fixture
def busy(server: Server, project: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[JobFolder]:
    """Work that keeps the engine busy until the end of the test."""
    monkeypatch.setenv("FIRSTLIGHT_HOME", str(server.home))
    with connect() as engine:
        job = start(project, "check", engine, {"steps": 100_000, "seconds": 0.02})
        yield job
        job.request_stop()


def open_train(page: Page, project: Project) -> None:
    page.goto(f"/train?project={project.id}")
    expect(page.get_by_role("heading", name="Train", level=1)).to_be_visible()


def choose_row(page: Page, row: int) -> None:
    """Tick the box of a row of the table, which is drawn on a canvas."""
    box = page.get_by_test_id("stDataFrame").first.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + BOX, box["y"] + ROW * (row + 1.5))


def test_runs_are_chosen_compared_named_and_deleted(
    page: Page, project: Project, screenshot: Screenshot
) -> None:
    open_train(page, project)
    page.get_by_role("radio", name="All runs (3)").click()
    expect(page.get_by_text("Choose two to compare them")).to_be_visible()
    choose_row(page, 0)
    expect(page.get_by_role("button", name="Open this run")).to_be_visible()
    choose_row(page, 2)
    page.get_by_role("button", name="Compare these two").click()
    expect(page.get_by_text("A and B are right equally often")).to_be_visible()
    expect(page.get_by_role("figure", name="B minus A is 0.0 points")).to_be_visible()
    screenshot(page, "runs-compare")
    page.get_by_role("radio", name="Both wrong (1)").click()
    expect(page.get_by_text("A said healthy").first).to_be_visible()

    page.get_by_role("radio", name="This run").click()
    expect(page.get_by_role("heading", name="Run 3")).to_be_visible()
    page.get_by_role("button", name="Name and note").click()
    page.get_by_label("Name", exact=True).fill("The longest")
    page.get_by_label("Note", exact=True).fill("Six epochs")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="The longest")).to_be_visible()
    expect(page.get_by_text("Six epochs").first).to_be_visible()
    delete = page.get_by_role("button", name="Delete", exact=True)
    expect(delete).to_have_count(1)  # the page has been drawn anew, with the note
    delete.click()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_role("heading", name="Run 2")).to_be_visible()
    expect(page.get_by_role("radio", name="All runs (2)")).to_be_visible()
    assert len(list(project.runs.iterdir())) == 2


def test_a_run_waits_while_the_engine_is_busy_and_can_leave_the_queue(
    page: Page, project: Project, busy: JobFolder, screenshot: Screenshot
) -> None:
    open_train(page, project)
    page.get_by_role("button", name=re.compile("Train (again|next)$")).click()
    leave = page.get_by_role("button", name="Take out of the queue")
    expect(leave).to_be_visible(timeout=WORK)
    expect(page.get_by_text("Next in line")).to_be_visible(timeout=WORK)
    screenshot(page, "runs-waiting")
    leave.click()
    expect(page.get_by_text("You took this run out of the queue")).to_be_visible()
    expect(page.get_by_role("button", name="Delete", exact=True)).to_be_visible()
    assert busy.is_held()
