"""Plans for a class: minute by minute, what happens, on which page, and what to say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.lessons.terms import linked

_FOLDER = Path(__file__).parent / "teach"
_STEP = re.compile(
    r"^## (?P<start>\d+)-(?P<end>\d+) (?P<title>.+?) \{(?P<page>[a-z]+)\}$", re.MULTILINE
)


@dataclass(frozen=True)
class Step:
    """Some minutes of a lesson.

    Attributes:
        start: the minute at which it begins.
        end: the minute at which it is over.
        title: what it is about.
        page: the key of the page on which it happens.
        text: what the class does, what to say, what they should have seen, as Markdown.
    """

    start: int
    end: int
    title: str
    page: str
    text: str


@dataclass(frozen=True)
class Plan:
    """A lesson.

    Attributes:
        title: what it is about.
        lead: what it takes, as Markdown.
        steps: without a gap between them.
    """

    title: str
    lead: str
    steps: tuple[Step, ...]

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return self.steps[-1].end


@cache
def plan(name: str) -> Plan:
    """The plan in ``name``.md, words that have an entry leading to the glossary.

    Raises:
        KeyError: there is no such plan.
        ValueError: its steps leave a gap.
    """
    path = _FOLDER / f"{name}.md"
    if not path.is_file():
        raise KeyError(name)
    return read_plan(path.read_text(encoding="utf-8"))


def read_plan(text: str) -> Plan:
    """The plan that ``text`` tells: a title, a lead, then steps ``## 0-5 Title {page}``.

    Raises:
        ValueError: there are no steps, or they leave a gap.
    """
    found = list(_STEP.finditer(text))
    if not found:
        raise ValueError("A plan without steps")
    ends = [step.start() for step in found[1:]] + [len(text)]
    steps = tuple(
        Step(
            int(step["start"]),
            int(step["end"]),
            step["title"],
            step["page"],
            linked(text[step.end() : end].strip()),
        )
        for step, end in zip(found, ends, strict=True)
    )
    if [step.start for step in steps] != [0, *(step.end for step in steps[:-1])]:
        raise ValueError("The steps of a plan leave a gap")
    title, _, lead = text[: found[0].start()].strip().partition("\n")
    return Plan(title.removeprefix("# ").strip(), linked(lead.strip()), steps)
