"""What a browser reports as pasted is checked before it is believed."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from core.errors import DataProblem
from core.ui.paste import checked

CONTENT = base64.b64encode(b"a picture").decode()


def test_nothing_pasted_is_nothing() -> None:
    assert checked(None) is None


@pytest.mark.parametrize(("name", "called"), [("leaf.png", "leaf.png"), ("", "pasted.png")])
def test_a_picture_comes_with_its_name_and_its_bytes(name: str, called: str) -> None:
    assert checked({"name": name, "content": CONTENT}) == (called, b"a picture")


@pytest.mark.parametrize(
    "reported",
    [
        "text",
        ["leaf.png", CONTENT],
        {},
        {"name": "leaf.png"},
        {"name": 1, "content": CONTENT},
        {"name": "leaf.png", "content": "no base64 !"},
        {"name": "leaf.png", "content": "\u00e4"},
        {"name": "leaf.png", "content": None},
    ],
)
def test_what_makes_no_sense_is_a_problem(reported: Any) -> None:
    with pytest.raises(DataProblem, match="could not be read"):
        checked(reported)
