"""The cover and the sealed key as one file: written, read, taken into a project."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any, Final

from core import files
from core.errors import DataProblem, ProjectProblem
from core.exercise.key import MEMBER, AnswerKey, Cover, no_exercise
from core.exercise.seal import OPEN, seal, unseal
from core.ingest import open_source
from core.ingest.archives import Archive
from core.project import Project

_MOST: Final = 16 * 1024 * 1024  # bytes of such a file


def written(cover: Cover, key: AnswerKey, secret: str) -> bytes:
    """The cover and the sealed ``key`` as JSON."""
    about = cover.to_json()
    plain = json.dumps(key.to_json(), sort_keys=True).encode()
    hidden = seal(plain, secret, _canonical(about))
    return json.dumps(about | {"key": base64.b85encode(hidden).decode()}, indent=1).encode()


def read_cover(data: bytes) -> Cover:
    """The cover in what `written` made.

    Raises:
        DataProblem: it is no exercise.
    """
    return Cover.from_json(_parsed(data))


def read_key(data: bytes, secret: str = OPEN) -> AnswerKey:
    """The answer key in what `written` made.

    Args:
        data: see there.
        secret: as `seal.stretched` gives it for a passphrase.

    Raises:
        DataProblem: it is no exercise, it was changed, or the passphrase is another one.
    """
    value = _parsed(data)
    cover = Cover.from_json(value)
    try:
        hidden = base64.b85decode(str(value.get("key", "")))
    except ValueError as error:
        raise no_exercise("Its answer key is damaged") from error
    plain = unseal(hidden, secret, _canonical(cover.to_json()))
    key = AnswerKey.from_json(json.loads(plain))
    if key.id != cover.id:
        raise no_exercise("Its answer key is that of another one")
    return key


def read_exercise(path: Path) -> bytes:
    """The cover and the sealed key of the exercise file at ``path``, see `written`.

    Raises:
        ArchiveProblem: it is no zip.
        DataProblem: there is no exercise in it.
    """
    with open_source(path) as source:
        found = _member(source)
    if found is None:
        raise no_exercise(f"There is no {MEMBER} in it")
    read_cover(found)
    return found


def adopt(source: Archive, project: Project) -> Cover | None:
    """Take the sealed key of ``source``, an upload, into ``project``, where there is one.

    A project keeps the first exercise that it was made of.

    Raises:
        ProjectProblem: it cannot be written.
    """
    if project.exercise_file.exists():
        return None
    try:
        found = _member(source)
        cover = None if found is None else read_cover(found)
    except DataProblem:  # an upload of something else that has a file of this name
        return None
    if found is None or cover is None:
        return None
    try:
        files.write_bytes(project.exercise_file, found)
    except OSError as error:
        raise ProjectProblem(
            "The exercise could not be saved", str(error.strerror), "Free some space"
        ) from error
    return cover


def _member(source: Archive) -> bytes | None:
    for member in source.members:
        if member.name.split("/")[-1] == MEMBER and member.size <= _MOST:
            return source.read(member)
    return None


def _parsed(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise no_exercise("Its cover is damaged") from error
    if not isinstance(value, dict):
        raise no_exercise("Its cover is damaged")
    return value


def _canonical(about: dict[str, Any]) -> bytes:
    return json.dumps(about, sort_keys=True).encode()
