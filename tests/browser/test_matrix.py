"""The confusion matrix in a real browser: choosing a cell, by mouse and by keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.apps.serving import opened, served


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served("matrix_app.py", tmp_path_factory.mktemp("matrix") / "log") as url:
        yield url


@pytest.fixture
def scheme() -> Literal["light", "dark"]:
    return "light"


@pytest.fixture
def page(browser: Browser, app: str, scheme: Literal["light", "dark"]) -> Iterator[Page]:
    with opened(browser, app, color_scheme=scheme) as page:
        page.goto("/?classes=6")
        expect(page.locator("td button")).to_have_count(36)
        yield page


def cell(page: Page, row: int, column: int) -> Locator:
    return page.locator(f'button[data-row="{row}"][data-column="{column}"]')


def test_a_cell_tells_what_it_counts(page: Page) -> None:
    expect(cell(page, 1, 2)).to_have_text("4")
    expect(cell(page, 1, 2)).to_have_attribute(
        "aria-label", "true rust, predicted blight: 4 of 31 (12.9 %)"
    )
    cell(page, 1, 2).hover()
    expect(page.get_by_text("true rust, predicted blight: 4 of 31 (12.9 %)")).to_be_visible()
    expect(page.locator("th.near")).to_have_text(["blight", "rust"])


def test_a_click_chooses_a_cell_and_another_clears_it(page: Page) -> None:
    cell(page, 1, 2).click()
    expect(page.get_by_text("chosen ('rust', 'blight')")).to_be_visible()
    expect(cell(page, 1, 2)).to_have_attribute("aria-pressed", "true")
    cell(page, 1, 1).click()
    expect(page.get_by_text("chosen ('rust', 'rust')")).to_be_visible()
    expect(page.locator('[aria-pressed="true"]')).to_have_count(1)
    cell(page, 1, 1).click()
    expect(page.get_by_text("chosen None")).to_be_visible()
    expect(page.locator('[aria-pressed="true"]')).to_have_count(0)


def test_the_choice_and_the_table_outlive_a_rerun(page: Page) -> None:
    cell(page, 1, 2).click()
    expect(page.get_by_text("runs 2")).to_be_visible()
    cell(page, 1, 2).evaluate("cell => { cell.kept = true; }")
    page.get_by_role("button", name="Rerun").click()
    expect(page.get_by_text("runs 3")).to_be_visible()
    expect(page.get_by_text("chosen ('rust', 'blight')")).to_be_visible()
    expect(cell(page, 1, 2)).to_have_attribute("aria-pressed", "true")
    assert cell(page, 1, 2).evaluate("cell => cell.kept") is True


def test_classes_in_another_order_take_their_counts_and_the_choice_along(page: Page) -> None:
    cell(page, 1, 2).click()
    expect(page.get_by_text("chosen ('rust', 'blight')")).to_be_visible()
    page.get_by_role("button", name="Backwards").click()
    expect(page.locator('tbody th[scope="row"]').last).to_have_text("healthy")
    expect(page.locator('thead th[scope="col"]').first).to_have_text("<i>empty</i>")
    expect(cell(page, 4, 3)).to_have_text("4")
    expect(cell(page, 4, 3)).to_have_attribute("aria-pressed", "true")
    expect(page.locator('[aria-pressed="true"]')).to_have_count(1)


def test_the_keyboard_moves_chooses_and_clears(page: Page) -> None:
    expect(page.locator('td button[tabindex="0"]')).to_have_count(1)
    cell(page, 0, 0).focus()
    page.keyboard.press("ArrowUp")
    expect(cell(page, 0, 0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(cell(page, 1, 2)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("chosen ('rust', 'blight')")).to_be_visible()
    expect(cell(page, 1, 2)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_text("chosen None")).to_be_visible()
    page.keyboard.press("End")
    expect(cell(page, 1, 5)).to_be_focused()


def test_cells_and_rows_without_images_cannot_be_chosen(page: Page) -> None:
    expect(cell(page, 1, 0)).to_have_attribute("aria-disabled", "true")
    cell(page, 1, 0).click(force=True)
    cell(page, 5, 5).click(force=True)
    expect(page.get_by_text("true <i>empty</i>: no images")).to_be_visible()
    expect(page.locator("td.recall")).to_contain_text(["of 31", "no images"])
    expect(page.get_by_text("runs 1")).to_be_visible()
    expect(page.locator("i")).to_have_count(0)


def test_the_page_can_choose_a_cell_and_the_user_has_the_last_word(page: Page) -> None:
    page.get_by_role("button", name="Choose").click()
    expect(page.get_by_text("chosen ('rust', 'blight')")).to_be_visible()
    expect(cell(page, 1, 2)).to_have_attribute("aria-pressed", "true")
    cell(page, 1, 1).click()
    expect(page.get_by_text("chosen ('rust', 'rust')")).to_be_visible()
    page.get_by_role("button", name="Choose").click()
    expect(page.get_by_text("chosen ('rust', 'blight')")).to_be_visible()
    cell(page, 1, 2).click()
    expect(page.get_by_text("chosen None")).to_be_visible()


def test_cells_can_tell_shares_of_their_row_or_of_their_column(page: Page) -> None:
    page.goto("/?classes=6&mode=truth")
    expect(cell(page, 1, 2)).to_have_text("13")
    expect(cell(page, 5, 5)).to_have_text("·")
    expect(page.get_by_text("per cent of the row")).to_be_visible()
    expect(page.locator("tfoot")).to_be_hidden()
    page.goto("/?classes=6&mode=said")
    answers = page.locator('td button[data-column="2"]')
    expect(answers).to_have_count(6)
    shares = [int(text) for text in answers.all_inner_texts() if text.isdigit()]
    assert 98 <= sum(shares) <= 102  # rounded
    expect(cell(page, 1, 2)).to_have_attribute("aria-label", re.compile(r"4 of \d+ answers"))
    expect(page.locator("td.precision").nth(2)).to_have_text(cell(page, 2, 2).inner_text())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_count_can_be_read(page: Page) -> None:
    pairs = page.locator("td button:not(.quiet)").evaluate_all(
        """cells => cells.map(cell => {
            const style = getComputedStyle(cell);
            return [style.color, style.backgroundColor];
        })"""
    )
    assert pairs
    assert min(contrast(*pair) for pair in pairs) >= 4.5


def test_forty_classes_scroll_under_their_headings(page: Page) -> None:
    page.goto("/?classes=40")
    expect(page.locator("td button")).to_have_count(1600)
    scroll = page.locator(".scroll")
    scroll.evaluate("box => box.scrollTo(300, 600)")
    place, box = page.locator("tr").nth(30).locator("th").bounding_box(), scroll.bounding_box()
    top = page.locator('th[scope="col"]').nth(20).bounding_box()
    assert place and box and top
    assert abs(place["x"] - box["x"]) < 8
    assert abs(top["y"] - box["y"]) < 8
    name = page.locator('th[scope="col"]').nth(4)
    expect(name).to_have_attribute("title", "a class with quite a long name")
    page.set_viewport_size({"width": 390, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    cell(page, 39, 39).focus()
    expect(cell(page, 39, 39)).to_be_in_viewport()


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (WCAG 2.2)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    shares = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("classes", "width", "headings"), [(6, 850, "upright"), (4, 560, "")])
def test_it_fits_its_room(page: Page, classes: int, width: int, headings: str) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"/?classes={classes}")
    expect(page.locator("td button")).to_have_count(classes**2)
    fits = "box => box.scrollWidth <= box.clientWidth"
    page.wait_for_function(fits, arg=page.locator(".scroll").element_handle(), timeout=20_000)
    assert page.locator("table").evaluate("table => table.className") == headings


def test_it_fits_when_the_font_comes_after_the_table(page: Page) -> None:
    page.set_viewport_size({"width": 900, "height": 800})
    page.goto("/?classes=10")
    expect(page.locator("td button")).to_have_count(100)
    fits = "box => box.scrollWidth <= box.clientWidth"
    scroll = page.locator(".scroll").element_handle()
    page.wait_for_function(fits, arg=scroll)
    page.locator("td.recall").evaluate_all(
        "boxes => boxes.forEach(box => { box.style.letterSpacing = '0.15em'; })"
    )
    page.wait_for_function(fits, arg=scroll, timeout=20_000)
