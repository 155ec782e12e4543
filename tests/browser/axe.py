"""axe-core's checks of a page: what would keep somebody from reading or using it."""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

_GRAVE = ("serious", "critical")
_ALSO = ("heading-order", "image-redundant-alt")  # less grave; kept away all the same
_RUN = """async ([within, without, grave, also]) => {
    const where = { include: [[within]], exclude: without.map((selector) => [selector]) };
    const found = await axe.run(where, { resultTypes: ["violations"], iframes: false });
    return found.violations
        .filter((each) => grave.includes(each.impact) || also.includes(each.id))
        .flatMap((each) => each.nodes.map((node) => {
            const why = [...node.any, ...node.all, ...node.none].map((one) => one.message);
            return [each.id, node.target.flat().join(" "), node.html.slice(0, 200), ...why];
        }))
        .map((told) => told.join("\\n    "));
}"""


def grave(page: Page, without: tuple[str, ...] = (), within: str = "html") -> list[str]:
    """What is wrong on ``page`` as it is now, each with its element and why.

    That is all that is serious or critical, and the few lesser rules of `_ALSO`.

    Args:
        page: what is looked at, to the end of its scrolling.
        without: selectors of parts that were looked at elsewhere.
        within: selector of the part that is looked at.
    """
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(_RUN, [within, list(without), list(_GRAVE), list(_ALSO)])
    return found
