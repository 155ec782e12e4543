"""Teaching text: a glossary and short helps, kept as Markdown beside this file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

_FOLDER = Path(__file__).parent
_HEADING = re.compile(r"^## (?P<term>.+?) \{(?P<key>[a-z0-9_]+)\}$", re.MULTILINE)


@dataclass(frozen=True)
class Entry:
    """One term: its key, its name, one plain sentence, and what else is worth knowing."""

    key: str
    term: str
    sentence: str
    more: str

    @property
    def help(self) -> str:
        """The whole entry as Markdown, for a tooltip."""
        return f"**{self.term}.** {self.sentence}" + (f"\n\n{self.more}" if self.more else "")


@cache
def glossary() -> Mapping[str, Entry]:
    """Every term by its key: the name of the setting or metric it explains, where it is one."""
    return MappingProxyType(_read_glossary((_FOLDER / "glossary.md").read_text(encoding="utf-8")))


def _read_glossary(text: str) -> dict[str, Entry]:
    headings = list(_HEADING.finditer(text))
    ends = [heading.start() for heading in headings[1:]] + [len(text)]
    entries: dict[str, Entry] = {}
    for heading, end in zip(headings, ends, strict=True):
        sentence, _, more = text[heading.end() : end].strip().partition("\n\n")
        key = heading["key"]
        if key in entries:
            raise ValueError(f"The glossary explains '{key}' twice")
        entries[key] = Entry(key, heading["term"], " ".join(sentence.split()), more.strip())
    return entries


@cache
def lesson(name: str) -> str:
    """The text of ``name``.md as Markdown.

    Raises:
        KeyError: there is no such text.
    """
    path = _FOLDER / f"{name}.md"
    if not path.is_file():
        raise KeyError(name)
    return path.read_text(encoding="utf-8").strip()
