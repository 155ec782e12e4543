"""Events folded into what a page shows."""

from typing import Any

import pytest

from core.jobs.snapshot import Event, Snapshot, fold


def event(kind: str, second: int = 0, /, **fields: Any) -> Event:
    return {"at": f"2026-01-01T00:00:{second:02d}.000+00:00", "event": kind, **fields}


def epoch(number: int, loss: float) -> Event:
    return event("epoch", epoch=number, of=3, loss=loss, seconds_left=float(3 - number))


def test_nothing_happened_yet() -> None:
    assert fold([]) == Snapshot()
    assert fold([]).fraction is None
    assert fold([]).seconds is None


def test_the_current_stage_and_its_progress() -> None:
    seen = fold(
        [
            event("queued", attempt=1),
            event("started", 1, pid=1, host="h", attempt=1),
            event("stage", name="read", label="Reading", index=1, of=2),
            event("progress", done=5, total=20, rate=2.5, seconds_left=6.0),
        ]
    )
    assert (seen.stage, seen.stage_label, seen.stage_index, seen.stage_of) == (
        "read",
        "Reading",
        1,
        2,
    )
    assert (seen.done, seen.total, seen.fraction) == (5, 20, 0.25)
    assert (seen.images_per_second, seen.seconds_left) == (2.5, 6.0)
    assert (seen.started, seen.ended, seen.attempts) == (
        "2026-01-01T00:00:01.000+00:00",
        None,
        1,
    )


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"part": [0.25, 1]}, (0.25, 1)),
        ({}, None),
        ({"part": None}, None),
        ({"part": [1, 0]}, None),
        ({"part": "all"}, None),
        ({"part": [0, 2]}, None),
        ({"part": [0.1]}, None),
    ],
)
def test_what_part_of_all_work_a_stage_is_may_be_told(
    told: dict[str, Any], found: tuple[float, float] | None
) -> None:
    assert fold([event("stage", name="read", index=1, of=2, **told)]).part == found


def test_a_new_stage_begins_at_nothing() -> None:
    seen = fold(
        [
            event("stage", name="read", label="Reading", index=1, of=2),
            event("progress", done=5, total=20, rate=2.5, seconds_left=6.0),
            event("stage", name="save", label="Saving"),
        ]
    )
    assert (seen.stage, seen.stage_index, seen.done, seen.total) == ("save", 0, 0, 0)
    assert seen.images_per_second is seen.seconds_left is None


def test_epochs_that_a_resumed_attempt_repeats_stand_once() -> None:
    seen = fold(
        [
            event("started"),
            *(epoch(number, 1.0) for number in (1, 2, 3)),
            event("resumed"),
            event("queued", attempt=2),
            event("started"),
            epoch(2, 0.5),
        ]
    )
    assert [(entry["epoch"], entry["loss"]) for entry in seen.epochs] == [(1, 1.0), (2, 0.5)]
    assert seen.seconds_left == 1.0
    assert seen.attempts == 2


def test_a_new_attempt_forgets_how_the_last_one_failed() -> None:
    before = [
        event("started", 1),
        event("stage", name="a", label="A"),
        event("progress", done=1, total=2),
        event("message", text="careful"),
        event("failed", 4, title="It broke", detail="badly", fix="mend it"),
    ]
    failed = fold(before)
    assert failed.problem is not None
    assert (failed.problem.title, failed.problem.detail, failed.problem.fix) == (
        "It broke",
        "badly",
        "mend it",
    )
    assert failed.seconds == pytest.approx(3.0)
    assert failed.messages == ["careful"]
    again = fold([*before, event("resumed"), event("queued", attempt=2)])
    assert again.problem is again.started is again.ended is None
    assert (again.stage, again.total, again.messages, again.attempts) == ("", 0, [], 1)


@pytest.mark.parametrize("name", ["finished", "stopped", "failed"])
def test_an_end_has_a_time_and_nothing_left(name: str) -> None:
    seen = fold([event("started", 1), event("progress", seconds_left=3.0), event(name, 9)])
    assert seen.ended == "2026-01-01T00:00:09.000+00:00"
    assert seen.seconds_left is None
    assert (seen.problem is not None) == (name == "failed")


def test_events_of_a_newer_version_are_passed_over() -> None:
    odd: list[Event] = [{"event": "fireworks"}, {}, event("stage"), event("epoch")]
    assert fold(odd).stage == ""


def test_an_epoch_tells_speed_and_memory_too() -> None:
    told = event("epoch", epoch=1, of=3, seconds_left=2.0, images_per_second=80.5, memory_mb=900)
    seen = fold([event("started"), event("stage", name="train"), told])
    assert (seen.images_per_second, seen.memory_mb, seen.seconds_left) == (80.5, 900, 2.0)
    assert fold([event("started"), told, event("stage", name="evaluate")]).seconds_left is None


def test_a_training_that_counts_epochs_twice_keeps_both() -> None:
    head = [event("stage", name="head"), epoch(1, 1.0), epoch(2, 0.9)]
    seen = fold([event("started"), *head, event("stage", name="train")])
    assert (seen.stage, seen.counting, len(seen.epochs)) == ("train", "head", 2)
    assert seen.earlier_epochs == []
    seen = fold([event("started"), *head, event("stage", name="train"), epoch(1, 0.5)])
    assert [entry["loss"] for entry in seen.epochs] == [0.5]
    assert [entry["loss"] for entry in seen.earlier_epochs] == [1.0, 0.9]


def test_a_resumed_attempt_that_passes_the_first_stage_again_loses_no_epoch() -> None:
    head = [event("stage", name="head"), epoch(1, 1.0)]
    first = [event("started"), *head, event("stage", name="train"), epoch(1, 0.5), epoch(2, 0.4)]
    again = [event("started"), *head, event("stage", name="train"), epoch(3, 0.3)]
    seen = fold([*first, *again])
    assert [entry["loss"] for entry in seen.epochs] == [0.5, 0.4, 0.3]
    assert [entry["loss"] for entry in seen.earlier_epochs] == [1.0]
