"""What was worked out from a file, kept for as long as the file stays as it is.

Streamlit's own caches keep so many results of a function, whosever they are: few, and thirty
visitors take each other's away; many, and one person who takes decision after decision fills
the memory with what no page will ask for again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache, wraps
from threading import Lock
from typing import Any, Concatenate, Final, ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")
_PLACES: Final = 128  # projects or runs, of all visitors, that a function remembers
_forget: Final[list[Callable[[], None]]] = []


@dataclass
class _Shelf:
    """The newest result about one place, and what the place looked like then."""

    lock: Lock = field(default_factory=Lock)
    stamp: str | None = None
    result: Any = None


def remembered(
    function: Callable[Concatenate[str, str, P], T],
) -> Callable[Concatenate[str, str, P], T]:
    """Keep what ``function(place, stamp, ...)`` gives, for each place, until its stamp changes.

    The result is shared between visitors: leave it as it is. Further arguments are plain values,
    each with a result of its own.
    """

    @lru_cache(maxsize=_PLACES)
    def shelf(place: str, rest: tuple[Any, ...]) -> _Shelf:
        return _Shelf()

    _forget.append(shelf.cache_clear)

    @wraps(function)
    def kept(place: str, stamp: str, /, *rest: P.args, **more: P.kwargs) -> T:
        own = shelf(place, (*rest, *more.items()))
        with own.lock:
            if own.stamp != stamp:
                own.result = function(place, stamp, *rest, **more)
                own.stamp = stamp
            result: T = own.result
        return result

    return cast("Callable[Concatenate[str, str, P], T]", kept)


def forget() -> None:
    """Let go of all that is remembered; whoever asks again has it worked out again."""
    for clear in _forget:
        clear()
