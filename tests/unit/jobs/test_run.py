"""A run is written down before it begins, and what is damaged in it hides no other."""

import pytest

from core import catalogue, files
from core.errors import DataProblem, ProjectProblem
from core.jobs.run import Run, open_run, runs_of
from core.settings import Fit, SplitSettings, TrainSettings


@pytest.fixture
def plan(project):
    def plan(settings=None, **options) -> Run:
        return Run.plan(project, settings or TrainSettings(), SplitSettings(seed=3), **options)

    return plan


def test_a_planned_run_holds_all_that_was_asked(project, plan):
    run = Run(plan(TrainSettings(fit=Fit.PAD, epochs=7)).folder)
    assert run.settings == TrainSettings(fit=Fit.PAD, epochs=7)
    assert run.split == SplitSettings(seed=3)
    assert run.classes == ["cat", "dog"]
    assert run.catalogue_id == catalogue.content_id(catalogue.in_force(project))
    assert run.name == "Run 1"
    assert run.report() is None
    assert run.predictions().empty


def test_it_sees_the_images_as_they_stood(project, plan):
    run = plan()
    dropped = catalogue.in_force(project)["image_id"][:2].tolist()
    catalogue.decide(project, "drop", images=dropped)
    assert set(dropped) <= set(run.images()["image_id"])
    assert len(run.images()) == 12
    assert run.images()["split"].value_counts().to_dict() == {
        "train": 8,
        "validation": 2,
        "test": 2,
    }


def test_it_knows_the_moment_whose_labels_it_sees(project, plan):
    renamed = catalogue.decide(project, "rename", label="dog", to="wolf")
    run = plan()
    later = catalogue.decide(project, "rename", label="wolf", to="fox")
    assert renamed["at"] <= run.as_of <= run.created < later["at"]
    (run.folder / "head.npz").write_bytes(b"")
    assert plan(continues=run).as_of == run.as_of


def test_one_of_an_older_version_sees_the_labels_of_when_it_was_asked_for(plan):
    run = plan()
    content = files.read_json(run.folder / "settings.json")
    del content["as_of"]
    files.write_json(run.folder / "settings.json", content)
    assert Run(run.folder).as_of == run.created


def test_it_finds_its_project_also_after_both_have_moved(plan, project, tmp_path):
    run = plan()
    moved = project.folder.rename(tmp_path / "moved")
    assert Run(moved / "runs" / run.id).project.folder == moved


def test_a_run_may_lie_elsewhere(plan, project, tmp_path):
    run = plan(folder=tmp_path / "out")
    assert Run(tmp_path / "out").project.folder == project.folder.resolve()
    assert run.id == "out"


def test_too_few_images_are_a_problem_and_leave_no_run(project, plan):
    catalogue.decide(project, "drop", images=catalogue.in_force(project)["image_id"][:4].tolist())
    with pytest.raises(DataProblem, match=r"cat \(2\)"):
        plan()
    assert not project.runs.exists()


def test_a_folder_that_holds_a_run_keeps_it(plan, tmp_path):
    first = plan(TrainSettings(seed=1), folder=tmp_path / "out")
    before = {path.name: path.read_bytes() for path in first.folder.iterdir()}
    with pytest.raises(ProjectProblem, match="a run already"):
        plan(TrainSettings(seed=2), folder=tmp_path / "out")
    assert {path.name: path.read_bytes() for path in first.folder.iterdir()} == before


def test_a_place_that_cannot_be_written_is_a_problem(plan, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ProjectProblem, match="could not be saved"):
        plan(folder=tmp_path / "file" / "run")


def test_the_newest_run_comes_first_and_each_has_its_number(project, plan):
    made = []
    for second in range(3):
        run = plan()
        description = files.read_json(run.folder / "job.json")
        description["created"] = f"2024-01-01T00:00:0{second}.000+00:00"
        files.write_json(run.folder / "job.json", description)
        made.append(run.id)
    assert [run.id for run in runs_of(project)] == made[::-1]
    assert [run.name for run in runs_of(project)] == ["Run 3", "Run 2", "Run 1"]


def test_a_run_is_opened_by_its_id(project, plan):
    run = plan()
    assert open_run(project, run.id) == run
    for wrong in ("", "..", "../x", "no-such-run"):
        with pytest.raises(ProjectProblem, match="no such run"):
            open_run(project, wrong)


class TestDamage:
    @pytest.mark.parametrize(
        "content", ["", "[]", "null", "{}", '{"train": []}', '{"train": 1, "split": {}}']
    )
    def test_damaged_settings_are_a_problem_and_hide_no_other_run(self, project, plan, content):
        good, bad = plan(), plan()
        (bad.folder / "settings.json").write_text(content)
        with pytest.raises(ProjectProblem, match="run cannot be read"):
            Run(bad.folder)
        assert runs_of(project) == [good]

    def test_a_run_of_a_later_version_hides_no_other(self, project, plan):
        good, later = plan(), plan()
        content = files.read_json(later.folder / "settings.json")
        content["train"]["method"] = "dream"
        files.write_json(later.folder / "settings.json", content)
        with pytest.raises(ProjectProblem, match="'dream' is no method"):
            Run(later.folder)
        assert runs_of(project) == [good]

    def test_a_folder_without_a_run_says_so(self, tmp_path):
        with pytest.raises(ProjectProblem, match="no such run"):
            Run(tmp_path)

    def test_a_damaged_report_is_a_problem(self, plan):
        run = plan()
        run.report_file.write_text('{"test": ')
        with pytest.raises(ProjectProblem, match=r"report\.json of run"):
            run.report()

    def test_damaged_tables_are_problems(self, plan):
        run = plan()
        run.predictions_file.write_bytes(b"PAR1")
        (run.folder / "split.parquet").unlink()
        with pytest.raises(ProjectProblem, match=r"predictions\.parquet of run"):
            run.predictions()
        with pytest.raises(ProjectProblem, match=r"split\.parquet of run"):
            run.images()
