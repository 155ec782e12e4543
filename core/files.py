"""Writing so that a crash never leaves half a file."""

from __future__ import annotations

import glob
import json
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

_PAUSE, _PATIENCE = 0.02, 2.0
_TEMPORARY = ("TMPDIR", "TEMP", "TMP")  # where a child looks for the folder


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside ``path`` that takes its place when the block ends well.

    The temporary file is synced to disk before the rename, so a reader sees the old
    content or the new one, never a part. On any exception it is removed. It has the ending
    of ``path``, since some writers go by that.
    """
    temporary = path.with_name(f".{path.stem}.{secrets.token_hex(4)}.tmp{path.suffix}")
    try:
        yield temporary
        with open(temporary, "rb+") as handle:
            os.fsync(handle.fileno())
        _replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def forget_half_written(path: Path) -> None:
    """Remove what writers of ``path`` that were killed left beside it.

    For the one who alone writes ``path``: a file that is being written this moment goes too.
    """
    for left in path.parent.glob(f".{glob.escape(path.stem)}.*.tmp{glob.escape(path.suffix)}"):
        left.unlink(missing_ok=True)


def _replace(temporary: Path, path: Path) -> None:
    """Rename; on Windows a file cannot be replaced while somebody reads it, so try again."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            return os.replace(temporary, path)
        except PermissionError:
            if time.monotonic() >= deadline:
                raise
        time.sleep(_PAUSE)


@contextmanager
def private_temporary_folder() -> Iterator[Path]:
    """Give this process and its children a temporary folder of their own for the block.

    It goes with all that is in it, however the block ends: a library that is interrupted, or a
    child that is killed, leaves files behind that nobody else knows of.
    """
    before = tempfile.tempdir, {name: os.environ.get(name) for name in _TEMPORARY}
    folder = Path(tempfile.mkdtemp(prefix="firstlight-"))
    try:
        tempfile.tempdir = str(folder)
        os.environ.update(dict.fromkeys(_TEMPORARY, str(folder)))
        yield folder
    finally:
        tempfile.tempdir, variables = before
        for name, value in variables.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        deadline = time.monotonic() + _PATIENCE
        shutil.rmtree(folder, ignore_errors=True)
        while folder.exists() and time.monotonic() < deadline:  # a thread still wrote there
            time.sleep(_PAUSE)
            shutil.rmtree(folder, ignore_errors=True)


def write_bytes(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path`` atomically."""
    with replacing(path) as temporary:
        temporary.write_bytes(data)


def write_json(path: Path, value: Any) -> None:
    """Write ``value`` as indented UTF-8 JSON to ``path`` atomically."""
    write_bytes(path, _encode(value, indent=2))


def _encode(value: Any, indent: int | None = None) -> bytes:
    """JSON as UTF-8; half a surrogate pair, as odd file names have it, becomes an escape.

    Raises:
        ValueError: it holds NaN or an infinity, which other readers of JSON do not know.
    """
    text = json.dumps(value, indent=indent, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode("utf-8", "backslashreplace")


def read_json(path: Path) -> Any:
    """The JSON value in ``path``.

    Raises:
        OSError: the file is missing or cannot be read.
        ValueError: it holds no JSON.
    """
    return json.loads(path.read_text(encoding="utf-8"))


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Write ``table`` as Parquet to ``path`` atomically."""
    with replacing(path) as temporary:
        table.to_parquet(temporary, index=False)


def read_table(path: Path, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """The table in ``path``, or some columns of it, however often it is replaced meanwhile.

    pyarrow, given a path, opens the file once for what it holds and again for the values: two
    different files where a writer came between.

    Raises:
        OSError: the file is missing or cannot be read.
        Exception: it is damaged; pyarrow raises many kinds.
    """
    with open(path, "rb") as handle:
        return pd.read_parquet(handle, columns=None if columns is None else list(columns))


def append_line(path: Path, value: Any) -> None:
    """Append ``value`` as one line of JSON to ``path`` and flush it to the system.

    A file whose last line was cut by a crash gets a newline first, so the new line stands whole.
    """
    line = _encode(value)
    with open(path, "ab+") as handle:
        if handle.tell() > 0:
            handle.seek(-1, os.SEEK_END)
            if handle.read(1) != b"\n":
                line = b"\n" + line
        handle.write(line)
        handle.flush()


def read_lines(path: Path, start: int = 0) -> tuple[list[Any], int]:
    """The JSON values of the whole lines in ``path`` from byte ``start`` on, and the next start.

    A half-written last line is left for the next call; a damaged line is passed over.
    """
    try:
        with open(path, "rb") as handle:
            handle.seek(start)
            data = handle.read()
    except FileNotFoundError:
        return [], start
    end = data.rfind(b"\n") + 1
    values = []
    for line in data[:end].splitlines():
        if line.strip():
            try:
                values.append(json.loads(line))
            except ValueError:
                continue
    return values, start + end
