"""A job is a folder: what was asked, what happened, whether to stop, who works on it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from enum import StrEnum
from math import isfinite
from pathlib import Path
from typing import Any, Self

from core import files, locking, project
from core.errors import ProjectProblem, Stopped
from core.hosting import HostLimits, in_force
from core.jobs.snapshot import Event, Snapshot, fold

_OFTEN, _SELDOM = 0.2, 1.0
_CALM = 500
_TAIL = 8192


class State(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"
    INTERRUPTED = "interrupted"

    @property
    def is_active(self) -> bool:
        """Whether it is being worked on or will be."""
        return self in (State.QUEUED, State.RUNNING)


_ENDS = {"finished": State.FINISHED, "stopped": State.STOPPED, "failed": State.FAILED}
_LIFECYCLE = {"resumed", "queued", "started", *_ENDS}


class JobFolder:
    """One job, in the folder that holds all that is known of it.

    Pages and workers open the same folder in different processes; nothing else passes
    between them. ``job.json`` says what was asked, ``events.jsonl`` what happened, a file
    ``STOP`` asks to stop, ``FINISH`` to make do with what there is, and the lock on ``lock``
    tells that somebody works on it.

    Args:
        folder: of a job that was created before.

    Raises:
        ProjectProblem: there is no job in the folder, or its description is damaged.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        description = _read_description(folder)
        self.id = str(description["id"])
        self.kind = str(description["kind"])
        self.created = str(description["created"])
        self.request: dict[str, Any] = dict(description["request"])
        self._first_done: int | None = None
        self._is_over = False
        self._stage_began = self._last_written = 0.0

    @classmethod
    def create(cls, folder: Path, kind: str, request: Mapping[str, Any]) -> Self:
        """Make the folder of a new job.

        Args:
            folder: its place; it may exist but hold no job yet. Its name becomes the id.
            kind: which task does it, see `core.jobs.tasks`.
            request: what is asked, as JSON values.

        Raises:
            ProjectProblem: the folder cannot be written, or holds a job.
        """
        description = {
            "id": folder.name,
            "kind": kind,
            "created": project.now(),
            "request": _plain(request),
        }
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if (folder / "job.json").exists():
                raise ProjectProblem("There is a job already", f"{folder.name} holds one")
            files.write_json(folder / "job.json", description)
        except OSError as error:
            raise ProjectProblem(
                "The work could not be written down",
                f"Writing to {folder.parent} failed: {error.strerror}",
                "Free some space, or check that you may write there",
            ) from error
        return cls(folder)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.folder)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, JobFolder) and self.folder == other.folder

    def __hash__(self) -> int:
        return hash(self.folder)

    # What happened

    def emit(self, event: str, **fields: Any) -> None:
        """Append an event to the log, so that every process sees it at once."""
        entry = {"at": project.now(), "event": event, **_plain(fields)}
        files.append_line(self.folder / "events.jsonl", entry)

    def events(self, start: int = 0) -> tuple[list[Event], int]:
        """The events from byte ``start`` of the log on, and where to go on next time."""
        found, end = files.read_lines(self.folder / "events.jsonl", start)
        return [event for event in found if isinstance(event, dict)], end

    def snapshot(self) -> Snapshot:
        """How far the job has come, for a page."""
        return fold(self.events()[0])

    def stage(
        self,
        name: str,
        label: str,
        index: int | None = None,
        of: int | None = None,
        part: tuple[float, float] | None = None,
    ) -> None:
        """Tell that a stage begins.

        Args:
            name: for programs.
            label: for people.
            index: its place among all stages, from 1 on.
            of: how many stages there are.
            part: of all work, from where to where it goes, 0..1; all stages count the same where
                it is not told.
        """
        self._first_done = None
        self.emit("stage", name=name, label=label, index=index, of=of, part=part)

    def progress(self, done: int, total: int) -> None:
        """Tell how much of the stage is done; cheap enough to be called for every image.

        Some five calls a second are written, in long stages one; always the first of a stage
        and the last, once.
        """
        now = time.monotonic()
        if self._first_done is None:
            self._first_done, self._stage_began, self._last_written = done, now, float("-inf")
            self._is_over = False
        advanced, elapsed = done - self._first_done, now - self._stage_began
        pause = min(_SELDOM, max(_OFTEN, elapsed / _CALM))
        was_over, is_over = self._is_over, done >= total
        self._is_over = is_over
        if was_over if is_over else now - self._last_written < pause:
            return
        self._last_written = now
        rate = advanced / elapsed if advanced > 0 and elapsed > 0 else None
        left = max(0, total - done) / rate if rate else None
        self.emit(
            "progress",
            done=done,
            total=total,
            rate=None if rate is None else round(rate, 3),
            seconds_left=None if left is None else round(left, 3),
        )

    # Whether to stop

    def request_stop(self) -> None:
        """Ask whoever works on the job, or will, to stop; a job that was deleted has stopped."""
        with suppress(FileNotFoundError):
            (self.folder / "STOP").touch()

    def stop_requested(self) -> bool:
        """Whether somebody asked to stop; costs one look at the file system."""
        return os.path.exists(self.folder / "STOP")

    def check_stop(self) -> None:
        """Unwind the work where somebody asked to stop.

        Raises:
            Stopped: somebody did.
        """
        if self.stop_requested():
            raise Stopped

    def forget_stop(self) -> None:
        """Take back a request to stop, before a new attempt."""
        (self.folder / "STOP").unlink(missing_ok=True)

    def request_finish(self) -> None:
        """Ask a training to end now, and to judge and save the best that it has.

        One that has no whole epoch yet ends after its first. The request outlives an
        interruption: a resumed training goes straight on to the judging.
        """
        with suppress(FileNotFoundError):
            (self.folder / "FINISH").touch()

    def finish_requested(self) -> bool:
        """Whether somebody asked to finish; costs one look at the file system."""
        return os.path.exists(self.folder / "FINISH")

    # Who works on it

    @contextmanager
    def hold(self, patience: float = 2.0) -> Iterator[None]:
        """Be the one process that works on the job, for the length of the block.

        Raises:
            Occupied: another process is at it.
            EngineProblem: the file system knows no locks.
        """
        with locking.locked(self.folder / "lock", patience):
            yield

    def is_held(self) -> bool:
        """Whether a living process works on the job."""
        return locking.is_locked(self.folder / "lock")

    @property
    def attempt(self) -> int:
        """The number of the attempt that was queued last; 0 before the first."""
        queued = [event for event in self.events()[0] if event.get("event") == "queued"]
        return int(queued[-1].get("attempt", len(queued))) if queued else 0

    def queue(self) -> int:
        """Write down that a new attempt waits its turn, and return its number."""
        number = self.attempt + 1
        limits = in_force(self.folder)
        told = {"limits": limits.to_dict()} if limits else {}
        self.emit("queued", attempt=number, **told)
        return number

    @property
    def limits(self) -> HostLimits | None:
        """What the attempt that was queued last may take; None where nobody limits it.

        Whoever queues it writes this down, since a worker elsewhere does not know the server.
        """
        queued = [event for event in self.events()[0] if event.get("event") == "queued"]
        told = queued[-1].get("limits") if queued else None
        return HostLimits.from_dict(told) if isinstance(told, dict) else None

    def awaits(self, attempt: int) -> bool:
        """Whether ``attempt`` was queued last and nobody has begun it."""
        last = self._last_event()
        return last.get("event") == "queued" and last.get("attempt") == attempt

    def state(self, known_to_engine: bool | None = None) -> State:
        """Where the job stands.

        Args:
            known_to_engine: what `Engine.knows` says of it, asked before this call; None
                where nobody asked. Only a job that nobody has begun depends on it.
        """
        event, known = self._settled()
        if known is not None:
            return known
        if event == "started":
            return State.INTERRUPTED
        if self.stop_requested():
            return State.STOPPED
        return State.INTERRUPTED if known_to_engine is False else State.QUEUED

    def _settled(self) -> tuple[str, State | None]:
        """The last event, and the state where that and the lock settle it.

        The log is read before and after the look at the lock: what ended or began in
        between shows as a change, and is looked at again.
        """
        last = self._last_event()
        while True:
            event = str(last.get("event", ""))
            if event in _ENDS:
                return event, _ENDS[event]
            if self.is_held():
                return event, State.RUNNING
            again = self._last_event()
            if again == last:
                return event, None
            last = again

    def _last_event(self) -> Event:
        """The last event that says where the job stands; the end of the log mostly has it."""
        path = self.folder / "events.jsonl"
        try:
            size = path.stat().st_size
        except FileNotFoundError:
            return {}
        for start in (max(0, size - _TAIL), 0):
            for event in reversed(files.read_lines(path, start)[0]):
                if isinstance(event, dict) and event.get("event") in _LIFECYCLE:
                    return event
        return {}


def _read_description(folder: Path) -> dict[str, Any]:
    try:
        description = files.read_json(folder / "job.json")
        _ = [description[key] for key in ("id", "kind", "created")], dict(description["request"])
    except FileNotFoundError:
        raise ProjectProblem("There is no such job", f"No job.json in {folder.name}") from None
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise ProjectProblem(
            "The job cannot be read", f"job.json in {folder.name} is damaged"
        ) from error
    return dict(description)


def _plain(value: Any) -> Any:
    """``value`` as JSON can hold it: numpy numbers, paths, odd text, numbers without value."""
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    return _plain(str(value))
