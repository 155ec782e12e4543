"""What an exercise is made of: the images of a project, a zip, a folder or a built-in sample.

Where the answer is beyond doubt nobody is accused falsely for what cannot be seen. So images that
the checks are in doubt about are left out before anything is planted: of a project what its own
checks ask and nobody answered; of the samples those in ``doubtful.json`` beside this file, which
``python -m tests.benchmarks.doubtful`` makes. A zip or a folder was never checked, so all of it is
taken: bring it into a project and clean it first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core import catalogue, files
from core.audit import standing
from core.errors import DataProblem
from core.ingest import open_source, original_path, read_layout, samples
from core.ingest.lost import require_images
from core.ingest.samples import sample
from core.project import Project

DOUBT: Final = 0.3
"""whose label a probe that never saw the image finds less likely than that is no plain case"""
_CHECKS: Final = ("wrong_labels", "outliers", "blurry", "dark", "near_duplicates")
_DOUBTFUL: Final = Path(__file__).with_name("doubtful.json")


@dataclass(frozen=True)
class Material:
    """Images with their classes.

    Attributes:
        title: what they are called.
        labels: the class of each.
        read: the bytes of the one at a place.
        doubtful: the places of those that had better be left out.
    """

    title: str
    labels: Sequence[str]
    read: Callable[[int], bytes]
    doubtful: frozenset[int] = frozenset()

    @property
    def size(self) -> int:
        """How many images there are."""
        return len(self.labels)

    @property
    def classes(self) -> frozenset[str]:
        """The names of the classes."""
        return frozenset(self.labels)


@contextmanager
def open_material(source: Path | str) -> Iterator[Material]:
    """The images of ``source``: a path, or the name of a built-in sample.

    Raises:
        DataProblem: there is nothing of this name, or no image in it.
        ArchiveProblem: the archive is damaged or unsafe.
    """
    path = Path(source)
    if not path.exists():
        found = sample(str(source))
        names = frozenset(files.read_json(_DOUBTFUL).get(found.name, ()))
        with _of_archive(found.path, found.title, names) as material:
            yield material
    elif (path / "project.json").is_file():
        yield of_project(Project(path))
    else:
        with _of_archive(path, path.stem) as material:
            yield material


def of_project(project: Project) -> Material:
    """The images of ``project`` in force, as they were cleaned so far.

    Raises:
        DataProblem: it has none, or they are not here.
    """
    require_images(project.folder)
    images = catalogue.in_force(project)
    hashes = images["sha256"].tolist()
    if not hashes:
        raise DataProblem("There are no images in this project", "", "Bring in images first")

    def read(place: int) -> bytes:
        return original_path(project.folder, hashes[place]).read_bytes()

    asked = standing(project).asked
    doubted: set[str] = set()
    for check in _CHECKS:
        doubted.update(asked[check].rows(DOUBT if check == "wrong_labels" else None)["subject"])
    doubtful = [place for place, image in enumerate(images["image_id"]) if image in doubted]
    labels = [str(label) for label in images["label"]]
    return Material(project.name, labels, read, frozenset(doubtful))


@contextmanager
def _of_archive(
    path: Path, title: str, doubtful: frozenset[str] = frozenset()
) -> Iterator[Material]:
    with open_source(path) as archive:
        entries = [entry for entry in read_layout(archive).entries if entry.label]
        if not entries:
            raise DataProblem(
                "No images were found", f"{path.name} has no folder of images a class"
            )

        def read(place: int) -> bytes:
            return archive.read(archive.members[entries[place].index])

        places = [place for place, entry in enumerate(entries) if entry.name in doubtful]
        yield Material(title, [entry.label for entry in entries], read, frozenset(places))


def strangers(material: Material) -> Iterator[bytes]:
    """Images of something else, from the built-in samples whose classes are others; in turn."""
    found = [each for each in samples.samples() if not material.classes & set(each.classes)]
    archives = []
    try:
        for each in found or samples.samples():
            archive = open_source(each.path)
            archives.append((archive, read_layout(archive).entries))
        longest = max(len(entries) for _, entries in archives)
        for turn in range(longest):
            for archive, entries in archives:
                # A step that shares no factor with the number of images visits the classes in turn
                place = turn * 389 % len(entries)
                yield archive.read(archive.members[entries[place].index])
    finally:
        for archive, _ in archives:
            archive.close()
