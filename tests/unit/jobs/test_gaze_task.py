"""A sticker that a class is known by: found, named, and shown to settle the answers."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from core import gaze, project
from core.gaze import Gaze, words
from core.jobs import Run, State, gaze_task
from core.jobs.folder import JobFolder
from core.jobs.tasks import perform
from tests import looking


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return looking.finished_run(tmp_path_factory.mktemp("gaze"))


def begin(run: Run, name: str | None = None) -> JobFolder:
    folder = run.project.jobs / project.new_id("gaze")
    return JobFolder.create(folder, "gaze", {"run": name or run.id})


@pytest.fixture(scope="module")
def found(run: Run) -> Gaze:
    job = begin(run)
    perform(str(job.folder))
    assert job.state() is State.FINISHED, job.snapshot().problem
    read = Gaze.load(run.folder)
    assert read is not None
    return read


def test_most_of_the_heat_lies_on_the_sticker_and_words_say_so(found: Gaze) -> None:
    (one,) = found.spotted
    assert one.label == "stamped"
    assert one.spot is not None and one.spot.share.low > 0.5
    held = range(round(14 * one.spot.top), round(14 * (one.spot.top + one.spot.side)))
    assert {2, 3} <= set(held)  # rows of the sticker, of 14
    assert words.of_all(found).startswith("Look closer at stamped")
    assert "at the top left" in words.of_spot(one)


def test_the_exchange_shows_that_it_settles_the_answers(found: Gaze) -> None:
    swap = found.spotted[0].swap
    assert swap is not None
    assert (swap.kept, swap.turned) == (0, swap.others)
    assert "settles most answers" in words.of_swap(found.spotted[0])


def test_validation_images_come_first_and_training_images_help_out(run: Run, found: Gaze) -> None:
    images = run.images().set_index("image_id")
    held = images[images["split"] == "validation"]
    assert [one.n for one in found.classes] == [12, 12]  # of 6 and of 7, say, in validation
    shown = [each.image_id for one in found.classes for each in one.examples]
    assert set(shown) <= set(held.index)
    assert "test" not in set(images.loc[shown, "split"])


def test_a_class_with_enough_validation_images_needs_no_help(run: Run) -> None:
    named = pd.Series(["plain"] * 20 + ["stamped"] * 11)
    more = gaze_task.helping(run.images(), named)
    assert more["label"].tolist() == ["stamped"]
    assert more["split"].tolist() == ["train"]


def test_each_class_has_its_pictures(run: Run, found: Gaze) -> None:
    folder = gaze.pictures(run.folder)
    names = [one.picture for one in found.classes]
    names += [each.picture for one in found.classes for each in one.examples]
    assert len(names) == 2 + 12
    assert {path.stem for path in folder.glob("*/*.webp")} == set(names)


def test_another_look_leaves_no_old_pictures(run: Run, found: Gaze) -> None:
    stray = gaze.keep_picture(run.folder, b"from before")
    job = begin(run)
    perform(str(job.folder))
    assert stray not in {path.stem for path in gaze.pictures(run.folder).glob("*/*")}


def test_a_class_that_fills_its_images_evenly_is_not_named(found: Gaze) -> None:
    (plain,) = (one for one in found.classes if one.label == "plain")
    assert plain.spot is None
    assert abs(plain.border.mean - gaze.BORDER_AREA) < 0.15


def test_a_run_that_is_gone_is_told(run: Run) -> None:
    job = begin(run, "no-such-run")
    perform(str(job.folder))
    assert job.state() is State.FAILED
    assert "no such run" in str(job.snapshot().problem)


def test_asked_to_stop_it_stops(run: Run, tmp_path: Path) -> None:
    job = begin(run)
    job.request_stop()
    perform(str(job.folder))
    assert job.state() is State.STOPPED
