"""What is drawn anew by itself leaves the rest of the page alone, however busy the server is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.apps.serving import served
from tests.browser.conftest import PATIENCE


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    expect.set_options(timeout=PATIENCE)
    with served("busy_app.py", tmp_path / "log") as url:
        context = browser.new_context(base_url=url)
        context.set_default_timeout(PATIENCE)
        opened = context.new_page()
        thrown: list[str] = []
        opened.on("pageerror", lambda error: thrown.append(error.message))
        yield opened
        context.close()
    assert not thrown


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
