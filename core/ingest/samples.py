"""The built-in samples: three small sets of images, described in data/samples.json."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

from core.errors import DataProblem
from core.files import read_json

_FOLDER = Path(__file__).resolve().parents[2] / "data"


@dataclass(frozen=True)
class Sample:
    """One built-in sample.

    Attributes:
        name: what the command line calls it.
        title: what a page calls it.
        description: one sentence.
        synthetic: drawn by a program; otherwise real.
        licence: SPDX identifier of the images' licence.
        classes: names of the class folders.
        images: how many, all classes together.
        bytes: size of the zip.
        sha256: of the zip.
        path: the zip, with class folders at its top level.
    """

    name: str
    title: str
    description: str
    synthetic: bool
    licence: str
    classes: tuple[str, ...]
    images: int
    bytes: int
    sha256: str
    path: Path


@functools.cache
def samples() -> tuple[Sample, ...]:
    """All built-in samples, in the order in which they are offered."""
    return tuple(
        Sample(
            name=entry["name"],
            title=entry["title"],
            description=entry["description"],
            synthetic=entry["synthetic"],
            licence=entry["licence"],
            classes=tuple(entry["classes"]),
            images=entry["images"],
            bytes=entry["bytes"],
            sha256=entry["sha256"],
            path=_FOLDER / f"{entry['name']}.zip",
        )
        for entry in read_json(_FOLDER / "samples.json")
    )


def sample(name: str) -> Sample:
    """The built-in sample called ``name``.

    Raises:
        DataProblem: there is none of that name.
    """
    for found in samples():
        if found.name == name:
            return found
    names = ", ".join(found.name for found in samples())
    raise DataProblem(
        "There is no such sample",
        f"'{name[:60]}' is none of the built-in samples ({names})",
        "Choose one of these, or give a zip or a folder of your own",
    )
