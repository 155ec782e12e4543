"""The Python side of the gallery and the matrix: what a browser reports is checked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.ui import component, gallery, matrix

IDS = [f"image-{number}" for number in range(100)]
EVERYTHING = "0123456789abcdef"


def checked(view: dict[str, object], page_size: int = 48) -> Any:
    return gallery._checked(view, IDS, EVERYTHING, page_size)


@pytest.mark.parametrize(
    ("page", "expected"),
    [(None, 0), (1, 1), (2, 2), (9, 2), (-3, 0), ("1", 0), (1.5, 0), (10**30, 2)],
)
def test_the_page_is_one_that_exists(page: object, expected: int) -> None:
    assert checked({"page": page}).page == expected


@pytest.mark.parametrize(
    ("reported", "expected"),
    [
        (None, []),
        (["image-7", "image-3", "gone", 5, None, ["image-1"]], ["image-3", "image-7"]),
        ({"image-3": 1}, []),
        ("image-3", []),
        ("*", []),
        (EVERYTHING, IDS),
    ],
)
def test_only_images_that_are_there_are_selected(reported: object, expected: list[str]) -> None:
    assert checked({"selected": reported}).selected == expected


def test_only_an_image_that_is_there_is_opened() -> None:
    assert checked({"opened": "image-3"}).opened == "image-3"
    assert checked({"opened": "gone"}).opened is None
    assert checked({"opened": ["image-3"]}).opened is None


def test_a_thumbnail_is_read_only_by_the_name_of_a_file_of_ours(tmp_path: Path) -> None:
    sha = "ab" * 32
    (tmp_path / "ab").mkdir()
    (tmp_path / "ab" / f"{sha}.webp").write_bytes(b"RIFF")
    (tmp_path / "secret.webp").write_bytes(b"no")
    assert gallery._thumbnail(tmp_path, sha) == "UklGRg=="
    assert gallery._thumbnail(tmp_path, "cd" * 32) is None
    assert gallery._thumbnail(tmp_path, "../secret") is None
    assert gallery._thumbnail(tmp_path, "") is None


def test_tiles_take_odd_tables() -> None:
    rows = pd.DataFrame(
        {
            "image_id": pd.Series(["a", "b"], dtype="category"),
            "sha256": [None, "ab" * 32],
            "caption": [float("nan"), "<i>ü</i>"],
            "tone": pd.Series([pd.NA, "ok"], dtype="string"),
        }
    )
    assert gallery._tiles(rows) == [
        {"id": "a", "sha": "", "caption": "", "tone": "", "badge": "", "group": ""},
        {
            "id": "b",
            "sha": "ab" * 32,
            "caption": "<i>ü</i>",
            "tone": "ok",
            "badge": "",
            "group": "",
        },
    ]
    assert gallery._tiles(pd.DataFrame()) == []


def small_page(thumbs: str) -> None:
    """Draws both and shows what they gave."""
    from pathlib import Path

    import pandas as pd
    import streamlit as st

    from core.ui.gallery import gallery
    from core.ui.matrix import confusion_matrix

    rows = pd.DataFrame({"image_id": ["a"], "sha256": ["ab" * 32], "caption": ["one"]})
    st.text(gallery(rows, Path(thumbs), key="one", select=True, opens=True))
    st.text(gallery(rows.iloc[:0], Path(thumbs), key="two"))
    st.text(gallery(pd.DataFrame(), Path(thumbs), key="three"))
    st.text(confusion_matrix([[3, 1], [0, 2]], ["a", "b"], key="four"))
    st.text(confusion_matrix([], [], key="five"))


def test_both_are_drawn_before_anything_was_reported(tmp_path: Path) -> None:
    ran = AppTest.from_function(small_page, args=(str(tmp_path),)).run()
    assert not ran.exception
    nothing = str(gallery.GalleryResult([], None))
    assert [text.value for text in ran.text] == [nothing, nothing, nothing, "None", "None"]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({}, None),
        ({"truth": "a", "predicted": "b", "turn": 3}, ("a", "b")),
        ({"truth": "a", "predicted": "gone"}, None),
        ({"truth": None, "predicted": None}, None),
        ({"truth": 0, "predicted": 1}, None),
    ],
)
def test_a_cell_of_this_matrix_is_chosen(
    choice: dict[str, object],
    expected: tuple[str, str] | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn: list[dict[str, Any]] = []
    monkeypatch.setattr(component, "reported", lambda key, name: choice)
    monkeypatch.setattr(matrix, "_matrix", lambda **given: drawn.append(given["data"]))
    assert matrix.confusion_matrix([[3, 1], [0, 2]], ["a", "b"], key="matrix") == expected
    assert drawn[0]["chosen"] == (list(expected) if expected else None)
