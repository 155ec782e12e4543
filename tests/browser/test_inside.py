"""A look into the network, as people take it: an image at four depths, pixels against features."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.ingest import ingest, open_source
from core.project import Project, Workspace
from tests.browser.conftest import Server
from tests.makers import class_files, make_zip
from tests.pages.conftest import CLASSES

WORK = 300_000  # milliseconds that the engine may take: the network may have to be prepared


@pytest.fixture
def project(server: Server, tmp_path: Path) -> Project:
    made = Workspace(server.home / "projects").create("Inside")
    with open_source(make_zip(tmp_path / "leaves.zip", class_files(CLASSES, each=8))) as source:
        ingest(source, made.folder)
    return made


@pytest.mark.slow
def test_from_pixels_to_features_and_what_they_are_worth(
    page: Page, project: Project, screenshot: Callable[[Page, str], None]
) -> None:
    page.goto(f"/learn?project={project.id}")
    page.get_by_role("link", name="Beside the lessons: how a network sees").click()
    heading = page.get_by_role("heading", name="How it sees", level=1)
    expect(heading).to_be_visible()
    seen = page.get_by_role("img", name=re.compile("warm where channel"))
    expect(seen).to_have_count(16, timeout=WORK)
    expect(page.get_by_text("7 high × 7 wide × 1,280 channels")).to_be_visible()
    screenshot(page, "inside-depths")

    page.get_by_role("radio", name="Pixels or features?").click()
    page.get_by_role("button", name="Check the images").click()
    page.get_by_role("button", name="Compare them").click(timeout=WORK)
    expect(page.get_by_text(re.compile("^The answer by|are right equally often"))).to_have_count(
        2, timeout=WORK
    )
    expect(page.locator(".tile").first).to_be_visible()
    screenshot(page, "inside-sight")

    page.get_by_role("radio", name="What it cost").click()
    expect(page.get_by_role("cell", name="724 million", exact=True)).to_be_visible(timeout=WORK)
    expect(page.get_by_text("3.4 million of them work here")).to_be_visible()
    screenshot(page, "inside-cost")
