"""The explore page in a real browser: a bin of a chart is chosen, its images are acted on."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from core.ingest import ingest, open_source
from core.project import Project, Workspace
from tests.browser.conftest import Server
from tests.makers import class_files, image_bytes, make_zip


@pytest.fixture
def project(server: Server, tmp_path: Path) -> Project:
    """Small square-ish leaves, and three tall ones."""
    files = class_files(("healthy", "rust"), each=8)
    for number in range(3):
        files[f"rust/tall{number}.jpg"] = image_bytes("JPEG", size=(40, 160), seed=50 + number)
    made = Workspace(server.home / "projects").create("Shapes")
    with open_source(make_zip(tmp_path / "shapes.zip", files)) as source:
        ingest(source, made.folder)
    return made


def test_a_click_on_a_bar_shows_its_images_which_can_be_dropped(
    page: Page, project: Project
) -> None:
    page.goto(f"/explore?project={project.id}")
    page.get_by_role("radio", name="Sizes").click()
    page.get_by_role("radio", name="Shape").click()
    expect(page.get_by_text("3 images", exact=True).first).to_be_visible()  # those that are long
    bars = page.locator(".barlayer .point")
    expect(bars).to_have_count(2)
    click_on(page, bars.last)
    expect(page.get_by_text("16 images", exact=True).first).to_be_visible()
    click_on(page, bars.first)
    expect(page.get_by_text("3 images", exact=True).first).to_be_visible()
    page.get_by_role("button", name="Select all 3").click()
    page.get_by_role("button", name="Drop 3 images").click()
    expect(page.get_by_text("Dropped 3 images").first).to_be_visible()
    expect(page.get_by_text("16 images", exact=True).first).to_be_visible()
    expect(page.get_by_text("100 % are wider")).to_be_visible()


def test_by_keyboard_the_list_chooses_the_bin(page: Page, project: Project) -> None:
    page.goto(f"/explore?project={project.id}")
    page.get_by_role("radio", name="Sizes").click()
    page.get_by_role("radio", name="Shape").click()
    expect(page.get_by_text("3 images", exact=True).first).to_be_visible()
    box = page.get_by_role("combobox", name="Show the images")
    box.focus()
    box.press_sequentially("as wide")
    expect(page.get_by_role("option")).to_have_count(1)
    box.press("ArrowDown")
    box.press("Enter")
    expect(page.get_by_text("16 images", exact=True).first).to_be_visible()


def click_on(page: Page, mark: Locator) -> None:
    """Click where a mark is: Plotly takes clicks in a layer above it."""
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
