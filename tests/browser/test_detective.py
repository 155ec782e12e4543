"""A detective takes a case at one click, reports what is broken, and sees the score."""

from __future__ import annotations

from playwright.sync_api import Page, expect

WORK = 180_000  # milliseconds that the engine may take, its start included


def test_a_case_is_taken_reported_on_and_scored(page: Page) -> None:
    page.goto("/exercise")
    expect(page.get_by_text("Engine ready")).to_be_visible(timeout=WORK)
    page.get_by_role("button", name="Take this case").last.click()
    expect(page.get_by_role("button", name="Next: clean")).to_be_visible(timeout=WORK)
    page.get_by_role("link", name="This is a detective case").click()
    expect(page.get_by_role("button", name="Go and look")).to_be_visible()
    files = page.get_by_role("combobox", name="Which files are broken?")
    for _ in range(3):
        files.click()
        page.get_by_role("option").filter(has_text=".jpg").first.click()
        page.keyboard.press("Escape")
    page.get_by_role("button", name="Show my score").click()
    expect(page.get_by_text("Falsely accused").first).to_be_visible()
    expect(page.get_by_text("3 of", exact=False).first).to_be_visible()
    page.get_by_text("Show me what I missed").click()
    expect(page.get_by_text("Identical copies").first).to_be_visible()
