"""A hosted server tidies: what has expired, and what was at hand for visitors who have gone."""

from __future__ import annotations

import pytest

from core import hosting
from core.hosting import HostLimits
from core.ui import garbage, guests, mended
from core.ui.guests import Keeper
from core.ui.remembered import remembered


@pytest.fixture
def swept(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was done, in order."""
    done: list[str] = []
    monkeypatch.setattr(hosting, "sweep", lambda *_: done.append("swept"))
    monkeypatch.setattr(mended, "end_expired_sessions", lambda: done.append("ended sessions"))
    monkeypatch.setattr(guests, "give_back_memory", lambda: done.append("gave back"))
    return done


def test_the_disk_is_swept_seldom_and_memory_given_back_each_time(swept: list[str]) -> None:
    keeper = Keeper(HostLimits())
    for minute in range(11):
        keeper.tidy(keeper.seen + minute)
        keeper.tidy(keeper.seen + 60 * minute)
    assert swept.count("swept") == 2
    assert swept.count("gave back") == 22
    assert swept[-2:] == ["ended sessions", "gave back"]


def test_what_was_out_of_the_collectors_sight_is_back_once_everybody_has_gone(
    swept: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(garbage, "back_in_sight", lambda: swept.append("back in sight"))
    keeper = Keeper(HostLimits())
    keeper.tidy(keeper.seen + 60)
    assert "back in sight" not in swept
    keeper.tidy(keeper.seen + 180)
    keeper.tidy(keeper.seen + 240)
    assert swept.count("back in sight") == 1


def test_nothing_is_remembered_once_everybody_has_gone(swept: list[str]) -> None:
    asked: list[str] = []

    @remembered
    def read(place: str, stamp: str) -> int:
        asked.append(place)
        return len(asked)

    keeper = Keeper(HostLimits())
    read("project", "now")
    keeper.tidy(keeper.seen + 60)
    assert read("project", "now") == 1
    keeper.tidy(keeper.seen + 180)
    assert read("project", "now") == 2
    keeper.tidy(keeper.seen + 240)  # nobody has come since
    assert read("project", "now") == 2
    keeper.seen += 300  # somebody came, and went again
    keeper.tidy(keeper.seen + 180)
    assert read("project", "now") == 3


def test_what_fails_once_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    times: list[float] = []

    def tidy(now: float) -> None:
        times.append(now)
        if len(times) == 1:
            raise OSError("a folder went while it was looked at")
        raise SystemExit  # the test has seen enough

    keeper = Keeper(HostLimits())
    monkeypatch.setattr(guests, "_TIDY", 0.0)
    monkeypatch.setattr(keeper, "tidy", tidy)
    with pytest.raises(SystemExit):
        keeper.work()
    assert len(times) == 2
