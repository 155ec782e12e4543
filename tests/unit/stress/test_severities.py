"""At which severities a corruption is clearly worse than none, asked image by image."""

from __future__ import annotations

from pathlib import Path

from core import stress
from tests.unit.stress.made import Right, written


def turning(folder: Path, n: int, right: Right) -> stress.Turning:
    """Of fog on ``n`` images."""
    found = written(folder, n, right, names=["fog"])
    (fog,) = stress.hurts(found)
    return stress.turning(found, fog)


def losing(*lost: int, wrong: int = 0) -> Right:
    """The first ``wrong`` images are always wrong, and severity s turns the next ``lost[s]``."""
    each = dict(enumerate(lost, 1))
    return lambda place, _, severity: place >= wrong + each.get(severity, 0)


def test_images_are_compared_with_themselves_so_that_intervals_may_overlap(
    tmp_path: Path,
) -> None:
    found = turning(tmp_path, 200, losing(0, 0, 0, 0, 15, wrong=20))
    assert found.at == (5,)  # 180 and 165 of 200 right: Wilson's intervals overlap
    assert found.since == 5


def test_what_is_won_speaks_against_what_is_lost(tmp_path: Path) -> None:
    """Severity 5 loses 20 images and wins 12: as a share 4 points, as coins no rare fall."""

    def right(place: int, _: str, severity: int) -> bool:
        return place >= 20 if severity < 5 else place < 12 or place >= 40

    assert turning(tmp_path, 200, right).at == ()


def test_five_severities_were_looked_at(tmp_path: Path) -> None:
    """Six lost and none won is p = 0.03 by itself, 0.16 among five: 8 are needed."""
    assert turning(tmp_path, 100, losing(0, 0, 0, 0, 6)).at == ()
    assert turning(tmp_path, 100, losing(0, 0, 0, 0, 8)).at == (5,)


def test_once_the_harshest_is_shown_the_next_needs_less(tmp_path: Path) -> None:
    found = turning(tmp_path, 100, losing(0, 6, 30, 30, 30))
    assert found.at == (3, 4, 5)  # two are left to look at: 6 lost are 0.06
    assert found.since == 3
    assert turning(tmp_path, 100, losing(0, 7, 30, 30, 30)).at == (2, 3, 4, 5)


def test_a_severity_may_stand_alone(tmp_path: Path) -> None:
    found = turning(tmp_path, 100, losing(0, 20, 0, 0, 20))
    assert found.at == (2, 5)
    assert found.since is None


def test_all_together_may_show_what_none_shows_alone(tmp_path: Path) -> None:
    """The view of what hurts says by how much the mean drops: the two must not gainsay."""
    found = turning(tmp_path, 100, losing(7, 7, 7, 7, 7))
    assert (found.at, found.together) == ((), True)


def test_what_makes_answers_better_is_not_worse(tmp_path: Path) -> None:
    found = turning(tmp_path, 60, lambda place, name, _: name == "fog" or place >= 30)
    assert (found.at, found.since, found.together) == ((), None, False)


def test_without_any_change_nothing_is_shown(tmp_path: Path) -> None:
    assert turning(tmp_path, 1, lambda *_: True) == stress.Turning((), False)
