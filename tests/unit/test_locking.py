"""The lock on a file: one holder at a time, free again however the holder ends."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.errors import EngineProblem
from core.jobs.record import ROOT
from core.locking import Occupied, is_locked, locked

HOLDER = """
import sys
from pathlib import Path
from core.locking import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def other_process(path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the lock on ``path`` until its standard input ends."""
    command = [sys.executable, "-c", HOLDER, str(path)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


def test_a_lock_is_seen_while_it_is_held_and_not_after(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert not is_locked(path)
    assert not path.exists()  # asking leaves no trace
    with locked(path):
        assert is_locked(path)
        with pytest.raises(Occupied), locked(path, patience=0.0):
            pass
    assert not is_locked(path)
    with locked(path):
        pass


def test_an_exception_releases_the_lock(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), locked(tmp_path / "lock"):
        raise ZeroDivisionError
    assert not is_locked(tmp_path / "lock")


def test_another_process_holds_it_until_it_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with other_process(path) as process:
        assert is_locked(path)
        with pytest.raises(Occupied), locked(path, patience=0.05):
            pass
        process.kill()
        process.wait()
        assert not is_locked(path)


def test_taking_is_patient_while_others_only_look(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with locked(path):
        pass
    enough = threading.Event()

    def look() -> None:
        while not enough.is_set():
            is_locked(path)

    threads = [threading.Thread(target=look) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(20):
            with locked(path):
                pass
    finally:
        enough.set()
        for thread in threads:
            thread.join()


def test_waiting_ends_as_soon_as_the_holder_is_done(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    holding, done = threading.Event(), threading.Event()

    def hold() -> None:
        with locked(path):
            holding.set()
            done.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    holding.wait()
    threading.Timer(0.05, done.set).start()
    with locked(path, patience=10.0):
        assert done.is_set()
    thread.join()


def test_a_place_that_cannot_be_locked_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(EngineProblem) as caught, locked(tmp_path / "missing" / "lock"):
        pass
    assert "FIRSTLIGHT_HOME" in caught.value.fix
    assert not is_locked(tmp_path / "missing" / "lock")
