"""What the alarm found and what the user answered, as they are kept in a project."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from core import files
from core.alarm.verdict import Looked, Pair, Suspicion, Verdict, verdicts
from core.augmentations import AUGMENTATIONS
from core.errors import ProjectProblem
from core.project import Project, now

SCHEMA = 1


@dataclass(frozen=True)
class Findings:
    """What was found of the steps of a recipe.

    Attributes:
        catalogue: the `content_id` of the images that were asked about.
        made: when, ISO 8601 in UTC.
        images: how many there are.
        asked: how many of them were altered.
        key: tells apart which those were, and how they were altered.
        looked: what was seen of each step.
        seconds: what it took.
    """

    catalogue: str
    made: str
    images: int
    asked: int
    key: str
    looked: tuple[Looked, ...]
    seconds: float

    @cached_property
    def verdicts(self) -> tuple[Verdict, ...]:
        """What to think of each step, when all of them were looked at."""
        return verdicts(self.looked)

    def of(self, name: str, strength: float) -> Looked | None:
        """What was seen of a step; None where nobody looked."""
        same = (one for one in self.looked if (one.name, one.strength) == (name, strength))
        return next(same, None)

    def save(self, project: Project) -> None:
        """Write it into ``project``.

        Raises:
            OSError: the disk is full or may not be written.
        """
        files.write_json(project.alarm_file, {"schema": SCHEMA, **dataclasses.asdict(self)})

    @classmethod
    def load(cls, project: Project) -> Self | None:
        """What was found in ``project``; None where nobody asked yet.

        Raises:
            ProjectProblem: the file is damaged.
        """
        if not project.alarm_file.is_file():
            return None
        try:
            return cls(**_checked(files.read_json(project.alarm_file)))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
            raise ProjectProblem(
                "What the alarm found cannot be read",
                f"alarm.json is damaged ({type(error).__name__})",
                "Look for it again",
            ) from error


def pictures(project: Project, name: str) -> Path:
    """The sheet of pictures of the step ``name``.

    A row for each pair of each suspicion in turn: the image as it is, then what it became.
    """
    return project.folder / f"alarm-{name}.webp"


@dataclass(frozen=True)
class Answer:
    """What the user said of a change.

    Attributes:
        name, strength: of the step.
        was, became: the classes.
        same: whether the images still are what they were.
        at: when, ISO 8601 in UTC.
    """

    name: str
    strength: float
    was: str
    became: str
    same: bool
    at: str = ""


def answer(project: Project, given: Answer) -> None:
    """Keep what the user said.

    Raises:
        ProjectProblem: the disk is full or may not be written.
    """
    entry = {**dataclasses.asdict(given), "at": now()}
    _append(project, entry)


def take_back(project: Project, given: Answer) -> None:
    """Forget what the user said of a step and a pair of classes.

    Raises:
        ProjectProblem: the disk is full or may not be written.
    """
    _append(project, {**dataclasses.asdict(given), "same": None, "at": now()})


def answers(project: Project) -> list[Answer]:
    """What the user said, in order; lines that are none are passed over."""
    found: dict[tuple[str, float, str, str], Answer] = {}
    for line in files.read_lines(project.answers_file)[0]:
        try:
            one = Answer(
                str(line["name"]),
                float(line["strength"]),
                str(line["was"]),
                str(line["became"]),
                bool(line["same"]),
                str(line["at"]),
            )
            withdrawn = line["same"] is None
        except (KeyError, TypeError, ValueError, OverflowError):
            continue
        key = (one.name, one.strength, one.was, one.became)
        found.pop(key, None)
        if not withdrawn:
            found[key] = one
    return list(found.values())


def answered(given: Sequence[Answer], looked: Looked, suspicion: Suspicion) -> Answer | None:
    """The last answer that settles a suspicion; None where it is to be asked.

    Who said "still the same" at some strength said so of weaker alterations too, and who said
    "no" of stronger ones.
    """
    for one in reversed(given):
        if (one.name, one.was, one.became) != (looked.name, suspicion.was, suspicion.became):
            continue
        if looked.strength <= one.strength if one.same else looked.strength >= one.strength:
            return one
    return None


def _append(project: Project, entry: Mapping[str, Any]) -> None:
    try:
        files.append_line(project.answers_file, entry)
    except OSError as error:
        raise ProjectProblem(
            "Your answer could not be saved",
            f"Writing to project '{project.name}' failed: {error.strerror}",
            "Free some space, then answer again",
        ) from error


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of `Findings`, each of its type: the file may come from a stranger."""
    return {
        "catalogue": str(values["catalogue"]),
        "made": str(values["made"]),
        "images": int(values["images"]),
        "asked": int(values["asked"]),
        "key": str(values["key"]),
        "looked": tuple(_looked(one) for one in values["looked"]),
        "seconds": float(values["seconds"]),
    }


def _looked(values: Mapping[str, Any]) -> Looked:
    weaker, name = values["weaker"], str(values["name"])
    if name not in AUGMENTATIONS:
        raise ValueError(f"{name} is no augmentation")
    return Looked(
        name=name,
        strength=float(values["strength"]),
        images=int(values["images"]),
        draws=int(values["draws"]),
        flips=int(values["flips"]),
        looked_for=int(values["looked_for"]),
        suspicions=tuple(_suspicion(one) for one in values["suspicions"]),
        weaker=None if weaker is None else float(weaker),
    )


def _suspicion(values: Mapping[str, Any]) -> Suspicion:
    return Suspicion(
        was=str(values["was"]),
        became=str(values["became"]),
        images=int(values["images"]),
        changed=int(values["changed"]),
        expected=float(values["expected"]),
        flipped=int(values["flipped"]),
        p_value=float(values["p_value"]),
        pairs=tuple(
            Pair(str(one["image"]), int(one["draw"]), float(one["before"]), float(one["after"]))
            for one in values["pairs"]
        ),
    )
