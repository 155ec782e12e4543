"""A run as a notebook: the same program as the script, in parts that are explained."""

from __future__ import annotations

import ast
from itertools import pairwise, product

import nbformat
import pytest

from core.recipe import PRESETS, Recipe
from core.settings import Balance, Method, Schedule, TrainSettings
from core.share.notebook import notebook
from core.share.script import script

CASES = list(product(Method, (None, "photos"), (Balance.ON, Balance.SAMPLING), Schedule))


@pytest.mark.parametrize(("method", "preset", "balance", "schedule"), CASES)
def test_its_cells_are_the_script_and_each_is_explained(
    method: Method, preset: str | None, balance: Balance, schedule: Schedule
) -> None:
    usual = TrainSettings.usual(method).to_dict()
    chosen = {"balance": balance, "views": 4 if preset else 0, "schedule": schedule}
    settings = TrainSettings.from_dict(usual | chosen)
    recipe = PRESETS[preset] if preset else Recipe()
    text = notebook(settings, recipe, (40, 10))
    found = nbformat.reads(text, as_version=4)
    nbformat.validate(found)
    code = "\n\n".join(cell.source for cell in found.cells if cell.cell_type == "code")
    whole = ast.parse(script(settings, recipe, (40, 10)))
    assert ast.dump(ast.parse(code)) == ast.dump(ast.Module(whole.body[1:], []))  # no docstring
    kinds = [cell.cell_type for cell in found.cells]
    for before, kind in pairwise(kinds):
        assert (before, kind) != ("code", "code"), "a part without a word"
    assert text == notebook(settings, recipe, (40, 10))


def test_it_says_what_it_needs() -> None:
    scratch = notebook(TrainSettings.usual(Method.SCRATCH), Recipe(), (5, 5))
    assert "images.csv" in scratch and "backbone.keras" not in scratch
    views = TrainSettings(views=2)
    assert "augment.py" in notebook(views, PRESETS["photos"], (5, 5))
    assert "keras-cv" in notebook(views, PRESETS["photos"], (5, 5))
