"""The seal on the test images: broken on purpose, every look written down and kept."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pandas as pd
import pytest

from core import catalogue, files
from core.errors import ProjectProblem
from core.jobs import Run, removing, seal
from core.project import Project, Workspace
from core.settings import SplitSettings, TrainSettings


@pytest.fixture
def project(workspace: Path) -> Project:
    """Two classes of twelve images of which the catalogue alone is there."""
    made = Workspace().create("Animals")
    hashes = [hashlib.sha256(bytes([number])).hexdigest() for number in range(24)]
    table = {
        "image_id": [sha256[:16] for sha256 in hashes],
        "sha256": hashes,
        "label": ["ant", "bee"] * 12,
        "source": [f"{sha256}.jpg" for sha256 in hashes],
        "split_given": None,
        "group": None,
    }
    files.write_table(made.catalogue_file, pd.DataFrame(table))
    return made


@pytest.fixture
def run(project: Project) -> Run:
    return planned(project)


def planned(project: Project, seed: int = 0, folder: Path | None = None) -> Run:
    return Run.plan(project, TrainSettings(), SplitSettings(seed=seed), folder)


def told(run: Run) -> list[tuple[str, str]]:
    """The looks that count for ``run``: the name of the run that was asked, and why."""
    return [(look.name, look.why) for look in seal.looks_alike(run)]


def test_test_images_are_sealed_until_they_are_opened(run: Run) -> None:
    assert not seal.is_open(run)
    seal.open_test(run, seal.SCORE)
    again = Run(run.folder)
    assert seal.is_open(again)
    (look,) = seal.looks(again)
    assert (look.why, look.run, look.name) == (seal.SCORE, run.id, "Run 1")


def test_what_was_seen_before_is_not_counted_again(run: Run) -> None:
    for _ in range(2):
        seal.open_test(run, seal.SCORE)
        seal.open_test(run, seal.MISTAKES)
    assert [look.why for look in seal.looks(run)] == [seal.SCORE, seal.MISTAKES]


def test_a_comparison_counts_once_for_every_other_run(run: Run) -> None:
    for other in ("a", "b", "a"):
        seal.open_test(run, seal.COMPARISON, other)
    assert [look.about for look in seal.looks(run)] == ["a", "b"]


def test_two_pages_at_once_are_one_look(run: Run) -> None:
    seal.open_test(run, seal.SCORE)
    line = (run.folder / seal.FILE).read_bytes()
    (run.folder / seal.FILE).write_bytes(line + line)
    assert len(seal.looks(run)) == 1


def test_looks_of_runs_with_the_same_test_images_count_together(project: Project, run: Run) -> None:
    again, elsewhere = planned(project), planned(project, seed=5)
    for one in (again, elsewhere, run):
        seal.open_test(one, seal.SCORE)
    assert sorted(told(run)) == [("Run 1", seal.SCORE), ("Run 2", seal.SCORE)]
    assert told(elsewhere) == [("Run 3", seal.SCORE)]


def test_a_sealed_run_knows_of_the_looks_of_others(project: Project, run: Run) -> None:
    seal.open_test(planned(project), seal.SCORE)
    assert not seal.is_open(run)
    assert told(run) == [("Run 2", seal.SCORE)]


def test_a_relabelled_or_dropped_image_does_not_make_new_test_images(
    project: Project, run: Run
) -> None:
    seal.open_test(run, seal.SCORE)
    images = run.images()
    first = images[images["split"] == "test"]["image_id"].iloc[0]
    catalogue.decide(project, "relabel", images=[first], label=run.classes[-1])
    table = images[images["image_id"] != first]
    other = planned(project)
    table.to_parquet(other.folder / "split.parquet")
    assert told(other) == [("Run 1", seal.SCORE)]


def test_deleting_a_run_does_not_undo_its_looks(project: Project, run: Run) -> None:
    other = planned(project)
    seal.open_test(run, seal.SCORE)
    removing.delete(run, known_to_engine=False)
    assert not run.folder.exists()
    assert told(other) == [("Run 1", seal.SCORE)]


def test_a_run_that_was_never_opened_leaves_nothing_behind(project: Project, run: Run) -> None:
    removing.delete(run, known_to_engine=False)
    assert not project.looks_file.exists()


def test_a_run_elsewhere_counts_in_its_project_once(
    project: Project, run: Run, tmp_path: Path
) -> None:
    outside = planned(project, folder=tmp_path / "out")
    for why in (seal.COMMAND_LINE, seal.MISTAKES):
        seal.open_test(outside, why)
    looks = [(outside.name, seal.COMMAND_LINE), (outside.name, seal.MISTAKES)]
    assert told(run) == told(outside) == looks


def test_a_run_whose_project_is_gone_counts_its_own(project: Project, tmp_path: Path) -> None:
    outside = planned(project, folder=tmp_path / "out")
    shutil.rmtree(project.folder)
    seal.open_test(outside, seal.COMMAND_LINE)
    assert told(outside) == [(outside.name, seal.COMMAND_LINE)]


def test_damaged_lines_are_passed_over(project: Project, run: Run) -> None:
    seal.open_test(run, seal.SCORE)
    removing.delete(run, known_to_engine=False)
    other = planned(project)
    damage = b'[1]\n{"at": 1, "why": "x"}\n{"looks": [3], "images": [4]}\n\xff\xfe\n{"at"'
    for path in (project.looks_file, other.folder / seal.FILE):
        with path.open("ab") as log:
            log.write(damage)
    assert not seal.is_open(other)
    assert told(other) == [("Run 1", seal.SCORE)]


def test_what_cannot_be_written_down_stays_sealed(run: Run) -> None:
    (run.folder / seal.FILE).mkdir()
    with pytest.raises(ProjectProblem, match="could not be opened"):
        seal.open_test(run, seal.SCORE)


class TestDecidedInView:
    """Labels of test images that were put right with the answers in view, and images left out."""

    def judges(self, run: Run) -> list[str]:
        images = run.images()
        return images.loc[images["split"] == "test", "image_id"].tolist()

    def test_decisions_after_a_look_count_for_the_next(self, project: Project, run: Run) -> None:
        seal.open_test(run, seal.MISTAKES)
        first, second, *_ = self.judges(run)
        catalogue.decide(project, "relabel", images=[first], label="bee")
        catalogue.decide(project, "drop", images=[second])
        assert seal.decided_in_view(planned(project)) == 2
        assert seal.decided_in_view(run) == 0  # it was judged by what stood before

    def test_decisions_while_they_are_sealed_do_not(self, project: Project, run: Run) -> None:
        catalogue.decide(project, "drop", images=self.judges(run)[:1])
        assert seal.decided_in_view(planned(project)) == 0
        seal.open_test(run, seal.MISTAKES)
        assert seal.decided_in_view(planned(project)) == 0

    def test_a_log_from_elsewhere_may_tell_no_times(self, project: Project, run: Run) -> None:
        seal.open_test(run, seal.MISTAKES)
        entry = {"number": 1, "act": "drop", "reason": "", "images": self.judges(run)[:1]}
        files.append_line(project.decisions_file, entry)
        assert seal.decided_in_view(planned(project)) == 0

    def test_training_images_may_be_mended_at_any_time(self, project: Project, run: Run) -> None:
        seal.open_test(run, seal.MISTAKES)
        images = run.images()
        learnt = images.loc[images["split"] == "train", "image_id"].tolist()
        catalogue.decide(project, "drop", images=learnt[:3])
        assert seal.decided_in_view(planned(project)) == 0

    def test_what_was_taken_back_does_not_count(self, project: Project, run: Run) -> None:
        seal.open_test(run, seal.MISTAKES)
        one, other, *_ = self.judges(run)
        undone = catalogue.decide(project, "drop", images=[one])
        catalogue.decide(project, "undo", decision=undone["number"])
        catalogue.decide(project, "drop", images=[other])
        catalogue.decide(project, "keep", images=[other])
        assert seal.decided_in_view(planned(project)) == 0
