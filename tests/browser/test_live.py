"""A run at work in a real browser: watch it, keep the best so far, go on, or throw it away."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_main_path import WORK, button, create_project, press, start_long_run
from tests.makers import class_files, make_zip

Screenshot = Callable[[Page, str], None]


@pytest.fixture(scope="module")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two classes of pictures that cannot be told apart, so that answers change for long."""
    found = class_files(("blight", "healthy"), each=60)
    return make_zip(tmp_path_factory.mktemp("zip") / "shapes.zip", found)


def test_stop_and_keep_ends_with_a_result_that_can_be_trained_on(
    page: Page, shapes: Path, screenshot: Screenshot
) -> None:
    create_project(page, "Shapes", shapes)
    start_long_run(page)
    live = page.locator(".st-key-live")
    expect(live.get_by_text("Answers that change")).to_be_visible(timeout=WORK)
    expect(live.get_by_text(re.compile(r"^epoch \d+: (blight|healthy)")).first).to_be_visible()
    screenshot(page, "train-live")

    press(page, "Stop and keep")
    expect(page.get_by_text("What the curves say")).to_be_visible(timeout=WORK)
    expect(page.get_by_text(re.compile(r"Of \d+ validation images"))).to_be_visible()
    expect(page.get_by_text(re.compile(r"Trained in .*\d+\sepochs"))).to_be_visible()
    page.get_by_role("radio", name="Changed answers").or_(
        page.get_by_role("button", name="Changed answers")
    ).first.click()
    expect(page.get_by_text("the most restless first")).to_be_visible()
    screenshot(page, "train-kept")

    press(page, "Train on")
    expect(page.get_by_label("More epochs", exact=True)).to_be_visible()
    page.get_by_test_id("stPopoverBody").get_by_role("button", name="Train on").click()
    expect(page.get_by_role("heading", name="Run 2")).to_be_visible()
    expect(page.get_by_text("What the curves say")).to_be_visible(timeout=WORK)


def test_stop_and_discard_leaves_nothing(page: Page, shapes: Path) -> None:
    create_project(page, "Shapes", shapes)
    start_long_run(page)
    press(page, "Discard")
    press(page, "Stop and discard")
    expect(button(page, "Train")).to_be_enabled(timeout=WORK)
    expect(page.get_by_role("heading", name="Run 1")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("run="))
