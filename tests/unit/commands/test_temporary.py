"""What libraries leave in the temporary folder goes when the command ends, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core import files
from core.errors import DataProblem
from tests.unit.commands.helpers import run

LEAVE = "import tempfile; tempfile.mkstemp('.py', '__autograph_generated_file')"


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The temporary folder of this process and its children."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(tmp_path / "temporary"))
    return tmp_path / "temporary"


def leave_a_file() -> None:
    """As TensorFlow does, that registers the removal of its file only after it is written."""
    with tempfile.NamedTemporaryFile(suffix=".py", delete=False) as handle:
        assert Path(handle.name).is_file()


def ask(end: Callable[[], Any], monkeypatch: pytest.MonkeyPatch) -> int:
    """Run `audit` with something in its place that leaves a file and then ends so."""

    def work(*_: object) -> dict[str, Any]:
        leave_a_file()
        end()
        return {"images": 1, "classes": [], "checks": {}}

    monkeypatch.setattr("core.commands.run_audit", work)
    return run("audit", "images")


def interrupt() -> None:
    raise KeyboardInterrupt


def refuse() -> None:
    raise DataProblem("This is no good")


def ask_to_end() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


ENDS = [(print, 0), (interrupt, 130), (refuse, 2)]
if sys.platform != "win32":
    ENDS.append((ask_to_end, 130))


@pytest.mark.parametrize(("end", "code"), ENDS)
def test_nothing_is_left(
    end: Callable[[], Any],
    code: int,
    temporary: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = signal.getsignal(signal.SIGTERM)
    assert ask(end, monkeypatch) == code
    assert list(temporary.iterdir()) == []
    assert tempfile.gettempdir() == os.environ["TMPDIR"] == str(temporary)
    assert signal.getsignal(signal.SIGTERM) is before


def test_not_even_what_a_child_leaves_that_is_killed(
    temporary: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def child() -> None:
        code = f"{LEAVE}; import os; os.abort()"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60)
        assert done.returncode != 0
        folder = Path(tempfile.gettempdir())
        assert list(folder.glob("__autograph_generated_file*.py"))
        assert folder.parent == temporary

    assert ask(child, monkeypatch) == 0
    assert list(temporary.iterdir()) == []


def test_a_variable_that_was_not_set_is_not_set_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.delenv("TMPDIR", raising=False)
    with files.private_temporary_folder() as folder:
        assert os.environ["TMPDIR"] == tempfile.gettempdir() == str(folder)
    assert "TMPDIR" not in os.environ
    assert not folder.exists()
