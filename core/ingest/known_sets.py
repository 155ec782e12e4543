"""Well-known sets that can be downloaded: what is said of each before anything is fetched.

The facts in ``known_sets.json`` come from TensorFlow Datasets (classes, splits, numbers, bytes)
and from the pages of those who made the sets (licences). Fetching and reading them is for
`core.ml.known_sets`, in the worker.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

from core.errors import DataProblem
from core.files import read_json

_TABLE = Path(__file__).with_suffix(".json")
_ROOM = 3.2  # the download, what is unpacked from it, and the records made of that


@dataclass(frozen=True)
class KnownSet:
    """One well-known set.

    Attributes:
        name: in TensorFlow Datasets, with its configuration where it has several.
        title: what a page calls it.
        about: one sentence.
        classes: their names; of very many, some.
        class_count: how many there are.
        images: how many there are, all classes and splits together.
        download_bytes: bytes to fetch.
        splits: sides that its makers put the images on; a single one says nothing.
        licence: of the images.
        homepage: where its makers describe it.
    """

    name: str
    title: str
    about: str
    classes: tuple[str, ...]
    class_count: int
    images: int
    download_bytes: int
    splits: tuple[str, ...]
    licence: str
    homepage: str

    @property
    def disk_bytes(self) -> int:
        """Bytes of disk that fetching it takes for a while."""
        return int(self.download_bytes * _ROOM)

    def sample_size(self, each: int) -> int:
        """About how many images a sample of ``each`` a class has, at most."""
        return min(self.images, each * self.class_count)


@functools.cache
def known_sets() -> tuple[KnownSet, ...]:
    """All sets that are offered, in the order in which they are shown."""
    return tuple(
        KnownSet(**entry | {key: tuple(entry[key]) for key in ("classes", "splits")})
        for entry in read_json(_TABLE)
    )


def known_set(name: str) -> KnownSet:
    """The set called ``name``.

    Raises:
        DataProblem: none of that name is offered.
    """
    for found in known_sets():
        if found.name == name:
            return found
    raise DataProblem(
        "This set is not offered here",
        f"'{name[:60]}' is none of: {', '.join(each.name for each in known_sets())}",
        "Choose one of these, or use images of your own",
    )
