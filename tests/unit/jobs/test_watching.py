"""Who changed sides while a run learnt, and when."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.ingest import ingest, open_source
from core.jobs import watching
from core.jobs.run import Run
from core.jobs.watching import Story, Watch, restless, stories
from core.project import Workspace
from core.settings import SplitSettings, TrainSettings
from tests.makers import class_files, make_folder


@pytest.fixture
def run(workspace: Path, tmp_path: Path) -> Run:
    """A run with two validation images of each of two classes."""
    project = Workspace().create("Animals")
    with open_source(make_folder(tmp_path / "images", class_files(each=12))) as source:
        ingest(source, project.folder)
    return Run.plan(project, TrainSettings(), SplitSettings(validation=0.15))


def says(run: Run, *answers: Sequence[str]) -> Watch:
    """Watch ``run`` give one answer an image in each of some epochs."""
    watch = Watch(run)
    for number, names in enumerate(answers, start=1):
        watch.epoch(number, sure(run, names))
    watch.close()
    return watch


def sure(run: Run, names: Sequence[str]) -> np.ndarray:
    """Probabilities of 0.8 for these classes, one an image."""
    table = np.full((len(names), 2), 0.2)
    table[np.arange(len(names)), [run.classes.index(name) for name in names]] = 0.8
    return table


def told(run: Run) -> list[Story]:
    return stories(watching.read(run.folder))


def validation(run: Run) -> pd.DataFrame:
    images = run.images()
    return images[images["split"] == "validation"].reset_index(drop=True)


def test_only_images_whose_answer_changes_have_a_story(run: Run) -> None:
    images = validation(run)
    assert images["label"].tolist() == ["cat", "cat", "dog", "dog"]
    says(run, ["cat", "dog", "dog", "cat"], ["cat", "dog", "dog", "dog"])
    (story,) = told(run)
    assert story.image_id == images["image_id"][3]
    assert story.answers == ((1, "cat"), (2, "dog"))
    assert story.correct
    assert story.changes == 1
    assert story.confidence == pytest.approx(0.8)


def test_the_newest_change_comes_first_and_the_restless_in_their_order(run: Run) -> None:
    ids = validation(run)["image_id"]
    says(
        run,
        ["cat", "cat", "dog", "dog"],
        ["dog", "cat", "dog", "dog"],
        ["cat", "cat", "dog", "dog"],
        ["cat", "dog", "dog", "dog"],
    )
    assert [story.image_id for story in told(run)] == [ids[1], ids[0]]
    assert [story.correct for story in told(run)] == [False, True]
    assert [story.image_id for story in restless(told(run))] == [ids[0], ids[1]]


def test_a_resumed_run_goes_on_as_if_nothing_had_happened(run: Run) -> None:
    answers = (["cat"] * 4, ["cat", "dog", "cat", "dog"], ["cat", "cat", "dog", "dog"])
    says(run, *answers)
    whole = watching.read(run.folder)
    (run.folder / watching.NAME).unlink()
    says(run, *answers[:2])
    resumed = Watch(run)
    for number in (2, 3):  # epoch 2 was not saved when it was interrupted
        resumed.epoch(number, sure(run, answers[number - 1]))
    resumed.close()
    pd.testing.assert_frame_equal(watching.read(run.folder), whole)


def test_a_new_stage_begins_anew(run: Run) -> None:
    watch = says(run, ["cat", "cat", "dog", "dog"], ["dog", "cat", "dog", "dog"])
    watch.epoch(1, sure(run, ["cat", "cat", "dog", "dog"]))
    watch.close()
    assert told(run) == []


def test_epochs_in_quick_succession_are_written_once(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(watching.time, "monotonic", lambda: now[0])
    watch = Watch(run)
    watch.epoch(1, sure(run, ["cat"] * 4))
    written = watching.read(run.folder)
    watch.epoch(2, sure(run, ["dog"] * 4))
    pd.testing.assert_frame_equal(watching.read(run.folder), written)
    now[0] = 60.0
    watch.epoch(3, sure(run, ["dog"] * 4))
    assert len(told(run)) == 4


def test_answers_that_are_no_numbers_are_passed_over(run: Run) -> None:
    watch = says(run, ["cat"] * 4)
    watch.epoch(2, np.full((4, 2), np.nan))
    watch.epoch(3, sure(run, ["cat"] * 4))
    watch.close()
    assert told(run) == []


@pytest.mark.parametrize(
    "content", [b"", b"PAR1", None], ids=["empty", "no table", "other columns"]
)
def test_a_damaged_file_is_as_none(content: bytes | None, run: Run) -> None:
    path = run.folder / watching.NAME
    if content is None:
        pd.DataFrame({"image_id": ["x"], "epoch": ["soon"]}).to_parquet(path)
    else:
        path.write_bytes(content)
    assert told(run) == []
    says(run, ["cat"] * 4, ["dog"] * 4)
    assert len(told(run)) == 4


def test_a_full_disk_ends_no_training(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(watching.files, "write_table", full)
    says(run, ["cat"] * 4)
    assert told(run) == []
