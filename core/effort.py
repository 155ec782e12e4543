"""How much arithmetic a training takes: AlexNet's in 2012, and a run's of today.

Unit: multiply-adds, a multiplication and an addition each, see `core.ml.arithmetic`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.settings import Method

PASSES: Final = 3
"""Learning from an image takes about three times what answering takes: the answer, and twice as
much to find out how every number should change (J. Sevilla et al., Estimating training compute of
deep learning models, Epoch AI, 2022)"""


@dataclass(frozen=True)
class Published:
    """A training that others published.

    Attributes:
        parameters: that were learnt.
        multiply_adds: for one image.
        images: that it learnt from.
        epochs: how often each was seen.
        days: from and to how many it took.
    """

    parameters: int
    multiply_adds: int
    images: int
    epochs: int
    days: tuple[float, float]

    @property
    def total(self) -> int:
        """All multiply-adds of the training, about."""
        return PASSES * self.multiply_adds * self.images * self.epochs

    def seconds_for(self, multiply_adds: float) -> tuple[float, float]:
        """From and to how long its machine took for so many, at the speed that it kept up."""
        short, long = (86_400 * days * multiply_adds / self.total for days in self.days)
        return short, long


# A. Krizhevsky, I. Sutskever, G. Hinton, ImageNet classification with deep convolutional neural
# networks, NIPS 2012. Images, epochs and days are told there (sections 2 and 5); parameters (told
# as 60 million) and multiply-adds are counted from the layers in its section 3.5 and figure 2.
ALEXNET: Final = Published(60_965_224, 724_406_816, 1_200_000, 90, (5, 6))


@dataclass(frozen=True)
class Stage:
    """One stage of a run's training.

    Attributes:
        parameters: that learnt.
        multiply_adds: of the layers that learnt, for one image.
        epochs: that it took.
    """

    parameters: int
    multiply_adds: int
    epochs: int


@dataclass(frozen=True)
class Effort:
    """What a run took, in multiply-adds; judging images after each epoch is left out.

    Attributes:
        looked: images that went through the pretrained network, altered views too.
        looking: multiply-adds of that.
        learning: of all steps, about.
    """

    looked: int
    looking: int
    learning: int

    @property
    def total(self) -> int:
        """Of both."""
        return self.looking + self.learning


def effort(
    method: Method,
    sides: Mapping[str, int],
    views: int,
    looking: int,
    stages: Mapping[str, Stage],
) -> Effort:
    """What a run took.

    Args:
        method: by which it was trained.
        sides: how many images stand on each side, as the run's report has it.
        views: altered views of each training image that were computed once.
        looking: multiply-adds of the pretrained network for one image.
        stages: by name.
    """
    if not method.is_pretrained:
        looked = 0
    else:
        looked = sum(sides.values()) + sides["train"] * views
    examples = sides["train"] * (1 + views)
    steps = sum(stage.epochs * stage.multiply_adds for stage in stages.values())
    return Effort(looked, looked * looking, PASSES * examples * steps)
