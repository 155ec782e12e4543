"""The contact sheet on a sample's card."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image

from core.ui.sheets import _choose, contact_sheet
from tests.makers import class_files, make_zip


def test_eight_images_make_a_sheet(tmp_path: Path) -> None:
    sheet = contact_sheet(make_zip(tmp_path / "a.zip", class_files("abc", each=4)))
    image = Image.open(BytesIO(sheet))
    assert image.format == "WEBP"
    assert image.width == 2 * image.height


def test_every_class_is_on_it_before_one_comes_twice() -> None:
    names = [f"{label}/{number}.png" for label in "abc" for number in range(5)]
    assert _choose([*names, "readme.txt"]) == [
        *("a/0.png", "b/0.png", "c/0.png"),
        *("a/1.png", "b/1.png", "c/1.png"),
        *("a/2.png", "b/2.png"),
    ]


def test_a_small_set_leaves_places_free() -> None:
    assert _choose(["a/0.png", "b/0.png"]) == ["a/0.png", "b/0.png"]
