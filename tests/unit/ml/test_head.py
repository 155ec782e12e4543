"""The head learns, stops in time, keeps its best epoch, and shrugs off interruptions."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from core.errors import ModelProblem, Stopped
from core.ml.head import Examples, Head, train_head
from core.settings import Balance, TrainSettings

WIDTH, CLASSES = 24, 3


def examples(n: int = 90, seed: int = 1, noise: float = 0.05, wrong: float = 0.0) -> Examples:
    """Unit vectors around one direction a class; ``wrong`` is the share of random labels."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % CLASSES
    centres = np.eye(CLASSES, WIDTH)
    vectors = centres[labels] + noise * rng.normal(size=(n, WIDTH))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    random = rng.random(n) < wrong
    labels = np.where(random, rng.integers(0, CLASSES, n), labels)
    return Examples(vectors.astype(np.float32), labels.astype(np.int64))


def settings(**values) -> TrainSettings:
    return TrainSettings(**{"epochs": 6, "batch_size": 16, "learning_rate": 0.01, **values})


@pytest.fixture
def train(tmp_path):
    """Trains on examples; each call goes on from the checkpoint of the last one."""
    told = []

    def train(chosen=None, train=None, validation=None, check_stop=lambda: None, folder="run"):
        (tmp_path / folder).mkdir(exist_ok=True)
        return train_head(
            train or examples(),
            validation or examples(seed=2),
            CLASSES,
            chosen or settings(),
            tmp_path / folder,
            told.append,
            check_stop,
        )

    train.told = told
    return train


def stop_after(calls: int):
    """Raises Stopped at the call after ``calls``."""
    left = [calls]

    def check():
        left[0] -= 1
        if left[0] < 0:
            raise Stopped

    return check


def assert_same(one: Head, other: Head):
    np.testing.assert_array_equal(one.kernel, other.kernel, strict=True)
    np.testing.assert_array_equal(one.bias, other.bias, strict=True)
    assert (one.best_epoch, one.epochs_run) == (other.best_epoch, other.epochs_run)


class TestLearning:
    def test_what_can_be_told_apart_is_learnt(self, train):
        head = train(settings(epochs=20))
        test = examples(seed=3)
        said = head.probabilities(test.features).argmax(axis=1)
        assert (said == test.labels).mean() > 0.98

    def test_the_same_seed_gives_the_same_head(self, train):
        one, two = (train(settings(dropout=0.2), folder=folder) for folder in ("a", "b"))
        assert_same(one, two)

    def test_another_seed_gives_another(self, train):
        one, two = (train(settings(seed=seed), folder=str(seed)) for seed in (1, 2))
        assert not np.array_equal(one.kernel, two.kernel)

    def test_each_epoch_is_told_with_its_figures(self, train):
        head = train()
        assert [entry["epoch"] for entry in train.told] == [1, 2, 3, 4, 5, 6]
        last = train.told[-1]
        assert last["of"] == 6
        assert set(last) == {
            *("epoch", "of", "loss", "accuracy", "val_loss", "val_accuracy"),
            *("best", "learning_rate", "seconds_left"),
        }
        assert last["seconds_left"] == 0.0
        assert last["val_loss"] < train.told[0]["val_loss"]
        assert head.epochs_run == 6

    def test_the_figures_are_those_of_the_head(self, train):
        validation = examples(seed=2)
        head = train(validation=validation)
        probabilities = head.probabilities(validation.features)
        loss = -np.log(probabilities[np.arange(len(validation.labels)), validation.labels]).mean()
        assert train.told[head.best_epoch - 1]["val_loss"] == pytest.approx(loss, rel=1e-4)

    def test_one_image_a_batch_short_is_no_trouble(self, train):
        assert train(train=examples(n=49), chosen=settings(epochs=2)).epochs_run == 2

    def test_a_class_that_training_has_not_seen_is_no_trouble(self, train):
        seen = examples()
        few = Examples(seen.features[seen.labels < 2], seen.labels[seen.labels < 2])
        head = train(train=few, chosen=settings(epochs=2, balance=Balance.ON))
        assert head.kernel.shape == (WIDTH, CLASSES)

    def test_a_training_without_a_number_in_it_is_a_problem(self, train):
        broken = examples()
        broken.features[0] = np.nan
        with pytest.raises(ModelProblem, match="came to nothing") as raised:
            train(validation=broken, chosen=settings(epochs=2))
        assert "smaller learning rate" in raised.value.fix


class TestEarlyStopping:
    # Labels that say nothing: sooner or later the validation loss can only grow
    noisy = examples(wrong=1.0, noise=0.5)
    other = examples(wrong=1.0, noise=0.5, seed=9)
    chosen = settings(epochs=60, patience=3, learning_rate=0.05)

    def test_it_stops_when_the_best_lies_too_far_back(self, train):
        head = train(self.chosen, self.noisy, self.other)
        losses = [entry["val_loss"] for entry in train.told]
        assert head.epochs_run < 60
        assert head.best_epoch == 1 + int(np.argmin(losses))
        assert head.epochs_run == head.best_epoch + 3

    def test_only_the_best_epochs_so_far_are_marked(self, train):
        train(self.chosen, self.noisy, self.other)
        lowest = np.inf
        for entry in train.told:
            assert entry["best"] == (entry["val_loss"] < lowest)
            lowest = min(lowest, entry["val_loss"])

    def test_the_best_epoch_is_kept(self, train):
        """The same as if the training had ended there."""
        head = train(self.chosen, self.noisy, self.other)
        short = dataclasses.replace(self.chosen, epochs=head.best_epoch)
        until = train(short, self.noisy, self.other, folder="until there")
        np.testing.assert_array_equal(head.kernel, until.kernel)
        np.testing.assert_array_equal(head.bias, until.bias)

    def test_a_training_that_is_over_is_not_begun_again(self, train):
        head = train(self.chosen, self.noisy, self.other)
        count = len(train.told)
        assert_same(train(self.chosen, self.noisy, self.other), head)
        assert len(train.told) == count


@pytest.mark.parametrize("dropout", [0.0, 0.3])
@pytest.mark.parametrize("n", [205, 90])  # 13 steps an epoch, each by itself; 6 steps at once
class TestResuming:
    def test_interrupted_after_every_epoch_it_ends_with_the_same_numbers(self, train, dropout, n):
        chosen = settings(dropout=dropout, epochs=4)
        whole = train(chosen, examples(n), folder="whole")
        for epoch in range(1, 4):
            calls = len(train.told)
            with pytest.raises(Stopped):
                train(chosen, examples(n), check_stop=stop_when(train, calls + 1))
            assert train.told[-1]["epoch"] == epoch
        assert_same(train(chosen, examples(n)), whole)
        assert [entry["epoch"] for entry in train.told] == [1, 2, 3, 4] * 2

    def test_interrupted_within_an_epoch_it_begins_that_epoch_again(self, train, dropout, n):
        chosen = settings(dropout=dropout, epochs=3)
        whole = train(chosen, examples(n), folder="whole")
        calls_an_epoch = {205: 13, 90: 1}[n] + 1  # and one at the end of the epoch
        with pytest.raises(Stopped):
            train(chosen, examples(n), check_stop=stop_after(calls_an_epoch + 1))
        assert_same(train(chosen, examples(n)), whole)


def stop_when(train, epochs: int):
    """Raises Stopped once so many epochs were told of."""

    def check():
        if len(train.told) >= epochs:
            raise Stopped

    return check


class TestCheckpoint:
    def test_other_settings_begin_from_the_beginning(self, train):
        train(settings(epochs=2))
        fresh = train(settings(epochs=2, learning_rate=0.02), folder="fresh")
        assert_same(train(settings(epochs=2, learning_rate=0.02)), fresh)
        assert [entry["epoch"] for entry in train.told] == [1, 2] * 3

    @pytest.mark.parametrize("damage", ["cut", "empty", "junk"])
    def test_a_damaged_one_is_not_used(self, train, tmp_path, damage):
        whole = train(settings(epochs=2))
        path = tmp_path / "run" / "head.npz"
        content = path.read_bytes()
        path.write_bytes({"cut": content[:-40], "empty": b"", "junk": b"junk" * 99}[damage])
        assert_same(train(settings(epochs=2)), whole)
        assert [entry["epoch"] for entry in train.told] == [1, 2, 1, 2]

    def test_nothing_else_is_left_in_the_folder(self, train, tmp_path):
        train(settings(epochs=2))
        assert [path.name for path in (tmp_path / "run").iterdir()] == ["head.npz"]

    def test_an_epoch_is_told_of_before_it_is_saved(self, train, monkeypatch):
        """So that no interruption can lose one from the log."""
        from core.ml import checkpoint

        def full(path):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(checkpoint.files, "replacing", full)
        with pytest.raises(OSError, match="No space"):
            train(settings(epochs=2))
        assert [entry["epoch"] for entry in train.told] == [1]


class TestClassWeights:
    def test_they_help_the_rare_class(self, train):
        """Two classes in one place, ten to one: weighed, the rare one gets a hearing."""
        features = np.tile(np.eye(1, WIDTH, dtype=np.float32), (66, 1))
        labels = np.repeat([0, 1], [60, 6]).astype(np.int64)
        both = Examples(features, labels)
        weighed = train(settings(epochs=30), both, both).probabilities(features[:1])[0]
        plain = settings(epochs=30, balance=Balance.OFF)
        unweighed = train(plain, both, both, folder="plain").probabilities(features[:1])[0]
        assert weighed[1] > 2 * unweighed[1]


class TestProbabilities:
    head = Head(
        np.array([[300.0, -300.0], [0.0, 1.0]], np.float32), np.array([0.5, 0], np.float32), 1, 1
    )

    def test_they_are_the_softmax(self):
        found = self.head.probabilities(np.array([[0.0, 2.0]], np.float32))
        expected = np.exp([0.5, 2.0]) / np.exp([0.5, 2.0]).sum()
        np.testing.assert_allclose(found, [expected])

    def test_they_sum_to_one_however_large_the_logits(self):
        found = self.head.probabilities(np.array([[9.0, 0], [-9.0, 0]], np.float32))
        np.testing.assert_array_equal(found, [[1, 0], [0, 1]])

    def test_of_no_images_there_are_none(self):
        assert self.head.probabilities(np.empty((0, 2), np.float32)).shape == (0, 2)
