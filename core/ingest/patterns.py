"""Labels in the names of files: ``cat_001.jpg``, ``IMG-cat-3.png``.

A pattern describes a name without its ending. ``{class}`` stands for the label, ``#`` for a
number and ``*`` for anything: ``{class}_#``, ``IMG-{class}-#``, ``*_{class}``. The rest is taken
as it is written.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from core.errors import SettingsProblem
from core.ingest.entries import Place
from core.ingest.sides import side_of

CLASS = "{class}"
_TOKENS = re.compile(r"(\{class\}|\*|#)")
_WILD = 2  # of * and #, so that no name takes long to compare
_LONGEST = 160  # characters of a name that are looked at
_NUMBERED = re.compile(r"(?P<label>.*?[^\d _.\-(])(?P<glue>[ _.\-]*\(?)\d+\)?")
_MARKS = "_-. "
_SHARE = 0.9  # of all names that a pattern found here must fit
_PER_CLASS = 2  # images a class, on average; fewer, and it is no class but a name
_MANY = 300
_FEW = 12  # classes that are only numbers, such as digits; more, and they count something
_CAMERAS = (
    "img image images imag dsc dscn dscf pic pics picture photo photos frame scan screenshot "
    "untitled download file mvi vid video capture copy new original"
)
_NEUTRAL = frozenset(_CAMERAS.split())

Match = Callable[[str], str]
"""takes the stem of a name, gives its label, or nothing where it does not fit"""


def compile_pattern(pattern: str) -> Match:
    """A function that finds the label in a stem.

    Raises:
        SettingsProblem: the pattern does not name the class exactly once, or is too vague.
    """
    parts = [part for part in _TOKENS.split(pattern.strip()) if part]
    wild = sum(part in "*#" for part in parts)
    if parts.count(CLASS) != 1 or wild > _WILD:
        raise SettingsProblem(
            "This pattern cannot be used",
            f"'{pattern[:60]}' must hold {CLASS} once, and * or # {_WILD} times at most",
            f"Write it like {CLASS}_# for cat_001.jpg, or IMG-{CLASS}-# for IMG-cat-3.jpg",
        )
    here = parts.index(CLASS)
    # `*_{class}` means the last part of a name, `*_{class}_*` the second
    before = ".*" if "*" not in parts[here:] else ".*?"
    pieces = []
    for place, part in enumerate(parts):
        if part == CLASS:
            pieces.append("(?P<label>.+?)")
        elif part == "#":
            pieces.append(r"\d+")
        elif part == "*":
            pieces.append(before if place < here else ".*")
        else:
            pieces.append(re.escape(part))
    return partial(_label, re.compile("".join(pieces), re.DOTALL))


def _label(pattern: re.Pattern[str], stem: str) -> str:
    found = pattern.fullmatch(stem[:_LONGEST])
    return found["label"].strip() if found else ""


def stem(name: str) -> str:
    """The last part of a path without its ending: ``a/cat.001.jpg`` gives ``cat.001``."""
    last = name.rpartition("/")[2]
    front, dot, ending = last.rpartition(".")
    return front if dot and front and ending.isalnum() and not ending.isdigit() else last


def places(names: Sequence[str], pattern: str) -> list[Place]:
    """What the names themselves say of each file.

    Raises:
        SettingsProblem: the pattern makes no sense.
    """
    match = compile_pattern(pattern)
    labels = [match(stem(name)) for name in names]
    nothing = Place(reason="Its name does not fit the pattern")
    return [Place(label) if label else nothing for label in labels]


def suggest(names: Iterable[str]) -> list[str]:
    """Patterns that sort most of ``names`` into classes, the likeliest first."""
    stems = [stem(name)[:_LONGEST] for name in names]
    if len(stems) < 2 * _PER_CLASS:
        return []
    return [pattern for pattern in _candidates(stems) if _is_good(pattern, stems)]


def is_convincing(labels: Iterable[str]) -> bool:
    """Whether ``labels`` look like classes: two or more, words, none of them a camera's."""
    different = set(labels)
    words = all(any(char.isalpha() for char in label) for label in different)
    return len(different) > 1 and words and not any(_is_neutral(label) for label in different)


def _is_neutral(label: str) -> bool:
    return bool(_NEUTRAL.intersection(re.split(r"[\W_\d]+", label.lower())))


def _candidates(stems: Sequence[str]) -> list[str]:
    numbered = _numbered(stems)
    found = [numbered] if numbered else []
    for mark in _MARKS:
        if sum(mark in text for text in stems) >= _SHARE * len(stems):
            found += [f"{CLASS}{mark}*", f"*{mark}{CLASS}", f"*{mark}{CLASS}{mark}*"]
    return list(dict.fromkeys(found))


def _numbered(stems: Sequence[str]) -> str | None:
    """The pattern of a class before a number at the end, if most names have one."""
    found = [match for text in stems if (match := _NUMBERED.fullmatch(text))]
    if len(found) < _SHARE * len(stems):
        return None
    glue = _common(Counter(match["glue"] for match in found))
    labels = {match["label"] for match in found}
    start, end = _shared(labels)
    closing = ")" if glue.endswith("(") else ""
    return f"{start}{CLASS}{end}{glue}#{closing}"


def _common(counts: Counter[str]) -> str:
    return counts.most_common(1)[0][0]


def _shared(labels: set[str]) -> tuple[str, str]:
    """What all ``labels`` begin and end with, up to a mark: ``a-`` of ``a-cat``, ``a-dog``."""
    if len(labels) < 2:
        return "", ""
    first, last = min(labels), max(labels)
    start = _up_to_mark(first, last)
    backwards = {label[len(start) :][::-1] for label in labels}
    end = _up_to_mark(min(backwards), max(backwards))[::-1]
    return ("" if _TOKENS.search(start) else start), ("" if _TOKENS.search(end) else end)


def _up_to_mark(first: str, last: str) -> str:
    """The common beginning of both, up to and with the last mark in it."""
    length = next(
        (n for n, (a, b) in enumerate(zip(first, last, strict=False)) if a != b),
        min(len(first), len(last)),
    )
    return first[: 1 + max(first[:length].rfind(mark) for mark in _MARKS)]


def _is_good(pattern: str, stems: Sequence[str]) -> bool:
    match = compile_pattern(pattern)
    labels = Counter(label for text in stems if (label := match(text)))
    fitting = labels.total()
    if fitting < _SHARE * len(stems) or all(side_of(label) for label in labels):
        return False
    numbers = all(label.isdigit() for label in labels)
    most, each = (_FEW, 5 * _PER_CLASS) if numbers else (_MANY, _PER_CLASS)
    return 1 < len(labels) <= min(most, fitting / each)
