"""The catalogue of augmentations is complete, plain, and says what it does."""

import json
import subprocess
import sys

import pytest

from core.augmentations import AUGMENTATIONS, Between
from tests.conftest import ROOT

NAMES = tuple(AUGMENTATIONS)
GROUPS = ("Place", "Colour", "Sharpness", "Hiding", "Mixing", "Policies")


def test_every_augmentation_stands_under_its_name_in_the_order_of_the_groups():
    assert all(each.name == name for name, each in AUGMENTATIONS.items())
    groups = [GROUPS.index(each.group) for each in AUGMENTATIONS.values()]
    assert groups == sorted(groups) and set(groups) == set(range(len(GROUPS)))
    titles = [each.title for each in AUGMENTATIONS.values()]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("name", NAMES)
def test_it_says_in_one_sentence_when_it_helps_and_when_it_lies(name):
    each = AUGMENTATIONS[name]
    for text, start in ((each.helps, "Helps "), (each.lies, "Lies ")):
        assert text.startswith(start) and text.endswith(".")
        assert ". " not in text and len(text) <= 100


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("strength", [1e-6, 0.3, 1.0])
def test_its_arguments_are_plain_values(name, strength):
    arguments = AUGMENTATIONS[name].arguments(strength, 64)
    plain = {
        key: (value.low, value.high) if isinstance(value, Between) else value
        for key, value in arguments.items()
    }
    assert json.dumps(plain)
    share = AUGMENTATIONS[name].share
    assert share is None or 0 < share(strength) <= 1


@pytest.mark.parametrize("name", NAMES)
def test_it_tells_in_words_what_a_strength_means(name):
    weak, strong = (AUGMENTATIONS[name].amount(strength) for strength in (0.2, 1.0))
    assert weak and strong and weak != strong
    assert not weak.endswith(".")


def test_rotation_at_full_strength_turns_by_up_to_half_a_turn():
    assert AUGMENTATIONS["rotation"].arguments(1.0)["factor"] == (-0.5, 0.5)
    assert AUGMENTATIONS["rotation"].amount(1.0) == "up to 180 degrees either way"


def test_what_is_counted_in_pixels_grows_with_the_image():
    small, large = (AUGMENTATIONS["blur"].arguments(0.5, size) for size in (96, 192))
    assert large["factor"][1] == pytest.approx(2 * small["factor"][1])


def test_only_the_three_mixtures_need_labels():
    mixing = [name for name, each in AUGMENTATIONS.items() if each.mixes]
    assert mixing == ["mix_up", "cut_mix", "fourier_mix"]


def test_reading_the_catalogue_loads_no_tensorflow():
    script = "import core.recipe, sys; print('tensorflow' in sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert run.stdout.strip() == "False", run.stderr
