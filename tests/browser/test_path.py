"""A learner on the path: the ticks set themselves; a stranger's way to a trained sample."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from core.ingest import ingest, open_source
from core.jobs import Run
from core.project import Project, Workspace
from core.settings import SplitSettings, TrainSettings
from tests import looking
from tests.browser.conftest import Server
from tests.makers import class_files, encoded, image_bytes, make_zip
from tests.pages.conftest import CLASSES, finish

WORK = 300_000  # milliseconds that the engine may take for a step: a whole sample is checked
CLICKS = 5
Screenshot = Callable[[Page, str], None]


@pytest.fixture
def project(server: Server, tmp_path: Path) -> Project:
    """Leaves, each of them twice, some of them tall; and two runs that each make a mistake."""
    found = class_files(CLASSES, each=10)
    found |= {name.replace(".", "-again."): data for name, data in found.items()}
    for number in range(3):
        found[f"rust/tall{number}.jpg"] = image_bytes("JPEG", size=(40, 160), seed=50 + number)
    made = Workspace(server.home / "projects").create("Learner")
    with open_source(make_zip(tmp_path / "leaves.zip", found)) as source:
        ingest(source, made.folder)
    for seed in (1, 2):
        finish(Run.plan(made, TrainSettings(epochs=4, seed=seed), SplitSettings()))
    return made


@pytest.mark.slow
def test_what_a_learner_does_sets_the_ticks(
    page: Page, project: Project, screenshot: Screenshot
) -> None:
    page.goto(f"/explore?project={project.id}")
    expect(standing(page)).to_have_text(re.compile("Lesson 2 of 9 · 2.ticks"))
    choose(page, "Sizes")
    choose(page, "Shape")
    expect(page.get_by_text("3 images", exact=True).first).to_be_visible()
    press(page, "Select all 3")
    press(page, "Drop 3 images")
    expect(standing(page)).to_have_text(re.compile("Lesson 3 of 9 · 3.ticks"))
    choose(page, "One image")
    expect(standing(page)).to_have_text(re.compile("4.ticks"))
    choose(page, "Split")
    expect(page.get_by_text("torn apart").first).to_be_visible()
    expect(standing(page)).to_have_text(re.compile("5.ticks"))
    choose(page, "Preflight")
    press(page, "Run the preflight")
    expect(standing(page)).to_have_text(re.compile("Lesson 4 of 9 · 6.ticks"), timeout=WORK)

    go(page, "Augment")
    page.get_by_role("radio", name="Documents", exact=True).click()
    expect(page.get_by_text("Documents").first).to_be_visible()
    choose(page, "Still the same class?")
    press(page, "Try my recipe")
    expect(page.get_by_text("Are they still the same?")).to_be_visible(timeout=WORK)
    choose(page, "Recipe")
    page.get_by_role("button", name=re.compile("^Remove ")).first.click()
    expect(standing(page)).to_have_text(re.compile("Lesson 5 of 9 · 7.ticks"))

    go(page, "Train")
    choose(page, "Compare")
    expect(standing(page)).to_have_text(re.compile("Lesson 6 of 9 · 8.ticks"))
    go(page, "Mistakes")
    tile = page.locator(".tile").and_(page.get_by_role("button", name=re.compile("labelled")))
    tile.first.click()
    expect(page.get_by_text(re.compile("It said .* The label is"))).to_be_visible()
    expect(standing(page)).to_have_text(re.compile("9.ticks"))
    choose(page, "How sure")
    expect(standing(page)).to_have_text(re.compile("Lesson 7 of 9 · 10.ticks"))

    page.reload()
    expect(standing(page)).to_have_text(re.compile("Lesson 7 of 9 · 10.ticks"))
    lesson = page.locator("summary", has_text="Lesson 6: Sure, and wrong")
    expect(lesson).to_contain_text("2 of 2")
    lesson.click()
    expect(page.get_by_text("You opened a mistake that it was sure of")).to_be_visible()
    running = page.get_by_test_id("stApp")
    expect(running).to_have_attribute("data-test-script-state", "notRunning")
    page.get_by_text("Show the answer").click()
    expect(page.get_by_text("It boasts, so its")).to_be_visible()
    screenshot(page, "lesson")
    standing(page).click()
    press(page, "Go on with lesson 7: Stress")
    heading(page, "Stress")


@pytest.mark.slow
def test_what_comes_after_the_mistakes_sets_the_last_ticks(
    page: Page, server: Server, tmp_path: Path
) -> None:
    made = Workspace(server.home / "projects").create("Stamps")
    run = looking.finished_run(tmp_path, made)
    run.queue()
    run.emit("finished")
    page.goto(f"/stress?project={made.id}&run={run.id}")
    expect(standing(page)).to_have_text(re.compile("2.ticks"))
    press(page, "Start the stress test")
    expect(standing(page)).to_have_text(re.compile("3.ticks"), timeout=WORK)

    go(page, "Try it")
    picture = encoded(looking.image(4711, stamped=True))
    new = {"name": "new.png", "mimeType": "image/png", "buffer": picture}
    page.locator("input[type=file]").first.set_input_files(new)
    expect(page.get_by_text("stamped").first).to_be_visible(timeout=WORK)
    expect(standing(page)).to_have_text(re.compile("4.ticks"))

    go(page, "Share")
    choose(page, "The cards")
    with page.expect_download():
        page.get_by_test_id("stDownloadButton").get_by_role("button").first.click()
    go(page, "Train")
    expect(standing(page)).to_have_text(re.compile("5.ticks"))


@pytest.mark.slow
def test_a_stranger_trains_a_sample_with_five_clicks(page: Page, screenshot: Screenshot) -> None:
    page.goto("/")
    clicks = [
        "Show me in two minutes",
        "Leave it out",
        "Head, with a pretrained network",
    ]
    for label in clicks:
        expect(button(page, label)).to_be_visible(timeout=WORK)
        press(page, label)
    expect(button(page, "Look at the mistakes")).to_be_visible(timeout=WORK)
    expect(page.get_by_text(re.compile(r"of \d+ .*were answered right")).first).to_be_visible()
    assert len(clicks) <= CLICKS
    screenshot(page, "guide")


def test_a_word_leads_to_the_glossary_and_tells_itself_on_a_hover(page: Page) -> None:
    page.goto("/learn")
    word = page.get_by_role("link", name="recipe", exact=True).first
    expect(word).to_have_attribute("title", re.compile("The list of augmentations"))
    with page.expect_popup() as opened:
        word.click()
    glossary = opened.value
    asked = glossary.locator(".st-key-glossary-asked")
    expect(asked.get_by_role("heading", name="Recipe")).to_be_visible()
    glossary.get_by_label("Search").fill("overfitting")
    glossary.get_by_label("Search").press("Enter")
    expect(glossary.get_by_role("heading", name="Overfitting")).to_be_visible()
    expect(glossary.get_by_role("img", name=re.compile("The loss of the training"))).to_be_visible()


def standing(page: Page) -> Locator:
    """How far the learner is, in the sidebar."""
    return page.get_by_test_id("stSidebar").locator(".st-key-beside a").first


def choose(page: Page, name: str) -> None:
    page.get_by_role("radio", name=name, exact=True).click()


def go(page: Page, stage: str) -> None:
    page.get_by_test_id("stSidebar").get_by_role("link", name=stage).click()
    heading(page, stage)


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", name=text, exact=True, level=1)).to_be_visible()


def press(page: Page, label: str) -> None:
    button(page, label).click()


def button(page: Page, label: str) -> Locator:
    return page.get_by_role("button", name=label, exact=True)
