"""A training stops in time, shrugs off interruptions, and can be trained on."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from core.errors import Stopped
from core.ml import checkpoint
from core.ml.fitting import Hooks
from core.settings import Schedule
from tests.unit.ml.trainer import (
    IMPATIENT,
    NOISY,
    OTHER_NOISY,
    assert_same,
    deep,
    examples,
    flat,
    settings,
)


def stop_after(calls: int) -> Hooks:
    """Raises Stopped at the call after ``calls``."""
    left = [calls]

    def check():
        left[0] -= 1
        if left[0] < 0:
            raise Stopped

    return Hooks(check_stop=check)


@pytest.mark.parametrize("network", [flat, deep])
@pytest.mark.parametrize("n", [205, 90])  # many steps at one go, and then one by itself
def test_interrupted_after_every_epoch_it_ends_with_the_same_numbers(train, network, n):
    chosen = settings(dropout=0.3, epochs=4, schedule=Schedule.COSINE)
    whole = train(chosen, examples(n), name="whole", network=network)
    for epoch in range(1, 4):
        so_far = len(train.told)

        def check(so_far=so_far):
            if len(train.told) > so_far:
                raise Stopped

        with pytest.raises(Stopped):
            train(chosen, examples(n), hooks=Hooks(check_stop=check), network=network)
        assert train.told[-1]["epoch"] == epoch
    assert_same(train(chosen, examples(n), network=network), whole)
    assert [entry["epoch"] for entry in train.told] == [1, 2, 3, 4] * 2


class Killed(BaseException):
    """The process is gone: nothing catches it."""


class Dice:
    """Kills at one of the moments that a training passes, drawn by chance."""

    def __init__(self, left: int) -> None:
        self.left = left

    def __call__(self, *_: object) -> None:
        self.left -= 1
        if self.left == 0:
            raise Killed


@pytest.mark.parametrize(("network", "most"), [(flat, 20), (deep, 8)])
def test_killed_at_random_moments_it_ends_with_the_same_numbers(train, network, most, monkeypatch):
    """Around every step and validation, and before, while and after an epoch is saved."""
    chosen = settings(dropout=0.3, epochs=4, batch_size=8, schedule=Schedule.COSINE)
    whole = train(chosen, name="whole", network=network)
    rng = np.random.default_rng(7)
    replacing, replace = checkpoint.files.replacing, checkpoint.files._replace
    dice = Dice(0)

    def killed_before(path):
        dice()
        return replacing(path)

    def killed_around(temporary, path):
        dice()
        temporary.write_bytes(temporary.read_bytes())
        replace(temporary, path)
        dice()

    monkeypatch.setattr(checkpoint.files, "replacing", killed_before)
    monkeypatch.setattr(checkpoint.files, "_replace", killed_around)
    hooks = Hooks(on_validation=lambda *_: dice(), check_stop=lambda: dice())
    kills = 0
    while kills < most:
        try:
            while True:  # now and then a life is long enough to come to the end
                dice.left = int(rng.integers(1, 30))
                result = train(chosen, hooks=hooks, network=network, name="killed")
                assert_same(result, whole)
                (train.folder / "killed.npz").unlink()
        except Killed:
            kills += 1
    dice.left = 10**9
    assert_same(train(chosen, hooks=hooks, network=network, name="killed"), whole)


class TestFinishing:
    def test_asked_to_finish_it_keeps_the_best_so_far(self, train):
        asked = Hooks(should_finish=lambda: len(train.told) >= 2)
        found, weights = train(settings(epochs=50), hooks=asked)
        assert (found.epochs_run, found.finished_early) == (2, True)
        until = train(settings(epochs=2), name="until there")
        assert not until[0].finished_early
        np.testing.assert_array_equal(weights[0], until[1][0])

    def test_the_first_epoch_is_always_run(self, train):
        found, _ = train(hooks=Hooks(should_finish=lambda: True))
        assert found.epochs_run == 1

    def test_asked_to_stop_it_stops_within_a_step(self, train, monkeypatch):
        steps = []
        learn = "core.ml.stepping.Stepper.learn"
        monkeypatch.setattr(learn, lambda *_: steps.append(1) or (0.0, 0.0))
        with pytest.raises(Stopped):
            train(train=examples(2000), hooks=stop_after(3))
        assert len(steps) == 3


class TestTrainingOn:
    def test_more_epochs_go_on_from_the_last(self, train):
        whole = train(settings(epochs=6), name="whole")
        train(settings(epochs=4))
        assert_same(train(settings(epochs=6)), whole)
        assert [entry["epoch"] for entry in train.told] == [1, 2, 3, 4, 5, 6] * 2

    def test_patience_counts_anew(self, train):
        before, _ = train(IMPATIENT, NOISY, OTHER_NOISY)
        more = dataclasses.replace(IMPATIENT, epochs=70)
        after, _ = train(more, NOISY, OTHER_NOISY)
        assert after.epochs_run == before.epochs_run + 3
        assert after.best_epoch == before.best_epoch

    def test_patience_that_counts_anew_outlives_an_interruption(self, train):
        before, _ = train(IMPATIENT, NOISY, OTHER_NOISY)
        more = dataclasses.replace(IMPATIENT, epochs=70)
        so_far = len(train.told)

        def check():
            if len(train.told) > so_far:
                raise Stopped

        with pytest.raises(Stopped):
            train(more, NOISY, OTHER_NOISY, hooks=Hooks(check_stop=check))
        after, _ = train(more, NOISY, OTHER_NOISY)
        assert after.epochs_run == before.epochs_run + 3


class TestCheckpoint:
    def test_other_settings_begin_from_the_beginning(self, train):
        train(settings(epochs=2))
        fresh = train(settings(epochs=2, learning_rate=0.02), name="fresh")
        assert_same(train(settings(epochs=2, learning_rate=0.02)), fresh)
        assert [entry["epoch"] for entry in train.told] == [1, 2] * 3

    def test_another_network_begins_from_the_beginning(self, train):
        train(settings(epochs=2))
        fresh = train(settings(epochs=2), name="fresh", network=deep)
        assert_same(train(settings(epochs=2), network=deep), fresh)

    @pytest.mark.parametrize("damage", ["cut", "empty", "junk"])
    def test_a_damaged_one_is_not_used(self, train, damage):
        whole = train(settings(epochs=2))
        path = train.folder / "run.npz"
        content = path.read_bytes()
        path.write_bytes({"cut": content[:-40], "empty": b"", "junk": b"junk" * 99}[damage])
        assert_same(train(settings(epochs=2)), whole)
        assert [entry["epoch"] for entry in train.told] == [1, 2, 1, 2]

    def test_nothing_else_is_left_in_the_folder(self, train):
        train(settings(epochs=2))
        assert [path.name for path in train.folder.iterdir()] == ["run.npz"]

    def test_an_epoch_is_told_of_before_it_is_saved(self, train, monkeypatch):
        """So that no interruption can lose one from the log."""
        told_before: list[int] = []

        def full(path):
            told_before.append(len(train.told))
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(checkpoint.files, "replacing", full)
        with pytest.raises(OSError, match="No space"):
            train(settings(epochs=5))
        assert told_before[0] >= 1
        # It is saved while the next epoch is learnt, and then the training ends
        assert [entry["epoch"] for entry in train.told] == [1, 2]

    def test_a_state_whose_best_epoch_is_not_the_last_keeps_both(self, train):
        chosen = settings(epochs=6, learning_rate=0.5)
        whole = train(chosen, NOISY, OTHER_NOISY, name="whole")
        assert whole[0].best_epoch < whole[0].epochs_run
        train(chosen, NOISY, OTHER_NOISY)
        assert_same(train(chosen, NOISY, OTHER_NOISY), whole)
