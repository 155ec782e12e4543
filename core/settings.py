"""What a user can choose, as frozen dataclasses; each field carries label, help and range.

Pages draw their forms from these fields, the command line its options, and `validate`
checks values from wherever they come (a form, a file, a shell).
"""

from __future__ import annotations

import dataclasses
import functools
import typing
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from core.errors import SettingsProblem


class Fit(StrEnum):
    """How an image that is not square is brought to the model's square."""

    SQUASH = "squash"
    CROP = "crop"
    PAD = "pad"


class Backbone(StrEnum):
    """The pretrained networks to stand on."""

    LITE0 = "efficientnet-lite0"
    LITE2 = "efficientnet-lite2"

    @property
    def image_size(self) -> int:
        """The side in pixels that the network was trained at."""
        return {Backbone.LITE0: 224, Backbone.LITE2: 260}[self]


class Method(StrEnum):
    """How the classifier is trained."""

    HEAD = "head"
    FINETUNE = "finetune"
    SCRATCH = "scratch"
    WHOLE = "whole"

    @property
    def is_pretrained(self) -> bool:
        """Whether the training stands on a pretrained network."""
        return self is not Method.SCRATCH


class ImageSize(StrEnum):
    """The side in pixels of the square that the model sees."""

    AUTO = "auto"
    S96 = "96"
    S128 = "128"
    S160 = "160"
    S192 = "192"
    S224 = "224"
    S260 = "260"
    S300 = "300"


class Schedule(StrEnum):
    """How the learning rate moves while the training goes on."""

    CONSTANT = "constant"
    COSINE = "cosine"


class Balance(StrEnum):
    """What is done about unequal classes."""

    AUTO = "auto"
    ON = "on"  # class weights
    SAMPLING = "sampling"
    OFF = "off"


def setting(
    default: Any, label: str, help: str, low: float | None = None, high: float | None = None
) -> Any:
    """A dataclass field that knows how to present itself and which values it admits."""
    metadata = {"label": label, "help": help, "low": low, "high": high}
    return dataclasses.field(default=default, metadata=metadata)


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


@dataclass(frozen=True)
class Settings:
    """Base of all settings: checks every value on creation.

    Raises:
        SettingsProblem: a value has the wrong type or lies outside its range.
    """

    def __post_init__(self) -> None:
        hints = _hints(type(self))  # type: ignore[arg-type]  # a class has a hash
        for field in dataclasses.fields(self):
            value = _coerce(field.name, getattr(self, field.name), hints[field.name])
            _check_range(field, value)
            object.__setattr__(self, field.name, value)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """The settings in ``values``; keys that this version does not know are left out."""
        known = {field.name for field in dataclasses.fields(cls)}
        return cls(**{name: value for name, value in values.items() if name in known})

    def to_dict(self) -> dict[str, Any]:
        """The settings as plain JSON values."""
        return {
            name: str(value) if isinstance(value, StrEnum) else value
            for name, value in dataclasses.asdict(self).items()
        }


def _coerce(name: str, value: Any, kind: Any) -> Any:
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        try:
            return kind(value)
        except ValueError:
            choices = ", ".join(kind)
            raise SettingsProblem(
                f"'{value}' is no {name.replace('_', ' ')}", f"Known are {choices}"
            ) from None
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        raise SettingsProblem(
            f"The setting '{name}' cannot be {value!r}", f"Expected a value like {kind.__name__}"
        )
    return value


def _check_range(field: dataclasses.Field[Any], value: Any) -> None:
    low, high = field.metadata.get("low"), field.metadata.get("high")
    if low is None or high is None:
        return
    if not low <= value <= high:  # also false for NaN
        raise SettingsProblem(
            f"{field.metadata['label']} cannot be {value}",
            f"It lies between {low:g} and {high:g}",
        )


@dataclass(frozen=True)
class SplitSettings(Settings):
    """How the images are divided into training, validation and test."""

    validation: float = setting(
        0.15, "Validation share", "Images that steer the training without being learnt.", 0.05, 0.4
    )
    test: float = setting(
        0.15, "Test share", "Images put aside until the end, to judge the result.", 0.05, 0.4
    )
    seed: int = setting(0, "Seed", "The same seed gives the same split.", 0, 2**31 - 1)
    keep_given: bool = setting(
        True, "Keep the given split", "Leave images on the side that their archive puts them on."
    )
    near_duplicates: bool = setting(
        True, "Near duplicates together", "Nearly the same pictures stay on one side."
    )
    listed_groups: bool = setting(
        True, "Listed groups together", "Images with one name in a group column stay on one side."
    )
    name_stem: bool = setting(
        False, "Same name together", "IMG_12_a and IMG_12_b, or frames of one video, stay together."
    )
    burst: bool = setting(
        False, "Bursts together", "Photos that one camera took within seconds stay on one side."
    )
    folder: bool = setting(
        False, "Folders together", "Images in one folder inside a class stay on one side."
    )


@dataclass(frozen=True)
class TrainSettings(Settings):
    """One run: everything that decides what the model becomes, beside data, split and recipe."""

    method: Method = setting(
        Method.HEAD,
        "Method",
        "How much learns from your images: one new layer, the network's last third, or all of it.",
    )
    backbone: Backbone = setting(
        Backbone.LITE0,
        "Backbone",
        "The pretrained network to stand on. Lite2 sees a little more and takes twice as long.",
    )
    image_size: ImageSize = setting(
        ImageSize.AUTO,
        "Image size",
        "The side in pixels that each image is brought to. Auto: what suits the method.",
    )
    fit: Fit = setting(
        Fit.SQUASH,
        "Fit",
        "How an image becomes square: squash it, crop its middle, or pad it with gray.",
    )
    views: int = setting(
        0,
        "Augmented views",
        "Altered copies of each training image, made by the recipe of the Augment page.",
        0,
        16,
    )
    epochs: int = setting(
        60, "Epochs", "How often the training goes through all images, at most.", 1, 500
    )
    batch_size: int = setting(
        32, "Batch size", "Images per step. Smaller batches learn in finer steps.", 4, 512
    )
    learning_rate: float = setting(
        1e-3, "Learning rate", "How far each step moves the weights.", 1e-6, 1.0
    )
    schedule: Schedule = setting(
        Schedule.CONSTANT,
        "Schedule",
        "Constant: the same rate throughout. Cosine: it sinks to nothing by the last epoch.",
    )
    weight_decay: float = setting(
        1e-4, "Weight decay", "How strongly large weights are pulled back.", 0.0, 1.0
    )
    dropout: float = setting(
        0.0, "Dropout", "Share of the features hidden at each step, against overfitting.", 0.0, 0.9
    )
    label_smoothing: float = setting(
        0.0,
        "Label smoothing",
        "How much of each label is shared out among all classes, against overconfidence.",
        0.0,
        0.5,
    )
    balance: Balance = setting(
        Balance.AUTO,
        "Unequal classes",
        "Let rare classes count more, or show them more often. Auto: weights where needed.",
    )
    patience: int = setting(
        10, "Patience", "Stop after so many epochs without a better validation loss.", 1, 500
    )
    seed: int = setting(
        0, "Seed", "The same data, settings and seed give the same model.", 0, 2**31 - 1
    )

    @classmethod
    def usual(cls, method: Method) -> TrainSettings:
        """What suits ``method`` unless somebody knows better."""
        return cls(method=method, **_USUAL.get(method, {}))

    @property
    def pixels(self) -> int:
        """The side in pixels of the square that the model sees."""
        if self.image_size is not ImageSize.AUTO:
            return int(self.image_size)
        return self.backbone.image_size if self.method.is_pretrained else _SCRATCH_PIXELS


_SCRATCH_PIXELS = 96  # a network that begins with nothing learns little from more
_USUAL: dict[Method, dict[str, Any]] = {
    Method.FINETUNE: {"epochs": 5, "learning_rate": 3e-4, "schedule": Schedule.COSINE},
    Method.SCRATCH: {"epochs": 40, "learning_rate": 1e-3, "schedule": Schedule.COSINE},
    Method.WHOLE: {"epochs": 10, "learning_rate": 1e-4, "schedule": Schedule.COSINE},
}
