"""A training learns, at the rate it is told, and keeps its best epoch."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from core.errors import ModelProblem
from core.ml.batches import Examples
from core.ml.fitting import Hooks, judged, rate_at
from core.ml.methods import one_hot
from core.ml.stepping import predict
from core.settings import Balance, Schedule
from tests.unit.ml.trainer import (
    CLASSES,
    IMPATIENT,
    NOISY,
    OTHER_NOISY,
    WIDTH,
    assert_same,
    deep,
    examples,
    flat,
    settings,
)


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
        monkeypatch.setattr("core.ml.batches.STEPS_AT_ONCE", 1)
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
    def test_it_stops_when_the_best_lies_too_far_back(self, train):
        found, _ = train(IMPATIENT, NOISY, OTHER_NOISY)
        losses = [entry["val_loss"] for entry in train.told]
        assert found.epochs_run < 60
        assert found.best_epoch == 1 + int(np.argmin(losses))
        assert found.epochs_run == found.best_epoch + 3

    def test_only_the_best_epochs_so_far_are_marked(self, train):
        train(IMPATIENT, NOISY, OTHER_NOISY)
        lowest = np.inf
        for entry in train.told:
            assert entry["best"] == (entry["val_loss"] < lowest)
            lowest = min(lowest, entry["val_loss"])

    def test_the_best_epoch_is_kept(self, train):
        """The same as if the training had ended there."""
        found, weights = train(IMPATIENT, NOISY, OTHER_NOISY)
        short = dataclasses.replace(IMPATIENT, epochs=found.best_epoch)
        _, until = train(short, NOISY, OTHER_NOISY, name="until there")
        np.testing.assert_array_equal(weights[0], until[0])

    def test_a_training_that_is_over_is_not_begun_again(self, train):
        found = train(IMPATIENT, NOISY, OTHER_NOISY)
        count = len(train.told)
        assert_same(train(IMPATIENT, NOISY, OTHER_NOISY), found)
        assert len(train.told) == count


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
