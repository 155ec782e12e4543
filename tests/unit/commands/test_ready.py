"""`ready`: told line by line; the exit code says whether a lesson can begin."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import ready
from core.commands import ready as command
from core.jobs import JobFolder, readying
from core.ready import Line, Verdict
from tests.unit.commands.helpers import read, run

FINE = Line("Thing", Verdict.READY, "It is there.", seconds=1.25)
MISSING = Line("Other", Verdict.NOT_READY, "It is gone.", "Fetch it")


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[Line]:
    """The lines of a quick look; what takes long is fine."""
    lines = [FINE]
    monkeypatch.setattr(ready, "look", lambda port: list(lines))
    monkeypatch.setattr(readying, "engine_answers", lambda: FINE)
    monkeypatch.setattr(readying, "tried_by", lambda job: [FINE])

    def nothing(folder: str) -> None:
        assert JobFolder(Path(folder)).kind == readying.KIND

    monkeypatch.setattr(command, "perform", nothing)
    return lines


def test_a_ready_computer_ends_with_0(
    looked: list[Line], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("ready", "--json", tmp_path / "ready.json") == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "ready      Thing: It is there. (1.2 s)"
    assert said[-1].startswith("Ready.")
    assert read(tmp_path / "ready.json")["ready"] is True


def test_what_is_missing_is_told_with_its_mend_and_ends_with_2(
    looked: list[Line], capsys: pytest.CaptureFixture[str]
) -> None:
    looked.append(MISSING)
    assert run("ready") == 2
    said = capsys.readouterr().out.splitlines()
    assert said[1:3] == ["not ready  Other: It is gone.", "           Fetch it."]
    assert said[-1].startswith("Not ready yet")
