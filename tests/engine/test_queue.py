"""The queue of a real engine: what waits has a place, and can be taken out of it."""

from core.jobs import Engine, State
from tests.engine.helpers import NewJob, ended, is_counting, wait_for


def test_a_job_that_is_taken_out_makes_room_for_those_behind(
    engine: Engine, new_job: NewJob
) -> None:
    at_work, waiting, last = (new_job(name, steps=500) for name in ("a", "b", "c"))
    for job in (at_work, waiting, last):
        engine.submit(job)
    wait_for(lambda: is_counting(at_work), "the first job to begin")
    assert [engine.position(job) for job in (at_work, waiting, last)] == [0, 1, 2]
    waiting.request_stop()
    engine.withdraw(waiting)
    assert waiting.state(engine.knows(waiting)) is State.STOPPED
    assert engine.position(waiting) is None
    assert engine.position(last) == 1
    at_work.request_stop()
    wait_for(lambda: is_counting(last), "the last job to begin")
    assert [event["event"] for event in waiting.events()[0]] == ["queued"]


def test_a_job_at_work_is_not_taken_out(engine: Engine, new_job: NewJob) -> None:
    job = new_job("at-work", steps=500)
    engine.submit(job)
    wait_for(lambda: is_counting(job), "the job to begin")
    engine.withdraw(job)
    assert engine.position(job) == 0
    job.request_stop()
    wait_for(lambda: ended(job, engine), "the end")
    assert job.state() is State.STOPPED


def test_a_job_that_was_taken_out_can_be_queued_again(engine: Engine, new_job: NewJob) -> None:
    at_work, waiting = new_job("first", steps=500), new_job("second")
    engine.submit(at_work)
    engine.submit(waiting)
    waiting.request_stop()
    engine.withdraw(waiting)
    waiting.forget_stop()
    engine.submit(waiting)
    at_work.request_stop()
    wait_for(lambda: ended(waiting, engine), "the end")
    assert waiting.state() is State.FINISHED
    assert [event.get("attempt") for event in waiting.events()[0][:3]] == [1, 2, 2]
