"""Feature vectors on disk, by content: what was computed once is not computed again.

A store is a folder of segments. A segment is a pair of files that only grow: `ID.vectors` (raw
float32) and `ID.keys` (one SHA-256 a line). Vectors reach the disk before their keys, so a
crash leaves at most vectors that nobody asks for. Every writer opens a segment of its own:
several workers can fill one store at the same time without locks.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.ml.features import Extractor, Features, Pixels

_KEY_BYTES = 65  # 64 hexadecimal digits and a newline
_FLUSH_EVERY = 64


class FeatureStore:
    """The features of one backbone, image size and fit.

    Args:
        folder: made when the first vector is written.
        width: the length of a vector.
    """

    def __init__(self, folder: Path, width: int) -> None:
        self.folder = folder
        self.width = width

    def missing(self, keys: Iterable[str]) -> list[str]:
        """Those of ``keys`` that have no vector yet, each once, in order."""
        present = {key for segment in self._segments() for key in segment.keys}
        return [key for key in dict.fromkeys(keys) if key not in present]

    def fill(
        self,
        images: dict[str, Callable[[], Pixels]],
        extract: Extractor,
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
            _SegmentWriter(self.folder) as writer,
        ):
            for key, vector in zip(todo, vectors, strict=True):
                writer.add(key, vector)
                done += 1
                on_image(done, total)

    def read(self, keys: list[str]) -> Features:
        """The vectors of ``keys``: (len(keys), width) float32.

        Raises:
            KeyError: a key has no vector.
        """
        wanted = set(keys)
        found: dict[str, Features] = {}
        for segment in self._segments():
            vectors = segment.vectors(self.width)
            for row, key in enumerate(segment.keys):
                if key in wanted:
                    found[key] = vectors[row]
        if not keys:
            return np.empty((0, self.width), np.float32)
        return np.stack([found[key] for key in keys])

    def _segments(self) -> Iterator[_Segment]:
        for path in sorted(self.folder.glob("*.keys")):
            yield _Segment(path, self.width)


class _Segment:
    def __init__(self, keys_path: Path, width: int) -> None:
        self._path = keys_path.with_suffix(".vectors")
        size = self._path.stat().st_size if self._path.is_file() else 0
        text = keys_path.read_bytes()
        self.count = min(len(text) // _KEY_BYTES, size // (4 * width))
        # By place, not by line: a power cut can leave bytes that are no keys
        starts = range(0, self.count * _KEY_BYTES, _KEY_BYTES)
        self.keys = [text[at : at + _KEY_BYTES - 1].decode("ascii", "replace") for at in starts]

    def vectors(self, width: int) -> NDArray[np.float32]:
        if not self.count:
            return np.empty((0, width), np.float32)
        return np.memmap(self._path, np.float32, mode="r", shape=(self.count, width))


class _SegmentWriter:
    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._stem = folder / secrets.token_hex(8)
        self._keys: list[str] = []
        self._vectors: list[Features] = []

    def __enter__(self) -> _SegmentWriter:
        return self

    def __exit__(self, *_: object) -> None:
        self._flush()

    def add(self, key: str, vector: Features) -> None:
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
        block = np.stack(vectors).astype(np.float32, copy=False)
        _append(self._stem.with_suffix(".vectors"), block.tobytes())
        _append(self._stem.with_suffix(".keys"), "".join(f"{key}\n" for key in keys).encode())


def _append(path: Path, data: bytes) -> None:
    with open(path, "ab") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
