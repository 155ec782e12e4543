"""The lessons of the path: one a stage, each in the same few parts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.lessons.terms import linked

_FOLDER = Path(__file__).parent / "path"
PARTS = (
    *("What you will do", "Why it matters", "Try it now", "What you should have seen"),
    *("One question", "The answer"),
)
_PART = re.compile(r"^## (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class PathLesson:
    """One lesson, its parts as Markdown in which terms lead to the glossary.

    Attributes:
        key: of the stage that it belongs to.
        title: what it is about.
        task: what you will do.
        reason: why it matters.
        experiment: to run here and now.
        seen: what you should have seen.
        question: to think about.
        answer: revealed on demand.
    """

    key: str
    title: str
    task: str
    reason: str
    experiment: str
    seen: str
    question: str
    answer: str


@cache
def path_lesson(key: str) -> PathLesson:
    """The lesson of the stage ``key``.

    Raises:
        KeyError: that stage has none.
        ValueError: it is not in the usual parts.
    """
    path = _FOLDER / f"{key}.md"
    if not path.is_file():
        raise KeyError(key)
    return read_lesson(key, path.read_text(encoding="utf-8"))


def read_lesson(key: str, text: str) -> PathLesson:
    """The lesson that ``text`` tells: a title, then the `PARTS` in order.

    Raises:
        ValueError: a part is missing, empty, or stands elsewhere.
    """
    head, *rest = _PART.split(text)
    names, parts = rest[::2], [part.strip() for part in rest[1::2]]
    if tuple(names) != PARTS or not all(parts) or not head.startswith("# "):
        raise ValueError(f"The lesson '{key}' is not in the usual parts: {names}")
    return PathLesson(key, head[2:].strip(), *(linked(part) for part in parts))
