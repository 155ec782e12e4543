"""An exported file beside the model it was made from: what differs, and what must not leave."""

import numpy as np
import pytest

from core.formats import TRAITS, Format
from core.parity import Parity

BEFORE = np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8]])
LABELS = np.array([0, 1, 1])


def compared(after, form=Format.ONNX):
    return Parity.of(form, BEFORE, np.asarray(after), LABELS, 1000)


def test_the_same_answers_differ_by_nothing():
    found = compared(BEFORE)
    assert (found.n, found.largest, found.changed) == (3, 0.0, 0)
    assert (found.right, found.right_before) == (2, 2)
    assert found.refused == ""


def test_a_changed_answer_is_counted_and_said():
    found = compared([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8]])
    assert found.changed == 1
    assert found.largest == pytest.approx(0.2)
    assert (found.right, found.right_before) == (3, 2)
    assert "1 of 3 answers changed" in found.refused


def test_a_difference_beyond_the_bound_is_refused_although_no_answer_changed():
    bound = TRAITS[Format.ONNX].bound
    shift = np.array([[-1, 1], [0, 0], [0, 0]])
    assert compared(BEFORE + 0.9 * bound * shift).refused == ""
    found = compared(BEFORE + 1.1 * bound * shift)
    assert found.changed == 0
    assert found.refused


def test_whole_numbers_show_what_they_cost_and_leave():
    found = compared(1 - BEFORE, Format.LITERT_INT8)
    assert found.changed == 3
    assert found.refused == ""


@pytest.mark.parametrize("form", list(Format))
def test_what_is_no_number_never_leaves(form):
    assert compared(np.full_like(BEFORE, np.nan), form).refused


def test_it_can_be_kept_and_read_again():
    found = compared(BEFORE[::-1])
    assert Parity.from_dict(found.to_dict()) == found
