"""All four questions together: leakage, baselines, the whole, and how it is kept."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.audit.check import Evidence
from core.errors import DataProblem, ProjectProblem, Stopped
from core.preflight import STAGES, Preflight, examine, words
from core.preflight.baselines import baseline, nearest
from core.preflight.leakage import price
from core.project import Project
from tests.unit.preflight.helpers import features, loader, numbers, table


def twins(apart: float = 0.4) -> tuple[pd.DataFrame, np.ndarray, pd.Series]:
    """Forty things a class, each taken four times; the classes hardly differ, the things do."""
    images = table(48, "abc")
    blocks = np.arange(len(images)) // 4
    things = features(images, 1, apart)[::4].repeat(4, axis=0)
    shots = things + np.random.default_rng(0).normal(0, 0.05, things.shape)
    wide = np.concatenate([shots, np.random.default_rng(1).normal(size=(36, 40))[blocks]], axis=1)
    groups = pd.Series([f"thing {block}" for block in blocks], index=images["image_id"])
    return images, wide.astype(np.float32), groups


def test_twins_on_both_sides_have_their_price() -> None:
    images, found, _ = twins()
    blocks = np.arange(len(images)) // 4
    leak = price(found, numbers(images), blocks, 3)
    assert leak is not None
    assert leak.random > leak.grouped
    assert 0 < leak.low <= leak.price <= leak.high
    assert (leak.together, leak.groups) == (144, 36)
    assert "too much" in words.of_leakage(leak)


def test_no_twins_no_price() -> None:
    images = table(10)
    assert price(features(images), numbers(images), np.arange(40), 4) is None
    assert "nothing away" in words.of_leakage(None)


def test_groups_that_do_not_matter_cost_nothing() -> None:
    images = table(40)
    leak = price(features(images), numbers(images), np.arange(160) // 2, 4)
    assert leak is not None
    assert leak.low <= 0.01
    assert abs(leak.price) < 0.05


def test_neighbours_never_come_from_the_same_block() -> None:
    values = np.array([[0.0], [0.01], [1.0], [5.0]], np.float32)
    labels, blocks = np.array([0, 1, 2, 3]), np.array([0, 0, 1, 2])
    assert nearest(values, labels, blocks, np.arange(4)).tolist() == [2, 2, 1, 2]


def test_a_baseline_has_its_interval() -> None:
    one = baseline("x", "X", np.array([0, 0, 0, 0]), np.array([0, 0, 0, 1]))
    assert (one.accuracy, one.balanced, one.n) == (0.75, 0.5, 4)
    assert one.low < 0.75 < one.high


def test_all_questions_are_answered(tmp_path: Path) -> None:
    images, found, groups = twins()
    told: list[str] = []
    evidence = Evidence(images, features=found)
    answers = examine(
        evidence, groups, loader(images), tell=lambda stage, done, total: told.append(stage)
    )
    assert list(dict.fromkeys(told)) == list(STAGES)
    assert (answers.images, answers.looked_at) == (144, 144)
    assert [one.name for one in answers.baselines] == [
        *("majority", "colour", "pixels", "neighbour", "probe")
    ]
    assert answers.leakage is not None and answers.leakage.price > 0
    assert answers.curve is not None and len(answers.classes) == 3
    assert set(answers.seconds) == set(STAGES)
    assert {one.name for one in answers.shortcuts} | set(answers.silent) >= {"frame", "camera"}
    project = Project.create(tmp_path, "Things")
    assert Preflight.load(project) is None
    answers.save(project)
    assert Preflight.load(project) == answers
    assert Preflight.from_dict(json.loads(json.dumps(answers.to_dict()))) == answers


def test_a_damaged_answer_is_a_problem(tmp_path: Path) -> None:
    project = Project.create(tmp_path, "Things")
    project.preflight_file.write_text('{"schema": 1, "images": "many"}')
    with pytest.raises(ProjectProblem, match="cannot be read"):
        Preflight.load(project)


def test_one_class_is_no_question() -> None:
    images = table(10, "a")
    with pytest.raises(DataProblem, match="only one class"):
        examine(Evidence(images, features=features(images)), None, loader(images))


def test_very_few_images_are_answered_as_far_as_can_be() -> None:
    images = table(2, "ab")
    answers = examine(Evidence(images, features=features(images)), None, loader(images))
    assert answers.curve is None
    assert words.of_curve(answers.curve) == "There are too few images for a learning curve."
    assert all(one.level == "none" for one in answers.shortcuts)


def test_it_can_be_stopped() -> None:
    images = table(10)
    evidence = Evidence(images, features=features(images))
    with pytest.raises(Stopped):
        examine(evidence, None, loader(images), should_stop=lambda: True)
