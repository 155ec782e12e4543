"""The engine's card at the door, and what its environment may say."""

import os
from pathlib import Path

import pytest

from core import files
from core.errors import SettingsProblem
from core.jobs import cluster, launch, record
from core.locking import locked


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FIRSTLIGHT_HOME", str(tmp_path))
    return tmp_path


def test_a_card_counts_only_while_its_engine_lives() -> None:
    assert record.read() is None
    with locked(record.lock_file()):
        assert record.read() is None  # it is just starting
        record.write("tcp://127.0.0.1:1", "Scheduler-1")
        found = record.read()
        assert found is not None
        assert (found.pid, found.address, found.scheduler_id) == (
            os.getpid(),
            "tcp://127.0.0.1:1",
            "Scheduler-1",
        )
        assert found.version == record.code_version()
    assert record.card().exists()  # as a crash leaves it
    assert record.read() is None


@pytest.mark.parametrize("content", [[], {"pid": 1}, "x"])
def test_a_damaged_card_is_none(content: object) -> None:
    with locked(record.lock_file()):
        files.write_json(record.card(), content)
        assert record.read() is None


def test_the_version_changes_with_the_code_that_the_engine_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "core" / "ui").mkdir(parents=True)
    monkeypatch.setattr(record, "ROOT", tmp_path)
    first = record.code_version()
    (tmp_path / "core" / "ui" / "page.py").write_text("1")
    assert record.code_version() == first
    (tmp_path / "core" / "work.py").write_text("1")
    second = record.code_version()
    assert second != first
    (tmp_path / "core" / "work.py").write_text("11")
    assert record.code_version() != second


def test_the_worker_gets_a_share_of_the_memory_and_no_more_than_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(cluster.MEMORY, raising=False)
    share = cluster.memory_limit()
    assert share > 0
    monkeypatch.setenv(cluster.MEMORY, "100MB")
    assert cluster.memory_limit() == 100_000_000
    monkeypatch.setenv(cluster.MEMORY, "1000TB")
    assert cluster.memory_limit() == share


@pytest.mark.parametrize("value", ["plenty", "-1GB", "0"])
def test_an_amount_of_memory_that_makes_no_sense(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(cluster.MEMORY, value)
    with pytest.raises(SettingsProblem):
        cluster.memory_limit()


@pytest.mark.parametrize(("value", "seconds"), [("", 120.0), ("7", 7.0), ("0.5", 0.5)])
def test_how_long_an_idle_engine_stays(
    value: str, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(cluster.IDLE, value)
    assert cluster.idle_seconds() == seconds


@pytest.mark.parametrize("value", ["soon", "0", "-1", "nan"])
def test_an_idle_time_that_makes_no_sense(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(cluster.IDLE, value)
    with pytest.raises(SettingsProblem):
        cluster.idle_seconds()


def test_a_large_log_is_moved_aside_when_the_engine_starts(home: Path) -> None:
    record.log_file().write_bytes(b"x" * 1_000)
    assert launch._fresh_log() == record.log_file()
    assert record.log_file().exists()
    record.log_file().write_bytes(b"x" * 1_100_000)
    launch._fresh_log()
    assert not record.log_file().exists()
    assert (home / "engine.log.1").stat().st_size == 1_100_000
