"""The magnifier in a real browser: the window moves by mouse and keyboard, without a rerun."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.apps.serving import opened, served


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served("magnifier_app.py", tmp_path_factory.mktemp("magnifier") / "log") as url:
        yield url


@pytest.fixture
def page(browser: Browser, app: str) -> Iterator[Page]:
    with opened(browser, app, viewport={"width": 1280, "height": 1000}) as page:
        page.goto("/")
        expect(page.locator("td").nth(1)).not_to_be_empty()
        yield page


def first(page: Page) -> Locator:
    """The first pixel of the window."""
    return page.locator("tbody td").first


def board(page: Page) -> Locator:
    return page.get_by_role("application")


def click_at(page: Page, column: int, row: int) -> None:
    """Click on a pixel of the picture."""
    box = board(page).bounding_box()
    assert box
    scale = box["width"] / 224
    board(page).click(position={"x": (column + 0.5) * scale, "y": (row + 0.5) * scale})


def test_it_begins_where_there_is_something_to_see(page: Page) -> None:
    expect(page.locator("th[scope=col]").first).to_have_text("48")
    expect(page.locator("th[scope=row]").first).to_have_text("96")
    expect(board(page)).to_have_attribute(
        "aria-label", "<b>leaf</b>.jpg, 224 by 224 pixels. The arrow keys move the window."
    )


def test_a_click_moves_the_window_and_nothing_runs_again(page: Page) -> None:
    click_at(page, 150, 60)
    expect(page.get_by_role("status")).to_have_text(
        "In the middle, column 150, row 60: red 150, green 60, blue 0."
    )
    half = page.locator("th[scope=col]").count() // 2
    expect(first(page)).to_have_text(f"{150 - half}\n{60 - half}\n0", use_inner_text=True)
    expect(page.get_by_text("runs 1")).to_be_visible()


def test_the_window_stays_within_the_picture(page: Page) -> None:
    click_at(page, 0, 0)
    expect(first(page)).to_have_text("0\n0\n0", use_inner_text=True)
    click_at(page, 223, 223)
    expect(page.locator("th[scope=col]").last).to_have_text("223")
    expect(page.locator("th[scope=row]").last).to_have_text("223")


def test_the_arrow_keys_move_it_too(page: Page) -> None:
    click_at(page, 150, 60)
    column = int(page.locator("th[scope=col]").first.inner_text())
    board(page).press("ArrowRight")
    board(page).press("ArrowDown")
    expect(page.get_by_role("status")).to_contain_text("column 151, row 61")
    board(page).press("Shift+ArrowRight")
    cells = page.locator("th[scope=col]").count()
    expect(page.locator("th[scope=col]").first).to_have_text(str(column + 1 + cells))


def test_one_channel_and_the_numbers_of_the_network(page: Page) -> None:
    click_at(page, 0, 0)
    page.get_by_role("button", name="Red").click()
    expect(page.locator("tbody td").nth(1)).to_have_text("1")
    expect(first(page)).to_have_css("background-color", "rgb(0, 0, 0)")
    page.get_by_role("button", name="Scaled").click()
    expect(first(page)).to_have_text("−0.99")
    expect(page.get_by_role("button", name="Scaled")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name="Red")).to_have_attribute("aria-pressed", "true")


def test_the_three_channels_are_gray_pictures(page: Page) -> None:
    colours = page.locator("figure canvas").evaluate_all(
        """views => views.map(view =>
            Array.from(view.getContext("2d").getImageData(200, 30, 1, 1).data))"""
    )
    assert colours == [[200, 200, 200, 255], [30, 30, 30, 255], [0, 0, 0, 255]]


def test_a_rerun_leaves_the_window_and_another_picture_begins_anew(page: Page) -> None:
    click_at(page, 150, 60)
    page.get_by_role("button", name="Rerun").click()
    expect(page.get_by_text("runs 2")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("column 150, row 60")
    page.get_by_text("Another picture").click()
    expect(page.get_by_role("status")).to_contain_text("blue 200")


def test_a_narrow_screen_shows_fewer_pixels(page: Page) -> None:
    wide = page.locator("th[scope=col]").count()
    page.set_viewport_size({"width": 390, "height": 900})
    expect(page.locator("th[scope=col]")).not_to_have_count(wide)
    assert 5 <= page.locator("th[scope=col]").count() < 12
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
