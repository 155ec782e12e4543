"""Feature vectors on disk, by content: what was computed once is not computed again.

A store is a folder of segments. A segment is a pair of files that only grow: `ID.vectors` (raw
numbers) and `ID.keys` (one SHA-256 a line). Vectors reach the disk before their keys, so a
crash leaves at most vectors that nobody asks for. Every writer opens a segment of its own:
several workers can fill one store at the same time without locks.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from core.ml.features import Extractor, Features, Pixels, Seen

_KEY_BYTES = 65  # 64 hexadecimal digits and a newline
_FLUSH_EVERY = 64


class FeatureStore:
    """The features of one backbone, image size and fit.

    Args:
        folder: made when the first vector is written.
        width: the length of a vector.
        kind: of its numbers.
    """

    def __init__(self, folder: Path, width: int, kind: DTypeLike = np.float32) -> None:
        self.folder = folder
        self.width = width
        self.kind = np.dtype(kind)

    def missing(self, keys: Iterable[str]) -> list[str]:
        """Those of ``keys`` that have no vector yet, each once, in order."""
        present = {key for segment in self._segments() for key in segment.keys}
        return [key for key in dict.fromkeys(keys) if key not in present]

    def fill(
        self,
        images: dict[str, Callable[[], Pixels]],
        extract: Callable[[Iterable[Callable[[], Pixels]]], Generator[NDArray[Any]]],
        on_image: Callable[[int, int], None],
    ) -> None:
        """Compute and keep the vectors of ``images`` (SHA-256 -> loader) that are missing.

        ``on_image(done, total)`` is called after each image; what it raises ends the work,
        and what was computed until then is kept.
        """
        todo = self.missing(images)
        done, total = len(images) - len(todo), len(images)
        on_image(done, total)
        with (
            closing(extract(images[key] for key in todo)) as vectors,
            self.writer() as writer,
        ):
            for key, vector in zip(todo, vectors, strict=True):
                writer.add(key, vector)
                done += 1
                on_image(done, total)

    def writer(self) -> SegmentWriter:
        """What vectors are added with; a context manager."""
        return SegmentWriter(self.folder, self.kind)

    def read(self, keys: list[str]) -> Features:
        """The vectors of ``keys``: (len(keys), width).

        Raises:
            KeyError: a key has no vector.
        """
        return self.rows(keys)[np.arange(len(keys))]

    def rows(self, keys: list[str], shape: tuple[int, ...] | None = None) -> StoredRows:
        """The vectors of ``keys`` without reading them yet, each in this ``shape``.

        Raises:
            KeyError: a key has no vector.
        """
        wanted = set(keys)
        found: dict[str, tuple[int, int]] = {}
        blocks: list[NDArray[Any]] = []
        for segment in self._segments():
            for row, key in enumerate(segment.keys):
                if key in wanted:
                    found[key] = (len(blocks), row)
            blocks.append(segment.vectors())
        places = np.array([found[key] for key in keys], np.int64).reshape(-1, 2)
        return StoredRows(blocks, places, shape or (self.width,), self.kind)

    def _segments(self) -> Iterator[_Segment]:
        for path in sorted(self.folder.glob("*.keys")):
            yield _Segment(path, self.width, self.kind)


class StoredRows:
    """Vectors that lie on disk until they are asked for; see `core.ml.methods.Rows`."""

    def __init__(
        self,
        blocks: list[NDArray[Any]],
        places: NDArray[np.int64],
        shape: tuple[int, ...],
        kind: np.dtype[Any],
    ) -> None:
        self._blocks = blocks
        self._places = places
        self._each = shape
        self._kind = kind

    @property
    def shape(self) -> tuple[int, ...]:
        """As NumPy has it."""
        return (len(self._places), *self._each)

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, rows: Any) -> NDArray[Any]:
        """A copy of these rows, in their order."""
        places = self._places[rows]
        result = np.empty((len(places), *self._each), self._kind)
        for at, (block, row) in enumerate(places):
            result[at] = self._blocks[block][row].reshape(self._each)
        return result

    def chosen(self, rows: NDArray[np.int64]) -> StoredRows:
        """The same without reading: these rows alone, in this order."""
        return StoredRows(self._blocks, self._places[rows], self._each, self._kind)


def fill_both(
    features: FeatureStore,
    maps: FeatureStore,
    images: dict[str, Callable[[], Pixels]],
    extract: Extractor,
    on_image: Callable[[int, int], None],
) -> None:
    """As `FeatureStore.fill`, for the features and the maps half-way, looked at once."""
    todo = list(dict.fromkeys([*features.missing(images), *maps.missing(images)]))
    without = set(features.missing(images))
    done, total = len(images) - len(todo), len(images)
    on_image(done, total)
    with (
        closing(extract.both(images[key] for key in todo)) as found,
        features.writer() as vectors,
        maps.writer() as flat,
    ):
        seen: Seen
        for key, seen in zip(todo, found, strict=True):
            flat.add(key, seen.map.ravel())
            if key in without:
                vectors.add(key, seen.features)
            done += 1
            on_image(done, total)


class _Segment:
    def __init__(self, keys_path: Path, width: int, kind: np.dtype[Any]) -> None:
        self._width, self._kind = width, kind
        self._path = keys_path.with_suffix(".vectors")
        size = self._path.stat().st_size if self._path.is_file() else 0
        text = keys_path.read_bytes()
        self.count = min(len(text) // _KEY_BYTES, size // (kind.itemsize * width))
        # By place, not by line: a power cut can leave bytes that are no keys
        starts = range(0, self.count * _KEY_BYTES, _KEY_BYTES)
        self.keys = [text[at : at + _KEY_BYTES - 1].decode("ascii", "replace") for at in starts]

    def vectors(self) -> NDArray[Any]:
        if not self.count:
            return np.empty((0, self._width), self._kind)
        return np.memmap(self._path, self._kind, mode="r", shape=(self.count, self._width))


class SegmentWriter:
    """Adds vectors to a store, in a segment of its own; what was added is kept at the end."""

    def __init__(self, folder: Path, kind: np.dtype[Any]) -> None:
        self._kind = kind
        folder.mkdir(parents=True, exist_ok=True)
        self._stem = folder / secrets.token_hex(8)
        self._keys: list[str] = []
        self._vectors: list[NDArray[Any]] = []

    def __enter__(self) -> SegmentWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self._flush()

    def add(self, key: str, vector: NDArray[Any]) -> None:
        """Add the vector of ``key``."""
        self._keys.append(key)
        self._vectors.append(vector)
        if len(self._keys) >= _FLUSH_EVERY:
            self._flush()

    def _flush(self) -> None:
        if not self._keys:
            return
        # Taken out first: after a write that failed half-way nothing may follow in this segment
        keys, self._keys = self._keys, []
        vectors, self._vectors = self._vectors, []
        block = np.stack(vectors).astype(self._kind, copy=False)
        _append(self._stem.with_suffix(".vectors"), block.tobytes())
        _append(self._stem.with_suffix(".keys"), "".join(f"{key}\n" for key in keys).encode())


def _append(path: Path, data: bytes) -> None:
    with open(path, "ab") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
