"""What a training's curves say: each rule where it must speak, and where it must not."""

from __future__ import annotations

import math

import pytest

from core.diagnosis import diagnose
from core.lessons import glossary, lesson
from core.settings import Method, Schedule, TrainSettings
from tests.unit.diagnosis.curves import epochs, falling, found, images, keys, trained

GOOD = epochs(30, falling(1.1, 0.08, 4), falling(1.1, 0.2, 4), jitter=0.004)


class TestAllWell:
    def test_curves_that_level_out_close_together_are_well(self) -> None:
        assert keys(GOOD) == ["all_well"]

    def test_it_is_not_said_where_too_few_images_steer(self) -> None:
        assert keys(GOOD, n=images(validation=8)) == ["validation_too_small"]

    def test_a_rate_that_sank_to_nothing_has_come_to_its_end(self) -> None:
        curve = epochs(5, falling(0.4, 0.01, 1), falling(0.14, 0.07, 1.5), 0.99, 0.97)
        assert keys(curve, TrainSettings(epochs=5, schedule=Schedule.COSINE)) == ["all_well"]

    def test_it_is_not_said_of_a_poor_score(self) -> None:
        poor = epochs(30, falling(1.1, 0.5, 4), falling(1.1, 0.5, 4), 0.81, 0.8, jitter=0.004)
        assert "all_well" not in keys(poor)


class TestOverfitting:
    def test_a_gap_that_chance_does_not_explain(self) -> None:
        curve = epochs(30, falling(1.1, 0.01, 4), falling(1.1, 0.6, 4), 1.0, 0.8)
        (one,) = found(curve)
        assert one.key == "overfitting"
        assert "100\u00a0% of the training images" in one.evidence
        assert (
            "80.0\u00a0% of the 300 validation images (75.1\u00a0to\u00a084.1\u00a0%)"
            in one.evidence
        )
        assert one.changes == {"views": 4}

    def test_the_same_gap_with_few_validation_images_may_be_chance(self) -> None:
        curve = epochs(30, falling(1.1, 0.01, 4), falling(1.1, 0.3, 4), 0.97, 0.9)
        assert "overfitting" in keys(curve, n=images(validation=100))
        assert "overfitting" not in keys(curve, n=images(validation=7))

    def test_a_validation_loss_that_turns_upwards(self) -> None:
        turns = epochs(20, falling(1, 0.02, 5), lambda n: 0.3 + 0.02 * abs(n - 8), 0.96, 0.95)
        (one,) = found(turns, TrainSettings(epochs=60, patience=12))
        assert one.key == "overfitting"
        assert "After epoch 8 the validation loss rose from 0.3 to 0.52" in one.evidence
        assert "Epoch 8 is the one that was kept" in one.evidence

    def test_a_rise_within_the_jumping_about_is_none(self) -> None:
        shaky = epochs(20, falling(1, 0.05, 4), lambda n: 0.3, 0.95, 0.94, jitter=0.12)
        assert "overfitting" not in keys(shaky)

    def test_a_rise_that_three_images_can_make_is_none(self) -> None:
        turns = epochs(20, falling(1, 0.02, 5), lambda n: 0.3 + 0.02 * abs(n - 8), 0.96, 0.95)
        few = images(validation=8)
        assert "overfitting" not in keys(turns, TrainSettings(epochs=60, patience=12), few)

    @pytest.mark.parametrize(
        ("settings", "changes"),
        [
            (TrainSettings(views=4, epochs=30), {"dropout": 0.3}),
            (TrainSettings(views=4, dropout=0.5, epochs=30), {"weight_decay": 1e-3}),
        ],
    )
    def test_what_is_tried_already_is_not_proposed(
        self, settings: TrainSettings, changes: dict[str, float]
    ) -> None:
        curve = epochs(30, falling(1.1, 0.01, 4), falling(1.1, 0.6, 4), 1.0, 0.8)
        assert found(curve, settings)[0].changes == changes


class TestUnderfitting:
    flat = epochs(30, falling(1.1, 0.8, 3), falling(1.1, 0.8, 3), 0.62, 0.6, jitter=0.003)

    def test_training_images_that_stay_wrong(self) -> None:
        (one,) = found(self.flat)
        assert one.key == "underfitting"
        assert "62.0\u00a0% of the training images" in one.evidence
        assert one.changes == {"method": Method.FINETUNE}

    def test_it_says_how_far_the_commonest_class_alone_goes(self) -> None:
        flat = epochs(30, falling(1.1, 1.09, 3), falling(1.1, 1.09, 3), 0.34, 0.33, jitter=0.001)
        assert "the commonest class would be right 33.3\u00a0%" in found(flat)[0].evidence

    def test_what_still_falls_is_not_at_its_end(self) -> None:
        falls = epochs(30, falling(1.1, 0.1, 20), falling(1.1, 0.2, 20), 0.7, 0.7)
        assert keys(falls) == ["stopped_early"]

    def test_strong_dropout_goes_first(self) -> None:
        settings = TrainSettings(dropout=0.8, epochs=30)
        assert found(self.flat, settings)[0].changes == {"dropout": 0.0}


class TestRates:
    def test_a_loss_beyond_all_numbers(self) -> None:
        lost = [{**GOOD[0], "loss": None, "val_loss": None}]
        (one,) = found(lost, TrainSettings(learning_rate=0.5))
        assert one.key == "rate_too_high"
        assert "epoch 1" in one.evidence
        assert one.changes == {"learning_rate": 1e-3}

    def test_a_loss_above_that_of_knowing_nothing(self) -> None:
        wild = epochs(10, lambda n: 5.0 + n % 3, lambda n: 6.0, 0.6, 0.6)
        assert keys(wild, TrainSettings(learning_rate=0.1, epochs=10)) == ["rate_too_high"]

    def test_jumps_again_and_again(self) -> None:
        jumps = epochs(12, lambda n: 0.3 + 0.2 * (n % 2), lambda n: 0.5, 0.9, 0.85)
        (one,) = found(jumps, TrainSettings(learning_rate=3e-3, epochs=12))
        assert one.key == "rate_too_high"
        assert "rose by more than a tenth in 5 of 11 epochs" in one.evidence

    def test_jumps_of_a_loss_that_is_next_to_nothing_do_not_count(self) -> None:
        tiny = epochs(12, lambda n: 0.003 + 0.002 * (n % 2), lambda n: 0.1, 1.0, 0.97)
        assert "rate_too_high" not in keys(tiny)

    def test_steps_that_are_too_small(self) -> None:
        crawls = epochs(20, lambda n: 1.1 - 0.004 * n, lambda n: 1.1 - 0.004 * n, 0.5, 0.48)
        (one,) = found(crawls, TrainSettings(learning_rate=1e-5, epochs=20))
        assert one.key == "rate_too_low"
        assert one.changes == {"learning_rate": 1e-4}

    def test_slow_at_the_usual_rate_may_have_other_reasons(self) -> None:
        crawls = epochs(20, lambda n: 1.1 - 0.004 * n, lambda n: 1.1 - 0.004 * n, 0.5, 0.48)
        assert "rate_too_low" not in keys(crawls, TrainSettings(epochs=20))


class TestTheEnd:
    falls = epochs(10, falling(1.1, 0.1, 6), falling(1.1, 0.2, 6), 0.95, 0.93)

    def test_the_last_epoch_was_still_better(self) -> None:
        (one,) = found(self.falls)
        assert one.key == "stopped_early"
        assert "It ended after its last epoch, 10" in one.evidence
        assert one.changes == {"epochs": 20}

    def test_with_a_rate_that_sinks_a_new_run_is_better(self) -> None:
        settings = TrainSettings(epochs=10, schedule=Schedule.COSINE)
        assert found(self.falls, settings)[0].advice == "Train again with 20 epochs."

    def test_the_user_ended_it(self) -> None:
        (one,) = found(self.falls, TrainSettings(epochs=60))
        assert "You ended it" in one.evidence
        assert one.changes == {}

    def test_a_short_patience_ended_it_at_a_bump(self) -> None:
        bump = epochs(6, lambda n: 1.0 - 0.1 * n, lambda n: 0.8 - 0.1 * min(n, 5) + 0.06 * (n > 5))
        (one,) = found(bump, TrainSettings(epochs=60, patience=1))
        assert one.changes == {"patience": 10}

    def test_two_epochs_say_nothing(self) -> None:
        assert keys(GOOD[:2], TrainSettings(epochs=2)) == []

    def test_no_epoch_says_nothing(self) -> None:
        assert keys([], TrainSettings()) == []


class TestImages:
    def test_a_class_with_hardly_any_images_is_named(self) -> None:
        n = images()
        n["train"]["class 1"] = 4
        (one,) = found(GOOD, n=n)
        assert (one.key, one.title) == ("too_few_images", "Too few images of class 1")

    def test_few_images_that_are_learnt_by_heart(self) -> None:
        curve = epochs(30, falling(1.1, 0.01, 4), falling(1.1, 0.6, 4), 1.0, 0.8)
        assert keys(curve, n=images(train=20)) == ["overfitting", "too_few_images"]

    def test_the_interval_is_told(self) -> None:
        (one,) = found(GOOD, n=images(validation=8))
        assert "24\u00a0images each one counts for 4.2 points" in one.evidence


class TestRealTrainings:
    """A softmax layer that really learns; the rules were not made for these curves."""

    @pytest.mark.parametrize(
        ("settings", "options", "expected"),
        [
            (TrainSettings(learning_rate=1e-2, epochs=60), {}, "all_well"),
            (TrainSettings(learning_rate=1.0, epochs=20), {"spread": 2.5}, "rate_too_high"),
            (TrainSettings(learning_rate=1e-5, epochs=12), {}, "rate_too_low"),
            (TrainSettings(learning_rate=1e-3, epochs=8), {"spread": 2.0}, "stopped_early"),
            (
                TrainSettings(learning_rate=1e-2, epochs=60),
                {"each": 15, "spread": 3.0},
                "overfitting",
            ),
            (
                TrainSettings(learning_rate=1e-2, epochs=60),
                {"each": 400, "spread": 8.0},
                "underfitting",
            ),
        ],
    )
    def test_the_first_finding_is_what_was_done_wrong(
        self, settings: TrainSettings, options: dict[str, float], expected: str
    ) -> None:
        curve, n = trained(settings, **options)  # type: ignore[arg-type]
        said = diagnose(curve, None, settings, n)
        assert said[0].key == expected, [one.evidence for one in said]

    @pytest.mark.parametrize("seed", range(5))
    def test_a_sound_training_is_never_called_overfitted(self, seed: int) -> None:
        settings = TrainSettings(learning_rate=1e-2, epochs=60, seed=seed)
        curve, n = trained(settings, each=200)
        assert {one.key for one in diagnose(curve, None, settings, n)} <= {"all_well"}


def test_every_finding_has_words_to_learn_from() -> None:
    keys = ("overfitting", "underfitting", "rate_too_high", "rate_too_low", "stopped_early")
    for key in (*keys, "too_few_images", "validation_too_small", "all_well"):
        assert len(lesson(f"diagnosis/{key}")) > 100
        assert glossary()[key].sentence


def test_the_best_epoch_is_that_of_the_curves_though_the_head_was_kept() -> None:
    settings = TrainSettings(method=Method.FINETUNE, epochs=30)
    stages = {"head": {"best_epoch": 9}, "finetune": {"best_epoch": 28}}
    report = {"best_epoch": 9, "kept": "head", "stages": stages}
    (one,) = diagnose(GOOD, report, settings, images())
    assert "In its best epoch, 28," in one.evidence


@pytest.mark.parametrize("value", [math.nan, "soon", None])
def test_an_accuracy_that_is_none_is_passed_over(value: object) -> None:
    assert keys([*GOOD[:10], {**GOOD[10], "accuracy": value}, *GOOD[11:]]) == ["all_well"]
