"""A job's folder: what was asked, what happened, where it stands."""

import json
from pathlib import Path

import numpy as np
import pytest

from core.errors import ProjectProblem, Stopped
from core.jobs.folder import JobFolder, State
from core.locking import Occupied


def names(job: JobFolder) -> list[str]:
    return [event["event"] for event in job.events()[0]]


def test_another_process_opens_the_same_job(job: JobFolder) -> None:
    again = JobFolder(job.folder)
    assert again == job
    assert (again.id, again.kind, again.created) == ("job", "check", job.created)
    assert again.request == {"steps": 3, "seconds": 0.0}


def test_a_job_is_not_overwritten(job: JobFolder) -> None:
    with pytest.raises(ProjectProblem):
        JobFolder.create(job.folder, "check", {})


def test_a_folder_that_cannot_be_made_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ProjectProblem) as caught:
        JobFolder.create(tmp_path / "file" / "job", "check", {})
    assert caught.value.fix


@pytest.mark.parametrize(
    "content", [None, "", "[]", '{"id": "x"}', '{"id":1,"kind":2,"created":3,']
)
def test_a_damaged_description_is_a_problem(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "job.json").write_text(content)
    with pytest.raises(ProjectProblem):
        JobFolder(tmp_path)


def test_events_are_read_on_from_where_one_was(job: JobFolder) -> None:
    job.emit("started", attempt=1)
    first, position = job.events()
    job.emit("message", text="two")
    second, end = job.events(position)
    assert [event["event"] for event in first] == ["started"]
    assert [event["text"] for event in second] == ["two"]
    assert job.events(end) == ([], end)


def test_a_half_written_last_line_is_ignored_and_does_not_spoil_the_next(job: JobFolder) -> None:
    job.emit("started", attempt=1)
    log = job.folder / "events.jsonl"
    with log.open("ab") as handle:
        handle.write(b'{"event": "finis')
    assert names(job) == ["started"]
    assert job.state() is State.INTERRUPTED
    job.emit("stopped")
    assert names(job) == ["started", "stopped"]
    assert job.state() is State.STOPPED


def test_an_event_holds_whatever_a_task_hands_it(job: JobFolder) -> None:
    job.emit(
        "epoch",
        loss=np.float32(0.5),
        count=np.int64(3),
        best=np.bool_(True),
        bad=float("nan"),
        many=(np.arange(2), float("inf")),
        path=Path("a"),
        text="lone \udcff surrogate",
    )
    (event,) = job.events()[0]
    del event["at"]
    assert event == {
        "event": "epoch",
        "loss": 0.5,
        "count": 3,
        "best": True,
        "bad": None,
        "many": [[0, 1], None],
        "path": "a",
        "text": "lone ? surrogate",
    }


def test_progress_writes_the_first_and_the_last_and_few_between(job: JobFolder) -> None:
    for total in (5_000, 7):
        job.stage("count", "Counting")
        for done in range(total + 1):
            job.progress(done, total)
    written = [event for event in job.events()[0] if event["event"] == "progress"]
    assert [(event["done"], event["total"]) for event in written if event["done"] in (0, 7)] == [
        (0, 5_000),
        (0, 7),
        (7, 7),
    ]
    assert (written[-3]["done"], written[-3]["total"]) == (5_000, 5_000)
    assert written[-3]["seconds_left"] == 0.0
    assert len(written) < 100


def test_the_last_is_written_once_however_often_it_is_told(job: JobFolder) -> None:
    for done in (0, 2, 2, 2):
        job.progress(done, 2)
    job.stage("count", "Counting again")
    job.progress(2, 2)
    assert [event["done"] for event in job.events()[0] if event["event"] == "progress"] == [0, 2, 2]


def test_speed_counts_from_where_a_resumed_stage_went_on(
    job: JobFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = iter([100.0, 102.0, 104.0])
    monkeypatch.setattr("core.jobs.folder.time.monotonic", lambda: next(moments))
    for done in (50, 60, 70):
        job.progress(done, 100)
    seen = [(event["rate"], event["seconds_left"]) for event in job.events()[0]]
    assert seen == [(None, None), (5.0, 8.0), (5.0, 6.0)]


def test_a_long_stage_writes_once_a_second(job: JobFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter(step / 10 for step in range(20_000))
    monkeypatch.setattr("core.jobs.folder.time.monotonic", lambda: next(moments))
    for done in range(20_000):
        job.progress(done, 20_000)
    times = [event["done"] / 10 for event in job.events()[0]]
    gaps = np.diff(times)
    assert gaps[:20].max() < 0.4
    assert gaps[-20:-1].min() >= 1.0


def test_stop_is_asked_for_and_taken_back(job: JobFolder) -> None:
    job.check_stop()
    job.request_stop()
    job.request_stop()
    assert job.stop_requested()
    with pytest.raises(Stopped):
        job.check_stop()
    job.forget_stop()
    job.forget_stop()
    job.check_stop()


def test_one_process_works_on_a_job(job: JobFolder) -> None:
    assert not job.is_held()
    with job.hold():
        assert job.is_held()
        with pytest.raises(Occupied), JobFolder(job.folder).hold(patience=0.0):
            pass
    assert not job.is_held()


@pytest.mark.parametrize("known", [None, True, False])
def test_a_job_that_waits(job: JobFolder, known: bool | None) -> None:
    expected = State.INTERRUPTED if known is False else State.QUEUED
    assert job.state(known) is expected
    job.queue()
    assert job.state(known) is expected
    with job.hold():
        assert job.state(known) is State.RUNNING
    job.request_stop()
    assert job.state(known) is State.STOPPED
    with job.hold():
        assert job.state(known) is State.RUNNING  # it is about to see that it shall stop


@pytest.mark.parametrize("known", [None, True, False])
def test_a_job_that_began(job: JobFolder, known: bool | None) -> None:
    job.queue()
    with job.hold():
        job.emit("started", attempt=1)
        assert job.state(known) is State.RUNNING
    assert job.state(known) is State.INTERRUPTED
    job.request_stop()
    assert job.state(known) is State.INTERRUPTED


@pytest.mark.parametrize("end", ["finished", "stopped", "failed"])
def test_a_job_that_ended_and_was_queued_again(job: JobFolder, end: str) -> None:
    job.queue()
    with job.hold():
        job.emit("started", attempt=1)
        job.emit(end)
        assert job.state(False) is State(end)
    for number in range(200):
        job.emit("message", text=f"afterwards {number} " + "." * 100)
    assert job.state(False) is State(end)
    job.queue()
    assert job.state(True) is State.QUEUED


def test_an_end_between_two_looks_is_seen(job: JobFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    job.emit("started", attempt=1)

    def ends_now() -> bool:
        if names(job)[-1] == "started":
            job.emit("finished")
        return False

    monkeypatch.setattr(job, "is_held", ends_now)
    assert job.state() is State.FINISHED


def test_a_beginning_between_two_looks_is_seen(
    job: JobFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    job.queue()

    def begins_now() -> bool:
        begun = names(job)[-1] == "started"
        if not begun:
            job.emit("started", attempt=1)
        return begun

    monkeypatch.setattr(job, "is_held", begins_now)
    assert job.state(True) is State.RUNNING


def test_attempts_are_numbered_and_awaited(job: JobFolder) -> None:
    assert job.attempt == 0
    assert job.queue() == 1
    assert job.awaits(1)
    job.emit("started", attempt=1)
    assert not job.awaits(1)
    assert job.queue() == 2
    assert (job.awaits(1), job.awaits(2), job.attempt) == (False, True, 2)


def test_only_queued_and_running_are_active() -> None:
    assert [state for state in State if state.is_active] == [State.QUEUED, State.RUNNING]


def test_lines_that_are_no_events_are_passed_over(job: JobFolder) -> None:
    lines = ["[]", "7", "not json", json.dumps({"event": "finished", "at": "x"})]
    (job.folder / "events.jsonl").write_text("\n".join(lines) + "\n")
    assert job.state() is State.FINISHED
    assert names(job) == ["finished"]
    assert job.snapshot().ended == "x"


def test_a_request_to_finish_outlives_a_stop(job: JobFolder) -> None:
    assert not job.finish_requested()
    job.request_finish()
    job.request_stop()
    again = JobFolder(job.folder)
    again.forget_stop()
    assert again.finish_requested()
    assert not again.stop_requested()
    again.check_stop()
