"""A mistake is mended: the page around it knows at once, and says what was done."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from core.ingest import ingest, open_source
from core.jobs import Run
from core.project import Workspace
from core.settings import SplitSettings, TrainSettings
from tests.browser.conftest import Server
from tests.makers import class_files, make_zip
from tests.pages.conftest import CLASSES, finish


def test_a_decision_and_its_undoing_are_told_and_seen(
    page: Page, server: Server, tmp_path: Path
) -> None:
    project = Workspace(server.home / "projects").create("Mended leaves")
    with open_source(make_zip(tmp_path / "leaves.zip", class_files(CLASSES, each=12))) as source:
        ingest(source, project.folder)
    finish(Run.plan(project, TrainSettings(epochs=4), SplitSettings()))
    page.goto(f"/errors?project={project.id}")
    page.locator(".tile").first.click()
    expect(page.locator(".likely li").first).to_contain_text("predicted")
    page.get_by_role("button", name=re.compile("^Bad image: drop it")).click()
    expect(page.get_by_text("Dropped 1 image.").first).to_be_visible()
    expect(page.get_by_role("button", name="Retrain with these fixes")).to_be_visible()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_text("Taken back.")).to_be_visible()
    expect(page.get_by_role("button", name="Retrain with these fixes")).to_have_count(0)
