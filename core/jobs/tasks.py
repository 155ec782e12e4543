"""What the worker runs: one job from its folder, or one short function."""

from __future__ import annotations

import errno
import os
import platform
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from core.errors import EngineProblem, Problem, Stopped
from core.jobs.discarding import clear
from core.jobs.folder import JobFolder
from core.jobs.overseeing import Verdict, end_worker, overseen
from core.jobs.run import KIND
from core.jobs.worker import wait_until_warm
from core.locking import Occupied


@dataclass(frozen=True)
class Kind:
    """A kind of job.

    Attributes:
        task: ``module:function``, imported when a job of this kind begins. The function
            takes the `JobFolder`, returns the fields of its ``finished`` event or None,
            and raises `Stopped` where it was asked to stop.
        uses_ml: whether it needs TensorFlow; such a job lets the worker's warm-up finish first.
        after: ``module:function``, called without arguments once the job has told how it ended:
            what nobody needs to wait for.
    """

    task: str
    uses_ml: bool = True
    after: str = ""


KINDS: Mapping[str, Kind] = {
    "ingest": Kind("core.jobs.ingest_task:run", uses_ml=False),
    "audit": Kind("core.jobs.audit_task:run", uses_ml=False),  # not at first; it waits itself
    "preflight": Kind("core.jobs.preflight_task:run"),
    "map": Kind("core.jobs.map_task:run"),
    "train": Kind("core.jobs.train_task:run", after="core.jobs.train_task:tidy"),
    "alarm": Kind("core.jobs.alarm_task:run"),
    "worth": Kind("core.jobs.worth_task:run"),
    "sight": Kind("core.jobs.sight_task:run"),
    "rate": Kind("core.jobs.rate_task:run"),
    "fixes": Kind("core.jobs.fixes_task:run"),
    "stress": Kind("core.jobs.stress_task:run"),
    "gaze": Kind("core.jobs.gaze_task:run"),
    "field": Kind("core.jobs.field_task:run"),
    "known_set": Kind("core.jobs.known_set_task:run"),
    "exercise": Kind("core.jobs.exercise_task:run", uses_ml=False),
    "pack": Kind("core.jobs.pack_task:run", uses_ml=False),
    "export": Kind("core.jobs.export_task:run"),
    "model": Kind("core.jobs.model_task:run"),
    "open": Kind("core.jobs.open_task:run", uses_ml=False),
    "ready": Kind("core.jobs.ready_task:run", after="core.jobs.train_task:tidy"),
    "check": Kind("core.jobs.check_task:run", uses_ml=False),
}


def perform(folder: str, attempt: int | None = None) -> None:
    """Do the job in ``folder``, and write how it went into its events.

    Whatever goes wrong ends in a ``failed`` event; a process that dies leaves the job
    interrupted. Nothing is raised that the folder can tell.

    Args:
        folder: of the job.
        attempt: the number under which it was queued. An attempt that was begun before is
            left alone: a scheduler hands out a task again when its worker died, but it is
            for the user to resume. None does it now, in this process.

    Raises:
        EngineProblem: ``attempt`` is None and another process works on it.
    """
    job = JobFolder(Path(folder))
    if attempt is not None and not job.awaits(attempt):
        return
    try:
        with job.hold():
            if attempt is None:
                attempt = job.queue()
            if job.awaits(attempt):
                _work(job, attempt)
                _tidy(job)
    except Occupied:
        if attempt is None:
            raise EngineProblem(
                "Somebody else is working on this already",
                f"The lock of {job.folder.name} is held",
                "Wait until it is done, or stop it",
            ) from None
    except Problem as problem:
        _tell_failure(job, problem)
    if job.kind == KIND:
        clear(job.folder)


def call(target: str, arguments: tuple[Any, ...]) -> Any:
    """Call the function named ``module:function``; one that may use TensorFlow once it is warm."""
    if target.startswith("core.") and not target.startswith("core.jobs."):
        wait_until_warm()
    return load(target)(*arguments)


def load(target: str) -> Callable[..., Any]:
    """Import the function named ``module:function``."""
    module, _, name = target.partition(":")
    function: Callable[..., Any] = getattr(import_module(module), name)
    return function


def _work(job: JobFolder, attempt: int) -> None:
    if job.stop_requested():
        job.emit("stopped")
        return
    job.emit("started", pid=os.getpid(), host=platform.node(), attempt=attempt)
    with overseen(job, lambda problem: _give_up(job, problem)) as verdict:
        try:
            kind = _kind(job)
            if kind.uses_ml:
                _wait_until_warm(job)
            fields = load(kind.task)(job)
            job.emit("finished", **(fields or {}))
        except Stopped:
            _tell_stop(job, verdict)
        except Problem as problem:
            _tell_failure(job, problem)
        except Exception as error:
            _keep_traceback(job, error)
            if job.stop_requested():  # native code makes all kinds of errors of an interrupt
                _tell_stop(job, verdict)
            else:
                _tell_failure(job, as_problem(error, job))


def _tell_stop(job: JobFolder, verdict: Verdict) -> None:
    if verdict.problem is None:
        job.emit("stopped")
    else:
        _tell_failure(job, verdict.problem)


def _give_up(job: JobFolder, problem: Problem) -> None:
    """Say how it ended, then end with it: it did not stop when it was asked to."""
    _tell_failure(job, problem)
    end_worker()


def _tidy(job: JobFolder) -> None:
    """Do what comes after a job; whatever goes wrong with it concerns nobody."""
    kind = KINDS.get(job.kind)
    if kind is None or not kind.after:
        return
    try:
        load(kind.after)()
    except Exception as error:
        _keep_traceback(job, error)


def _kind(job: JobFolder) -> Kind:
    if job.kind not in KINDS:
        raise EngineProblem(
            f"This version does not know the work '{job.kind}'",
            f"It knows {', '.join(KINDS)}",
            "Use the same version of First Light for the pages and the engine",
        )
    return KINDS[job.kind]


def _wait_until_warm(job: JobFolder) -> None:
    if not wait_until_warm(0):
        job.stage("prepare", "Starting up")
        while not wait_until_warm(0.2):
            job.check_stop()


def as_problem(error: Exception, job: JobFolder) -> Problem:
    """``error`` in words that help: what happened, and what to do about it."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
        return EngineProblem(
            "There was not enough memory",
            "The work needed more than this computer could give",
            "Close other programs, or try a smaller batch size or fewer images; then resume",
        )
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return EngineProblem(
            "The disk is full",
            "The work could not save what it made",
            "Free some space, then resume; what was saved before is kept",
        )
    message = " ".join(str(error).split())
    what = f"{type(error).__name__}: {message}" if message else type(error).__name__
    return EngineProblem(
        "Something unexpected happened",
        what[:500],
        f"Try it once more; the details are in {job.folder.name}/error.txt",
    )


def _keep_traceback(job: JobFolder, error: Exception) -> None:
    text = "".join(traceback.format_exception(error))
    try:
        (job.folder / "error.txt").write_text(text, encoding="utf-8", errors="replace")
    except OSError:
        return  # a full disk, most likely: the event says so


def _tell_failure(job: JobFolder, problem: Problem) -> None:
    try:
        job.emit("failed", title=problem.title, detail=problem.detail, fix=problem.fix)
    except OSError:
        return  # no room for one line more: the job shows as interrupted
