"""Images come in, in a real browser: seen before they are taken, read another way, labelled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_main_path import WORK, button, heading, metric, press
from tests.makers import class_files, make_folder, make_zip
from tests.uploading import images_field

Screenshot = Callable[[Page, str], None]


@pytest.fixture(scope="module")
def divided(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three classes in folders for training and test, and images without a label."""
    found = class_files(("blight", "healthy", "rust"), each=8, root="leaves/train/")
    found |= class_files(("blight", "healthy", "rust"), each=3, root="leaves/test/")
    found |= class_files(("unlabeled",), each=4, root="leaves/")
    found |= {"leaves/notes.txt": b"no image"}
    return make_zip(tmp_path_factory.mktemp("zip") / "divided.zip", found)


def take(page: Page) -> None:
    """Take what is shown, and wait until the preview has made room for what becomes of it."""
    press(page, "Take these images")
    expect(page.get_by_text("What we found in")).to_have_count(0)


def test_an_upload_is_seen_changed_and_taken(
    page: Page, divided: Path, screenshot: Screenshot
) -> None:
    page.goto("/")
    images_field(page).set_input_files(divided)
    press(page, "Create project")
    heading(page, "Data")
    expect(page.get_by_text("What we found in divided.zip")).to_be_visible()
    expect(metric(page, "Images")).to_have_text("33")
    expect(metric(page, "Without a label")).to_have_text("4")
    expect(page.get_by_text("which is kept: 24 for training and 9 for test")).to_be_visible()
    expect(page.get_by_role("button", name="leaves/train/rust/0.jpeg")).to_be_visible()
    screenshot(page, "preview")

    page.get_by_text("Change how it is read").click()
    page.get_by_text("Keep the split that they come with").click()
    expect(page.get_by_text("which is not kept")).to_be_visible()
    page.get_by_role("textbox", name="New name").fill("sick")
    press(page, "Rename")
    expect(page.get_by_role("button", name="sick leaves/train/blight/0.jpeg")).to_be_visible()
    page.reload()
    expect(page.get_by_text("which is not kept")).to_be_visible()

    take(page)
    expect(metric(page, "Classes")).to_have_text("3", timeout=WORK)
    expect(page.get_by_role("figure", name="sick")).to_be_visible()
    page.get_by_role("radio", name="Without a label").click()
    press(page, "Select all 4")
    page.get_by_role("combobox", name="Class").fill("mildew")
    page.get_by_role("combobox", name="Class").press("Enter")
    press(page, "Put 4\u00a0images in this class")
    expect(metric(page, "Classes")).to_have_text("4")
    expect(metric(page, "Images")).to_have_text("37")


def test_a_folder_is_seen_and_taken(page: Page, tmp_path: Path) -> None:
    page.goto("/")
    first = make_zip(tmp_path / "first.zip", class_files(["apple"]))
    images_field(page).set_input_files(first)
    press(page, "Create project")
    expect(page.get_by_text("a classifier needs at least two")).to_be_visible()
    take(page)
    expect(page.get_by_text("Only one class so far")).to_be_visible(timeout=WORK)
    page.get_by_role("radio", name="Add more").click()
    folder = make_folder(tmp_path / "pears", class_files(["pear"]))
    page.locator("input[webkitdirectory]").set_input_files(folder)
    expect(page.get_by_text("What we found in pears")).to_be_visible()
    expect(page.get_by_text("New in your project: pear.")).to_be_visible()
    take(page)
    expect(metric(page, "Classes")).to_have_count(1)  # the preview's own is gone
    expect(metric(page, "Classes")).to_have_text("2", timeout=WORK)
    expect(button(page, "Next: clean")).to_be_visible()
