"""Giving a picture in a real browser: pasted, fetched from the clipboard, or uploaded."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.apps.serving import served
from tests.browser.conftest import PATIENCE, stand_still
from tests.makers import JUNK, image_bytes

_COPY = """async content => {
    const bytes = Uint8Array.from(atob(content), letter => letter.charCodeAt(0));
    const blob = new Blob([bytes], { type: "image/png" });
    await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
}"""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("try")
    with served("try_app.py", folder / "log", str(folder)) as url:
        yield url


@pytest.fixture
def context(browser: Browser, app: str) -> Iterator[BrowserContext]:
    expect.set_options(timeout=PATIENCE)
    opened = browser.new_context(base_url=app, viewport={"width": 1280, "height": 1000})
    opened.set_default_timeout(PATIENCE)
    stand_still(opened)
    opened.grant_permissions(["clipboard-read", "clipboard-write"])
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    opened = context.new_page()
    thrown: list[str] = []
    opened.on("pageerror", lambda error: thrown.append(error.message))
    opened.goto(f"/?visit={secrets.token_hex(8)}")
    expect(opened.get_by_text("anywhere on this page")).to_be_visible()
    yield opened
    assert not thrown


def copy(page: Page, seed: int) -> None:
    """Put a picture into the clipboard."""
    content = image_bytes("PNG", seed=seed)
    page.evaluate(_COPY, base64.b64encode(content).decode("ascii"))


def taken(page: Page, number: int) -> None:
    expect(page.get_by_text("took ")).to_have_count(number)


def test_pictures_are_pasted_fetched_and_uploaded(page: Page) -> None:
    copy(page, seed=1)
    page.keyboard.press("Control+V")
    taken(page, 1)
    expect(page.get_by_text("took image.png")).to_be_visible()
    expect(page.get_by_text("runs 2")).to_be_visible()
    expect(page.get_by_text("large in the session: []")).to_be_visible()
    expect(page.get_by_text("anywhere on this page")).to_be_visible()

    copy(page, seed=2)
    page.get_by_role("button", name="Paste a picture").click()
    taken(page, 2)

    upload = page.locator("input[type=file]")
    files = [("leaf.png", image_bytes("PNG", seed=3)), ("notes.png", JUNK)]
    upload.set_input_files(
        [{"name": name, "mimeType": "image/png", "buffer": data} for name, data in files]
    )
    taken(page, 3)
    expect(page.get_by_text("took leaf.png")).to_be_visible()
    expect(page.get_by_text("notes.png: Not an image")).to_be_visible()
    expect(page.get_by_test_id("stFileUploaderFile")).to_have_count(0)


def test_what_is_no_picture_is_left_where_it_belongs(page: Page) -> None:
    page.evaluate("navigator.clipboard.writeText('a word')")
    notes = page.get_by_label("Notes")
    notes.focus()
    page.keyboard.press("Control+V")
    expect(notes).to_have_value("a word")
    expect(page.get_by_text("anywhere on this page")).to_be_visible()
    page.get_by_role("button", name="Paste a picture").click()
    expect(page.get_by_text("There is no picture in the clipboard")).to_be_visible()
    taken(page, 0)


def test_a_place_that_is_gone_takes_nothing(page: Page) -> None:
    copy(page, seed=1)
    page.get_by_text("Shown").click()
    expect(page.get_by_text("anywhere on this page")).to_have_count(0)
    page.keyboard.press("Control+V")
    page.get_by_text("Shown").click()
    expect(page.get_by_text("anywhere on this page")).to_be_visible()
    page.keyboard.press("Control+V")
    taken(page, 1)
    expect(page.get_by_text("anywhere on this page")).to_be_visible()
