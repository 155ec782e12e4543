"""Recipes are kept, compared, told apart, and refused where they make no sense."""

import ast

import pytest

from core import files
from core.augmentations import AUGMENTATIONS
from core.errors import ProjectProblem, SettingsProblem
from core.project import Workspace
from core.recipe import (
    MOST_SAVED,
    MOST_STEPS,
    PRESETS,
    Difference,
    Recipe,
    Step,
    as_code,
    differences,
    forget,
    in_force,
    keep,
    save,
    saved,
)

GARDEN = Recipe("Garden", (Step("rotation", 0.2), Step("hue", 0.0), Step("zoom", 0.5)))


@pytest.fixture
def leaves(workspace):
    return Workspace().create("Leaves")


def steps(**strengths: float) -> list[dict[str, object]]:
    return [{"name": name, "strength": strength} for name, strength in strengths.items()]


def test_a_recipe_survives_json():
    assert Recipe.from_json(GARDEN.to_json()) == GARDEN


def test_its_id_tells_what_it_does_and_not_what_it_is_called():
    same = Recipe("Other", (Step("rotation", 0.2), Step("zoom", 0.5), Step("blur", 0.0)))
    assert same.id == GARDEN.id
    other = Recipe("Garden", (Step("rotation", 0.2), Step("zoom", 0.51)))
    turned = Recipe("Garden", GARDEN.steps[::-1])
    assert len({GARDEN.id, other.id, turned.id, Recipe().id}) == 4


@pytest.mark.parametrize(
    ("value", "title"),
    [
        (None, "This is no recipe"),
        ([1, 2], "This is no recipe"),
        ({"steps": "rotation"}, "This is no recipe"),
        ({"steps": [{"name": "rotation"}]}, "This is no recipe"),
        ({"steps": [{"name": "rotation", "strength": "much"}]}, "This is no recipe"),
        ({"steps": steps(somersault=0.5)}, "'somersault' is no augmentation"),
        ({"steps": steps(rotation=1.01)}, "The strength of rotation cannot be 1.01"),
        ({"steps": steps(rotation=-0.1)}, "The strength of rotation cannot be -0.1"),
        ({"steps": steps(rotation=float("nan"))}, "The strength of rotation cannot be nan"),
        ({"steps": steps(hue=0.1) * 2}, "An augmentation stands in the recipe twice"),
        (
            {"steps": steps(**dict.fromkeys(list(AUGMENTATIONS)[: MOST_STEPS + 1], 0.5))},
            "The recipe has too many steps",
        ),
    ],
)
def test_what_is_no_recipe_is_refused_with_the_reason(value, title):
    with pytest.raises(SettingsProblem) as caught:
        Recipe.from_json(value)
    assert caught.value.title == title


def test_a_name_becomes_one_short_line():
    named = Recipe.from_json({"name": " My\n\trecipe\x00 " + "x" * 90, "steps": []})
    assert named.name.startswith("My recipe x") and len(named.name) <= 60


def test_without_a_choice_no_recipe_is_in_force(leaves):
    assert in_force(leaves) == Recipe()
    save(leaves, GARDEN)
    assert in_force(leaves) == GARDEN
    leaves.recipe_file.write_text("{half")
    assert in_force(leaves) == Recipe()


def test_kept_recipes_are_found_by_name_replaced_and_forgotten(leaves):
    assert saved(leaves) == {}
    keep(leaves, GARDEN)
    keep(leaves, PRESETS["photos"])
    changed = Recipe("Garden", (Step("blur", 0.1),))
    keep(leaves, changed)
    assert saved(leaves) == {"Garden": changed, "Photos": PRESETS["photos"]}
    forget(leaves, "Garden")
    forget(leaves, "was never there")
    assert list(saved(leaves)) == ["Photos"]


def test_a_recipe_without_a_name_is_not_kept(leaves):
    with pytest.raises(SettingsProblem, match="no name"):
        keep(leaves, Recipe("  ", GARDEN.steps))
    assert saved(leaves) == {}


def test_a_project_keeps_only_so_many(leaves):
    files.write_json(leaves.recipes_file, [Recipe(f"{n}").to_json() for n in range(MOST_SAVED)])
    with pytest.raises(SettingsProblem, match="too many"):
        keep(leaves, GARDEN)
    keep(leaves, Recipe("7", GARDEN.steps))
    assert len(saved(leaves)) == MOST_SAVED


@pytest.mark.parametrize("damage", ["{half", "7", '{"a": 1}'])
def test_a_damaged_file_holds_no_recipes_and_can_be_written_again(leaves, damage):
    leaves.recipes_file.write_text(damage)
    assert saved(leaves) == {}
    keep(leaves, GARDEN)
    assert list(saved(leaves)) == ["Garden"]


def test_one_recipe_that_is_none_does_not_hide_the_others(leaves):
    unknown = {"name": "From a later version", "steps": steps(somersault=0.5)}
    files.write_json(leaves.recipes_file, [unknown, GARDEN.to_json()])
    assert list(saved(leaves)) == ["Garden"]


def test_a_folder_that_cannot_be_written_is_told(leaves):
    leaves.recipe_file.mkdir()
    with pytest.raises(ProjectProblem, match="could not be saved"):
        save(leaves, GARDEN)


def test_recipes_differ_where_their_strengths_do():
    other = Recipe("Other", (Step("zoom", 0.5), Step("rotation", 0.4), Step("cutout", 1.0)))
    assert differences(GARDEN, other) == [
        Difference("rotation", 0.2, 0.4),
        Difference("cutout", 0.0, 1.0),
    ]
    assert differences(GARDEN, Recipe("", GARDEN.steps[::-1])) == []


def test_presets_are_sound_and_differ():
    assert list(PRESETS) == ["photos", "handwriting", "satellite", "medical", "documents"]
    for preset in PRESETS.values():
        assert Recipe.from_json(preset.to_json()) == preset
        assert preset.active == preset.steps
    assert len({preset.id for preset in PRESETS.values()}) == len(PRESETS)


def test_presets_respect_their_subject():
    strengths = {key: {s.name: s.strength for s in each.steps} for key, each in PRESETS.items()}
    flips = {"flip_horizontal", "flip_vertical"}
    for careful in ("handwriting", "medical", "documents"):
        assert not flips & strengths[careful].keys()
        assert 180 * strengths[careful]["rotation"] <= 15
    assert "flip_vertical" not in strengths["photos"]
    assert flips <= strengths["satellite"].keys() and strengths["satellite"]["rotation"] == 1
    assert not any(AUGMENTATIONS[name].mixes for each in strengths.values() for name in each)


@pytest.mark.parametrize("name", ['"""; import os', "$size ${x} \\", "\ud800", "", "木の葉"])
def test_a_script_stays_sound_whatever_the_recipe_is_called(name):
    tree = ast.parse(as_code(Recipe(name, GARDEN.steps), 64).encode())
    assert [node.name for node in tree.body if isinstance(node, ast.FunctionDef)] == ["augment"]
    assert len([node for node in tree.body if isinstance(node, ast.Import)]) == 2


@pytest.mark.parametrize("preset", PRESETS)
def test_a_script_is_short_and_fits_the_screen(preset):
    lines = as_code(PRESETS[preset], 224).splitlines()
    assert len(lines) <= 80 and max(map(len, lines)) <= 100
