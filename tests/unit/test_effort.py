"""All arithmetic of a training, by hand."""

from __future__ import annotations

import pytest

from core.effort import ALEXNET, Stage, effort
from core.settings import Method

SIDES = {"train": 70, "validation": 15, "test": 15}


def test_a_head_looks_at_every_image_once_and_learns_from_the_training_images() -> None:
    found = effort(Method.HEAD, SIDES, 0, 1000, {"head": Stage(6, 5, 4)})
    assert (found.looked, found.looking) == (100, 100_000)
    assert found.learning == 3 * 70 * 4 * 5
    assert found.total == 104_200


def test_altered_views_are_looked_at_too_and_learnt_from_in_every_epoch() -> None:
    found = effort(Method.HEAD, SIDES, 2, 1000, {"head": Stage(6, 5, 4)})
    assert found.looked == 100 + 2 * 70
    assert found.learning == 3 * 3 * 70 * 4 * 5


def test_every_stage_counts() -> None:
    stages = {"head": Stage(6, 5, 4), "finetune": Stage(60, 50, 2)}
    assert effort(Method.FINETUNE, SIDES, 0, 1000, stages).learning == 3 * 70 * (4 * 5 + 2 * 50)


def test_from_scratch_there_is_no_other_network_to_look_with() -> None:
    found = effort(Method.SCRATCH, SIDES, 0, 0, {"scratch": Stage(60, 50, 2)})
    assert (found.looked, found.looking, found.learning) == (0, 0, 3 * 70 * 100)


def test_alexnet_took_days_for_its_own_training() -> None:
    assert ALEXNET.total == 3 * 724_406_816 * 1_200_000 * 90
    assert [each / 86_400 for each in ALEXNET.seconds_for(ALEXNET.total)] == pytest.approx([5, 6])
    assert ALEXNET.seconds_for(ALEXNET.total / 10)[1] == pytest.approx(0.6 * 86_400)
