"""The cards in a real browser: whole on a desk, on a telephone, and on paper."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.share.cards import Card, data_card, model_card
from core.share.cards import page as written
from tests.browser.axe import grave
from tests.unit.field.test_found import field_test
from tests.unit.share.cards.made import data_facts, model_facts, nasty_facts
from tests.unit.trust.test_report import known, stressed

PAPER = 680  # px between the margins of a sheet
INSIDE = """most => [...document.querySelectorAll('figure, table, dl, h2, li, svg')]
    .map(each => each.getBoundingClientRect()).filter(each => each.width)
    .every(each => each.left >= 0 && each.right <= most + 1)"""


def cards() -> dict[str, Card]:
    full = known(stress=stressed(), fields=(field_test(),))
    nasty = nasty_facts()
    return {
        "model": model_card(model_facts(known=full)),
        "nasty": model_card(nasty),
        "data": data_card(data_facts()),
    }


@pytest.mark.parametrize("name", ["model", "nasty", "data"])
def test_a_card_is_whole_everywhere(name: str, page: Page, tmp_path: Path) -> None:
    card = cards()[name]
    path = tmp_path / "card.html"
    path.write_text(written(card), encoding="utf-8")
    page.goto(path.as_uri())
    expect(page.get_by_role("heading", level=2)).to_have_count(len(card.sections))
    expect(page.locator("figure .wide svg:visible")).to_have_count(len(card.plots))
    assert page.evaluate(INSIDE, 1280)
    assert not grave(page)
    page.set_viewport_size({"width": 390, "height": 800})
    expect(page.locator("figure .narrow svg:visible")).to_have_count(len(card.plots))
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    assert not grave(page)
    page.set_viewport_size({"width": PAPER, "height": 960})
    page.emulate_media(media="print")
    expect(page.locator("figure .wide svg:visible")).to_have_count(len(card.plots))
    assert page.evaluate(INSIDE, PAPER)
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_what_people_wrote_runs_nothing(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "card.html"
    path.write_text(written(cards()["nasty"]), encoding="utf-8")
    page.on("dialog", lambda dialog: pytest.fail("a script ran"))
    page.goto(path.as_uri())
    expect(page.get_by_text("<script>alert(1)</script>").first).to_be_visible()
    assert page.locator("script").count() == 0
