"""The answer key and the cover of an exercise, as plain data."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Self

from core.errors import DataProblem
from core.exercise.faults import Fault

SCHEMA: Final = 1
FILE: Final = "exercise.json"
"""the cover and the sealed key in a project's folder"""
MEMBER: Final = "exercise.sealed"
"""the same in an exercise file; ingest passes over a file of this name"""
TEXT: Final = 120  # characters of a title or a name
_ID = re.compile(r"[0-9a-f]{12}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Planted:
    """One planted fault.

    Attributes:
        fault: its kind.
        sha256: of the faulty image or file; '' where a class is faulty.
        name: of the file, without folders; '' where a class is faulty.
        label: the class that it stands in, or that is faulty.
        truth: the right class of a wrong label; else ''.
        twin: the SHA-256 of the image that a near copy was made of; else ''.
        marked: the SHA-256s of the images that bear a mark; else empty.
    """

    fault: Fault
    sha256: str = ""
    name: str = ""
    label: str = ""
    truth: str = ""
    twin: str = ""
    marked: tuple[str, ...] = ()


@dataclass(frozen=True)
class AnswerKey:
    """What was planted in an exercise.

    Attributes:
        id: of the exercise.
        faults: all of them.
        images: the SHA-256s of all its images.
    """

    id: str
    faults: tuple[Planted, ...]
    images: frozenset[str]

    def counts(self) -> dict[Fault, int]:
        """How many faults of each kind, in the order of `Fault`."""
        found = Counter(each.fault for each in self.faults)
        return {fault: found[fault] for fault in Fault if found[fault]}

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        faults = [
            {name: value for name, value in asdict(each).items() if value} for each in self.faults
        ]
        return {"id": self.id, "faults": faults, "images": sorted(self.images)}

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """The key that `to_json` wrote.

        Raises:
            DataProblem: it is none.
        """
        try:
            faults = []
            for entry in value["faults"]:
                known = {name: str(entry.get(name, "")) for name in _TEXTS}
                marked = tuple(str(sha) for sha in entry.get("marked", ()))
                faults.append(Planted(Fault(entry["fault"]), **known, marked=marked))
            images = frozenset(str(sha) for sha in value["images"])
            return cls(str(value["id"]), tuple(faults), images)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise no_exercise("Its answer key is damaged") from error


_TEXTS: Final = ("sha256", "name", "label", "truth", "twin")


@dataclass(frozen=True)
class Cover:
    """What everybody may read of an exercise.

    Attributes:
        id: 12 hexadecimal digits.
        title: what it is called.
        level: 1 to 3.
        images: how many were handed out, broken files included.
        kinds: the kinds of faults in it; empty where it does not tell.
        counts: how many of each; empty where it does not tell.
        locked: whether the key needs a passphrase.
    """

    id: str
    title: str
    level: int
    images: int
    kinds: tuple[Fault, ...]
    counts: Mapping[Fault, int]
    locked: bool

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "exercise": SCHEMA,
            "id": self.id,
            "title": self.title,
            "level": self.level,
            "images": self.images,
            "kinds": [str(fault) for fault in self.kinds],
            "counts": {str(fault): number for fault, number in self.counts.items()},
            "locked": self.locked,
        }

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """The cover that `to_json` wrote; what else stands there is passed over.

        Raises:
            DataProblem: it is none, or from a newer version.
        """
        try:
            if value["exercise"] > SCHEMA:
                raise no_exercise("It comes from a newer version of First Light")
            counts = {Fault(name): int(number) for name, number in value["counts"].items()}
            kinds = tuple(Fault(name) for name in value["kinds"])
            title = " ".join(str(value["title"]).split())[:TEXT]
            found = cls(
                str(value["id"]), title, int(value["level"]), int(value["images"]), kinds, counts,
                bool(value["locked"]),
            )  # fmt: skip
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise no_exercise("Its cover is damaged") from error
        if not _ID.fullmatch(found.id) or found.level not in (1, 2, 3):
            raise no_exercise("Its cover is damaged")
        return found


def is_sha256(text: str) -> bool:
    """Whether ``text`` is a SHA-256 as hexadecimal digits."""
    return _SHA256.fullmatch(text) is not None


def no_exercise(detail: str) -> DataProblem:
    """The problem that a file is no exercise, with what was found."""
    return DataProblem(
        "This is no detective exercise",
        detail,
        "Choose a file that 'Make an exercise' made, unchanged",
    )


def told(faults: Sequence[Planted], tells: str) -> tuple[tuple[Fault, ...], dict[Fault, int]]:
    """The kinds and the counts as a cover tells them: 'counts', 'kinds' or 'nothing'."""
    counts = AnswerKey("", tuple(faults), frozenset()).counts()
    kinds = tuple(counts) if tells != "nothing" else ()
    return kinds, counts if tells == "counts" else {}
