"""Large type for a room stays while one moves about, in other tabs too, until it is put off."""

from __future__ import annotations

from playwright.sync_api import Page, expect

LARGE, NORMAL = 22, 16  # px


def test_large_type_survives_other_pages_a_reload_and_another_tab(page: Page) -> None:
    page.goto("/teach")
    page.get_by_role("radio", name="Projector", exact=True).click()
    page.get_by_role("radio", name="Large", exact=True).click()
    expect_type(page, LARGE)
    page.get_by_test_id("stSidebar").get_by_role("link", name="Learn").click()
    expect(page.get_by_role("heading", name="Learn", level=1)).to_be_visible()
    expect_type(page, LARGE)
    page.wait_for_function("() => document.cookie.includes('firstlight_type=LARGE')")
    word = page.get_by_role("link", name="recipe", exact=True).first
    with page.expect_popup() as opened:
        word.click()
    expect(opened.value.get_by_role("heading", name="Glossary", level=1)).to_be_visible()
    expect_type(opened.value, LARGE)
    page.reload()
    expect_type(page, LARGE)
    page.get_by_role("button", name="Normal type").click()
    expect_type(page, NORMAL)
    page.wait_for_function("() => document.cookie.includes('firstlight_type=NORMAL')")
    page.reload()
    expect(page.get_by_role("heading", name="Learn", level=1)).to_be_visible()
    expect_type(page, NORMAL)


def expect_type(page: Page, size: int) -> None:
    """The size of type at the root of the page, which everything is measured by."""
    page.wait_for_function(
        "size => getComputedStyle(document.documentElement).fontSize === `${size}px`", arg=size
    )
