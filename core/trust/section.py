"""A part of the trust report: sentences, and what is missing in it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Missing:
    """Something that nobody has tested yet.

    Attributes:
        what: a sentence.
        page: the key of the page where it can be done, such as 'stress'.
        do: what the way there is called: 'Run the stress test'.
    """

    what: str
    page: str
    do: str


@dataclass(frozen=True)
class Section:
    """One part of the report.

    Attributes:
        key: its name for programs.
        title: for people.
        lines: sentences without any markup, each a point of its own.
        missing: what nobody has tested yet.
    """

    key: str
    title: str
    lines: tuple[str, ...]
    missing: tuple[Missing, ...] = ()
