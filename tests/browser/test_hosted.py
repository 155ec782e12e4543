"""A hosted server: strangers at the same door, each with a room of one's own."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import PATIENCE, Server, running, stand_still, tell_what_is_shown
from tests.makers import class_files, make_zip
from tests.uploading import images_field

SECRET_CLASS = "grandmothersgarden"
WORK = 120_000  # milliseconds that the engine may take, its start included


@pytest.fixture(scope="module")
def hosted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """First Light for strangers."""
    settings = {"FIRSTLIGHT_MODE": "hosted", "FIRSTLIGHT_LIMIT_UPLOAD_MB": "2"}
    settings["FIRSTLIGHT_LIMIT_FREE_MB"] = "0"
    with running(tmp_path_factory.mktemp("hosted"), **settings) as started:
        yield started


@pytest.fixture
def stranger(
    browser: Browser, hosted: Server, request: pytest.FixtureRequest
) -> Iterator[BrowserContext]:
    """Somebody with a browser of their own."""
    yield from _visit(browser, hosted, request.node)


@pytest.fixture
def another(
    browser: Browser, hosted: Server, request: pytest.FixtureRequest
) -> Iterator[BrowserContext]:
    """Somebody else."""
    yield from _visit(browser, hosted, request.node)


def _visit(browser: Browser, hosted: Server, node: pytest.Item) -> Iterator[BrowserContext]:
    expect.set_options(timeout=PATIENCE)
    context = browser.new_context(
        base_url=hosted.url, viewport={"width": 1280, "height": 800}, accept_downloads=True
    )
    context.set_default_timeout(PATIENCE)
    stand_still(context)
    yield context
    tell_what_is_shown(context, node)
    context.close()


def arrive(context: BrowserContext) -> Page:
    """Open the first page, and wait until the browser has been given its secret."""
    page = context.new_page()
    page.goto("/")
    expect(page.get_by_text("Your data here")).to_be_visible()
    page.wait_for_function("() => document.cookie.includes('firstlight_visitor=')")
    return page


def bring(page: Page, folder: Path, name: str) -> str:
    """Upload images as a new project and take them; returns the page's address."""
    files = class_files((SECRET_CLASS, "other"))
    page.get_by_label("Name of the project").fill(name)
    images_field(page).set_input_files(make_zip(folder / "my.zip", files))
    page.get_by_role("button", name="Create project").click()
    page.get_by_role("button", name="Take these images").click()
    expect(page.get_by_role("button", name="Next: clean")).to_be_visible(timeout=WORK)
    return page.url


def test_nobody_sees_what_another_brought(
    stranger: BrowserContext, another: BrowserContext, tmp_path: Path, hosted: Server
) -> None:
    mine = arrive(stranger)
    address = bring(mine, tmp_path, "My garden")
    theirs = arrive(another)
    expect(theirs.get_by_text("My garden")).to_have_count(0)
    theirs.goto(address)
    expect(theirs.get_by_text("There is no such project")).to_be_visible()
    expect(theirs.get_by_text(SECRET_CLASS)).to_have_count(0)
    mine.goto("/")
    expect(mine.get_by_role("link", name="My garden")).to_be_visible()
    log = hosted.log.read_text(errors="replace")
    engine = (hosted.home / "engine.log").read_text(errors="replace")
    for private in (SECRET_CLASS, "My garden", "my.zip"):
        assert private not in log + engine, "logs hold no names of images or classes"


def test_who_comes_back_finds_their_work_until_they_delete_it(
    stranger: BrowserContext, tmp_path: Path, hosted: Server
) -> None:
    bring(arrive(stranger), tmp_path, "Come back")
    page = arrive(stranger)
    expect(page.get_by_role("link", name="Come back")).to_be_visible()
    before = {path.name for path in (hosted.home / "visitors").iterdir()}
    page.get_by_role("button", name="Your data here").click()
    expect(page.get_by_text("24 hours")).to_be_visible()
    page.get_by_text("Projects, images and trainings: all of it").click()
    page.get_by_role("button", name="Delete my data").click()
    expect(page.get_by_role("button", name="Delete my data")).to_have_count(0)
    expect(page.get_by_role("link", name="Come back")).to_have_count(0)
    page.reload()
    expect(page.get_by_text("Your data here")).to_be_visible()
    expect(page.get_by_role("link", name="Come back")).to_have_count(0)
    after = {path.name for path in (hosted.home / "visitors").iterdir()}
    assert len(before - after) == 1


def test_two_tabs_are_one_visitor(stranger: BrowserContext, tmp_path: Path) -> None:
    first, second = arrive(stranger), arrive(stranger)
    bring(first, tmp_path, "One of two")
    second.reload()
    expect(second.get_by_role("link", name="One of two")).to_be_visible()


def test_a_large_upload_is_refused_in_words(stranger: BrowserContext, tmp_path: Path) -> None:
    page = arrive(stranger)
    large = tmp_path / "large.zip"
    large.write_bytes(os.urandom(3 * 1024 * 1024))
    images_field(page).set_input_files(large)
    expect(page.get_by_text(re.compile("2\\.?0?\\s?MB")).first).to_be_visible()
    expect(page.get_by_role("button", name="Create project")).to_be_disabled()


@pytest.mark.slow
def test_a_teacher_hands_out_a_case_and_reads_what_a_learner_found(
    stranger: BrowserContext, another: BrowserContext, tmp_path: Path
) -> None:
    teacher, learner = arrive(stranger), arrive(another)
    teacher.goto("/exercise")
    teacher.get_by_role("radio", name="Make one").click()
    teacher.get_by_role("combobox", name="Images").click()
    teacher.get_by_role("option", name="Handwritten digits").click()
    fill(teacher, "Passphrase (may stay empty)", "plum")
    teacher.get_by_role("button", name="Make the exercise").click()
    expect(teacher.get_by_text("is ready:")).to_be_visible(timeout=WORK)
    case = taken_away(teacher, "Download", tmp_path)

    learner.goto("/exercise")
    learner.locator("input[type=file]").first.set_input_files(case)
    learner.get_by_role("button", name="Take these images").click()
    expect(learner.get_by_role("button", name="Next: clean")).to_be_visible(timeout=WORK)
    learner.get_by_role("link", name="This is a detective case").click()
    found = taken_away(learner, "Download what I hand in", tmp_path)

    teacher.get_by_role("radio", name="Read answers").click()
    fill(teacher, "Passphrase, if it has one", "plum")
    uploaders = teacher.locator("input[type=file]")
    expect(uploaders).to_have_count(2)
    uploaders.first.set_input_files(case)
    expect(teacher.get_by_role("button", name=f"Remove {case.name}")).to_be_visible()
    at_rest = "[data-testid=stApp][data-test-script-state=notRunning]"
    expect(teacher.locator(at_rest)).to_be_visible()  # a file that comes meanwhile may be lost
    uploaders.last.set_input_files(found)
    scores = taken_away(teacher, "Download the table", tmp_path).read_text(encoding="utf-8-sig")
    assert f"{found.name},0.0,0 of" in scores


def fill(page: Page, label: str, text: str) -> None:
    """Write ``text`` into the field called ``label``, and have the page take it."""
    field = page.get_by_role("textbox", name=label, exact=True)
    field.fill(text)
    field.press("Enter")


def taken_away(page: Page, label: str, folder: Path) -> Path:
    """Press the button that begins with ``label``, and keep what comes."""
    with page.expect_download() as coming:
        page.get_by_role("button", name=re.compile(f"^{label}")).click()
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    return path
