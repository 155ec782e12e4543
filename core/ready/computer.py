"""The computer itself: Python, the packages, memory and disk."""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final

import psutil
from packaging.requirements import Requirement

from core import project
from core.ready.line import Line, Verdict

PYTHONS: Final = ((3, 11), (3, 13))  # the oldest and the newest
MEMORY: Final = 3_000_000_000  # bytes; what is sold as 4 GB shows as some 3.7
FREE_MEMORY: Final = 1_000_000_000  # for a training of a sample, with the browser beside it
FREE_DISK: Final = 1_000_000_000  # a lesson with a sample leaves some 100 MB
REQUIREMENTS: Final = Path(__file__).resolve().parents[2] / "requirements.txt"
_INSTALL: Final = (
    "Install the requirements again, with a network: `make run`, or on Windows "
    "`.venv\\Scripts\\pip install -r requirements.txt`"
)
_INSTEAD: Final = {"tensorflow-cpu": "tensorflow"}  # the same, for graphics cards
_NAMED: Final = 3


def python() -> Line:
    """Whether this Python is one of those that First Light is tested with."""
    here = sys.version_info[:2]
    oldest, newest = (".".join(map(str, version)) for version in PYTHONS)
    told = f"Python {platform.python_version()}."
    if PYTHONS[0] <= here <= PYTHONS[1]:
        return Line("Python", Verdict.READY, told)
    fix = "Install one of these, delete the folder `.venv`, and run `make run` again"
    return Line("Python", Verdict.NOT_READY, f"{told} Tested are {oldest} to {newest}.", fix)


def packages(requirements: Path = REQUIREMENTS) -> Line:
    """Whether every package that ``requirements`` pins is there, in that version."""
    lines = requirements.read_text(encoding="utf-8").splitlines()
    pinned = [Requirement(line) for line in lines if line.strip() and not line.startswith("#")]
    needed = [each for each in pinned if each.marker is None or each.marker.evaluate()]
    wrong = [told for each in needed if (told := _wrong(each))]
    if not wrong:
        told = f"All {len(needed)} are there, in the versions that were tested."
        return Line("Packages", Verdict.READY, told)
    more = f" and {len(wrong) - _NAMED} more" if len(wrong) > _NAMED else ""
    told = f"{len(wrong)} of {len(needed)} are not as tested: {', '.join(wrong[:_NAMED])}{more}."
    return Line("Packages", Verdict.NOT_READY, told, _INSTALL)


def memory() -> Line:
    """Whether there is enough memory, and enough of it free."""
    from distributed.system import MEMORY_LIMIT  # a container's own limit counts too

    total = min(MEMORY_LIMIT, psutil.virtual_memory().total)
    free = min(total, psutil.virtual_memory().available)
    told = f"{_gb(total)}, of which {_gb(free)} are free."
    if total < MEMORY:
        fix = "Use another computer for the class, and this one as a window to it"
        return Line("Memory", Verdict.NOT_READY, f"{told} It takes 4 GB.", fix)
    if free < FREE_MEMORY:
        fix = "Close other programs, and browser windows that nobody needs"
        return Line("Memory", Verdict.NOT_READY, f"{told} It takes {_gb(FREE_MEMORY)}.", fix)
    return Line("Memory", Verdict.READY, told)


def disk() -> Line:
    """Whether projects can be written where they are kept, and whether there is room."""
    home = project.home()
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home):
            free = shutil.disk_usage(home).free
    except OSError as error:
        told = f"Nothing can be written into {home}: {error.strerror}."
        fix = "Let `FIRSTLIGHT_HOME` name a folder of your own"
        return Line("Disk", Verdict.NOT_READY, told, fix)
    told = f"{_gb(free)} are free."
    if free < FREE_DISK:
        told = f"{told} A lesson wants {_gb(FREE_DISK)}."
        fix = "Delete what is not needed, or let `FIRSTLIGHT_HOME` name a folder on another disk"
        return Line("Disk", Verdict.NOT_READY, told, fix)
    return Line("Disk", Verdict.READY, told)


def _wrong(wanted: Requirement) -> str:
    """What is wrong with one package; '' where nothing is."""
    found = _version(wanted.name) or _version(_INSTEAD.get(wanted.name, ""))
    if not found:
        return f"{wanted.name} is missing"
    pinned = str(wanted.specifier).removeprefix("==")
    return "" if found == pinned else f"{wanted.name} is {found} in place of {pinned}"


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name) if name else ""
    except importlib.metadata.PackageNotFoundError:
        return ""


def _gb(number: float) -> str:
    return f"{number / 1e9:.1f} GB"
