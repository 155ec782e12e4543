"""axe-core's checks of a page: what would keep somebody from reading or using it."""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

_GRAVE = ("serious", "critical")
_RUN = """async ([without, grave]) => {
    const where = { include: [["html"]], exclude: without.map((selector) => [selector]) };
    const found = await axe.run(where, { resultTypes: ["violations"], iframes: false });
    return found.violations
        .filter((each) => grave.includes(each.impact))
        .flatMap((each) => each.nodes.map((node) => {
            const why = [...node.any, ...node.all, ...node.none].map((one) => one.message);
            return [each.id, node.target.flat().join(" "), node.html.slice(0, 200), ...why];
        }))
        .map((told) => told.join("\\n    "));
}"""


def grave(page: Page, without: tuple[str, ...] = ()) -> list[str]:
    """Serious and critical violations on ``page`` as it is now, each with its element and why.

    Args:
        page: what is looked at, to the end of its scrolling.
        without: selectors of parts that were looked at elsewhere.
    """
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(_RUN, [list(without), list(_GRAVE)])
    return found
