"""What is drawn anew by itself leaves the rest of the page alone, however busy the server is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.apps.serving import opened, served


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    with served("busy_app.py", tmp_path / "log") as url, opened(browser, url) as page:
        yield page


def test_a_busy_server_loses_nothing_of_the_page(page: Page) -> None:
    page.goto("/")
    for turn in range(1, 6):
        expect(page.get_by_text(f"Page {turn}", exact=True)).to_be_visible()
        expect(page.get_by_text("Turn ")).to_have_count(1)
        texts = page.get_by_test_id("stMarkdown")
        expect(texts).to_have_count(4)
        expect(texts.nth(1)).to_have_text("What stands after it")
        expect(page.get_by_text("The end")).to_have_count(1)
        page.get_by_role("button", name="Again").click()


def test_a_browser_is_never_sent_to_what_it_no_longer_holds(
    browser: Browser, tmp_path: Path
) -> None:
    """A part asks for its turn while runs end that would make a browser let go of things."""
    with served("held_app.py", tmp_path / "log") as url, opened(browser, url) as page:
        page.goto("/")
        for turn in range(1, 6):
            expect(page.get_by_text(f"Page {turn}", exact=True)).to_be_visible()
            expect(page.get_by_text("A large element.")).to_be_visible()
            expect(page.get_by_text(re.compile(r"^Turn ([4-9]|\d\d)"))).to_be_visible()
            expect(page.get_by_role("dialog")).to_have_count(0)
            page.get_by_role("button", name="Again").click()
