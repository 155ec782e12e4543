"""What is known of a finished run: everything that a trust report may speak of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.confusion import Pair
from core.field import FieldTest
from core.gaze import Gaze
from core.preflight import Shortcut
from core.stress import Hurt, Robustness

FAIRLY = 0.10  # a calibration error beyond this misleads


@dataclass(frozen=True)
class Calibration:
    """How far percentages are off.

    Attributes:
        error: expected calibration error, 0..1.
        by_chance: what it exceeds in only 5 % of the cases where every percentage is honest.
    """

    error: float
    by_chance: float

    @property
    def misleads(self) -> bool:
        """Whether it is far off, and chance is no excuse."""
        return self.error > max(FAIRLY, self.by_chance)


@dataclass(frozen=True)
class Sureness:
    """How answers turned out that were given with some confidence.

    Attributes:
        least: the confidence that they had at least, 0..1.
        n: how many there were.
        correct: how many of them were right.
    """

    least: float
    n: int
    correct: int


@dataclass(frozen=True)
class Stressed:
    """What the stress test found: all corruptions together, and each, what hurts most first."""

    n: int
    whole: Robustness
    hurts: tuple[Hurt, ...]


@dataclass(frozen=True)
class WeakSlice:
    """A part of the images on which it does worse than on the rest, beyond chance.

    Attributes:
        name: what its images have in common: 'Darkest quarter'.
        n: how many there are.
        accuracy: on them.
        low, high: its interval, corrected for how many parts were looked at.
    """

    name: str
    n: int
    accuracy: float
    low: float
    high: float


@dataclass(frozen=True)
class Known:
    """What is known of a run; None stands for what nobody has looked at yet.

    Attributes:
        run: its name.
        project: the name of its project.
        trained: when, ISO 8601 in UTC.
        how: in words that follow "trained": 'as a head on EfficientNet-Lite0'.
        taught: training images by class.
        sizes: images by side: 'train', 'validation', 'test'.
        side: that it is judged by here: 'test' once those images are open, else 'validation'.
        figures: of that side, see `core.results.metrics`.
        looks: how often these test images were looked at, by whichever run; 0 while sealed.
        decided_in_view: test images that were relabelled or left out after a look at them.
        pairs: classes that are mixed up, the most confused first.
        calibration: how far its percentages are off on that side.
        sureness: how its surest answers turned out.
        shortcuts: cues that give the class away before any training.
        stress: the stress test.
        gaze: where it looks.
        slices: parts of the images on which it is weaker; empty where none was found.
        fields: field tests, the newest first; empty where there was none.
    """

    run: str
    project: str
    trained: str
    how: str
    taught: Mapping[str, int]
    sizes: Mapping[str, int]
    side: str
    figures: Mapping[str, Any]
    looks: int
    decided_in_view: int = 0
    pairs: tuple[Pair, ...] = ()
    calibration: Calibration | None = None
    sureness: Sureness | None = None
    shortcuts: tuple[Shortcut, ...] | None = None
    stress: Stressed | None = None
    gaze: Gaze | None = None
    slices: tuple[WeakSlice, ...] | None = None
    fields: tuple[FieldTest, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it is judged by its test images."""
        return self.side == "test"
