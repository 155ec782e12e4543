"""A run as a script: short, whole, and without First Light."""

import ast
from itertools import product

import pytest

from core.recipe import PRESETS, Recipe
from core.settings import Balance, Method, TrainSettings
from core.share.script import script

CASES = list(product(Method, (None, *PRESETS), (Balance.OFF, Balance.ON, Balance.SAMPLING)))


@pytest.mark.parametrize(("method", "preset", "balance"), CASES)
def test_it_can_be_read_in_one_go_and_needs_no_first_light(method, preset, balance):
    usual = TrainSettings.usual(method).to_dict()
    settings = TrainSettings.from_dict(
        usual | {"balance": balance, "views": 4 if preset else 0, "label_smoothing": 0.1}
    )
    code = script(settings, PRESETS[preset] if preset else Recipe(), (40, 10))
    assert len(code.splitlines()) <= 80
    assert max(map(len, code.splitlines())) <= 100
    imported = {
        name.name if isinstance(node, ast.Import) else node.module
        for node in ast.walk(ast.parse(code))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in node.names
    }
    assert imported == {"keras", "numpy", "pandas", "PIL"} | ({"augment"} if preset else set())
    assert "$" not in code


def test_rare_classes_count_for_more_only_where_they_did_in_the_run():
    settings = TrainSettings(balance=Balance.AUTO)
    assert "rare class" in script(settings, Recipe(), (40, 4))
    assert "rare class" not in script(settings, Recipe(), (40, 40))
