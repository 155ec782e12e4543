"""Taking images into a project: read, judged, stored, listed; a few in memory at a time."""

from __future__ import annotations

import hashlib
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from core.errors import DataProblem, Stopped
from core.ingest import store, tables
from core.ingest.archives import Archive, Member
from core.ingest.decode import examine
from core.ingest.layout import Entry, Skipped, require_classes, understand
from core.ingest.limits import Limits
from core.ingest.tables import Rejection, Row
from core.ingest.thumbs import THUMB_SIDE, make_thumb

READING = "Reading images"
SAVING = "Saving"

Progress = Callable[[str, int, int], None]
"""called with a stage, how much of it is done, and of how much"""

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
    """

    added: int
    already: int
    rejected: tuple[Rejection, ...]
    ignored: tuple[Skipped, ...]
    classes: dict[str, int]
    root: str


def ingest(
    source: Archive,
    folder: Path,
    *,
    on_progress: Progress = lambda stage, done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
    limits: Limits | None = None,
    workers: int = 2,
) -> IngestResult:
    """Take the images of ``source`` into the project in ``folder``.

    Writes ``originals/`` and ``thumbs/`` image by image, then ``rejected.parquet``, then
    ``catalogue.parquet``; rows stand in the order of the archive, after those of earlier
    archives. If it fails or is stopped, the tables stay as they were and what it wrote is
    removed. One bad file never stops the rest. Not to be run twice at once on one folder.

    Args:
        source: an open zip or folder.
        folder: of the project; made where it is missing.
        on_progress: called from this thread.
        should_stop: asked before every image, from this thread.
        limits: bounds on pixels and classes (``source`` has its own on bytes).
        workers: threads; each holds one image at a time.

    Raises:
        DataProblem: there are no images, fewer than two classes, or too many.
        ProjectProblem: the project is damaged, or the disk is full or may not be written.
        Stopped: ``should_stop`` said so.
    """
    limits = limits or Limits()
    layout = understand([member.name for member in source.members])
    known = tables.read_catalogue(folder)
    known_classes = Counter(known["label"])
    left_out = [item.reason for item in (*layout.rejected, *layout.ignored)]
    require_classes(known_classes + Counter(layout.classes), limits.max_classes, left_out)

    taker = _Taker(source, folder, limits, frozenset(known["image_id"]))
    rows: dict[str, Row] = {}
    rejections = {
        item.index: _left_out(source.members[item.index], item) for item in layout.rejected
    }
    already = 0
    try:
        outcomes = _in_order(taker.take, layout.entries, should_stop, workers)
        with closing(outcomes):
            on_progress(READING, 0, len(layout.entries))
            for done, (entry, outcome) in enumerate(outcomes, start=1):
                if isinstance(outcome, Rejection):
                    rejections[entry.index] = outcome
                elif outcome is None or outcome.image_id in rows:
                    already += 1
                else:
                    rows[outcome.image_id] = outcome
                on_progress(READING, done, len(layout.entries))
        left_out += [
            rejections[entry.index].reason for entry in layout.entries if entry.index in rejections
        ]
        classes = known_classes + Counter(row.label for row in rows.values())
        require_classes(classes, limits.max_classes, left_out)
        on_progress(SAVING, 0, 1)
        store.flush(taker.written)
        rejected = tuple(rejections[index] for index in sorted(rejections))
        tables.save(folder, list(rows.values()), rejected)
    except BaseException:
        _take_back(taker.written, folder)
        raise
    on_progress(SAVING, 1, 1)
    return IngestResult(
        added=len(rows),
        already=already,
        rejected=rejected,
        ignored=layout.ignored,
        classes=dict(sorted(classes.items())),
        root=layout.root,
    )


class _Taker:
    """Takes one image at a time into a project, from several threads at once.

    Attributes:
        written: the files that it made, in no particular order.
    """

    def __init__(
        self, source: Archive, folder: Path, limits: Limits, known: frozenset[str]
    ) -> None:
        self._source = source
        self._folder = folder
        self._limits = limits
        self._known = known
        self._added = datetime.now(UTC).isoformat(timespec="milliseconds")
        self.written: list[Path] = []

    def take(self, entry: Entry) -> Row | Rejection | None:
        """Read, judge and store one image; None if the project has it already."""
        member = self._source.members[entry.index]
        try:
            data = self._source.read(member)
            sha256 = hashlib.sha256(data).hexdigest()
            if tables.image_id(entry.name, sha256) in self._known:
                return None
            facts, image = examine(data, self._limits, at_least=THUMB_SIDE // 2)
        except DataProblem as problem:
            detail = ". ".join(part for part in (problem.detail, problem.fix) if part)
            return Rejection(member.name, problem.title, detail, member.size)
        self._put(store.original_path(self._folder, sha256), lambda: data, len(data))
        self._put(store.thumb_path(self._folder, sha256), lambda: make_thumb(image))
        return tables.make_row(entry, facts, sha256, len(data), self._added)

    def _put(self, path: Path, make: Callable[[], bytes], size: int | None = None) -> None:
        if store.put(path, make, size):
            self.written.append(path)


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


def _take_back(written: Iterable[Path], folder: Path) -> None:
    """Remove ``written``, save what the catalogue names after all."""
    kept = set(tables.read_catalogue(folder)["sha256"])
    store.discard(path for path in written if path.stem not in kept)
