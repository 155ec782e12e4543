"""The alarm: it fires where one class becomes one other, and never from noise."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core import alarm
from core.alarm import Level, Looked, Suspicion
from core.alarm.verdict import at_least
from tests.unit.alarm.conftest import DRAWS, WIDTH, World


def judged(*looked: Looked) -> list[tuple[Level, list[tuple[str, str]]]]:
    """The level of each step, and the pairs of classes that are no accident."""
    return [
        (one.level, [(change.was, change.became) for change in one.changes])
        for one in alarm.verdicts(looked)
    ]


def test_one_class_that_becomes_another_is_an_alarm(digits: World) -> None:
    looked = digits.seen(digits.turned("6", "9"))
    assert judged(looked) == [(Level.CHANGED, [("6", "9")])]


def test_both_ways_are_two_changes() -> None:
    world = World(["left", "right"], 40)
    altered = world.turned("left", "right")
    back = world.turned("right", "left")
    altered[world.labels == 1] = back[world.labels == 1]
    level, changes = judged(world.seen(altered))[0]
    assert level is Level.CHANGED
    assert set(changes) == {("left", "right"), ("right", "left")}


def test_what_stays_the_same_is_fine(digits: World) -> None:
    looked = digits.seen(digits.unchanged())
    assert judged(looked) == [(Level.FINE, [])]
    assert looked.flipped < 0.05


def test_answers_that_scatter_are_hard_and_no_change(digits: World) -> None:
    altered = digits.unchanged()
    scattered = digits.rng.integers(0, 5, altered.shape[:2])
    altered[...] = digits.cloud(scattered.ravel()).reshape(altered.shape) * 0.3
    assert judged(digits.seen(altered)) == [(Level.HARD, [])]


def test_what_is_like_nothing_is_hard_though_all_of_it_is_called_the_same(digits: World) -> None:
    altered = digits.unchanged() + 3 * digits.middles[4].astype(np.float32)
    looked = digits.seen(altered)
    assert looked.flipped > 0.3, "they must be taken for a 9 for this to mean anything"
    assert judged(looked) == [(Level.HARD, [])]


def test_one_class_that_becomes_any_other_is_no_change(digits: World) -> None:
    altered = digits.unchanged()
    mine = digits.labels == 2
    others = digits.rng.choice([0, 1, 3, 4], (int(mine.sum()), DRAWS))
    altered[mine] = digits.cloud(others.ravel()).reshape(-1, DRAWS, WIDTH)
    looked = digits.seen(altered)
    assert looked.suspicions, "some of each must be turned for this to mean anything"
    assert judged(looked) == [(Level.HARD, [])]


@pytest.mark.parametrize("seed", range(12))
def test_noise_is_never_an_alarm(seed: int) -> None:
    world = World(["a", "b", "c"], 25, seed, apart=1.6)
    assert (world.eye.before.argmax(axis=1) == world.labels).mean() < 0.98
    verdicts = alarm.verdicts([world.seen(world.unchanged()) for _ in range(4)])
    assert not any(verdict.changes for verdict in verdicts)


def test_a_few_images_are_not_enough(digits: World) -> None:
    altered = digits.unchanged()
    altered[:3] = digits.cloud(np.full(3 * DRAWS, 4)).reshape(3, DRAWS, WIDTH)
    assert judged(digits.seen(altered)) == [(Level.FINE, [])]


def test_the_surest_pairs_are_shown_with_what_was_said(digits: World) -> None:
    change = alarm.verdicts([digits.seen(digits.turned("6", "9"))])[0].changes[0]
    sure = [pair.after for pair in change.pairs]
    assert 1 <= len(sure) <= 6
    assert sure == sorted(sure, reverse=True)
    sixes = {f"image {row}" for row in np.flatnonzero(digits.labels == 2)}
    assert {pair.image for pair in change.pairs} <= sixes
    assert all(0 <= pair.draw < DRAWS for pair in change.pairs)
    assert change.changed <= change.flipped <= change.images <= 40


def test_the_more_is_looked_at_the_more_it_takes(digits: World) -> None:
    looked = digits.seen(digits.turned("6", "9"))
    alone = alarm.verdicts([looked])[0].changes[0].p_value
    others = [digits.seen(digits.unchanged(), name) for name in ("blur", "hue", "zoom")]
    among = alarm.verdicts([looked, *others])[0].changes[0].p_value
    assert alone == pytest.approx(looked.suspicions[0].p_value * looked.looked_for)
    assert among == pytest.approx(4 * alone)


def test_the_correction_is_holms() -> None:
    def step(*values: float) -> Looked:
        found = tuple(Suspicion("a", f"b{p}", 50, 9, 1.0, 9, p, ()) for p in values)
        return Looked("hue", 1.0, 100, 4, 0, 10, found)

    changes = [each.changes for each in alarm.verdicts([step(1e-4, 6e-4), step(2e-4)])]
    corrected = [[change.p_value for change in each] for each in changes]
    assert corrected[0] == [pytest.approx(20 * 1e-4)]  # 18 * 6e-4 is too much
    assert corrected[1] == [pytest.approx(19 * 2e-4)]


def test_everyday_confusion_never_calls_anything_impossible() -> None:
    before = np.array([[1.0, 0.0, 0.0], [0.8, 0.2, 0.0]])
    found = alarm.everyday_confusion(before, np.array([0, 0]))
    wrong = (0.2 + 0.5) / 3  # of an image like all others
    own, other = 1 - wrong, wrong / 2
    assert found[0].tolist() == pytest.approx([(1.8 + own) / 3, (0.2 + other) / 3, other / 3])
    assert found[1].tolist() == pytest.approx([other, own, other])
    assert found.sum(axis=1).tolist() == pytest.approx([1, 1, 1])


def test_in_a_small_class_of_a_good_probe_confusion_is_not_taken_for_usual() -> None:
    labels = np.repeat(np.arange(10), 40)
    found = alarm.everyday_confusion(np.eye(10)[labels], labels)
    assert 0 < found[6, 9] < 1e-4


@pytest.mark.parametrize(("k", "n", "rate"), [(3, 10, 0.2), (1, 5, 0.01), (7, 7, 0.9)])
def test_the_tail_of_the_binomial_is_the_sum_of_its_terms(k: int, n: int, rate: float) -> None:
    terms = [math.comb(n, i) * rate**i * (1 - rate) ** (n - i) for i in range(k, n + 1)]
    assert at_least(k, n, rate) == pytest.approx(sum(terms))


def test_the_tail_of_the_binomial_at_its_ends() -> None:
    assert at_least(0, 10, 0.3) == 1
    assert at_least(2, 10, 0.0) == 0
    assert at_least(10, 10, 1.0) == 1
    assert at_least(3, 2, 0.5) == 0
