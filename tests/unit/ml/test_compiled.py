"""A training of many small steps is compiled: the same numbers, and nothing of the last one."""

import keras
import numpy as np
import pytest

from core.errors import Stopped
from core.ml import compiled
from core.ml.batches import Examples, batches
from core.ml.compiled import CompiledStepper, stepper_for
from core.ml.fitting import Hooks
from tests.unit.ml.trainer import assert_same, deep, examples, flat, settings

MANY = examples(331)  # 21 steps of 16, the last of 11 images
CHOSEN = settings(epochs=3, dropout=0.2)


def kind(train: Examples = MANY, network=flat) -> type:
    with stepper_for(network(CHOSEN), train, CHOSEN) as stepper:
        return type(stepper)


@pytest.fixture(autouse=True)
def _none_kept(monkeypatch):
    monkeypatch.setattr(compiled, "_idle", {})


def test_many_steps_are_worth_compiling_few_are_not():
    assert kind() is CompiledStepper
    assert kind(examples(300)) is not CompiledStepper


def test_a_network_that_would_notice_blank_images_is_not_compiled():
    assert kind(network=deep) is not CompiledStepper


def test_too_much_to_hold_at_hand_is_read_batch_by_batch(monkeypatch):
    monkeypatch.setattr(compiled, "_ROOM", 1000)
    assert kind() is not CompiledStepper


def test_batches_by_row_are_the_same_without_inputs():
    whole = [batch for group in batches(MANY, CHOSEN, 1) for batch in group]
    by_row = [batch for group in batches(MANY, CHOSEN, 1, by_row=True) for batch in group]
    for one, other in zip(whole, by_row, strict=True):
        assert other.inputs == ()
        np.testing.assert_array_equal(one.inputs[0], MANY.inputs[0][other.rows])
        np.testing.assert_array_equal(one.labels, other.labels)
        np.testing.assert_array_equal(one.weights, other.weights)


def test_compiled_it_learns_what_it_would_have_learnt(train, monkeypatch):
    chosen = settings(epochs=3, label_smoothing=0.1, weight_decay=0.01)
    quick = train(chosen, MANY)
    monkeypatch.setattr(compiled, "_WORTH_IT", 10**6)
    plain = train(chosen, MANY, name="plain")
    for mine, theirs in zip(quick[1], plain[1], strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-5)
    half = len(train.told) // 2
    for mine, theirs in zip(train.told[:half], train.told[half:], strict=True):
        assert mine["loss"] == pytest.approx(theirs["loss"], abs=1e-5)
        assert mine["accuracy"] == theirs["accuracy"]


def test_the_next_training_begins_with_nothing_of_the_last(train):
    first = train(CHOSEN, MANY)
    (kept,) = compiled._idle.values()
    train(CHOSEN, examples(340, seed=5, wrong=0.5), name="other")
    keras.backend.clear_session()  # as a finished training does
    again = train(CHOSEN, MANY, name="again")
    assert list(compiled._idle.values()) == [kept]
    assert_same(again, first)


def test_interrupted_it_ends_with_the_same_numbers(train):
    whole = train(CHOSEN, MANY, name="whole")

    def check():
        if len(train.told) == 5:
            raise Stopped

    with pytest.raises(Stopped):
        train(CHOSEN, MANY, hooks=Hooks(check_stop=check))
    assert not compiled._idle  # who knows in what state it was
    assert_same(train(CHOSEN, MANY), whole)


def test_few_are_kept():
    for size in (15, 14, 13):
        chosen = settings(batch_size=size)
        with stepper_for(flat(chosen), MANY, chosen):
            pass
    assert len(compiled._idle) == 2
