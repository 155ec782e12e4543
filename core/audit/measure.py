"""The numbers of one image, by which checks and questions judge it without its pixels.

Pixels are looked at as small as a classifier sees them: the longer side scaled down to
`pixels.SIDE`, never up. A fault that is gone at that size harms no classifier, and one that is
there harms it however large the photo was. So images of all sizes compare, and it is quick.
"""

from __future__ import annotations

import math
import tempfile
import threading
import weakref
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from typing import IO, Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from PIL import Image
from pyarrow import parquet

from core import files
from core.audit import pixels
from core.audit.frame import frame_colour, plain_frame
from core.audit.hashes import LENGTH, as_column, packed, perceptual_hash
from core.audit.jpeg import blockiness, jpeg_quality
from core.errors import DataProblem, ProjectProblem, Stopped
from core.ingest import THUMB_SIDE, ImageFacts, examine, original_path
from core.project import Project

COLUMNS: dict[str, str] = {
    "brightness": "mean luma, 0..1",
    "p1": "luma below which 1 % of the pixels lie, 0..1",
    "p5": "the same for 5 %",
    "p95": "the same for 95 %",
    "p99": "the same for 99 %",
    "contrast": "standard deviation of luma, 0..0.5",
    "sharpness": "0 (a smooth blur) .. 1 (noise); NaN where the picture is plain",
    "entropy": "of luma, 0..8 bits",
    "saturation": "how far from grey, brighter pixels counting more, 0..1",
    "red": "mean, 0..1",
    "green": "mean, 0..1",
    "blue": "mean, 0..1",
    "grey": "1 where there is no colour, else 0",
    "jpeg_quality": "estimate, 1..100; NaN where it is no JPEG",
    "blockiness": "how much larger steps are across the edges of JPEG blocks than inside, from 0; "
    "NaN where blocks cannot be seen",
    "border": "share of the picture that is a plain bar or frame around the rest, 0..1",
    "border_red": "mean of the outermost pixels, 0..1",
    "border_green": "mean of the outermost pixels, 0..1",
    "border_blue": "mean of the outermost pixels, 0..1",
    "file_bytes": "of the file",
    "hash": "the fingerprint by which copies are found, see `core.audit.hashes`",
}
"""What is measured of every image, and what that means; numbers all, but for the hash."""

NUMBERS: tuple[str, ...] = tuple(name for name in COLUMNS if name != "hash")

VERSION = 1  # of what is measured: where it changed, everything is measured again
AT_LEAST = THUMB_SIDE // 2  # as ingest decodes, so that both ways give the same numbers
_KEEP = 4096  # images after which a long pass is saved
_AHEAD = 4  # images a thread that wait for it
_PART = 4096  # images that are written at a time
_BYTES = pd.ArrowDtype(pa.binary(LENGTH))
_VERSION = b"measured_by"  # where the table names the version
_ROW = np.dtype(
    [("sha256", "S64"), *((name, np.float32) for name in NUMBERS), ("hash", f"V{LENGTH}")]
)


def measure(image: Image.Image, facts: ImageFacts, data: bytes) -> dict[str, Any]:
    """The numbers of one image: a value for each of `COLUMNS`.

    Args:
        image: upright, mode RGB, at full or reduced size, as `core.ingest.examine` gives it.
        facts: of the same image.
        data: the bytes of the file.
    """
    reduced = pixels.halved(image)
    luma = pixels.canonical(reduced.convert("L"))
    values = np.asarray(luma)
    red, green, blue = frame_colour(image)
    found = {
        **pixels.light(luma),
        "sharpness": pixels.sharpness(values),
        **pixels.colour(reduced),
        "jpeg_quality": jpeg_quality(data) if facts.format == "JPEG" else math.nan,
        "blockiness": blockiness(image, facts),
        "border": plain_frame(values),
        "border_red": red,
        "border_green": green,
        "border_blue": blue,
        "file_bytes": len(data),
        "hash": perceptual_hash(reduced),
    }
    return {name: found[name] for name in COLUMNS}


class Measurer:
    """Measures images as they are shown to it, and keeps the numbers in a project.

    May be shown images by several threads at once; is made to be the ``look`` of
    `core.ingest.ingest`. What was measured waits in a nameless file, not in memory, and counts
    as kept after `save`.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._lock, self._alone = threading.Lock(), threading.Lock()
        self._waiting: IO[bytes] | None = None
        self._count = 0

    def __call__(self, sha256: str, facts: ImageFacts, image: Image.Image, data: bytes) -> None:
        """Measure one image.

        Raises:
            ProjectProblem: the disk is full or may not be written.
        """
        with self._alone:  # small steps in turns hinder each other: one measures, others decode
            found = measure(image, facts, data)
        row = np.zeros(1, _ROW)
        row["sha256"], row["hash"] = sha256, np.void(bytes.fromhex(found["hash"]))
        for name in NUMBERS:
            row[name] = found[name]
        with self._lock:
            try:
                if self._waiting is None:
                    self._waiting = _nameless(self._project)
                    weakref.finalize(self, self._waiting.close)
                self._waiting.write(row.tobytes())
            except OSError as error:
                raise _not_saved(self._project, error) from error
            self._count += 1

    def __len__(self) -> int:
        """How many images were measured and not saved yet."""
        return self._count

    def save(self) -> None:
        """Add what was measured to the project's table, atomically.

        Raises:
            ProjectProblem: the disk is full or may not be written.
        """
        with self._lock:
            if self._waiting is None:
                return
            try:
                self._waiting.seek(0)
                _add(self._project, self._waiting)
                self._waiting.close()
            except OSError as error:
                raise _not_saved(self._project, error) from error
            self._waiting, self._count = None, 0


def read_measurements(project: Project, hashes: Iterable[str] | None = None) -> pd.DataFrame:
    """What was measured: one row an image, indexed by SHA-256, with `COLUMNS`.

    Args:
        project: is only read.
        hashes: SHA-256 of the images to tell about, in this order, NaN for one that was not
            measured. None: all that were measured.

    Returns:
        Nothing where nothing was measured, or by an older version, or where the table is
        damaged: it can be made again. The hash comes as bytes.
    """
    wanted = _known(project) if hashes is None else hashes
    index = pd.Index(wanted if isinstance(wanted, pd.Series) else list(wanted), dtype="str")
    first = index if index.is_unique else index.unique()
    numbers = np.full((len(first), len(NUMBERS)), np.nan, np.float32)
    prints = np.zeros((len(first), LENGTH), np.uint8)
    is_known = np.zeros(len(first), np.bool_)
    for part in _parts(project, ["sha256", *COLUMNS]):  # each into its place: to spare memory
        rows = first.get_indexer(pd.Index(part["sha256"].to_pandas()))
        asked = np.flatnonzero(rows >= 0)
        rows = rows[asked]
        is_known[rows] = True
        for column, name in enumerate(NUMBERS):
            numbers[rows, column] = part[name].to_numpy()[asked]
        prints[rows] = packed(pd.Series(part["hash"], dtype=_BYTES))[0][asked]
    if first is not index:
        place = first.get_indexer(index)
        numbers, prints, is_known = numbers[place], prints[place], is_known[place]
    found = pd.DataFrame(numbers, index.rename("sha256"), list(NUMBERS), copy=False)
    found["hash"] = as_column(prints, is_known).set_axis(found.index)
    return found


def missing(project: Project, hashes: Iterable[str]) -> list[str]:
    """Those images, by SHA-256, that were not measured yet, each once, in order."""
    known = set(_known(project))
    return [sha256 for sha256 in dict.fromkeys(hashes) if sha256 not in known]


def measure_missing(
    project: Project,
    hashes: Iterable[str],
    tell: Callable[[int, int], None] = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
    workers: int = 2,
) -> None:
    """Measure those originals that were not measured yet, and keep the numbers.

    An original that is gone, or can no longer be read, is passed over.

    Args:
        project: holds the originals.
        hashes: SHA-256 of images.
        tell: called with how many of those that were missing are done, and how many they are.
        should_stop: asked after every image.
        workers: threads; each holds one image at a time.

    Raises:
        ProjectProblem: the disk is full or may not be written.
        Stopped: ``should_stop`` said so; what was measured is kept.
    """
    todo = missing(project, hashes)
    measurer = Measurer(project)

    def one(sha256: str) -> None:
        try:
            data = original_path(project.folder, sha256).read_bytes()
            facts, image = examine(data, at_least=AT_LEAST)
        except (OSError, DataProblem):
            return
        measurer(sha256, facts, image, data)

    if todo:
        tell(0, len(todo))
    try:
        for done, _ in enumerate(_worked(one, todo, workers), start=1):
            if should_stop():
                raise Stopped
            if len(measurer) >= _KEEP:
                measurer.save()
            tell(done, len(todo))
    finally:
        measurer.save()


def _worked(one: Callable[[str], None], todo: list[str], workers: int) -> Iterator[None]:
    """Yield whenever ``one`` has done the next of ``todo``."""
    waiting: deque[Future[None]] = deque()
    left = iter(todo)
    pool = ThreadPoolExecutor(workers, thread_name_prefix="measure")
    try:
        waiting.extend(pool.submit(one, sha256) for sha256 in islice(left, workers * _AHEAD))
        while waiting:
            waiting.popleft().result()
            waiting.extend(pool.submit(one, sha256) for sha256 in islice(left, 1))
            yield
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _known(project: Project) -> list[str]:
    """SHA-256 of what was measured."""
    parts = _parts(project, ["sha256"])
    return list(dict.fromkeys(sha256 for part in parts for sha256 in part["sha256"].to_pylist()))


def _parts(project: Project, columns: list[str]) -> Iterator[Any]:
    """These columns of what was measured, as Arrow tables of some rows each; none where damaged."""
    with (
        suppress(Exception),  # pyarrow raises many kinds; what cannot be read is made again
        parquet.ParquetFile(project.measurements_file) as file,
    ):
        if (file.schema_arrow.metadata or {}).get(_VERSION) == str(VERSION).encode():
            yield from file.iter_batches(_PART, columns=columns)


def _add(project: Project, rows: IO[bytes]) -> None:
    """Write the table anew with ``rows`` at its end, a part at a time, to spare memory."""
    schema = _schema()
    with (
        files.replacing(project.measurements_file) as temporary,
        parquet.ParquetWriter(temporary, schema, compression="zstd") as writer,
    ):
        for batch in _parts(project, schema.names):
            writer.write_batch(batch)
        while part := rows.read(_PART * _ROW.itemsize):
            writer.write_batch(_batch(np.frombuffer(part, _ROW), schema))


def _nameless(project: Project) -> IO[bytes]:
    """A file that is gone as soon as nobody holds it."""
    return tempfile.TemporaryFile(dir=project.folder)


def _batch(rows: NDArray[np.void], schema: Any) -> Any:
    columns = [pa.array(rows["sha256"].astype(str).tolist(), pa.string())]
    columns += [pa.array(rows[name], pa.float32()) for name in NUMBERS]
    columns.append(pa.array([row.tobytes() for row in rows["hash"]], pa.binary(LENGTH)))
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _schema() -> Any:
    fields = [("sha256", pa.string()), *((name, pa.float32()) for name in NUMBERS)]
    return pa.schema([*fields, ("hash", pa.binary(LENGTH))], {_VERSION: str(VERSION).encode()})


def _not_saved(project: Project, error: OSError) -> ProjectProblem:
    return ProjectProblem(
        "What was measured could not be saved",
        f"Writing to project '{project.name}' failed: {error.strerror or error}",
        "Free some space, then check the images again",
    )
