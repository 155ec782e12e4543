"""Settings know their label, help and range, and admit nothing outside of it."""

import dataclasses

import pytest

from core.errors import SettingsProblem
from core.settings import Backbone, Balance, Fit, Method, SplitSettings, TrainSettings

EVERY = [
    (kind, field) for kind in (SplitSettings, TrainSettings) for field in dataclasses.fields(kind)
]
RANGED = [(kind, field) for kind, field in EVERY if field.metadata["low"] is not None]


@pytest.mark.parametrize(("kind", "field"), EVERY)
def test_every_setting_can_present_itself(kind, field):
    assert field.metadata["label"][0].isupper()
    assert field.metadata["help"].endswith(".")


@pytest.mark.parametrize(("kind", "field"), RANGED)
def test_the_ends_of_a_range_belong_to_it(kind, field):
    for end in (field.metadata["low"], field.metadata["high"]):
        assert getattr(kind(**{field.name: end}), field.name) == end


@pytest.mark.parametrize(("kind", "field"), RANGED)
def test_beyond_its_range_a_setting_says_where_it_lies(kind, field):
    low, high = field.metadata["low"], field.metadata["high"]
    step = 1 if type(low) is int else 1e-9
    for value in (low - step, high + step):
        with pytest.raises(SettingsProblem) as raised:
            kind(**{field.name: value})
        assert raised.value.title.startswith(field.metadata["label"])
        assert f"between {low:g} and {high:g}" in raised.value.detail


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_numbers_without_a_value_are_refused(value):
    with pytest.raises(SettingsProblem):
        TrainSettings(learning_rate=value)


@pytest.mark.parametrize(
    "values",
    [
        {"epochs": "60"},
        {"epochs": 60.0},
        {"epochs": True},
        {"epochs": None},
        {"learning_rate": "fast"},
        {"fit": 3},
        {"fit": None},
        {"fit": ["crop"]},
    ],
)
def test_values_of_another_kind_are_refused(values):
    with pytest.raises(SettingsProblem):
        TrainSettings.from_dict(values)


def test_an_unknown_choice_names_those_there_are():
    with pytest.raises(SettingsProblem) as raised:
        TrainSettings(fit="stretch")
    assert raised.value.title == "'stretch' is no fit"
    assert "squash, crop, pad" in raised.value.detail


def test_choices_may_be_given_as_text_and_whole_numbers_for_fractions():
    settings = TrainSettings(fit="crop", backbone="efficientnet-lite2", weight_decay=0)
    assert settings.fit is Fit.CROP
    assert settings.backbone is Backbone.LITE2
    assert type(settings.weight_decay) is float


def test_as_plain_values_settings_hold_text_and_numbers_alone():
    values = TrainSettings(balance=Balance.OFF).to_dict()
    assert {type(value) for value in values.values()} == {str, int, float}
    assert values["method"] == str(Method.HEAD) == "head"
    assert values["balance"] == "off"


def test_what_this_version_does_not_know_is_left_out():
    values = {**TrainSettings(seed=5).to_dict(), "made_up_later": 1}
    assert TrainSettings.from_dict(values) == TrainSettings(seed=5)


def test_settings_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        TrainSettings().epochs = 3


def test_the_largest_shares_leave_something_to_learn_from():
    settings = SplitSettings(validation=0.4, test=0.4)
    assert settings.validation + settings.test < 1


@pytest.mark.parametrize(("backbone", "size"), [(Backbone.LITE0, 224), (Backbone.LITE2, 260)])
def test_a_backbone_knows_its_image_size(backbone, size):
    assert backbone.image_size == size
