"""The requirements: exact, without addresses, and right for each system."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement

from tests.conftest import ROOT

FILES = ("requirements.txt", "requirements-dev.txt", "requirements-bench.txt")
EXACT = re.compile(r"==\d[\w.]*")

LINUX = {"sys_platform": "linux", "platform_machine": "x86_64"}
PI = {"sys_platform": "linux", "platform_machine": "aarch64"}
MAC = {"sys_platform": "darwin", "platform_machine": "arm64"}
OLD_MAC = {"sys_platform": "darwin", "platform_machine": "x86_64"}
WINDOWS = {"sys_platform": "win32", "platform_machine": "AMD64"}
WINDOWS_ARM = {"sys_platform": "win32", "platform_machine": "ARM64"}


def lines(name: str) -> list[str]:
    """The lines of a requirements file that say something."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def requirements(name: str) -> list[Requirement]:
    return [Requirement(line) for line in lines(name) if not line.startswith("-")]


def wanted(system: dict[str, str]) -> set[str]:
    """What requirements.txt installs on ``system``."""
    return {
        each.name
        for each in requirements("requirements.txt")
        if each.marker is None or each.marker.evaluate(system)
    }


@pytest.mark.parametrize("name", FILES)
def test_every_version_is_exact(name):
    loose = [str(each) for each in requirements(name) if not EXACT.fullmatch(str(each.specifier))]
    assert not loose


@pytest.mark.parametrize("name", FILES)
def test_nothing_says_where_packages_come_from(name):
    options = [line for line in lines(name) if line.startswith("-")]
    assert options == ([] if name == "requirements.txt" else ["-r requirements.txt"])
    assert all(each.url is None for each in requirements(name))


def test_no_package_is_named_twice_on_one_system():
    for name in FILES:
        for system in (LINUX, PI, MAC, OLD_MAC, WINDOWS, WINDOWS_ARM):
            names = [
                each.name
                for each in requirements(name)
                if each.marker is None or each.marker.evaluate(system)
            ]
            assert len(names) == len(set(names)), (name, system)


@pytest.mark.parametrize(
    ("system", "tensorflow", "litert"),
    [
        (LINUX, "tensorflow-cpu", True),
        (PI, "tensorflow", True),
        (MAC, "tensorflow", True),
        (WINDOWS, "tensorflow", True),
        (OLD_MAC, "tensorflow", False),
        (WINDOWS_ARM, "tensorflow", False),
    ],
)
def test_each_system_gets_its_tensorflow_and_litert(system, tensorflow, litert):
    names = wanted(system)
    assert names & {"tensorflow", "tensorflow-cpu"} == {tensorflow}
    assert ("ai-edge-litert" in names) is litert


def test_both_tensorflows_have_one_version():
    both = ("tensorflow", "tensorflow-cpu")
    pins = {str(e.specifier) for e in requirements("requirements.txt") if e.name in both}
    assert len(pins) == 1


def test_pythons_are_those_that_ci_venv_takes():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == ">=3.11,<3.14"
    script = (ROOT / ".ci" / "venv").read_text(encoding="utf-8")
    assert "(3, 11) <= sys.version_info[:2] <= (3, 13)" in script
    assert "python3.13 python3.12 python3.11 python3" in script
