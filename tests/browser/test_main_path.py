"""The main job in a real browser, with the real engine: from a zip to the mistakes in it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Locator, Page, expect

from core.ingest.samples import samples
from tests.browser.conftest import Server
from tests.makers import JUNK, class_files, make_zip
from tests.uploading import images_field

WORK = 180_000  # milliseconds that the engine may take for a step, its start included
CLASSES = ("blight", "healthy", "rust")
Screenshot = Callable[[Page, str], None]


@pytest.fixture(scope="module")
def leaves(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three classes of pictures that cannot be told apart, so mistakes are certain."""
    found = class_files(CLASSES, each=30)
    found |= {"rust/broken.jpg": JUNK, "rust/notes.txt": b"not an image"}
    return make_zip(tmp_path_factory.mktemp("zip") / "leaves.zip", found)


@pytest.fixture
def project(page: Page, leaves: Path) -> Page:
    """A page that shows the images of a new project."""
    create_project(page, "Leaves", leaves)
    return page


def create_project(page: Page, name: str, archive: Path) -> None:
    """Fill in the first page's form and wait until the images are there."""
    page.goto("/")
    page.get_by_label("Name of the project").fill(name)
    images_field(page).set_input_files(archive)
    press(page, "Create project")
    heading(page, "Data")
    press(page, "Take these images")
    expect(page.get_by_text("What we found in")).to_have_count(0)
    expect(button(page, "Next: clean")).to_be_visible(timeout=WORK)


def go_to_training(page: Page) -> None:
    """By the path in the sidebar, past what lies between."""
    page.get_by_test_id("stSidebar").get_by_role("link", name="Train").click()
    heading(page, "Train")


def start_long_run(page: Page) -> None:
    """Start a run that goes on until it is stopped, and wait until it learns."""
    go_to_training(page)
    page.get_by_role("radio", name="All settings", exact=True).click()
    expect(page.get_by_label("Test share", exact=True)).to_be_visible()
    for label, value in (("Epochs", "500"), ("Patience", "500"), ("Batch size", "4")):
        field = page.get_by_label(label, exact=True)
        expect(field).to_have_count(1)  # those of the simple view are gone
        field.fill(value)
        field.press("Enter")
        expect(page.get_by_text(re.compile(f"Changed by you: .*{label}"))).to_be_visible()
    press(page, "Train")
    expect(epoch(page)).to_be_visible(timeout=WORK)


def test_from_a_zip_to_the_images_behind_the_mistakes(
    project: Page, screenshot: Screenshot
) -> None:
    page = project
    expect(metric(page, "Images")).to_have_text("90")
    expect(metric(page, "Classes")).to_have_text("3")
    expect(metric(page, "Not taken")).to_have_text("2")
    expect(page.get_by_text("perfectly even: 30 images each")).to_be_visible()
    screenshot(page, "data")
    page.get_by_role("radio", name="Not taken").click()
    expect(page.get_by_text("2 files were left out")).to_be_visible()
    expect(page.get_by_text("rust/broken.jpg").first).to_be_visible()

    go_to_training(page)
    expect(page.get_by_text("Of your 90 images: 66 to learn from")).to_be_visible()
    press(page, "Train")
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_text(re.compile(r"Step \d of 4"))).to_be_visible(timeout=WORK)
    to_mistakes = page.get_by_role("button", name=re.compile("See the (.* )?mistakes"))
    expect(to_mistakes).to_be_visible(timeout=WORK)
    expect(page.get_by_text(re.compile(r"Of \d+ validation images"))).to_be_visible()
    screenshot(page, "train")
    press(page, "Open the test set")
    expect(page.get_by_text("once you have decided for this classifier")).to_be_visible()
    screenshot(page, "train-sealed")
    press(page, "Open it, and count this look")
    test_images = re.compile(r"Of \d+ test images that it had never seen")
    expect(page.get_by_text(test_images)).to_be_visible()
    expect(metric(page, "Looks so far")).to_have_text("1")
    page.reload()
    expect(page.get_by_text(test_images)).to_be_visible()
    screenshot(page, "train-open")

    to_mistakes.click()
    heading(page, "Mistakes")
    expect(page.get_by_text(re.compile(r"\d+\smistakes, the worst first"))).to_be_visible()
    screenshot(page, "errors")
    cell = wrong_cells(page).first
    cell.click()
    expect(page.get_by_text(re.compile("taken for .*, the surest first"))).to_be_visible()
    tile(page, "sure").click()
    expect(page.get_by_text(re.compile("It said .* The label is"))).to_be_visible()
    screenshot(page, "errors-cell")
    cell.click()
    expect(page.get_by_text("the worst first")).to_be_visible()
    expect(page.get_by_text("Choose an image to look at it closely")).to_be_visible()
    tile(page, "labelled").click()
    expect(page.get_by_text(re.compile("It said .* The label is"))).to_be_visible()
    expect(page.get_by_text("of the heat lies on the border")).to_be_visible(timeout=WORK)
    expect(page.get_by_text("that look most alike")).to_be_visible(timeout=WORK)
    page.keyboard.press("f")
    expect(page.get_by_text("You called this mistake fair")).to_be_visible()
    screenshot(page, "errors-detail")
    page.get_by_role("radio", name="Class by class").click()
    expect(page.get_by_role("figure", name="Bar chart of the recall")).to_be_visible()


def test_a_run_goes_on_while_the_browser_is_away_and_can_be_stopped_and_resumed(
    project: Page,
) -> None:
    page = project
    start_long_run(page)
    seen = epochs_done(page)
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    expect(epoch(page)).to_be_visible()
    page.wait_for_function(
        "seen => [...document.querySelectorAll('p')].some("
        "p => Number(/^Epoch (\\d+) of/.exec(p.textContent)?.[1]) > seen)",
        arg=seen,
    )
    press(page, "Stop for now")
    expect(page.get_by_text("You stopped this run")).to_be_visible()
    press(page, "Resume")
    expect(epoch(page)).to_be_visible(timeout=WORK)
    assert epochs_done(page) >= seen
    press(page, "Stop for now")
    expect(page.get_by_text("You stopped this run")).to_be_visible()


def test_the_first_page_leads_back_to_what_was_begun(project: Page) -> None:
    page = project
    page.get_by_role("link", name="First Light").click()
    expect(page.get_by_text("Continue")).to_be_visible()
    assert "project=" not in page.url
    page.get_by_role("link", name="Leaves").first.click()
    heading(page, "Train")
    assert "project=leaves-" in page.url


def test_an_upload_that_cannot_be_used_says_what_to_do(page: Page, tmp_path: Path) -> None:
    page.goto("/")
    hollow = make_zip(tmp_path / "hollow.zip", {"cat/1.jpg": JUNK, "dog/1.jpg": JUNK})
    expect(page.get_by_label("Name of the project")).to_be_visible()
    images_field(page).set_input_files(hollow)
    expect(page.get_by_text("hollow.zip")).to_be_visible()
    expect(button(page, "Create project")).to_be_enabled(timeout=WORK)
    press(page, "Create project")
    press(page, "Take these images")
    expect(page.get_by_text("No images were found")).to_be_visible(timeout=WORK)
    expect(page.get_by_text("What to do:")).to_be_visible()
    expect(page.get_by_text("Upload", exact=True).first).to_be_visible()


def test_a_sample_is_taken_with_one_click(page: Page, server: Server) -> None:
    smallest = min(samples(), key=lambda sample: sample.bytes)
    page.goto("/")
    card = page.locator(f".st-key-card-{smallest.name}")
    expect(card.get_by_text(smallest.title, exact=True)).to_be_visible()
    card.get_by_role("button", name="Start with this").click()
    expect(button(page, "Next: clean")).to_be_visible(timeout=WORK)
    expect(metric(page, "Images")).to_have_text(f"{smallest.images:,}")


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS does not tell a process's libraries")
def test_the_server_itself_never_loads_tensorflow(project: Page, server: Server) -> None:
    expect(button(project, "Next: clean")).to_be_visible()
    loaded = {Path(part.path).name for part in psutil.Process(server.pid).memory_maps()}
    assert any("python" in name for name in loaded)  # so that an empty answer proves nothing
    assert not [name for name in loaded if "tensorflow" in name or "litert" in name]


def press(page: Page, label: str) -> None:
    button(page, label).click()


def button(page: Page, label: str) -> Locator:
    return page.get_by_role("button", name=label, exact=True)


def heading(page: Page, text: str) -> None:
    """Wait until the page with this title is open."""
    expect(page.get_by_role("heading", name=text, level=1)).to_be_visible()


def metric(page: Page, label: str) -> Locator:
    """The value of a figure."""
    found = page.get_by_test_id("stMetric").filter(has_text=label)
    return found.get_by_test_id("stMetricValue")


def epoch(page: Page) -> Locator:
    return page.get_by_text(re.compile(r"^Epoch \d+ of 500"))


def epochs_done(page: Page) -> int:
    return int(re.findall(r"\d+", epoch(page).inner_text())[0])


def wrong_cells(page: Page) -> Locator:
    """The cells of the confusion matrix that hold mistakes."""
    name = re.compile(r"^true (\w+), predicted (?!\1:)\w+: [1-9]")
    return page.get_by_role("table").get_by_role("button", name=name)


def tile(page: Page, caption: str) -> Locator:
    """The first thumbnail with this caption; a picture that is looked at has buttons too."""
    return page.locator(".tile").and_(page.get_by_role("button", name=caption)).first
