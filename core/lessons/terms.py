"""The glossary: every term with one plain sentence and what else is worth knowing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

_FOLDER = Path(__file__).parent
_HEADING = re.compile(
    r"^## (?P<term>.+?) \{(?P<key>[a-z0-9_]+)(?:: (?P<words>[^}]+))?\}$", re.MULTILINE
)
_MARKED = re.compile(r"\[(?P<text>[^\]]+)\]\(term:(?P<key>[a-z0-9_]+)\)")
# What is left as it is: code, formulae, links, headings, and names of buttons (in italics).
_LEFT = re.compile(
    r"```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$\n]*\$|\[[^\]]*\]\([^)]*\)|^#.*?$"
    r"|(?<!\*)\*(?!\*)[^*]+\*(?!\*)",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True)
class Entry:
    """One term.

    Attributes:
        key: the name of the setting, check or metric that it explains, where it is one.
        term: what it is called.
        sentence: one plain sentence.
        more: what else is worth knowing, as Markdown.
        words: by which it is known in texts, beyond all doubt, so that these lead to it.
    """

    key: str
    term: str
    sentence: str
    more: str
    words: tuple[str, ...] = ()

    @property
    def help(self) -> str:
        """The whole entry as Markdown, for a tooltip; words that have an entry lead to it."""
        text = f"{self.sentence}\n\n{self.more}" if self.more else self.sentence
        return f"**{self.term}.** {linked(text, self.key)}"

    @property
    def link(self) -> str:
        """Where the entry is read, from any page of the dashboard."""
        return f"glossary?term={self.key}"


@cache
def glossary() -> Mapping[str, Entry]:
    """Every term by its key: those that are written here, then the checks by their lessons."""
    found = read_glossary((_FOLDER / "glossary.md").read_text(encoding="utf-8"))
    return MappingProxyType({**_checks(), **found})


def _checks() -> dict[str, Entry]:
    """What the checks look for, as their own lessons tell it."""
    from core.audit import CHECKS

    entries = {}
    for check in CHECKS:
        text = (_FOLDER / "checks" / f"{check.name}.md").read_text(encoding="utf-8").strip()
        sentence, more = re.split(r"(?<=\.)\s+", text, maxsplit=1)
        entries[check.name] = Entry(check.name, check.title, " ".join(sentence.split()), more)
    return entries


def read_glossary(text: str) -> dict[str, Entry]:
    """The entries of ``text``: headings ``## Term {key: words}``, a sentence, paragraphs.

    Raises:
        ValueError: a term, or a word that leads to one, is there twice.
    """
    headings = list(_HEADING.finditer(text))
    ends = [heading.start() for heading in headings[1:]] + [len(text)]
    entries: dict[str, Entry] = {}
    taken: set[str] = set()
    for heading, end in zip(headings, ends, strict=True):
        sentence, _, more = text[heading.end() : end].strip().partition("\n\n")
        key = heading["key"]
        words = tuple(word.strip() for word in (heading["words"] or "").split(",") if word.strip())
        if key in entries:
            raise ValueError(f"The glossary explains '{key}' twice")
        if taken & set(words):
            raise ValueError(f"A word of '{key}' leads elsewhere already")
        taken |= set(words)
        told = (key, heading["term"], " ".join(sentence.split()), more.strip(), words)
        entries[key] = Entry(*told)
    return entries


def linked(text: str, but: str = "") -> str:
    """Markdown in which the first mention of each term leads to its entry, told on a hover.

    A link with a title is what Markdown has for this: it needs no component for each word, can be
    reached by keyboard and finger, and opens beside the page, so that nobody loses their place.
    A word that means several things is marked where it is meant: ``[drop](term:drop)``.

    Args:
        text: Markdown.
        but: the key of the term that the text explains.

    Raises:
        KeyError: a mark names no term.
    """
    text = _MARKED.sub(lambda mark: _link(glossary()[mark["key"]], mark["text"]), text)
    seen, parts, place = {but}, [], 0
    for left in _LEFT.finditer(text):
        parts += [_first_mentions(text[place : left.start()], seen), left.group()]
        place = left.end()
    return "".join([*parts, _first_mentions(text[place:], seen)])


def marks(text: str) -> set[str]:
    """The keys of the terms that ``text`` marks by hand."""
    return {mark["key"] for mark in _MARKED.finditer(text)}


def _first_mentions(text: str, seen: set[str]) -> str:
    pattern, keys = _words()

    def lead(word: re.Match[str]) -> str:
        key = keys[" ".join(word.group().lower().split())]
        if key in seen:
            return word.group()
        seen.add(key)
        return _link(glossary()[key], word.group())

    return pattern.sub(lead, text)


@cache
def _words() -> tuple[re.Pattern[str], Mapping[str, str]]:
    keys = {word.lower(): entry.key for entry in glossary().values() for word in entry.words}
    longest = sorted(keys, key=len, reverse=True)
    any_word = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in longest)
    return re.compile(rf"(?<![\w-])(?:{any_word})(?![\w-])", re.IGNORECASE), keys


def _link(entry: Entry, text: str) -> str:
    told = entry.sentence.replace("*", "").replace('"', "'")
    return f'[{text}]({entry.link} "{told}")'
