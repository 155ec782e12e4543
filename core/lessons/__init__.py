"""Teaching text: the path, a glossary and short helps, kept as Markdown beside this file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from core.lessons.path_lessons import PathLesson, path_lesson
from core.lessons.plans import Plan, Step, plan
from core.lessons.terms import Entry, glossary, linked

__all__ = [
    "Entry",
    "PathLesson",
    "Plan",
    "Step",
    "glossary",
    "lesson",
    "lesson_text",
    "linked",
    "path_lesson",
    "plan",
]

_FOLDER = Path(__file__).parent


@cache
def lesson(name: str) -> str:
    """The text of ``name``.md as Markdown, in which terms lead to the glossary.

    Raises:
        KeyError: there is no such text.
    """
    return linked(lesson_text(name))


def lesson_text(name: str) -> str:
    """The text of ``name``.md as it is written.

    Raises:
        KeyError: there is no such text.
    """
    path = _FOLDER / f"{name}.md"
    if not path.is_file():
        raise KeyError(name)
    return path.read_text(encoding="utf-8").strip()
