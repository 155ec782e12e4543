"""What a learner hands in: the outcome of the decisions, without the images."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from core import catalogue, renaming
from core.errors import DataProblem, ProjectProblem
from core.exercise.claims import claims_of
from core.exercise.faults import CLAIMED, Fault
from core.exercise.key import TEXT, is_sha256
from core.exercise.sealed import read_cover
from core.project import Project, now

SCHEMA: Final = 1
ENDING: Final = ".handed-in.json"
MAX_BYTES: Final = 16 * 1024 * 1024
_MOST: Final = 200_000  # images, names


@dataclass(frozen=True)
class Touched:
    """One image that is not as it came.

    Attributes:
        sha256: of the image.
        was: the class that it came in.
        now: its class after all; '' where it was dropped.
        check: the check that asked, of the decision that touched it last; '' by hand.
    """

    sha256: str
    was: str
    now: str
    check: str


@dataclass(frozen=True)
class Submission:
    """What is handed in.

    Attributes:
        exercise: the id of the exercise.
        learner: whoever hands it in; may be ''.
        made: when, ISO 8601 in UTC.
        decisions: how many were taken.
        touched: the images that are not as they came.
        called: what classes are called now, by what they were called; only renamed ones.
        named: by kind, the classes or files that the report names.
    """

    exercise: str
    learner: str
    made: str
    decisions: int
    touched: tuple[Touched, ...]
    called: Mapping[str, str]
    named: Mapping[Fault, tuple[str, ...]]

    def now_called(self, label: str) -> str:
        """What the class ``label`` of the exercise is called now."""
        return self.called.get(label, label)

    def to_bytes(self) -> bytes:
        """As a file that `read_submission` reads."""
        value = {
            "submission": SCHEMA,
            "exercise": self.exercise,
            "learner": self.learner,
            "made": self.made,
            "decisions": self.decisions,
            "touched": [[each.sha256, each.was, each.now, each.check] for each in self.touched],
            "called": dict(self.called),
            "named": {str(fault): list(names) for fault, names in self.named.items()},
        }
        return json.dumps(value, indent=1).encode()

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """See `read_submission`."""
        touched = []
        for sha256, was, after, check in value["touched"]:
            if not is_sha256(sha256):
                raise ValueError(sha256)
            touched.append(Touched(sha256, *(_text(text, 400) for text in (was, after, check))))
        named = {
            fault: tuple(_text(name, 400) for name in value["named"].get(str(fault), ()))
            for fault in CLAIMED
        }
        called = {_text(old, 400): _text(new, 400) for old, new in value["called"].items()}
        if len(touched) > _MOST or any(len(names) > _MOST for names in named.values()):
            raise ValueError("too long")
        return cls(
            _text(value["exercise"], 40),
            _text(value["learner"], TEXT),
            _text(value["made"], 40),
            int(value["decisions"]),
            tuple(touched),
            called,
            named,
        )


def submission_of(project: Project, learner: str = "") -> Submission:
    """What ``project`` would hand in now.

    Raises:
        ProjectProblem: it is not made of an exercise, or a table is damaged.
    """
    if not project.exercise_file.is_file():
        raise ProjectProblem(
            f"Project '{project.name}' is no exercise",
            "It was not made of an exercise file",
            "Choose the project that the exercise was worked on in",
        )
    cover = read_cover(project.exercise_file.read_bytes())
    images = project.read_table(project.catalogue_file)
    log = catalogue.decisions(project)
    touched, called = _outcome(images, log) if len(images) else ((), {})
    name = " ".join(learner.split())[:TEXT]
    return Submission(cover.id, name, now(), len(log), touched, called, claims_of(log))


def _outcome(
    images: Any, log: Sequence[Mapping[str, Any]]
) -> tuple[tuple[Touched, ...], dict[str, str]]:
    """The images that are not as they came, and what classes are called now."""
    labels, stays = catalogue.carry_out(images, log)
    names = renaming.follow(log)
    expected = renaming.called(images["label"].astype(str), names).to_numpy(dtype=object)
    asked: dict[str, str] = {}
    for entry in log:
        if entry["act"] in ("drop", "relabel"):
            asked |= dict.fromkeys(entry["images"], str(entry.get("check") or ""))
    touched = []
    came = zip(images["image_id"], images["sha256"], images["label"], strict=True)
    for place, (image, sha, was) in enumerate(came):
        if not stays[place] or labels[place] != expected[place]:
            after = str(labels[place]) if stays[place] else ""
            touched.append(Touched(str(sha), str(was), after, asked.get(image, "")))
    before = images["label"].astype(str)
    called = {old: str(new) for old, new in zip(before, expected, strict=True) if old != new}
    return tuple(touched), called


def read_submission(data: bytes) -> Submission:
    """The submission in a file that came from anywhere.

    Raises:
        DataProblem: it is none.
    """
    try:
        if len(data) > MAX_BYTES:
            raise ValueError("too long")
        value = json.loads(data)
        if value["submission"] > SCHEMA:
            raise ValueError("newer")
        return Submission.from_json(value)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DataProblem(
            "This is nothing that was handed in",
            "It is no file that the Detective page made, or it was changed",
            "Choose the file that 'Download what I hand in' gave",
        ) from error


def _text(value: Any, most: int) -> str:
    if not isinstance(value, str) or len(value) > most:
        raise ValueError("no text")
    return " ".join(value.split())
