"""One line of the check before a lesson: what was looked at, how it is, how to mend it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from core.errors import Problem


class Verdict(StrEnum):
    """How one thing stands."""

    READY = "ready"
    NOT_READY = "not ready"
    NOT_NEEDED = "not needed"


@dataclass(frozen=True)
class Line:
    """What was found about one thing.

    Attributes:
        title: what was looked at.
        verdict: how it stands.
        told: what was found, a sentence or two.
        fix: how to mend it, or how to have what is not needed; may be ''.
        seconds: how long trying it took; None where nothing was tried.
    """

    title: str
    verdict: Verdict
    told: str
    fix: str = ""
    seconds: float | None = None

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Self:
        """The line that `to_json` wrote."""
        return cls(**{**content, "verdict": Verdict(content["verdict"])})


def tried(title: str, act: Callable[[], str]) -> Line:
    """Do ``act`` and time it: ready with what it returns, not ready with the Problem it raises."""
    began = time.perf_counter()
    try:
        told = act()
    except Problem as problem:
        found = ". ".join(part.rstrip(".") for part in (problem.title, problem.detail) if part)
        return Line(title, Verdict.NOT_READY, f"{found}.", problem.fix)
    return Line(title, Verdict.READY, told, seconds=round(time.perf_counter() - began, 2))


def is_ready(lines: Sequence[Line]) -> bool:
    """Whether nothing in ``lines`` has to be mended."""
    return all(line.verdict is not Verdict.NOT_READY for line in lines)
