"""What the worker does with a job, and what it writes when that goes wrong."""

import errno
import threading
from collections.abc import Callable
from typing import Any

import pytest

from core import files
from core.errors import DataProblem, EngineProblem, Stopped
from core.jobs import tasks, worker
from core.jobs.folder import JobFolder, State
from core.jobs.tasks import Kind, perform

Task = Callable[[JobFolder], Any]


@pytest.fixture
def task(monkeypatch: pytest.MonkeyPatch) -> Callable[[Task], None]:
    """Puts a function in the place of what jobs of the kind 'check' do."""

    def use(function: Task) -> None:
        monkeypatch.setattr(tasks, "load", lambda target: function)

    return use


def fails_with(error: BaseException) -> Task:
    def run(job: JobFolder) -> None:
        raise error

    return run


def names(job: JobFolder) -> list[str]:
    return [event["event"] for event in job.events()[0]]


def test_a_job_is_done_and_told(job: JobFolder) -> None:
    perform(str(job.folder), job.queue())
    assert job.state() is State.FINISHED
    assert [name for name in names(job) if name != "progress"] == [
        "queued",
        "started",
        "stage",
        "finished",
    ]
    assert job.events()[0][-1]["sum"] == 0 + 1 + 4
    assert files.read_json(job.folder / "result.json") == {"steps": 3, "sum": 5}
    assert not job.is_held()


def test_what_comes_after_a_job_keeps_nobody_waiting_for_its_end(
    job: JobFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[State] = []

    def tidy() -> None:
        found.append(job.state())
        raise RuntimeError("concerns nobody")

    monkeypatch.setattr(tasks, "KINDS", {"check": Kind("job", after="tidy")})
    monkeypatch.setattr(tasks, "load", {"job": lambda job: None, "tidy": tidy}.__getitem__)
    perform(str(job.folder))
    assert found == [State.FINISHED]
    assert job.state() is State.FINISHED


def test_a_job_can_be_done_here_and_now(job: JobFolder) -> None:
    perform(str(job.folder))
    assert job.state() is State.FINISHED
    assert job.attempt == 1


def test_an_attempt_is_never_begun_twice(job: JobFolder) -> None:
    attempt = job.queue()
    job.emit("started", attempt=attempt)  # and then its worker was killed
    perform(str(job.folder), attempt)
    assert names(job) == ["queued", "started"]
    assert job.state() is State.INTERRUPTED


def test_an_attempt_that_another_replaced_is_left_alone(job: JobFolder) -> None:
    first, second = job.queue(), job.queue()
    perform(str(job.folder), first)
    assert "started" not in names(job)
    perform(str(job.folder), second)
    assert job.state() is State.FINISHED


def test_a_job_in_other_hands_is_left_alone(
    job: JobFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = job.queue()
    hold = JobFolder.hold
    monkeypatch.setattr(JobFolder, "hold", lambda self: hold(self, patience=0.0))
    with job.hold():
        perform(str(job.folder), attempt)
        with pytest.raises(EngineProblem):
            perform(str(job.folder))
    assert names(job) == ["queued"]


def test_a_stop_before_the_beginning(job: JobFolder) -> None:
    attempt = job.queue()
    job.request_stop()
    perform(str(job.folder), attempt)
    assert names(job) == ["queued", "stopped"]


def test_a_stop_in_between_keeps_what_is_complete(
    job: JobFolder, task: Callable[[Task], None]
) -> None:
    def run(job: JobFolder) -> None:
        job.request_stop()
        job.check_stop()

    task(run)
    perform(str(job.folder))
    assert names(job)[-1] == "stopped"
    assert job.state() is State.STOPPED
    assert job.snapshot().problem is None


def test_stopped_is_an_end_and_no_failure(job: JobFolder, task: Callable[[Task], None]) -> None:
    task(fails_with(Stopped()))
    perform(str(job.folder))
    assert job.state() is State.STOPPED


def test_a_problem_is_told_as_it_is(job: JobFolder, task: Callable[[Task], None]) -> None:
    task(fails_with(DataProblem("No images", "The zip is empty", "Add some")))
    perform(str(job.folder))
    problem = job.snapshot().problem
    assert job.state() is State.FAILED
    assert problem is not None
    assert (problem.title, problem.detail, problem.fix) == (
        "No images",
        "The zip is empty",
        "Add some",
    )
    assert not (job.folder / "error.txt").exists()


class ResourceExhaustedError(Exception):
    """Named like TensorFlow's."""


@pytest.mark.parametrize(
    ("error", "title"),
    [
        (MemoryError(), "There was not enough memory"),
        (ResourceExhaustedError("OOM when allocating"), "There was not enough memory"),
        (OSError(errno.ENOSPC, "No space left on device"), "The disk is full"),
        (ValueError("a\nb \udcff"), "Something unexpected happened"),
        (OSError(errno.EIO, "Input/output error"), "Something unexpected happened"),
    ],
)
def test_what_nobody_expected_becomes_help(
    job: JobFolder, task: Callable[[Task], None], error: Exception, title: str
) -> None:
    task(fails_with(error))
    perform(str(job.folder))
    problem = job.snapshot().problem
    assert job.state() is State.FAILED
    assert problem is not None
    assert problem.title == title
    assert problem.fix
    assert "Traceback" not in str(problem)
    assert "Traceback" in (job.folder / "error.txt").read_text(encoding="utf-8")


def test_the_unexpected_names_its_kind_and_where_the_details_are(
    job: JobFolder, task: Callable[[Task], None]
) -> None:
    task(fails_with(KeyError("label")))
    perform(str(job.folder))
    problem = job.snapshot().problem
    assert problem is not None
    assert problem.detail == "KeyError: 'label'"
    assert "job/error.txt" in problem.fix


def test_a_disk_without_room_for_one_line_more_leaves_it_interrupted(
    job: JobFolder, task: Callable[[Task], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(job: JobFolder) -> None:
        full = OSError(errno.ENOSPC, "No space left on device")
        monkeypatch.setattr(JobFolder, "emit", lambda *_, **__: fails_with(full)(job))
        raise full

    task(run)
    perform(str(job.folder))
    assert job.state() is State.INTERRUPTED


def test_a_kind_that_this_version_does_not_know(
    job: JobFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "KINDS", {"other": Kind("nowhere:run")})
    perform(str(job.folder))
    problem = job.snapshot().problem
    assert problem is not None
    assert "'check'" in problem.title


@pytest.mark.parametrize("kind", tasks.KINDS.values(), ids=list(tasks.KINDS))
def test_every_kind_names_a_function_by_module(kind: Kind) -> None:
    module, colon, function = kind.task.partition(":")
    assert module.startswith("core.jobs.")
    assert colon
    assert function.isidentifier()


def test_a_job_that_needs_tensorflow_waits_for_the_warm_up(
    job: JobFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    warm = threading.Event()
    monkeypatch.setattr(worker, "_warm", warm)
    monkeypatch.setattr(tasks, "KINDS", {"check": Kind("core.jobs.check_task:run")})
    thread = threading.Thread(target=perform, args=(str(job.folder), job.queue()))
    thread.start()
    while job.snapshot().stage != "prepare":
        assert thread.is_alive()
    warm.set()
    thread.join()
    assert job.state() is State.FINISHED


def test_a_job_that_waits_for_the_warm_up_can_be_stopped(
    job: JobFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_warm", threading.Event())
    monkeypatch.setattr(tasks, "KINDS", {"check": Kind("core.jobs.check_task:run")})
    thread = threading.Thread(target=perform, args=(str(job.folder), job.queue()))
    thread.start()
    while job.snapshot().stage != "prepare":
        assert thread.is_alive()
    job.request_stop()
    thread.join()
    assert job.state() is State.STOPPED


def test_a_short_function_is_called_by_name() -> None:
    assert tasks.call("core.jobs.check_task:echo", (7,)) == 7


def test_only_a_question_that_may_need_tensorflow_waits_for_the_warm_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waited: list[str] = []
    monkeypatch.setattr(tasks, "wait_until_warm", lambda: waited.append("warm"))
    tasks.call("core.jobs.check_task:echo", (7,))
    tasks.call("os:getpid", ())
    assert waited == []
    tasks.call("core.project:now", ())
    assert waited == ["warm"]
