"""The kinds of fault that an exercise can hold, and what counts as having found one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Fault(StrEnum):
    """A kind of fault; the values are what the command line and files call them."""

    WRONG_LABEL = "wrong_label"
    EXACT = "exact_duplicate"
    NEAR = "near_duplicate"
    BLUR = "blur"
    DARK = "dark"
    OFF_TOPIC = "off_topic"
    BROKEN = "broken"
    SHORTCUT = "shortcut"
    IMBALANCE = "imbalance"


@dataclass(frozen=True)
class Words:
    """A kind of fault for people.

    Attributes:
        title: what it is called, in the plural.
        answer: what a detective does about one.
        check: the check on the Clean page whose acts are about this kind; '' none.
    """

    title: str
    answer: str
    check: str = ""


_WORDS: Final[Mapping[Fault, Words]] = MappingProxyType(
    {
        Fault.WRONG_LABEL: Words(
            "Wrong labels", "Relabel it as what it shows. Dropping it counts too.", "wrong_labels"
        ),
        Fault.EXACT: Words(
            "Identical copies", "Drop one of the two: one is in training, one in test.",
            "exact_duplicates",
        ),
        Fault.NEAR: Words(
            "Near copies", "Drop one of the two: one is in training, one in test.",
            "near_duplicates",
        ),
        Fault.BLUR: Words("Blurry images", "Drop it.", "blurry"),
        Fault.DARK: Words("Images too dark", "Drop it.", "dark"),
        Fault.OFF_TOPIC: Words("Images of something else", "Drop it.", "outliers"),
        Fault.BROKEN: Words("Broken files", "Name the file in your report."),
        Fault.SHORTCUT: Words(
            "A mark that gives a class away", "Name the class in your report."
        ),
        Fault.IMBALANCE: Words("A class that is far too small", "Name the class in your report."),
    }
)  # fmt: skip

CLAIMED: Final = (Fault.SHORTCUT, Fault.IMBALANCE, Fault.BROKEN)
"""what no image can be dropped for, so that it is named in the learner's report"""


def words_of(fault: Fault) -> Words:
    """What ``fault`` is called, and what to do about it."""
    return _WORDS[fault]


def fault_of_check(check: str) -> Fault | None:
    """The kind of fault that the acts of this check are about; None where there is none."""
    return next((fault for fault, words in _WORDS.items() if check and words.check == check), None)
