"""A training learns, stops in time, keeps its best epoch, and shrugs off interruptions."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest

from core.errors import ModelProblem, Stopped
from core.ml import checkpoint
from core.ml.batches import Examples
from core.ml.fitting import Fitted, Hooks, fit, judged, rate_at
from core.ml.methods import one_hot
from core.ml.stepping import predict
from core.settings import Balance, Schedule, TrainSettings

WIDTH, CLASSES = 24, 3


def examples(n: int = 90, seed: int = 1, noise: float = 0.2, wrong: float = 0.0) -> Examples:
    """Vectors around one direction a class; ``wrong`` is the share of random labels."""
    rng = np.random.default_rng(seed)
    classes = np.arange(n) % CLASSES
    vectors = np.eye(CLASSES, WIDTH)[classes] + noise * rng.normal(size=(n, WIDTH))
    random = rng.random(n) < wrong
    classes = np.where(random, rng.integers(0, CLASSES, n), classes)
    return Examples((vectors.astype(np.float32),), one_hot(classes, CLASSES))


def settings(**values) -> TrainSettings:
    return TrainSettings(**{"epochs": 6, "batch_size": 16, "learning_rate": 0.01, **values})


def flat(chosen: TrainSettings) -> keras.Model:
    """One layer and dropout, as the head is."""
    given = keras.Input((WIDTH,))
    x = keras.layers.Dropout(chosen.dropout, seed=chosen.seed)(given)
    return keras.Model(given, keras.layers.Dense(CLASSES, kernel_initializer="zeros")(x))


def deep(chosen: TrainSettings) -> keras.Model:
    """Convolution, normalisation that learns and keeps statistics, dropout."""
    given = keras.Input((WIDTH,))
    x = keras.layers.Reshape((4, 6, 1))(given)
    x = keras.layers.Conv2D(8, 3, padding="same", activation="relu")(x)
    x = keras.layers.BatchNormalization()(x)
    x = keras.layers.GlobalAveragePooling2D()(x)
    x = keras.layers.Dropout(chosen.dropout, seed=chosen.seed)(x)
    return keras.Model(given, keras.layers.Dense(CLASSES)(x))


Network = Callable[[TrainSettings], keras.Model]


class Trainer:
    """Trains on examples; each call goes on from what the last one left in its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.told: list[dict] = []

    def __call__(
        self,
        chosen: TrainSettings | None = None,
        train: Examples | None = None,
        validation: Examples | None = None,
        hooks: Hooks | None = None,
        name: str = "run",
        network: Network = flat,
    ) -> tuple[Fitted, list[np.ndarray]]:
        chosen = chosen or settings()
        keras.utils.set_random_seed(chosen.seed)
        self.model = network(chosen)
        hooks = dataclasses.replace(hooks or Hooks(), on_epoch=self.told.append)
        path = self.folder / f"{name}.npz"
        train, validation = train or examples(), validation or examples(seed=2)
        found = fit(self.model, train, validation, chosen, path, hooks)
        return found, self.model.get_weights()


@pytest.fixture
def train(tmp_path) -> Trainer:
    return Trainer(tmp_path)


def assert_same(one: tuple[Fitted, list[np.ndarray]], other: tuple[Fitted, list[np.ndarray]]):
    for mine, theirs in zip(one[1], other[1], strict=True):
        np.testing.assert_array_equal(mine, theirs, strict=True)
    assert (one[0].best_epoch, one[0].epochs_run) == (other[0].best_epoch, other[0].epochs_run)


def stop_after(calls: int) -> Hooks:
    """Raises Stopped at the call after ``calls``."""
    left = [calls]

    def check():
        left[0] -= 1
        if left[0] < 0:
            raise Stopped

    return Hooks(check_stop=check)


class TestLearning:
    def test_what_can_be_told_apart_is_learnt(self, train):
        train(settings(epochs=20))
        test = examples(seed=3)
        assert judged(predict(train.model, test.inputs), test.labels)[1] > 0.95

    @pytest.mark.parametrize("network", [flat, deep])
    def test_the_same_seed_gives_the_same_weights(self, train, network):
        chosen = settings(dropout=0.2)
        assert_same(*(train(chosen, name=name, network=network) for name in ("a", "b")))

    def test_another_seed_gives_others(self, train):
        one, two = (train(settings(seed=seed), name=str(seed))[1] for seed in (1, 2))
        assert not np.array_equal(one[0], two[0])

    def test_each_epoch_is_told_with_its_figures(self, train):
        found, _ = train()
        assert [entry["epoch"] for entry in train.told] == [1, 2, 3, 4, 5, 6]
        last = train.told[-1]
        assert set(last) == {
            *("epoch", "of", "loss", "accuracy", "val_loss", "val_accuracy"),
            *("best", "learning_rate", "seconds_left", "images_per_second"),
        }
        assert (last["of"], last["seconds_left"], found.epochs_run) == (6, 0.0, 6)
        assert last["val_loss"] < train.told[0]["val_loss"]
        assert last["images_per_second"] > 0

    def test_the_figures_are_those_of_the_network(self, train):
        said = {}
        hooks = Hooks(on_validation=said.__setitem__)
        found, _ = train(hooks=hooks)
        validation = examples(seed=2)
        np.testing.assert_allclose(
            said[found.best_epoch], predict(train.model, validation.inputs), atol=1e-6
        )
        loss, accuracy = judged(said[found.best_epoch], validation.labels)
        assert found.best["val_loss"] == pytest.approx(loss)
        assert found.best["val_accuracy"] == pytest.approx(accuracy)
        picked = said[found.best_epoch][validation.labels == 1]
        assert loss == pytest.approx(-np.log(picked).mean())

    def test_many_steps_at_one_go_are_the_same_as_one_by_one(self, train, monkeypatch):
        together = train(settings(dropout=0.2), examples(205))
        monkeypatch.setattr("core.ml.batches._STEPS_AT_ONCE", 1)
        one_by_one = train(settings(dropout=0.2), examples(205), name="slow")
        for mine, theirs in zip(together[1], one_by_one[1], strict=True):
            np.testing.assert_allclose(mine, theirs, atol=1e-5)

    def test_one_image_a_batch_short_is_no_trouble(self, train):
        assert train(settings(epochs=2), examples(n=49))[0].epochs_run == 2

    def test_a_class_that_training_has_not_seen_is_no_trouble(self, train):
        seen = examples()
        rows = seen.labels[:, 2] == 0
        few = Examples((seen.inputs[0][rows],), seen.labels[rows])
        for balance in Balance:
            train(settings(epochs=1, balance=balance), few, name=balance)

    def test_a_training_without_a_number_in_it_is_a_problem(self, train):
        broken = examples()
        broken.inputs[0][0] = np.nan
        with pytest.raises(ModelProblem, match="came to nothing") as raised:
            train(settings(epochs=2), validation=broken)
        assert "smaller learning rate" in raised.value.fix


class TestRate:
    def test_constant_it_stays(self):
        assert [rate_at(settings(), step, 10) for step in (0, 5, 9)] == [0.01] * 3

    def test_cosine_it_sinks_to_nothing(self, train):
        chosen = settings(schedule=Schedule.COSINE)
        rates = [rate_at(chosen, step, 100) for step in range(101)]
        assert rates[0] == 0.01
        assert rates[50] == pytest.approx(0.005)
        assert rates[-1] == pytest.approx(0)
        assert rates == sorted(rates, reverse=True)
        train(chosen)
        told = [entry["learning_rate"] for entry in train.told]
        assert told == sorted(told, reverse=True)
        assert told[-1] < 0.001


class TestEarlyStopping:
    # Labels that say nothing: sooner or later the validation loss can only grow
    noisy = examples(wrong=1.0, noise=0.5)
    other = examples(wrong=1.0, noise=0.5, seed=9)
    chosen = settings(epochs=60, patience=3, learning_rate=0.05)

    def test_it_stops_when_the_best_lies_too_far_back(self, train):
        found, _ = train(self.chosen, self.noisy, self.other)
        losses = [entry["val_loss"] for entry in train.told]
        assert found.epochs_run < 60
        assert found.best_epoch == 1 + int(np.argmin(losses))
        assert found.epochs_run == found.best_epoch + 3

    def test_only_the_best_epochs_so_far_are_marked(self, train):
        train(self.chosen, self.noisy, self.other)
        lowest = np.inf
        for entry in train.told:
            assert entry["best"] == (entry["val_loss"] < lowest)
            lowest = min(lowest, entry["val_loss"])

    def test_the_best_epoch_is_kept(self, train):
        """The same as if the training had ended there."""
        found, weights = train(self.chosen, self.noisy, self.other)
        short = dataclasses.replace(self.chosen, epochs=found.best_epoch)
        _, until = train(short, self.noisy, self.other, name="until there")
        np.testing.assert_array_equal(weights[0], until[0])

    def test_a_training_that_is_over_is_not_begun_again(self, train):
        found = train(self.chosen, self.noisy, self.other)
        count = len(train.told)
        assert_same(train(self.chosen, self.noisy, self.other), found)
        assert len(train.told) == count


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


@pytest.mark.parametrize("network", [flat, deep])
def test_killed_at_twenty_random_moments_it_ends_with_the_same_numbers(train, network, monkeypatch):
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
    while kills < 20:
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
        noisy, other = TestEarlyStopping.noisy, TestEarlyStopping.other
        chosen = TestEarlyStopping.chosen
        before, _ = train(chosen, noisy, other)
        more = dataclasses.replace(chosen, epochs=70)
        after, _ = train(more, noisy, other)
        assert after.epochs_run == before.epochs_run + 3
        assert after.best_epoch == before.best_epoch

    def test_patience_that_counts_anew_outlives_an_interruption(self, train):
        noisy, other = TestEarlyStopping.noisy, TestEarlyStopping.other
        before, _ = train(TestEarlyStopping.chosen, noisy, other)
        more = dataclasses.replace(TestEarlyStopping.chosen, epochs=70)
        so_far = len(train.told)

        def check():
            if len(train.told) > so_far:
                raise Stopped

        with pytest.raises(Stopped):
            train(more, noisy, other, hooks=Hooks(check_stop=check))
        after, _ = train(more, noisy, other)
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

        def full(path):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(checkpoint.files, "replacing", full)
        with pytest.raises(OSError, match="No space"):
            train(settings(epochs=2))
        assert [entry["epoch"] for entry in train.told] == [1]


class TestUnequalClasses:
    # Two classes in one place, ten to one
    both = Examples(
        (np.tile(np.eye(1, WIDTH, dtype=np.float32), (66, 1)),),
        one_hot(np.repeat([0, 1], [60, 6]), CLASSES),
    )

    @pytest.mark.parametrize("balance", [Balance.ON, Balance.SAMPLING])
    def test_the_rare_class_gets_a_hearing(self, train, balance):
        said = {}
        for chosen in (balance, Balance.OFF):
            train(settings(epochs=60, balance=chosen), self.both, self.both, name=chosen)
            said[chosen] = float(predict(train.model, self.both.inputs)[0, 1])
        assert said[balance] > 2 * said[Balance.OFF]


class TestSoftLabels:
    def test_a_shared_label_is_learnt_as_one(self, train):
        one = Examples(
            (np.tile(np.eye(1, WIDTH, dtype=np.float32), (64, 1)),),
            np.tile(np.array([[0.7, 0.3, 0.0]], np.float32), (64, 1)),
        )
        train(settings(epochs=60, learning_rate=0.05, balance=Balance.OFF), one, one)
        said = predict(train.model, one.inputs)[0]
        np.testing.assert_allclose(said, [0.7, 0.3, 0.0], atol=0.03)

    def test_label_smoothing_keeps_from_being_sure(self, train):
        sure = {}
        for smoothing in (0.0, 0.3):
            chosen = settings(epochs=60, learning_rate=0.05, label_smoothing=smoothing)
            train(chosen, name=str(smoothing))
            sure[smoothing] = predict(train.model, examples().inputs).max(axis=1).mean()
        assert sure[0.3] < 0.9 < sure[0.0]
