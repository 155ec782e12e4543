"""The clean page in a real browser: a check, its threshold, a selection, an act, and back."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from core import audit, catalogue
from core.audit import CHECKS, Check, Evidence, Found, Needs
from core.ingest import ingest, open_source
from core.project import Project, Workspace
from tests.browser.conftest import Server
from tests.makers import class_files, make_zip

DARK = 12  # images that the made-up findings call dark, the first of them the worst
Screenshot = Callable[[Page, str], None]


@pytest.fixture
def project(server: Server, tmp_path: Path) -> Project:
    """Three classes of images, looked at already."""
    made = Workspace(server.home / "projects").create("Leaves")
    found = class_files(["blight", "healthy", "rust"], each=30)
    with open_source(make_zip(tmp_path / "leaves.zip", found)) as source:
        ingest(source, made.folder)
    images = catalogue.in_force(made)
    scores = np.ones(len(images))
    scores[:DARK] = np.linspace(0.0, 0.11, DARK)

    def made_up(check: Check) -> Check:
        given = scores if check.name == "dark" else np.ones(len(images))
        return Check(check.name, check.title, 0.2, lambda evidence: Found(given), check.scope)

    one_a_subject = [check for check in CHECKS if check.needs is not Needs.TABLE]
    checks = [made_up(check) for check in one_a_subject if check.scope is audit.Scope.IMAGE]
    audit.examine(Evidence(images), checks).save(made)
    return made


@pytest.fixture
def dark(page: Page, project: Project) -> Page:
    """The page on the check for dark images, with all of them below the line."""
    page.goto(f"/clean?project={project.id}")
    check(page, "dark").click()
    expect(heading(page, "Dark images")).to_be_visible()
    expect(heading(page, f"Dark images: {DARK} images")).to_be_visible()
    expect(tiles(page)).to_have_count(DARK)
    return page


def check(page: Page, name: str) -> Locator:
    return page.locator(f".st-key-choose-{name} button")


def heading(page: Page, text: str) -> Locator:
    return page.get_by_role("heading", name=re.compile(text.replace(" ", r"\s")), level=2)


def tiles(page: Page) -> Locator:
    return page.locator('.tile[role="option"]')


def button(page: Page, text: str) -> Locator:
    return page.get_by_role("button", name=re.compile(rf"{text}$".replace(" ", r"\s")))


def move(page: Page, key: str) -> None:
    """Move the threshold by a step."""
    slider = page.get_by_role("slider")
    before = slider.input_value()
    slider.press(key)
    expect(slider).not_to_have_value(before)


def test_the_threshold_changes_what_is_asked(dark: Page) -> None:
    page = dark
    slider = page.get_by_role("slider")
    slider.press("Home")
    expect(heading(page, "nothing to decide")).to_be_visible()
    expect(page.get_by_text("Nothing lies below this line")).to_be_visible()
    for _ in range(5):
        move(page, "ArrowRight")
    expect(heading(page, "Dark images: 5 images")).to_be_visible()
    expect(check(page, "dark")).to_contain_text("5")
    expect(tiles(page)).to_have_count(5)


def test_a_selection_is_dropped_and_comes_back(
    dark: Page, project: Project, screenshot: Screenshot
) -> None:
    page = dark
    tiles(page).nth(1).click()
    tiles(page).nth(3).click(modifiers=["Shift"])
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(button(page, "Drop 4 images")).to_be_in_viewport()
    screenshot(page, "clean-selected")
    button(page, "Drop 4 images").click()
    expect(heading(page, "Dark images: 8 images")).to_be_visible()
    expect(tiles(page)).to_have_count(8)
    expect(page.get_by_text(re.compile(r"Decided so far: dropped 4"))).to_be_visible()
    expect(page.get_by_text(re.compile(r"Show the 4\simages answered already"))).to_be_visible()
    (decision,) = catalogue.decisions(project)
    assert len(decision["images"]) == 4
    page.locator(".st-key-just-done").get_by_role("button", name="Undo").click()
    expect(heading(page, f"Dark images: {DARK} images")).to_be_visible()
    expect(tiles(page)).to_have_count(DARK)
    assert len(catalogue.in_force(project)) == 90


def test_kept_images_are_not_asked_about_again_and_can_be_shown(dark: Page) -> None:
    page = dark
    page.get_by_role("button", name=f"Select all {DARK}").click()
    button(page, f"Keep {DARK}, never ask again").click()
    expect(page.get_by_text("All of them are answered")).to_be_visible()
    expect(check(page, "dark")).not_to_contain_text(str(DARK))
    page.get_by_text("answered already").click()
    expect(page.locator(".tile .badge").first).to_have_text("Kept")
    expect(page.locator(".tile")).to_have_count(DARK)


def test_a_selection_gets_a_new_class(dark: Page, project: Project) -> None:
    page = dark
    tiles(page).first.click()
    page.get_by_role("button", name=re.compile("Relabel as")).click()
    field = page.get_by_role("combobox", name="Class")
    field.fill("mildew")
    field.press("Enter")
    button(page, "Relabel 1 image").click()
    expect(page.get_by_text(re.compile(r"Relabelled 1\simage as mildew")).first).to_be_visible()
    assert "mildew" in set(catalogue.in_force(project)["label"])


def test_a_class_is_renamed_and_the_log_takes_it_back(dark: Page, project: Project) -> None:
    page = dark
    page.get_by_role("radio", name="Classes").click()
    field = page.get_by_role("combobox", name=re.compile("New name"))
    field.fill("mildew")
    field.press("Enter")
    expect(page.get_by_text(re.compile(r"30\simages will be called mildew"))).to_be_visible()
    button(page, "Rename").click()
    expect(page.get_by_text("Renamed blight to mildew").first).to_be_visible()
    assert "mildew" in set(catalogue.in_force(project)["label"])
    page.get_by_role("radio", name="Decisions").click()
    button(page, "Take back").click()
    expect(page.get_by_text("Taken back").first).to_be_visible()
    assert "blight" in set(catalogue.in_force(project)["label"])
