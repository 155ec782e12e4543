"""Projects of Google's Teachable Machine: the ``.tm`` file that it saves.

Such a file is a zip with ``manifest.json``, which tells the kind of project, and the samples
side by side, each named after its class: ``Class 1-!-0.jpg``. Files that other programs made,
with a folder a class or with the classes listed in the manifest, are read too.

Source: files saved by Teachable Machine 2.4 (teachablemachine.withgoogle.com).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from core.errors import ArchiveProblem, DataProblem
from core.ingest import kinds
from core.ingest.archives import Closing, Member, ZipArchive, read_archive
from core.ingest.limits import MB, Limits
from core.ingest.names import normalise

_MANIFEST = "manifest.json"
_BETWEEN = "-!-"
_MANIFEST_BYTES = 16 * MB
_FOLDERS = frozenset({"samples", "images", "classes", "data"})


class TeachableProject(Closing):
    """The samples of an image project, named ``class/file``; made by `read_teachable`."""

    def __init__(self, archive: ZipArchive, named: Sequence[tuple[Member, str]]) -> None:
        self._archive = archive
        self._within = [member for member, _ in named]
        self.members: Sequence[Member] = [
            Member(index, name, member.size) for index, (member, name) in enumerate(named)
        ]

    def close(self) -> None:
        """Close the file."""
        self._archive.close()

    def read(self, member: Member) -> bytes:
        """The bytes of a sample.

        Raises:
            DataProblem: it is too large or damaged.
        """
        return self._archive.read(self._within[member.index])


def read_teachable(path: Path, limits: Limits | None = None) -> TeachableProject:
    """Open the Teachable Machine project at ``path``.

    Raises:
        ArchiveProblem: it is no zip or an unsafe one, no such project, or one of sounds or poses.
    """
    archive = read_archive(path, limits)
    try:
        return understand_project(archive)
    except BaseException:
        archive.close()
        raise


def is_teachable(archive: ZipArchive) -> bool:
    """Whether ``archive`` looks like a Teachable Machine project of any kind."""
    at = _find_manifest(archive)
    if at is None:
        return False
    try:
        manifest = _read_manifest(archive, at)
    except ArchiveProblem:
        return False
    return _kind(manifest) in ("image", "audio", "pose") or any(
        _BETWEEN in member.name for member in archive.members
    )


def understand_project(archive: ZipArchive) -> TeachableProject:
    """The samples in an open ``archive``, which the result closes.

    Raises:
        ArchiveProblem: it is no such project, or one of sounds or poses.
    """
    at = _find_manifest(archive)
    if at is None:
        raise ArchiveProblem(
            "This is not a Teachable Machine project",
            "It holds no manifest.json",
            "In Teachable Machine, choose 'Save project as file'",
        )
    manifest = _read_manifest(archive, at)
    kind = _kind(manifest)
    if kind not in ("image", ""):
        raise ArchiveProblem(
            f"This is {'an' if kind[0] in 'aeiou' else 'a'} {kind[:20]} project",
            "Only image projects of Teachable Machine can be read",
            "Make an image project, or upload the images as a zip",
        )
    top = at.name[: -len(_MANIFEST)]
    listed = dict(_listed(manifest))
    named: list[tuple[Member, str]] = []
    for member in archive.members:
        name = member.name.removeprefix(top)
        if member is at or kinds.by_extension(name) is not None:
            continue
        label, file = _place(name, listed)
        if label:
            named.append((member, f"{label}/{file}"))
    if not named:
        raise ArchiveProblem(
            "There are no images in this Teachable Machine project",
            f"It holds {len(archive.members):,} files, none of them a sample with a class",
            "Add samples to the classes, then save the project again",
        )
    return TeachableProject(archive, named)


def _find_manifest(archive: ZipArchive) -> Member | None:
    """The manifest nearest to the top, at most one folder below it."""
    found = [
        member
        for member in archive.members
        if member.name.rpartition("/")[2] == _MANIFEST and member.name.count("/") < 2
    ]
    return min(found, key=lambda member: member.name.count("/"), default=None)


def _read_manifest(archive: ZipArchive, member: Member) -> Mapping[str, Any]:
    problem = ArchiveProblem(
        "This Teachable Machine project cannot be read",
        "Its manifest.json is damaged",
        "Save the project again in Teachable Machine",
    )
    if member.size > _MANIFEST_BYTES:
        raise problem
    try:
        found = json.loads(archive.read(member))
    except (ValueError, RecursionError, DataProblem) as error:
        raise problem from error
    if not isinstance(found, dict):
        raise problem
    return found


def _kind(manifest: Mapping[str, Any]) -> str:
    kind = manifest.get("type")
    return kind.strip().lower() if isinstance(kind, str) else ""


def _listed(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Files and their classes, where the manifest lists them."""
    classes = manifest.get("classes")
    for entry in classes if isinstance(classes, list) else ():
        if not isinstance(entry, dict):
            continue
        label = next((entry[k] for k in ("name", "label") if isinstance(entry.get(k), str)), "")
        samples = entry.get("samples")
        for sample in samples if isinstance(samples, list) else ():
            if isinstance(sample, str):
                yield normalise(sample), label


def _place(name: str, listed: Mapping[str, str]) -> tuple[str, str]:
    """The class and the file's own name; the class is empty where none is told."""
    *folders, file = name.split("/")
    if _BETWEEN in name:
        label, _, number = name.rpartition(_BETWEEN)
        return _clean(label), number.replace("/", "-")
    if name in listed:
        return _clean(listed[name]), file
    if len(folders) > 1 and folders[0].lower() in _FOLDERS:
        folders = folders[1:]
    return _clean(folders[0]) if folders else "", "-".join([*folders[1:], file])


def _clean(label: str) -> str:
    """A class as one folder's name; dots in front would hide it."""
    return normalise(label.replace("/", " ")).strip().lstrip(".").strip()
