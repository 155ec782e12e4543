"""An exercise file: class folders of images with planted faults, and the sealed key."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from core import files
from core.errors import DataProblem, Stopped
from core.exercise import planting, spoil
from core.exercise.faults import Fault
from core.exercise.key import MEMBER, TEXT, AnswerKey, Cover, Planted, told
from core.exercise.levels import LEVELS, Order
from core.exercise.material import Material, strangers
from core.exercise.planting import Item, Planting
from core.exercise.seal import OPEN
from core.exercise.sealed import written
from core.ingest import decode

_DATE: Final = (1980, 1, 1, 0, 0, 0)  # of every file in the zip: when it was made tells nothing
_NAME: Final = 10  # hexadecimal digits of a file's name


def make(
    material: Material,
    order: Order,
    target: Path,
    title: str = "",
    secret: str = OPEN,
    tell: Callable[[int, int], None] = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Cover:
    """Write an exercise to ``target``, a zip that is taken in like any other.

    Every image is decoded and saved anew in the same way, so that no format, quality, metadata,
    date or order tells what was done to it; names are random. Images that cannot be read, that
    are in doubt, and all but one of identical ones are left out, so that the only faults of these
    kinds are the planted ones. The same material and order give the same file.

    Args:
        material: the images; as clean as can be.
        order: what is planted.
        target: overwritten.
        title: what the exercise is called; '' follows from the material.
        secret: of the seal, see `seal.stretched`.
        tell: called with how many images are done, of how many.
        should_stop: asked before every image.

    Raises:
        SettingsProblem: there are too few images or classes for so many faults.
        DataProblem: the images cannot be used.
        Stopped: ``should_stop`` said so; nothing is left at ``target``.
    """
    sound = _Sound(material, should_stop)
    random = np.random.default_rng([order.seed, order.level])
    plan = planting.plan([material.labels[place] for place in sound.places], order, random)
    title = " ".join((title or f"{material.title}: {LEVELS[order.level].title}").split())[:TEXT]
    with files.replacing(target) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        made = _Maker(sound, plan, order, random, tell, should_stop).made()
        for name in sorted(made.content):
            archive.writestr(zipfile.ZipInfo(name, _DATE), made.content[name])
        number = hashlib.sha256("\n".join(sorted(made.hashes)).encode()).hexdigest()[:12]
        kinds, counts = told(made.faults, LEVELS[order.level].tells)
        locked = secret != OPEN
        cover = Cover(number, title, order.level, len(made.content), kinds, counts, locked)
        key = AnswerKey(number, tuple(made.faults), frozenset(made.hashes))
        archive.writestr(zipfile.ZipInfo(MEMBER, _DATE), written(cover, key, secret))
    return cover


class _Sound:
    """The images that are beyond doubt, each content once.

    Attributes:
        places: of them in the material.
    """

    def __init__(self, material: Material, should_stop: Callable[[], bool]) -> None:
        self.material = material
        seen: set[str] = set()
        self.places = []
        for place in range(material.size):
            if should_stop():
                raise Stopped
            if place in material.doubtful:
                continue
            content = hashlib.sha256(material.read(place)).hexdigest()
            if content not in seen:
                seen.add(content)
                self.places.append(place)

    def image(self, place: int) -> Image.Image | None:
        """The pixels of the image at ``place`` of `places`; None where it cannot be read."""
        try:
            return spoil.fitted(decode(self.material.read(self.places[place])))
        except DataProblem:
            return None


class _Maker:
    """Makes one file after the other.

    Attributes:
        content: bytes by the name in the archive.
        hashes: SHA-256 of all of them.
        faults: what was planted.
    """

    def __init__(
        self,
        sound: _Sound,
        plan: Planting,
        order: Order,
        random: np.random.Generator,
        tell: Callable[[int, int], None],
        should_stop: Callable[[], bool],
    ) -> None:
        self._sound, self._plan, self._order, self._random = sound, plan, order, random
        self._tell, self._should_stop = tell, should_stop
        self._texts = {name: spoil.stamp_text(random) for name in plan.marked}
        self._made: dict[int, str] = {}  # the SHA-256 of each item
        self.content: dict[str, bytes] = {}
        self.hashes: set[str] = set()
        self.faults: list[Planted] = []

    def made(self) -> _Maker:
        """Make all, and return itself."""
        donors = strangers(self._sound.material)
        items = self._plan.items
        for at, item in enumerate(items):
            if self._should_stop():
                raise Stopped
            data = self._data(at, item, donors)
            if data is not None:
                self._put(at, item, data)
            self._tell(at + 1, len(items))
        self.faults += [Planted(Fault.IMBALANCE, label=name) for name in self._plan.thinned]
        for name in self._plan.marked:
            own = [at for at, item in enumerate(items) if item.is_marked and item.label == name]
            marked = tuple(self._made[at] for at in own if at in self._made)
            self.faults.append(Planted(Fault.SHORTCUT, label=name, marked=marked))
        return self

    def _data(self, at: int, item: Item, donors: Iterator[bytes]) -> bytes | None:
        """The bytes of an item; None where its image cannot be read."""
        if item.fault is Fault.OFF_TOPIC:
            return spoil.encoded(spoil.fitted(decode(next(donors))))
        image = self._sound.image(item.place)
        if image is None:
            return None
        level, random = self._order.level, self._random
        match item.fault:
            case Fault.BLUR:
                image = spoil.blurred(image, level, random)
            case Fault.DARK:
                image = spoil.darkened(image, level, random)
            case Fault.NEAR:
                image = spoil.copied(image, level, random)
            case Fault.BROKEN:
                return spoil.broken(spoil.encoded(image), random)
        bears = item if item.twin < 0 else self._plan.items[item.twin]
        if bears.is_marked:  # a copy bears what its original does
            image = spoil.stamped(image, level, self._texts[item.label])
        return spoil.encoded(image)

    def _put(self, at: int, item: Item, data: bytes) -> None:
        sha256 = hashlib.sha256(data).hexdigest()
        name = f"{self._random.integers(16**_NAME):0{_NAME}x}.jpg"
        self.content[f"{item.side}/{item.label}/{name}"] = data
        self.hashes.add(sha256)
        self._made[at] = sha256
        if item.fault is None:
            return
        twin = self._made.get(item.twin, "") if item.fault is Fault.NEAR else ""
        self.faults.append(
            Planted(item.fault, sha256, name, item.label, truth=item.truth, twin=twin)
        )
