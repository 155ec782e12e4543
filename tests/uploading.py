"""Where the pages take a visitor's own images, for all who use them as a person does."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

LABEL = "A zip with one folder of images for each class"
FILE = "input[type=file]"


def images_field(page: Page) -> Locator:
    """The field for a zip of images; not just the first, for another may be drawn before it."""
    return page.get_by_role("region", name=LABEL).locator(FILE)
