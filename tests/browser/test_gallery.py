"""The gallery in a real browser: what a click, a key and a rerun do to it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, WebSocket, expect

from tests.browser.apps.serving import opened, served


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("gallery")
    with served("gallery_app.py", folder / "log", str(folder)) as url:
        yield url


@pytest.fixture
def page(browser: Browser, app: str) -> Iterator[Page]:
    with opened(browser, app) as page:
        yield page


@pytest.fixture
def many(page: Page) -> Page:
    """Two thousand images to select from."""
    page.goto("/?kind=select")
    expect(tiles(page)).to_have_count(48)
    expect(page.locator(".tile img").nth(47)).to_have_attribute("src", re.compile("^data:image"))
    return page


def tiles(page: Page) -> Locator:
    return page.locator(".tile")


def tile(page: Page, number: int) -> Locator:
    return page.locator(f'.tile[data-id="image-{number}"]')


def expect_selected(page: Page, *numbers: int) -> None:
    names = " ".join(f"image-{number}" for number in numbers[:5])
    expect(page.get_by_text(re.compile(rf"^selected {len(numbers)}: ?{names}$"))).to_be_visible()
    expect(page.locator('.tile[aria-selected="true"]')).to_have_count(len(numbers))


def runs(page: Page) -> int:
    return int(page.get_by_text(re.compile(r"^runs \d+$")).inner_text().split()[1])


def test_tiles_carry_caption_badge_and_a_name(many: Page) -> None:
    caption = "2 <b>not bold</b> & a very long caption of one leaf"
    expect(tile(many, 2).locator(".caption")).to_have_text(caption)
    expect(tile(many, 2).locator("b")).to_have_count(0)
    expect(tile(many, 2)).to_have_attribute("aria-label", f"{caption}, Check")
    expect(tile(many, 2).locator("img")).to_have_attribute("alt", "")  # its name says it
    expect(tile(many, 1)).to_have_attribute("aria-label", "1 rust → blight, 97 %, Wrong")
    expect(tile(many, 3).locator(".badge")).to_be_hidden()
    expect(many.get_by_role("listbox")).to_have_attribute("aria-multiselectable", "true")


def test_a_missing_thumbnail_gets_a_neutral_tile(many: Page) -> None:
    expect(tile(many, 5)).to_have_class(re.compile("missing"))
    expect(tile(many, 5).locator("img")).to_be_hidden()
    expect(many.get_by_test_id("stException")).to_have_count(0)


def test_click_toggles_and_shift_click_selects_a_range(many: Page) -> None:
    tile(many, 1).click()
    expect_selected(many, 1)
    tile(many, 4).click(modifiers=["Shift"])
    expect_selected(many, 1, 2, 3, 4)
    tile(many, 2).click(modifiers=["Shift"])
    expect_selected(many, 1, 2)
    tile(many, 9).click(modifiers=["ControlOrMeta"])
    expect_selected(many, 1, 2, 9)
    tile(many, 1).click()
    expect_selected(many, 2, 9)
    many.get_by_role("button", name="Clear").click()
    expect_selected(many)


def test_quick_clicks_are_all_kept(many: Page) -> None:
    for number in range(12):
        tile(many, number).click()
    expect_selected(many, *range(12))
    assert runs(many) < 12


def test_the_keyboard_moves_selects_and_clears(many: Page) -> None:
    tile(many, 0).focus()
    many.keyboard.press("ArrowRight")
    expect(tile(many, 1)).to_be_focused()
    many.keyboard.press("Space")
    expect_selected(many, 1)
    many.keyboard.press("Shift+ArrowRight")
    many.keyboard.press("Shift+ArrowRight")
    expect_selected(many, 1, 2, 3)
    many.keyboard.press("Shift+ArrowLeft")
    expect_selected(many, 1, 2)
    many.keyboard.press("End")
    expect(tile(many, 47)).to_be_focused()
    many.keyboard.press("Home")
    many.keyboard.press("ArrowDown")
    tops = tiles(many).evaluate_all("tiles => tiles.map(tile => tile.offsetTop)")
    below = next(number for number, top in enumerate(tops) if top > tops[0])
    expect(tile(many, below)).to_be_focused()
    many.keyboard.press("ControlOrMeta+a")
    expect_selected(many, *range(48))
    many.keyboard.press("Escape")
    expect_selected(many)
    expect(many.locator('.tile[tabindex="0"]')).to_have_count(1)


def test_the_selection_reaches_over_pages(many: Page) -> None:
    tile(many, 3).click()
    many.get_by_role("button", name="Next page").first.click()
    expect(tile(many, 48)).to_be_visible()
    expect(tiles(many)).to_have_count(48)
    tile(many, 50).click()
    expect(many.get_by_text("selected 2: image-3 image-50")).to_be_visible()
    many.keyboard.press("PageDown")
    expect(tile(many, 96)).to_be_focused()
    many.keyboard.press("PageUp")
    expect(tile(many, 50)).to_have_attribute("aria-selected", "true")
    expect(many.get_by_text("2 of 2,000 images selected")).to_be_visible()


def test_select_all_stands_for_the_rows_that_were_seen(many: Page) -> None:
    many.get_by_role("button", name="Select all 2,000").click()
    expect(many.get_by_text(re.compile(r"^selected 2000: "))).to_be_visible()
    tile(many, 0).click()
    expect(many.get_by_text(re.compile(r"^selected 1999: image-1 "))).to_be_visible()
    tile(many, 0).click()
    expect(many.get_by_text(re.compile(r"^selected 2000: "))).to_be_visible()
    many.get_by_text("Only every third").click()
    expect(many.get_by_role("button", name="Select all 667")).to_be_visible()
    expect_selected(many)


def test_a_rerun_keeps_tiles_focus_and_selection(many: Page) -> None:
    tile(many, 7).click()
    expect_selected(many, 7)
    tile(many, 7).evaluate("tile => { tile.kept = true; }")
    before = runs(many)
    many.get_by_role("button", name="Rerun").click()
    expect(many.get_by_text(f"runs {before + 1}")).to_be_visible()
    expect_selected(many, 7)
    assert tile(many, 7).evaluate("tile => tile.kept") is True
    many.get_by_text("Only every third").click()
    expect(tile(many, 8)).to_have_count(0)
    expect_selected(many)


def test_a_click_does_not_send_the_thumbnails_again(page: Page) -> None:
    received: list[int] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda payload: received.append(len(payload)))

    page.on("websocket", listen)
    page.goto("/?kind=select")
    expect(tiles(page)).to_have_count(48)
    expect(page.locator(".tile img").nth(47)).to_have_attribute("src", re.compile("^data:image"))
    expect(page.get_by_text("runs 1")).to_be_visible()
    first = sum(received)
    received.clear()
    tile(page, 1).click()
    expect_selected(page, 1)
    expect(page.get_by_text("runs 2")).to_be_visible()
    assert first > 100_000
    assert sum(received) < first / 5


def test_a_click_shows_the_image_larger_without_a_rerun(page: Page) -> None:
    page.goto("/?kind=look")
    expect(tiles(page)).to_have_count(30)
    tile(page, 2).click()
    dialog = page.get_by_role("dialog")
    expect(
        dialog.get_by_text("2 <b>not bold</b> & a very long caption of one leaf")
    ).to_be_visible()
    expect(dialog.get_by_text("3 of 30")).to_be_visible()
    expect(dialog.get_by_text("Check")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(dialog.get_by_text("4 of 30")).to_be_visible()
    dialog.get_by_role("button", name="Previous image").click()
    dialog.get_by_role("button", name="Previous image").click()
    expect(dialog.get_by_text("2 of 30")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(tile(page, 1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_be_hidden()
    assert runs(page) == 1


def test_an_opened_image_is_reported_until_it_is_closed(page: Page) -> None:
    page.goto("/?kind=open")
    tile(page, 2).click()
    expect(page.get_by_text("opened image-2")).to_be_visible()
    expect(tile(page, 2)).to_have_attribute("aria-current", "true")
    tile(page, 3).click()
    expect(page.get_by_text("opened image-3")).to_be_visible()
    page.get_by_text("Only every third").click()
    expect(page.get_by_text("opened image-3")).to_be_visible()
    tile(page, 3).click()
    expect(page.get_by_text("opened None")).to_be_visible()


def test_an_empty_gallery_says_so(page: Page) -> None:
    page.goto("/?kind=none")
    expect(page.get_by_text("No mistakes: all were right.")).to_be_visible()
    expect(page.locator(".grid")).to_be_hidden()


@pytest.mark.parametrize(("width", "columns"), [(390, 3), (800, 5), (1280, 7)])
def test_the_tiles_fit_the_screen(page: Page, width: int, columns: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/?kind=look")
    expect(tiles(page)).to_have_count(30)
    places = [tile(page, number).bounding_box() for number in range(columns + 1)]
    assert all(place is not None for place in places)
    tops = [place["y"] for place in places if place]
    assert tops.count(tops[0]) >= columns
    assert page.evaluate("document.documentElement.scrollWidth") <= width
