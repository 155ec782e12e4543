"""Where a run's model looks, class by class, as plain data; and how it is kept with the run."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

from core import files
from core.errors import ProjectProblem
from core.gaze.measure import Share, Spot
from core.project import is_moment
from core.results import wilson

SCHEMA = 1
FILE = "gaze.json"
_ROUNDED = 1e-6  # by which a share may leave 0..1


@dataclass(frozen=True)
class Swap:
    """What became of the answers where one place was exchanged between images of two kinds.

    Attributes:
        kept: of ``own`` images of the class that got the place from an image of another class,
            how many were still answered with the class.
        own: how many there were.
        turned: of ``others`` images of other classes that got the place from an image of the
            class, how many were then answered with the class.
        others: how many there were.
    """

    kept: int
    own: int
    turned: int
    others: int

    @property
    def moved(self) -> float:
        """How many answers go with the place at least, 0..1: the lower end of a 95 % interval.

        The larger of two shares: answers that were lost with it, and answers that came with it.
        """
        lost = wilson(self.own - self.kept, self.own)[0] if self.own else 0.0
        gained = wilson(self.turned, self.others)[0] if self.others else 0.0
        return max(lost, gained)


@dataclass(frozen=True)
class Example:
    """One image with its heat.

    Attributes:
        image_id: of the image.
        label: of the same.
        picture: SHA-256 of the picture of both, see `pictures`.
    """

    image_id: str
    label: str
    picture: str


@dataclass(frozen=True)
class ClassGaze:
    """Where the model looks when it names one class.

    Attributes:
        label: the class.
        n: images that were looked at.
        border: the share of the heat near the edges, see `core.gaze.measure.BORDER`.
        outside: the share of the heat outside the middle.
        mean: (`GRID`, `GRID`), where the heat lies on average; sums to 1.
        picture: SHA-256 of a picture of it over the mean of the images, see `pictures`.
        examples: some of the images.
        spot: the small place that holds most of it; None where there is none.
        swap: what that place alone does; None where there is no such place.
    """

    label: str
    n: int
    border: Share
    outside: Share
    mean: tuple[tuple[float, ...], ...]
    picture: str = ""
    examples: tuple[Example, ...] = ()
    spot: Spot | None = None
    swap: Swap | None = None


@dataclass(frozen=True)
class Gaze:
    """Where a run's model looks.

    Attributes:
        made: when, ISO 8601 in UTC.
        model: the identity of the weights that were asked.
        way: how heat was made.
        n: images that were looked at.
        classes: one entry a class that was ever named, in the order of the run's classes.
    """

    made: str
    model: str
    way: str
    n: int
    classes: tuple[ClassGaze, ...]

    @property
    def spotted(self) -> tuple[ClassGaze, ...]:
        """The classes whose heat mostly lies on one small place, away from the middle."""
        return tuple(one for one in self.classes if one.spot and not one.spot.central)

    @property
    def central(self) -> tuple[ClassGaze, ...]:
        """The same for places in the middle, where the thing itself usually stands."""
        return tuple(one for one in self.classes if one.spot and one.spot.central)

    def save(self, folder: Path) -> None:
        """Write it into the folder of its run.

        Raises:
            OSError: the disk is full or may not be written.
        """
        files.write_json(folder / FILE, {"schema": SCHEMA, **dataclasses.asdict(self)})

    @classmethod
    def load(cls, folder: Path) -> Self | None:
        """What was found for the run in ``folder``; None where nobody looked yet.

        Raises:
            ProjectProblem: the file is damaged.
        """
        path = folder / FILE
        if not path.is_file():
            return None
        try:
            values = files.read_json(path)
            classes = tuple(_class(each) for each in values["classes"])
            made, model, way = (str(values[name]) for name in ("made", "model", "way"))
            if not is_moment(made):
                raise ValueError("it does not say when")
            return cls(made, model, way, _count(values["n"]), classes)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
            raise ProjectProblem(
                "Where the model looks cannot be read",
                f"{FILE} is damaged ({type(error).__name__})",
                "Look again",
            ) from error


def pictures(folder: Path) -> Path:
    """Where the pictures of the run in ``folder`` lie: ``<first two hex>/<sha256>.webp``."""
    return folder / "gaze"


def keep_picture(folder: Path, data: bytes) -> str:
    """Keep a picture, WebP, for the run in ``folder``; returns its SHA-256.

    Raises:
        OSError: the disk is full or may not be written.
    """
    name = sha256(data).hexdigest()
    place = pictures(folder) / name[:2]
    place.mkdir(parents=True, exist_ok=True)
    files.write_bytes(place / f"{name}.webp", data)
    return name


def _class(values: dict[str, Any]) -> ClassGaze:
    """Each part of its type and within its bounds: the file may come from a stranger."""
    return ClassGaze(
        str(values["label"]),
        _count(values["n"]),
        _share(values["border"]),
        _share(values["outside"]),
        tuple(tuple(_part(value) for value in row) for row in values["mean"]),
        str(values["picture"]),
        tuple(_example(each) for each in values["examples"]),
        _spot(values["spot"]) if values["spot"] else None,
        _swap(values["swap"]) if values["swap"] else None,
    )


def _example(values: dict[str, Any]) -> Example:
    return Example(str(values["image_id"]), str(values["label"]), str(values["picture"]))


def _share(values: dict[str, Any]) -> Share:
    return Share(_part(values["mean"]), _part(values["low"]), _part(values["high"]))


def _spot(values: dict[str, Any]) -> Spot:
    top, left, side, steady, others = (
        _part(values[name]) for name in ("top", "left", "side", "steady", "others")
    )
    return Spot(top, left, side, _share(values["share"]), steady, others)


def _swap(values: dict[str, Any]) -> Swap:
    kept, own, turned, others = (
        _count(values[name]) for name in ("kept", "own", "turned", "others")
    )
    if kept > own or turned > others:
        raise ValueError("more than all")
    return Swap(kept, own, turned, others)


def _part(value: Any) -> float:
    number = float(value)
    if not -_ROUNDED <= number <= 1 + _ROUNDED:
        raise ValueError("no share")
    return number


def _count(value: Any) -> int:
    number = int(value)
    if number < 0:
        raise ValueError("no number of images")
    return number
