"""The options of `train`: one for each setting, and what suits the method where none is given."""

from __future__ import annotations

import argparse
import dataclasses
import json

import pytest

from core.errors import SettingsProblem
from core.options import USUAL_VIEWS, add_settings, chosen_settings
from core.settings import Backbone, Balance, Method, Schedule, TrainSettings


def settings(*words: str) -> TrainSettings:
    parser = argparse.ArgumentParser()
    add_settings(parser)
    return chosen_settings(parser.parse_args(words))


@pytest.mark.parametrize("method", Method)
def test_what_is_not_given_suits_the_method(method: Method) -> None:
    assert settings("--method", method) == TrainSettings.usual(method)


def test_without_a_word_it_is_the_head() -> None:
    assert settings() == TrainSettings()


def test_every_setting_has_an_option() -> None:
    values = TrainSettings(
        method=Method.FINETUNE,
        backbone=Backbone.LITE2,
        views=3,
        epochs=7,
        batch_size=9,
        learning_rate=0.02,
        schedule=Schedule.CONSTANT,
        weight_decay=0.3,
        dropout=0.2,
        label_smoothing=0.1,
        balance=Balance.SAMPLING,
        patience=4,
        seed=11,
    ).to_dict() | {"image_size": "160", "fit": "pad"}
    words = []
    for name, value in values.items():
        words += [f"--{name.replace('_', '-')}", str(value)]
    assert settings(*words).to_dict() == values
    assert set(values) == {field.name for field in dataclasses.fields(TrainSettings)}


def test_a_recipe_brings_views_unless_their_number_is_given() -> None:
    assert settings("--augment", "photos").views == USUAL_VIEWS
    assert settings("--augment", "photos", "--views", "2").views == 2
    assert settings("--views", "2").views == 2


def test_what_is_given_is_kept_beside_what_suits_the_method() -> None:
    chosen = settings("--method", "finetune", "--epochs", "2")
    assert chosen == dataclasses.replace(TrainSettings.usual(Method.FINETUNE), epochs=2)


def test_a_value_outside_its_range_is_told() -> None:
    with pytest.raises(SettingsProblem, match="Dropout"):
        settings("--dropout", "0.95")


def test_the_help_tells_what_is_usual(capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser(
        formatter_class=lambda prog: argparse.HelpFormatter(prog, width=500)
    )
    add_settings(parser)
    said = parser.format_help()
    epochs = {m: TrainSettings.usual(m).epochs for m in Method}
    assert f"[{', '.join(f'{m} {n}' for m, n in epochs.items())}]" in said
    assert "[4 with --augment, else 0]" in said
    assert "photos, handwriting, satellite, medical, documents" in said
    assert json.dumps(TrainSettings().batch_size) in said
