"""A submission held against the answer key: found, missed and falsely accused, by kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from core.errors import DataProblem
from core.exercise.faults import CLAIMED, Fault, fault_of_check
from core.exercise.key import AnswerKey, Planted
from core.exercise.submission import Submission, Touched

OTHER: Final = "other"
"""where a false accusation stands that is about no kind of fault in particular"""
_MOST_OF: Final = 0.5  # of the marked images; who drops so many has seen the mark


@dataclass(frozen=True)
class Tally:
    """One kind of fault.

    Attributes:
        kind: of `Fault`, or `OTHER`.
        planted: how many there are.
        found: of those.
        accused: sound images, classes or files that were taken for this kind.
    """

    kind: str
    planted: int
    found: int
    accused: int

    @property
    def missed(self) -> int:
        """How many were not found."""
        return self.planted - self.found


@dataclass(frozen=True)
class Score:
    """What a submission is worth.

    Attributes:
        exercise, learner: as in the submission.
        kinds: one a kind that was planted or falsely accused, in the order of `Fault`.
        missed: the faults that were not found.
    """

    exercise: str
    learner: str
    kinds: tuple[Tally, ...]
    missed: tuple[Planted, ...]

    @property
    def planted(self) -> int:
        """All faults."""
        return sum(each.planted for each in self.kinds)

    @property
    def found(self) -> int:
        """All faults that were found."""
        return sum(each.found for each in self.kinds)

    @property
    def accused(self) -> int:
        """All false accusations."""
        return sum(each.accused for each in self.kinds)

    @property
    def share(self) -> float:
        """Found faults among all, 0..1."""
        return self.found / self.planted if self.planted else 1.0

    @property
    def false_share(self) -> float:
        """False accusations among all accusations, 0..1."""
        total = self.found + self.accused
        return self.accused / total if total else 0.0

    @property
    def points(self) -> float:
        """0..1: what was found, less what was falsely accused, of what there is."""
        return max(0.0, self.found - self.accused) / self.planted if self.planted else 1.0

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "exercise": self.exercise,
            "learner": self.learner,
            "planted": self.planted,
            "found": self.found,
            "missed": self.planted - self.found,
            "accused": self.accused,
            "points": round(self.points, 4),
            "kinds": {
                each.kind: {
                    "planted": each.planted,
                    "found": each.found,
                    "missed": each.missed,
                    "accused": each.accused,
                }
                for each in self.kinds
            },
        }


def score(key: AnswerKey, handed_in: Submission) -> Score:
    """Hold ``handed_in`` against ``key``.

    - A wrong label is found when the image has its true label, or is dropped: either way it
      misleads nobody any more. Another wrong label finds nothing, and accuses nobody.
    - Of a pair of copies one must go. That a split keeps copies together does not count: the
      tool does so by itself, whether or not anybody saw them.
    - Blurry, dark and off-topic images must go. Relabelling them finds and accuses nothing.
    - A marked or an emptied class and a broken file are named in the report; to drop half of the
      marked images counts, too.
    - Falsely accused is a sound image that was dropped or relabelled, and a sound class or
      file that was named. To keep an image accuses nobody.

    Raises:
        DataProblem: it is about another exercise.
    """
    if handed_in.exercise != key.id:
        raise DataProblem(
            "This was handed in for another exercise",
            f"It is about exercise {handed_in.exercise}, this is {key.id}",
            "Choose the exercise file that was handed out",
        )
    touched = [each for each in handed_in.touched if each.sha256 in key.images]
    by_image: dict[str, list[Touched]] = {}
    for each in touched:
        by_image.setdefault(each.sha256, []).append(each)
    is_found = {fault: _is_found(fault, by_image, handed_in) for fault in key.faults}
    accused = _accused_images(key, touched) + _accused_names(key, handed_in)
    counts = key.counts()
    found = Counter(fault.fault for fault, yes in is_found.items() if yes)
    kinds = [
        Tally(str(kind), counts.get(kind, 0), found[kind], accused[kind])
        for kind in Fault
        if counts.get(kind) or accused[kind]
    ]
    if accused[OTHER]:
        kinds.append(Tally(OTHER, 0, 0, accused[OTHER]))
    missed = tuple(fault for fault, yes in is_found.items() if not yes)
    return Score(key.id, handed_in.learner, tuple(kinds), missed)


def _is_found(
    planted: Planted, touched: Mapping[str, Sequence[Touched]], handed_in: Submission
) -> bool:
    own = touched.get(planted.sha256, ())
    dropped = any(not each.now for each in own)
    match planted.fault:
        case Fault.WRONG_LABEL:
            truth = handed_in.now_called(planted.truth)
            is_told_apart = truth != handed_in.now_called(planted.label)
            return dropped or (is_told_apart and any(each.now == truth for each in own))
        case Fault.NEAR:
            return dropped or any(not each.now for each in touched.get(planted.twin, ()))
        case Fault.BROKEN:
            return planted.name in _base_names(handed_in.named.get(Fault.BROKEN, ()))
        case Fault.SHORTCUT:
            gone = sum(any(not t.now for t in touched.get(sha, ())) for sha in planted.marked)
            return _names(planted, handed_in) or gone >= _MOST_OF * len(planted.marked) > 0
        case Fault.IMBALANCE:
            return _names(planted, handed_in)
    return dropped


def _names(planted: Planted, handed_in: Submission) -> bool:
    """Whether the report names the class of ``planted``, under the name that it has now."""
    return handed_in.now_called(planted.label) in handed_in.named.get(planted.fault, ())


def _accused_images(key: AnswerKey, touched: Sequence[Touched]) -> Counter[str]:
    """Sound images that were dropped or relabelled, by what they were taken for."""
    single = {each.sha256 for each in key.faults if each.fault not in (Fault.EXACT, Fault.NEAR)}
    may_go = single.union(*((each.sha256, each.twin, *each.marked) for each in key.faults))
    accused: Counter[str] = Counter()
    for each in touched:
        if each.sha256 in (single if each.now else may_go):
            continue
        kind = Fault.WRONG_LABEL if each.now else fault_of_check(each.check)
        accused[str(kind or OTHER)] += 1
    return accused


def _accused_names(key: AnswerKey, handed_in: Submission) -> Counter[str]:
    """Sound classes and files that were named in the report."""
    accused: Counter[str] = Counter()
    for kind in CLAIMED:
        mine = [each for each in key.faults if each.fault is kind]
        if kind is Fault.BROKEN:
            guilty = {each.name for each in mine}
            named = _base_names(handed_in.named.get(kind, ()))
        else:
            guilty = {handed_in.now_called(each.label) for each in mine}
            named = set(handed_in.named.get(kind, ()))
        accused[str(kind)] += len(named - guilty)
    return accused


def _base_names(names: Sequence[str]) -> set[str]:
    """Names of files without their folders: an upload may have put them into another."""
    return {name.replace("\\", "/").rpartition("/")[2] for name in names}
