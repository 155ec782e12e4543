"""Taking images into a project: read, judged, stored, listed; a few in memory at a time."""

from __future__ import annotations

import hashlib
import os
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from PIL.Image import Image

from core.errors import DataProblem, Stopped
from core.ingest import store, tables
from core.ingest.archives import Archive, Member
from core.ingest.decode import examine
from core.ingest.describe import ImageFacts
from core.ingest.entries import Entry, Layout, Skipped
from core.ingest.layout import read_layout, require_classes
from core.ingest.limits import Limits
from core.ingest.reading import Reading
from core.ingest.tables import Rejection, Row
from core.ingest.thumbs import THUMB_SIDE, make_thumb

READING = "Reading images"
SAVING = "Saving"

Progress = Callable[[str, int, int], None]
"""called with a stage, how much of it is done, and of how much"""

Look = Callable[[str, ImageFacts, Image, bytes], None]
"""called with the SHA-256, the facts, the pixels and the bytes of an image that is taken"""


class Keep(StrEnum):
    """What ingest leaves in a project besides its tables."""

    ALL = "all"  # originals and thumbnails, so that they outlive a power cut
    ORIGINALS = "originals"
    TABLES = "tables"


_WAITING = 8  # images per worker that are asked for ahead; they hold no bytes until their turn


@dataclass(frozen=True)
class IngestResult:
    """What became of the files of one archive; each is counted once.

    Attributes:
        added: images that are new in the project.
        already: images that the project had from the same place, or that came twice.
        rejected: every file that was not taken and that a user would want to hear about.
        ignored: files that systems leave behind.
        classes: images in the project by class, those that it had before included.
        root: the folder of the archive that holds the class folders.
        aside: new images without a label, kept beside the catalogue.
    """

    added: int
    already: int
    rejected: tuple[Rejection, ...]
    ignored: tuple[Skipped, ...]
    classes: dict[str, int]
    root: str
    aside: int = 0


def ingest(
    source: Archive,
    folder: Path,
    reading: Reading | None = None,
    *,
    on_progress: Progress = lambda stage, done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
    limits: Limits | None = None,
    look: Look | None = None,
    keep: Keep = Keep.ALL,
    workers: int = 2,
) -> IngestResult:
    """Take the images of ``source`` into the project in ``folder``.

    Writes ``originals/`` and ``thumbs/`` image by image, then ``rejected.parquet`` and
    ``unlabelled.parquet``, then ``catalogue.parquet``; rows stand in the order of the archive,
    after those of earlier archives. If it fails or is stopped, the tables stay as they were and
    what it wrote is removed. One bad file never stops the rest. What the project has already
    gets its original and its thumbnail back where these are lost. Not to be run twice at once
    on one folder.

    Args:
        source: an open zip or folder.
        folder: of the project; made where it is missing.
        reading: how to find the classes; None finds the way that fits best.
        on_progress: called from this thread.
        should_stop: asked before every image, from this thread.
        limits: bounds on pixels, images and classes (``source`` has its own on bytes).
        look: shown every image that is taken while it is decoded, from several threads; the
            pixels may be at a reduced size, see `examine`.
        keep: what is written besides the tables; less for a project that is deleted soon.
        workers: threads; each holds one image at a time.

    Raises:
        DataProblem: there are no images, or too many, or too many classes.
        ProjectProblem: the project is damaged, or the disk is full or may not be written.
        SettingsProblem: the reading makes no sense.
        Stopped: ``should_stop`` said so.
    """
    limits = limits or Limits()
    layout = read_layout(source, reading)
    known = tables.read_catalogue(folder)
    known_classes = Counter(known["label"])
    left_out = [item.reason for item in (*layout.rejected, *layout.missing, *layout.ignored)]
    if not layout.aside:
        require_classes(known_classes + Counter(layout.classes), limits.max_classes, left_out)
    _require_few(len(known), len(layout.entries) + len(layout.aside), limits)

    asides = frozenset(tables.read_unlabelled(folder)["image_id"])
    taker = _Taker(source, folder, limits, frozenset(known["image_id"]), asides, look, keep)
    tally = _Tally(source, layout)
    entries = sorted((*layout.entries, *layout.aside), key=lambda entry: entry.index)
    try:
        outcomes = _in_order(taker.take, entries, should_stop, workers)
        with closing(outcomes):
            on_progress(READING, 0, len(entries))
            for done, (entry, outcome) in enumerate(outcomes, start=1):
                tally.count(entry, outcome)
                on_progress(READING, done, len(entries))
        left_out += [tally.reason(entry) for entry in entries if tally.reason(entry)]
        classes = known_classes + Counter(row.label for row in tally.rows.values())
        if classes or not (tally.aside or tally.already):
            require_classes(classes, limits.max_classes, left_out)
        on_progress(SAVING, 0, 1)
        if keep is Keep.ALL:
            store.flush(taker.written)
        rejected = tally.rejections()
        tables.save(folder, list(tally.rows.values()), rejected, list(tally.aside.values()))
    except BaseException:
        _take_back(taker.written, folder)
        raise
    on_progress(SAVING, 1, 1)
    return IngestResult(
        added=len(tally.rows),
        already=tally.already,
        rejected=rejected,
        ignored=layout.ignored,
        classes=dict(sorted(classes.items())),
        root=layout.root,
        aside=len(tally.aside),
    )


def _require_few(known: int, coming: int, limits: Limits) -> None:
    if known + coming > limits.max_images:
        beside = f", beside the {known:,} that are there" if known else ""
        raise DataProblem(
            "These are too many images",
            f"{coming:,} were found{beside}; at most {limits.max_images:,} are taken",
            "Take a part of them: some hundred images a class are plenty for a first classifier",
        )


class _Tally:
    """What has become of the files so far.

    Attributes:
        rows: images of classes that are new, by id.
        aside: images without a label that are new, by id.
        already: how many the project had, or came twice.
    """

    def __init__(self, source: Archive, layout: Layout) -> None:
        self._source = source
        self._missing = [
            Rejection(item.name, item.reason, "The table of labels may be of other images", 0)
            for item in layout.missing
        ]
        self._rejections = {
            item.index: _left_out(source.members[item.index], item) for item in layout.rejected
        }
        self.rows: dict[str, Row] = {}
        self.aside: dict[str, Row] = {}
        self.already = 0

    def count(self, entry: Entry, outcome: Row | Rejection | None) -> None:
        """Count what became of ``entry``."""
        if isinstance(outcome, Rejection):
            self._rejections[entry.index] = outcome
            return
        into = self.rows if entry.label else self.aside
        if outcome is None or outcome.image_id in into:
            self.already += 1
        else:
            into[outcome.image_id] = outcome

    def reason(self, entry: Entry) -> str:
        """Why ``entry`` was not taken; empty where it was."""
        found = self._rejections.get(entry.index)
        return found.reason if found else ""

    def rejections(self) -> tuple[Rejection, ...]:
        """All files that were not taken, in the order of the archive, then those it lacks."""
        inside = [self._rejections[index] for index in sorted(self._rejections)]
        return (*inside, *self._missing)


class _Taker:
    """Takes one image at a time into a project, from several threads at once.

    Attributes:
        written: the files that it made, in no particular order.
    """

    def __init__(
        self,
        source: Archive,
        folder: Path,
        limits: Limits,
        known: frozenset[str],
        aside: frozenset[str],
        look: Look | None,
        keep: Keep,
    ) -> None:
        self._source = source
        self._folder = folder
        self._limits = limits
        self._known = known
        self._aside = known | aside
        self._look = look
        self._keep = keep
        self._added = datetime.now(UTC).isoformat(timespec="milliseconds")
        self.written: list[str] = []  # a Path would take several times the memory

    def take(self, entry: Entry) -> Row | Rejection | None:
        """Read, judge and store one image; None if the project has it already."""
        member = self._source.members[entry.index]
        known = self._known if entry.label else self._aside
        try:
            data = self._source.read(member)
            sha256 = hashlib.sha256(data).hexdigest()
            is_known = tables.image_id(entry.name, sha256) in known
            if is_known and store.thumb_path(self._folder, sha256).is_file():
                self._put(store.original_path(self._folder, sha256), lambda: data, len(data))
                return None
            facts, image = examine(data, self._limits, at_least=THUMB_SIDE // 2)
        except DataProblem as problem:
            detail = ". ".join(part for part in (problem.detail, problem.fix) if part)
            return Rejection(member.name, problem.title, detail, member.size)
        if self._keep is not Keep.TABLES:
            self._put(store.original_path(self._folder, sha256), lambda: data, len(data))
        if self._keep is Keep.ALL:
            self._put(store.thumb_path(self._folder, sha256), lambda: make_thumb(image))
        if self._look is not None:
            self._look(sha256, facts, image, data)
        if is_known:
            return None
        return tables.make_row(entry, facts, sha256, len(data), self._added)

    def _put(self, path: Path, make: Callable[[], bytes], size: int | None = None) -> None:
        if store.put(path, make, size):
            self.written.append(os.fspath(path))


def _in_order(
    take: Callable[[Entry], Row | Rejection | None],
    entries: Sequence[Entry],
    should_stop: Callable[[], bool],
    workers: int,
) -> Generator[tuple[Entry, Row | Rejection | None]]:
    """Yield each entry with its outcome, in order, while a few more are being worked on."""
    with ThreadPoolExecutor(workers, thread_name_prefix="ingest") as pool:
        waiting: deque[tuple[Entry, Future[Row | Rejection | None]]] = deque()
        try:
            for entry in entries:
                if should_stop():
                    raise Stopped
                waiting.append((entry, pool.submit(take, entry)))
                if len(waiting) >= workers * _WAITING:
                    first, outcome = waiting.popleft()
                    yield first, outcome.result()
            for first, outcome in waiting:
                if should_stop():
                    raise Stopped
                yield first, outcome.result()
        finally:
            for _, outcome in waiting:
                outcome.cancel()


def _left_out(member: Member, item: Skipped) -> Rejection:
    return Rejection(member.name, item.reason, "Left out because of its name or place", member.size)


def _take_back(written: Iterable[str], folder: Path) -> None:
    """Remove ``written``, save what the catalogue names after all."""
    kept = {*tables.read_catalogue(folder)["sha256"], *tables.read_unlabelled(folder)["sha256"]}
    store.discard(path for path in map(Path, written) if path.stem not in kept)
