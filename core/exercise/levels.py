"""What is to be planted: how many of each kind, how plainly, and the three ready-made levels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Self

from core.errors import SettingsProblem
from core.exercise.faults import CLAIMED, Fault

MOST_SEED: Final = 2**31 - 1
_CROWDED: Final = 1 / 3  # of the images; with more faults than that, what is the rule?
_FEWEST: Final = 3


@dataclass(frozen=True)
class Level:
    """A ready-made mixture.

    Attributes:
        title: what it is called.
        about: what awaits the detective, a sentence.
        shares: of the images, by kind; of classes and files, plain numbers.
        tells: what the cover says about the faults: 'counts', 'kinds' or 'nothing'.
    """

    title: str
    about: str
    shares: Mapping[Fault, float]
    tells: str


LEVELS: Final[Mapping[int, Level]] = MappingProxyType(
    {
        1: Level(
            "Warm-up",
            "Four kinds of plain faults. You are told how many there are of each.",
            {Fault.WRONG_LABEL: 0.03, Fault.EXACT: 0.02, Fault.DARK: 0.015, Fault.BROKEN: 3},
            "counts",
        ),
        2: Level(
            "Case",
            "Seven kinds of faults. You are told which, but not how many.",
            {
                Fault.WRONG_LABEL: 0.03,
                Fault.EXACT: 0.02,
                Fault.NEAR: 0.02,
                Fault.DARK: 0.015,
                Fault.BLUR: 0.015,
                Fault.OFF_TOPIC: 0.012,
                Fault.BROKEN: 3,
            },
            "kinds",
        ),
        3: Level(
            "Cold case",
            "Anything may be wrong, less plainly than before. You are told nothing.",
            {
                Fault.WRONG_LABEL: 0.04,
                Fault.EXACT: 0.02,
                Fault.NEAR: 0.025,
                Fault.DARK: 0.02,
                Fault.BLUR: 0.02,
                Fault.OFF_TOPIC: 0.015,
                Fault.BROKEN: 4,
                Fault.SHORTCUT: 1,
                Fault.IMBALANCE: 1,
            },
            "nothing",
        ),
    }
)


@dataclass(frozen=True)
class Order:
    """What is to be planted.

    Attributes:
        plant: how many of each kind; of SHORTCUT and IMBALANCE, how many classes.
        level: 1 to 3: how plainly faults show, and what the cover tells.
        seed: the same gives the same exercise.
    """

    plant: Mapping[Fault, int]
    level: int = 1
    seed: int = 0
    total: int = field(init=False)

    def __post_init__(self) -> None:
        if self.level not in LEVELS:
            raise SettingsProblem(f"There is no level {self.level}", "Levels are 1, 2 and 3")
        if not 0 <= self.seed <= MOST_SEED:
            raise SettingsProblem(f"The seed cannot be {self.seed}", f"Expected 0 to {MOST_SEED}")
        if any(number < 0 for number in self.plant.values()) or not any(self.plant.values()):
            raise SettingsProblem(
                "Nothing would be planted",
                "An exercise needs at least one fault, and no kind fewer than none",
                "Choose a kind of fault and how many",
            )
        object.__setattr__(self, "total", sum(self.plant.values()))

    @classmethod
    def of_level(cls, level: int, images: int, seed: int = 0) -> Self:
        """The ready-made mixture of ``level`` for so many images.

        Raises:
            SettingsProblem: there is no such level.
        """
        if level not in LEVELS:
            raise SettingsProblem(f"There is no level {level}", "Levels are 1, 2 and 3")
        plant = {
            fault: int(share) if fault in CLAIMED else max(_FEWEST, round(share * images))
            for fault, share in LEVELS[level].shares.items()
        }
        return cls(plant, level, seed)

    def of(self, fault: Fault) -> int:
        """How many of this kind."""
        return self.plant.get(fault, 0)

    def require_room(self, images: int, classes: int) -> None:
        """Check that so many images in so many classes can hold it all.

        Raises:
            SettingsProblem: they cannot.
        """
        single = self.total - self.of(Fault.SHORTCUT) - self.of(Fault.IMBALANCE)
        if single > images * _CROWDED:
            raise SettingsProblem(
                "These are too many faults for so few images",
                f"{single:,} faults were asked for in {images:,} images; at most a third may be "
                "faulty",
                "Plant fewer, or take more images",
            )
        whole = self.of(Fault.SHORTCUT) + self.of(Fault.IMBALANCE)
        if classes < 2 or whole > classes - 1:
            raise SettingsProblem(
                "There are too few classes for this",
                f"{whole} whole classes would be faulty, and there are {classes}",
                "Leave one class as it is; and an exercise needs two at least",
            )
