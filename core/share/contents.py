"""What a project file may hold: every path by a pattern, every file by a check.

A project file may come from a stranger. So nothing in it is taken on trust: a path is either
known here or the file is refused, originals must have the SHA-256 that names them, tables must
have the columns and types that pages rely on, and nothing is unpickled or run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import ProjectProblem
from core.ingest.limits import MB
from core.project import SCHEMA_VERSION, is_moment
from core.share.arrays import check_arrays
from core.share.tables import check_table, refused

MARKER = "project.json"
"""tells that a folder holds a project; written last, so where it stands, all does"""

_RUN = r"runs/[a-z0-9][a-z0-9-]{0,79}"
_FIELD = rf"{_RUN}/field/[a-z0-9][a-z0-9-]{{0,79}}"
_SHA256 = r"([0-9a-f]{2})/\1[0-9a-f]{62}"
_THUMB_BYTES = 1 * MB
_TEXT_BYTES = 64 * MB
_TABLE_BYTES = 512 * MB
_LARGE_BYTES = 4096 * MB
_DEPTH = 40  # of what is nested in JSON; reports have five


@dataclass(frozen=True)
class Kind:
    """A kind of file in a project.

    Attributes:
        pattern: of its whole path within the project.
        most: bytes that it may have.
        check: looks at the file on disk and its path, and raises `ProjectProblem`; None where
            its bytes are judged on the way, or nothing reads them before the user asks.
        feature: whether it can be computed again from the rest.
        picture: whether it shows an image, or parts of one.
        named: whether it is called by the SHA-256 of its bytes.
    """

    pattern: re.Pattern[str]
    most: int
    check: Callable[[Path, str], None] | None = None
    feature: bool = False
    picture: bool = False
    named: bool = False


def read_json(path: Path, name: str) -> Any:
    """The JSON value in the file at ``path``, called ``name`` in messages.

    Raises:
        ProjectProblem: it holds none, or one that is nested beyond all reason.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise refused(name, "is damaged") from error
    if _too_deep(value):
        raise refused(name, "is damaged")
    return value


def identity(path: Path) -> str:
    """The name of the project whose ``project.json`` lies at ``path``.

    Raises:
        ProjectProblem: it is damaged, or from a newer version.
    """
    content = read_json(path, MARKER)
    if not isinstance(content, dict):
        raise refused(MARKER, "is damaged")
    schema, name, created = (content.get(key) for key in ("schema", "name", "created"))
    if not isinstance(schema, int) or isinstance(schema, bool) or schema < 1:
        raise refused(MARKER, "does not say which version wrote it")
    if schema > SCHEMA_VERSION:
        raise ProjectProblem(
            "This project file comes from a newer version",
            f"It has schema {schema}, this version reads up to {SCHEMA_VERSION}",
            "Update First Light, then open it again",
        )
    if not isinstance(name, str) or not 1 <= len(" ".join(name.split())) <= 80:
        raise refused(MARKER, "gives the project no proper name")
    if not isinstance(created, str) or not is_moment(created):
        raise refused(MARKER, "does not say when the project was begun")
    return " ".join(name.split())


def kind_of(path: str) -> Kind | None:
    """The kind of the file at ``path`` in a project; None for what a project file never holds."""
    return next((kind for kind in KINDS if kind.pattern.fullmatch(path)), None)


def _too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(_DEPTH):
        nested: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                nested += item.values()
            elif isinstance(item, list):
                nested += item
        if not nested:
            return False
        level = nested
    return True


def _check_identity(path: Path, name: str) -> None:
    identity(path)


def _check_object(path: Path, name: str) -> None:
    if not isinstance(read_json(path, name), dict):
        raise refused(name, "is damaged")


def _check_list(path: Path, name: str) -> None:
    if not isinstance(read_json(path, name), list):
        raise refused(name, "is damaged")


def _check_log(path: Path, name: str) -> None:
    """Every line must be an object; the last may be cut off, as a crash leaves it."""
    with path.open("rb") as lines:
        for line in lines:
            try:
                value = json.loads(line)
            except (ValueError, RecursionError) as error:
                if not line.endswith(b"\n"):
                    return
                raise refused(name, "is damaged") from error
            if not isinstance(value, dict) or _too_deep(value):
                raise refused(name, "is damaged")


def _check_job(path: Path, name: str) -> None:
    """A run must be what its folder says, and must not point out of the project."""
    content = read_json(path, name)
    expected = {"id": name.split("/")[1], "kind": "train", "request": {}}
    if not isinstance(content, dict) or any(
        content.get(key) != value for key, value in expected.items()
    ):
        raise refused(name, "does not describe a run of this project")
    if not is_moment(str(content.get("created"))):
        raise refused(name, "does not say when the run was begun")


def _check_thumb(path: Path, name: str) -> None:
    with path.open("rb") as file:
        head = file.read(12)
    if head[:4] != b"RIFF" or head[8:] != b"WEBP":
        raise refused(name, "is no thumbnail")


def _check_keys(path: Path, name: str) -> None:
    if not re.fullmatch(rb"([0-9a-f]{64}\n)*", path.read_bytes()):
        raise refused(name, "does not list images")


def _kind(pattern: str, most: int, **options: Any) -> Kind:
    return Kind(re.compile(pattern, re.ASCII), most, **options)


# The order is that of a project file: what tells most comes first.
KINDS = (
    _kind(r"project\.json", 1 * MB, check=_check_identity),
    _kind(r"(?:split|recipe|audit|preflight)\.json", _TEXT_BYTES, check=_check_object),
    _kind(r"recipes\.json", _TEXT_BYTES, check=_check_list),
    _kind(r"(?:decisions|looks|path)\.jsonl", _TEXT_BYTES, check=_check_log),
    _kind(r"(?:alarm|worth)\.json", _TEXT_BYTES, check=_check_object),
    _kind(r"card\.json", 1 * MB, check=_check_object),
    _kind(r"exercise\.json", 16 * MB, check=_check_object),
    _kind(r"alarm-answers\.jsonl", _TEXT_BYTES, check=_check_log),
    _kind(r"alarm-[a-z_]{1,40}\.webp", 64 * MB, check=_check_thumb, picture=True),
    _kind(
        r"(?:catalogue|unlabelled|rejected|measurements|audit|map|sight)\.parquet",
        _TABLE_BYTES,
        check=check_table,
    ),
    _kind(r"map\.webp", 64 * MB, check=_check_thumb, picture=True),
    _kind(rf"{_RUN}/job\.json", 1 * MB, check=_check_job),
    _kind(rf"{_RUN}/(?:settings|report)\.json", _TEXT_BYTES, check=_check_object),
    _kind(rf"{_RUN}/notes\.json", 1 * MB, check=_check_object),
    _kind(rf"{_RUN}/(?:events|looks)\.jsonl", _TEXT_BYTES, check=_check_log),
    _kind(
        rf"{_RUN}/(?:split|predictions|watched|stress)\.parquet",
        _TABLE_BYTES,
        check=check_table,
    ),
    _kind(rf"{_RUN}/(?:stress|gaze|fixes|clusters)\.json", _TEXT_BYTES, check=_check_object),
    _kind(rf"{_RUN}/(?:model\.keras|(?:head|finetune|scratch|whole)\.npz)", _LARGE_BYTES),
    _kind(rf"{_FIELD}/field\.json", _TEXT_BYTES, check=_check_object),
    _kind(rf"{_FIELD}/answers\.parquet", _TABLE_BYTES, check=check_table),
    _kind(
        rf"{_RUN}/gaze/{_SHA256}\.webp", _THUMB_BYTES, check=_check_thumb, picture=True, named=True
    ),
    _kind(rf"{_FIELD}/thumbs/{_SHA256}\.webp", _THUMB_BYTES, check=_check_thumb, picture=True),
    _kind(rf"originals/{_SHA256}", _LARGE_BYTES, picture=True, named=True),
    _kind(rf"thumbs/{_SHA256}\.webp", _THUMB_BYTES, check=_check_thumb, picture=True),
    _kind(
        r"features/[a-z0-9][a-z0-9.-]{0,119}/[0-9a-f]{16}\.keys",
        _TEXT_BYTES,
        check=_check_keys,
        feature=True,
    ),
    _kind(r"features/[a-z0-9][a-z0-9.-]{0,119}/[0-9a-f]{16}\.vectors", _LARGE_BYTES, feature=True),
    _kind(rf"{_RUN}/reference\.npz", _LARGE_BYTES, check=check_arrays, feature=True),
)


def require_whole(names: Collection[str]) -> None:
    """Check that a project file holds what a project cannot do without.

    Args:
        names: the paths in it.

    Raises:
        ProjectProblem: it is no project file, or a run in it lacks its description.
    """
    if MARKER not in names:
        raise ProjectProblem(
            "This is not a First Light project file",
            "There is no project.json at its top",
            "To start from a zip of images, give it as images, not as a project",
        )
    runs = {"/".join(name.split("/")[:2]) for name in names if name.startswith("runs/")}
    for run in sorted(runs):
        for needed in ("job.json", "settings.json", "split.parquet"):
            if f"{run}/{needed}" not in names:
                raise refused(f"{run}/{needed}", "is missing")
