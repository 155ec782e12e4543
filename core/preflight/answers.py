"""What the preflight found, as plain data; and how it is kept in a project."""

from __future__ import annotations

import dataclasses
import types
import typing
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from core import files
from core.errors import ProjectProblem
from core.project import Project

SCHEMA = 1


class Level(StrEnum):
    """How much a cue gives away."""

    NONE = "none"
    NOTICEABLE = "noticeable"
    STRONG = "strong"


@dataclass(frozen=True)
class Sign:
    """What one class has that the others lack.

    Attributes:
        what: in words that follow "have": 'the size 512 × 384'.
        share: of the class's images that have it, 0..1.
        others: of all other images.
    """

    what: str
    share: float
    others: float


@dataclass(frozen=True)
class GivenAway:
    """A class that a cue gives away.

    Attributes:
        label: the class.
        informed: the share of its images that is recognised by the cue alone, less the share
            of other images taken for it: 0 is blind, 1 perfect.
        sign: what it has that the others lack; None where no single thing says it.
        images: ids of those most surely guessed right.
    """

    label: str
    informed: float
    sign: Sign | None
    images: tuple[str, ...]


@dataclass(frozen=True)
class Shortcut:
    """How well the label is guessed from one cue that should not tell it.

    Attributes:
        name: of the cue.
        title: the same for people.
        level: what to think of it.
        accuracy: share of images guessed right, each class counting the same.
        chance: the same by blind luck.
        p_value: how often luck does as well, corrected for the number of cues.
        effect: how much of the way from luck to perfect, 0..1.
        classes: those that it gives away, the most obvious first.
    """

    name: str
    title: str
    level: Level
    accuracy: float
    chance: float
    p_value: float
    effect: float
    classes: tuple[GivenAway, ...]


@dataclass(frozen=True)
class Leakage:
    """What a careless split would promise too much.

    Attributes:
        random: accuracy of the probe where every image is dealt out alone.
        grouped: the same where images that belong together stay together.
        price: random less grouped.
        low, high: 95 % interval of the price.
        together: images that stand in a group with others.
        groups: how many such groups there are.
        seeds: how many splits of each kind were tried.
    """

    random: float
    grouped: float
    price: float
    low: float
    high: float
    together: int
    groups: int
    seeds: int


@dataclass(frozen=True)
class Baseline:
    """A simple way to answer, and how often it is right.

    Attributes:
        name: majority, colour, pixels, neighbour, probe.
        title: the same for people.
        accuracy: share of ``n`` images answered right.
        low, high: 95 % interval (Wilson).
        balanced: the mean of the classes' recalls.
        n: images that were asked about.
    """

    name: str
    title: str
    accuracy: float
    low: float
    high: float
    balanced: float
    n: int


@dataclass(frozen=True)
class Point:
    """The probe's error with ``n`` images to learn from: the share of wrong answers."""

    n: int
    error: float


@dataclass(frozen=True)
class Gain:
    """How much accuracy ``times`` as many images would probably add: between low and high."""

    times: float
    low: float
    high: float


@dataclass(frozen=True)
class Curve:
    """A learning curve: error = a + b * n ** -c.

    Attributes:
        label: the class; '' for all.
        points: what was measured, by size; ``n`` counts images of all classes.
        now: the error that the curve has with the images there are.
        band: (n, low, high) of the curve, from the larger sizes to four times the images;
            empty where it cannot be told.
        gains: for twice and four times the images; empty where it cannot be told.
        why_not: why no more is told; '' where there is nothing to explain.
    """

    label: str
    points: tuple[Point, ...]
    now: float
    band: tuple[tuple[float, float, float], ...]
    gains: tuple[Gain, ...]
    why_not: str = ""


@dataclass(frozen=True)
class Preflight:
    """The answers to four questions to the data.

    Attributes:
        catalogue: the `content_id` of the images that were looked at.
        made: when, ISO 8601 in UTC.
        images: how many there were.
        looked_at: how many of them were asked about shortcuts.
        shortcuts: the cues, the most telling first.
        silent: cues that cannot tell anything, and why.
        leakage: None where no images belong together.
        baselines: from the simplest to the best.
        curve: of all classes; None where there are too few images.
        classes: a curve for each class.
        seconds: what each part took.
    """

    catalogue: str
    made: str
    images: int
    looked_at: int
    shortcuts: tuple[Shortcut, ...]
    silent: dict[str, str]
    leakage: Leakage | None
    baselines: tuple[Baseline, ...]
    curve: Curve | None
    classes: tuple[Curve, ...]
    seconds: dict[str, float]

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {"schema": SCHEMA, **dataclasses.asdict(self)}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """What `to_dict` gave.

        Raises:
            KeyError, TypeError, ValueError: it is something else.
        """
        found: Self = build(cls, values)
        return found

    def save(self, project: Project) -> None:
        """Write it into ``project``.

        Raises:
            OSError: the disk is full or may not be written.
        """
        files.write_json(project.preflight_file, self.to_dict())

    @classmethod
    def load(cls, project: Project) -> Self | None:
        """What was found in ``project``; None where nobody asked yet.

        Raises:
            ProjectProblem: the file is damaged.
        """
        if not project.preflight_file.is_file():
            return None
        try:
            return cls.from_dict(files.read_json(project.preflight_file))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
            raise ProjectProblem(
                "The preflight cannot be read",
                f"preflight.json is damaged ({type(error).__name__})",
                "Run the preflight again",
            ) from error


def build(kind: Any, value: Any) -> Any:
    """``value``, as JSON has it, as a ``kind``: dataclasses, tuples, dictionaries, plain values."""
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        names = [field.name for field in dataclasses.fields(kind)]
        return kind(**{name: build(hints[name], value[name]) for name in names})  # type: ignore[operator]
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is types.UnionType:
        return None if value is None else build(arguments[0], value)
    if origin is tuple:
        if arguments[-1] is Ellipsis:
            return tuple(build(arguments[0], each) for each in value)
        return tuple(build(inner, each) for inner, each in zip(arguments, value, strict=True))
    if origin is dict:
        return {str(name): build(arguments[1], each) for name, each in value.items()}
    return kind(value)
