"""The computer before a lesson: what is wrong is told, with how to mend it."""

from __future__ import annotations

import shutil
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace

import distributed.system
import psutil
import pytest
from packaging.specifiers import SpecifierSet

from core.ready import Verdict, computer
from tests.conftest import ROOT


def test_this_computer_runs_the_tests_and_so_is_ready() -> None:
    assert computer.python().verdict is Verdict.READY
    assert computer.packages().verdict is Verdict.READY


def test_an_untested_python_is_told_with_those_that_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 2))
    line = computer.python()
    assert line.verdict is Verdict.NOT_READY
    assert "3.11 to 3.13" in line.told
    assert ".venv" in line.fix


def test_the_pythons_are_those_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    allowed = SpecifierSet(project["requires-python"])
    (major, oldest), (_, newest) = computer.PYTHONS
    minors = [minor for minor in range(30) if f"{major}.{minor}" in allowed]
    assert minors == list(range(oldest, newest + 1))


def test_a_wrong_version_and_a_missing_package_are_named(tmp_path: Path) -> None:
    pins = "# pins\nnumpy==0.1\nno-such-package-here==1.0\npandas==9; sys_platform == 'nowhere'\n"
    (tmp_path / "pins.txt").write_text(pins, encoding="utf-8")
    line = computer.packages(tmp_path / "pins.txt")
    assert line.verdict is Verdict.NOT_READY
    assert "2 of 2" in line.told
    assert "in place of 0.1" in line.told
    assert "no-such-package-here is missing" in line.told
    assert "make run" in line.fix


def test_a_tensorflow_for_graphics_cards_stands_in_for_the_usual_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pins.txt").write_text("tensorflow-cpu==2.21.0\n", encoding="utf-8")
    there = {"tensorflow": "2.21.0"}
    monkeypatch.setattr(computer, "_version", lambda name: there.get(name, ""))
    assert computer.packages(tmp_path / "pins.txt").verdict is Verdict.READY


@pytest.mark.parametrize(
    ("total", "free", "mend"), [(2e9, 2e9, "another computer"), (8e9, 3e8, "Close other programs")]
)
def test_too_little_memory_is_told(
    total: float, free: float, mend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = SimpleNamespace(total=int(total), available=int(free))
    monkeypatch.setattr(distributed.system, "MEMORY_LIMIT", found.total)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: found)
    line = computer.memory()
    assert line.verdict is Verdict.NOT_READY
    assert mend in line.fix


@pytest.mark.usefixtures("workspace")
def test_too_little_disk_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert computer.disk().verdict is Verdict.READY
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=10**8))
    line = computer.disk()
    assert line.verdict is Verdict.NOT_READY
    assert "0.1 GB" in line.told
    assert "FIRSTLIGHT_HOME" in line.fix


def test_a_folder_that_cannot_be_written_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("FIRSTLIGHT_HOME", str(tmp_path / "file" / "home"))
    line = computer.disk()
    assert line.verdict is Verdict.NOT_READY
    assert "FIRSTLIGHT_HOME" in line.fix
