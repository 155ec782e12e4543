"""The map in a real browser: a lasso, single images, the keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.apps.serving import opened, served


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served("map_app.py", tmp_path_factory.mktemp("map") / "log") as url:
        yield url


@pytest.fixture
def page(browser: Browser, app: str) -> Iterator[Page]:
    with opened(browser, app, viewport={"width": 1000, "height": 800}) as page:
        page.goto("/")
        expect(page.get_by_text("selected []")).to_be_visible()
        expect(canvas(page)).to_be_visible()
        yield page


def canvas(page: Page) -> Locator:
    return page.locator("canvas")


def at(page: Page, across: float, down: float) -> tuple[float, float]:
    """A place on the map, in shares of it, as a place in the window."""
    box = canvas(page).bounding_box()
    assert box is not None
    return box["x"] + across * box["width"], box["y"] + down * box["height"]


def draw(page: Page, *places: tuple[float, float]) -> None:
    page.mouse.move(*at(page, *places[0]))
    page.mouse.down()
    for place in (*places[1:], places[0]):
        page.mouse.move(*at(page, *place), steps=4)
    page.mouse.up()


LEFT_HALF = ((0.015, 0.015), (0.5, 0.015), (0.5, 0.985), (0.015, 0.985))
TOP_RIGHT = ((0.6, 0.015), (0.985, 0.015), (0.985, 0.4), (0.6, 0.4))


def test_a_lasso_selects_what_lies_inside(page: Page) -> None:
    draw(page, *LEFT_HALF)
    expect(page.get_by_text("selected [0, 2]")).to_be_visible()
    expect(page.get_by_text("2 selected.")).to_be_visible()


def test_with_shift_a_second_lasso_adds_and_the_button_clears(page: Page) -> None:
    draw(page, *LEFT_HALF)
    expect(page.get_by_text("selected [0, 2]")).to_be_visible()
    page.keyboard.down("Shift")
    draw(page, *TOP_RIGHT)
    page.keyboard.up("Shift")
    expect(page.get_by_text("selected [0, 1, 2]")).to_be_visible()
    page.get_by_role("button", name="Clear selection").click()
    expect(page.get_by_text("selected []")).to_be_visible()


def test_hovering_shows_the_image_and_a_click_selects_it(page: Page) -> None:
    box = canvas(page).bounding_box()
    assert box is not None
    corner = (box["x"] + box["width"] - 18, box["y"] + box["height"] - 18)
    page.mouse.move(*corner)
    expect(page.locator(".card")).to_have_text("dog two")
    page.mouse.click(*corner)
    expect(page.get_by_text("selected [3]")).to_be_visible()


def test_the_keyboard_walks_selects_and_clears(page: Page) -> None:
    canvas(page).focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".readout")).to_contain_text("cat")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".readout")).to_contain_text("dog")
    page.keyboard.press("Space")
    expect(page.get_by_text("1 selected.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("selected []")).to_be_visible()


def test_the_selection_outlives_a_rerun_but_not_another_map(page: Page) -> None:
    draw(page, *LEFT_HALF)
    expect(page.get_by_text("selected [0, 2]")).to_be_visible()
    page.get_by_role("button", name="Rerun").click()
    expect(page.get_by_text("selected [0, 2]")).to_be_visible()
    page.goto("/?version=2")
    expect(page.get_by_text("selected []")).to_be_visible()


def test_zoomed_in_a_lasso_means_what_it_surrounds(page: Page) -> None:
    for _ in range(2):
        page.get_by_role("button", name="Zoom in").click()
    draw(page, *LEFT_HALF)
    expect(page.get_by_text("selected []")).to_be_visible()
    page.get_by_role("button", name="Whole map").click()
    draw(page, *LEFT_HALF)
    expect(page.get_by_text("selected [0, 2]")).to_be_visible()
