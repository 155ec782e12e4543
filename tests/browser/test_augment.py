"""The augment page in a real browser, with the real engine: a recipe is made and seen at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from core import recipe as recipes
from core.ingest import ingest, open_source
from core.project import Project, Workspace
from core.recipe import Step
from tests.browser.conftest import Server
from tests.browser.test_main_path import WORK, heading, press
from tests.makers import class_files, make_zip

DRAWN = re.compile("image/jpeg")
Screenshot = Callable[[Page, str], None]


@pytest.fixture
def project(server: Server, tmp_path: Path) -> Project:
    """Three classes of a few images."""
    made = Workspace(server.home / "projects").create("Leaves")
    found = class_files(["blight", "healthy", "rust"], each=4)
    with open_source(make_zip(tmp_path / "leaves.zip", found)) as source:
        ingest(source, made.folder)
    return made


def squares(page: Page) -> Locator:
    return page.locator(".sheet .square")


def sheet(page: Page, before: str = "none") -> str:
    """What the sheet shows, once it is no longer what it showed ``before``."""
    first = squares(page).first
    expect(first).not_to_have_css("background-image", before, timeout=WORK)
    expect(page.locator(".sheet")).to_have_attribute("aria-busy", "false", timeout=WORK)
    return str(first.evaluate("square => getComputedStyle(square).backgroundImage"))


def card(page: Page, title: str) -> Locator:
    return page.get_by_role("region", name=title, exact=True)


def test_a_recipe_is_made_step_by_step_and_seen_at_once(
    page: Page, project: Project, screenshot: Screenshot
) -> None:
    page.goto(f"/augment?project={project.id}")
    heading(page, "Augment")
    expect(squares(page)).to_have_count(36)
    unchanged = sheet(page)
    rotation = card(page, "Rotation")
    expect(rotation.locator(".square").last).to_have_css("background-image", DRAWN, timeout=WORK)

    rotation.get_by_role("button", name="Add Rotation").click()
    expect(page.get_by_text("Training uses this recipe")).to_be_visible()
    expect(rotation.get_by_text("In your recipe")).to_be_visible()
    rotated = sheet(page, before=unchanged)
    assert recipes.in_force(project).steps == (Step("rotation", 0.3),)

    page.get_by_role("slider").press("ArrowRight")
    expect(page.get_by_text("up to 56 degrees either way")).to_be_visible()
    assert recipes.in_force(project).steps == (Step("rotation", 0.31),)
    stronger = sheet(page, before=rotated)
    screenshot(page, "augment")

    press(page, "Reshuffle")
    seed = page.get_by_role("spinbutton", name="Seed")
    expect(seed).to_have_value("1")
    assert sheet(page, before=stronger) not in (unchanged, rotated, stronger)
    seed.fill("0")
    seed.press("Enter")
    expect(squares(page).first).to_have_css("background-image", stronger)

    page.reload()
    assert sheet(page) == stronger
    rotation.get_by_role("button", name="Remove Rotation").click()
    expect(page.get_by_text("No augmentation yet")).to_be_visible()
    assert not recipes.in_force(project).steps


def test_augmentations_are_tried_on_the_image_that_was_chosen(page: Page, project: Project) -> None:
    page.goto(f"/augment?project={project.id}")
    sheet(page)
    expect(page.get_by_text("Shown on an image of blight")).to_be_visible()
    page.get_by_role("button", name="healthy, before").first.click()
    expect(page.get_by_text("Shown on an image of healthy")).to_be_visible()
    page.get_by_role("radio", name="Mixing").click()
    mixed = card(page, "MixUp").locator(".square").last
    expect(mixed).to_have_css("background-image", DRAWN, timeout=WORK)
    card(page, "MixUp").get_by_role("button", name="Add MixUp").click()
    expect(page.get_by_text("Mixed images show their mixed label")).to_be_visible(timeout=WORK)
    expect(
        page.locator(".sheet").get_by_text(re.compile(r"\d\s%\s(blight|rust)")).first
    ).to_be_visible()

    page.get_by_role("radio", name="My choice").click()
    page.locator(".tile").first.click()
    expect(squares(page)).to_have_count(6, timeout=WORK)
