"""Numbers, times and names as people write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_SPACE = "\u00a0"  # a number and its unit stay on one line
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>$~:&])")


def plain(text: str) -> str:
    """``text`` escaped so that Markdown shows it letter by letter, on one line."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def sentence(text: str) -> str:
    """`plain` for a whole sentence: spaces that must not break stay as they are."""
    return _SPACE.join(plain(part) for part in text.split(_SPACE))


def count(number: int, one: str, many: str = "") -> str:
    """A number and its noun: '1 image', '1,940 images'."""
    return f"{number:,}{_SPACE}{one if number == 1 else many or one + 's'}"


def percent(share: float, digits: int = 1) -> str:
    """A share of one as per cent: '95.9 %'. Never rounded up to 100 % or down to 0 %."""
    value = round(100 * share, digits)
    if value >= 100 and share < 1:
        return f"over {99 if digits == 0 else 99.9}{_SPACE}%"
    if value <= 0 and share > 0:
        return f"under {1 if digits == 0 else 0.1}{_SPACE}%"
    return f"{value:.{0 if share in (0, 1) else digits}f}{_SPACE}%"


def short(value: float) -> str:
    """A number to three digits: '0.00123'."""
    return f"{value:.3g}"


def interval(low: float, high: float) -> str:
    """A 95 % interval: '91.2 to 98.1 %'."""
    return f"{_hundredths(low)}{_SPACE}to{_SPACE}{_hundredths(high)}{_SPACE}%"


def between(low: float, high: float) -> str:
    """The same within a sentence: 'between 91.2 and 98.1 %'."""
    return f"between {_hundredths(low)} and {_hundredths(high)}{_SPACE}%"


def size(number: int) -> str:
    """Bytes as people say them: '4.2 MB'."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("KB", 10**3)):
        if number >= factor:
            amount = number / factor
            return f"{amount:.0f}{_SPACE}{unit}" if amount >= 10 else f"{amount:.1f}{_SPACE}{unit}"
    return count(number, "byte")


def large(number: int) -> str:
    """A large number as people say it, to three digits at most: '724 million', '3.4 million'."""
    for unit, factor in (("trillion", 10**12), ("billion", 10**9), ("million", 10**6)):
        if number >= factor:
            amount = float(f"{number / factor:.3g}")
            return f"{amount:,.0f}{_SPACE}{unit}" if amount >= 10 else f"{amount:.1f}{_SPACE}{unit}"
    return f"{number:,}"


def duration(seconds: float) -> str:
    """A length of time: 'a second', '42 seconds', '3 minutes', '1 h 5 min'."""
    whole = round(seconds)
    if whole <= 1:
        return f"a{_SPACE}second"
    if whole < 90:
        return f"{whole}{_SPACE}seconds"
    minutes = round(whole / 60)
    if minutes < 60:
        return f"{minutes}{_SPACE}minutes"
    return f"{minutes // 60}{_SPACE}h{_SPACE}{minutes % 60}{_SPACE}min"


def ago(moment: str, now: datetime | None = None) -> str:
    """How long ago an ISO 8601 moment was: 'just now', '5 minutes ago', '3 March 2026'."""
    then = datetime.fromisoformat(moment)
    seconds = ((now or datetime.now(UTC)) - then).total_seconds()
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return count(int(seconds // 60), "minute") + " ago"
    if seconds < 86400:
        return count(int(seconds // 3600), "hour") + " ago"
    if seconds < 7 * 86400:
        return count(int(seconds // 86400), "day") + " ago"
    return f"{then.day}{_SPACE}{then:%B %Y}"


def listing(names: list[str], most: int = 4) -> str:
    """Names as a phrase: 'a, b and c', 'a, b, c and 9 more'."""
    if len(names) > most:
        return f"{', '.join(names[: most - 1])} and {len(names) - most + 1} more"
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _hundredths(share: float) -> str:
    return f"{100 * share:.0f}" if share in (0, 1) else f"{100 * share:.1f}"
