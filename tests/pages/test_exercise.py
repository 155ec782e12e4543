"""The Detective page: take a case, report, hand in; make one, read what was handed in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core import catalogue
from core.exercise import (
    Fault,
    Order,
    adopt,
    claims_of,
    make,
    open_material,
    read_exercise,
    read_key,
    score,
    stretched,
    submission_of,
)
from core.hosting import MODE
from core.ingest import ingest, open_source
from core.jobs import latest_ingest
from core.jobs.exercising import FILE
from core.project import Project, Workspace
from core.ui import exercise_read, exercise_score
from tests.makers import class_files, make_zip
from tests.pages.conftest import NotingEngine, address, button, press, settle, shown

PAGE = "pages/11_exercise.py"
Open = Callable[..., AppTest]
PLANT = {Fault.DARK: 2, Fault.BROKEN: 1, Fault.SHORTCUT: 1}


@pytest.fixture
def make_case(workspace: Path, tmp_path: Path) -> Callable[..., Project]:
    """A project that took in an exercise with some dark images, a broken file and a mark."""

    def made(level: int = 1, passphrase: str = "") -> Project:
        source = make_zip(tmp_path / "trees.zip", class_files(("ash", "oak"), each=12))
        path = tmp_path / "exercise.zip"
        with open_material(source) as material:
            make(material, Order(PLANT, level, 1), path, "Trees", stretched(passphrase))
        project = Workspace().create("Trees")
        with open_source(path) as archive:
            ingest(archive, project.folder)
            adopt(archive, project)
        return project

    return made


def test_without_a_project_it_offers_cases_and_one_click_takes_one(
    workspace: Path, open_page: Open, noting_engine: NotingEngine
) -> None:
    app = open_page(PAGE)
    assert not app.exception
    assert "Ready-made cases" in shown(app)
    app.button(key="start-case-leaves").click().run()
    settle()
    (project,) = Workspace().projects()
    job = latest_ingest(project)
    assert job is not None
    assert job.request["exercise"] == {"sample": "leaves", "level": 1, "seed": 0}
    assert address(app)["project"] == project.id


def test_a_case_tells_what_is_hidden_and_scores_what_was_decided(
    make_case: Callable[..., Project], open_page: Open
) -> None:
    project = make_case()
    app = open_page(PAGE, project=project.id)
    assert not app.exception
    assert "2 × images too dark" in shown(app)
    key = read_key(project.exercise_file.read_bytes())
    dark = {each.sha256 for each in key.faults if each.fault is Fault.DARK}
    images = project.read_table(project.catalogue_file)
    chosen = images[images["sha256"].isin(dark)]["image_id"].tolist()
    catalogue.decide(project, "drop", images=chosen, check="dark")
    (mark,) = (each.label for each in key.faults if each.fault is Fault.SHORTCUT)
    app.multiselect[0].select(mark).run()
    assert claims_of(catalogue.decisions(project))[Fault.SHORTCUT] == (mark,)
    press(app, "Show my score")
    assert [metric.value for metric in app.metric][1:] == ["3 of 4", "0"]
    app.multiselect[1].select(project.rejected()["source"][0]).run()
    assert "Case closed" in shown(app)


def test_a_report_asks_only_for_kinds_that_are_told(
    make_case: Callable[..., Project], open_page: Open
) -> None:
    app = open_page(PAGE, project=make_case(level=2).id)
    assert len(app.multiselect) == 2  # no class is far too small, and the cover says so
    assert "not told" not in shown(app)


def test_a_locked_case_is_scored_with_the_passphrase_alone(
    make_case: Callable[..., Project], open_page: Open
) -> None:
    app = open_page(PAGE, project=make_case(level=3, passphrase="plum").id)
    assert "not told what is hidden" in shown(app)
    assert button(app, "Show my score").disabled
    app.text_input(key="exercise-secret").input("pear").run()
    press(app, "Show my score")
    assert "cannot be opened" in shown(app)
    app.text_input(key="exercise-secret").input("plum").run()
    assert app.metric


def test_a_case_is_announced_on_the_data_page(
    make_case: Callable[..., Project], open_page: Open
) -> None:
    app = open_page("pages/1_data.py", project=make_case().id)
    assert "detective case" in "".join(str(link.proto) for link in app.get("page_link"))


def test_a_teacher_orders_an_exercise(
    filled_project: Project, open_page: Open, noting_engine: NotingEngine
) -> None:
    app = open_page(PAGE, project=filled_project.id)
    app.button_group[0].select("Make one").run()
    for number in app.number_input:
        if number.label != "Seed":
            number.set_value(2 if number.label == "Blurry images" else 0)
    app.text_input(key="make-secret").input("plum")
    press(app, "Make the exercise")
    settle()
    (job,) = noting_engine.jobs
    assert job.kind == "exercise"
    assert job.request["source"] == filled_project.id
    planted = {kind: number for kind, number in job.request["plant"].items() if number}
    assert planted == {"blur": 2}
    assert "plum" not in str(job.request)


@pytest.mark.parametrize("mode", ["local", "hosted"])
def test_what_was_made_can_be_taken_away(
    mode: str,
    workspace: Path,
    open_page: Open,
    noting_engine: NotingEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(MODE, mode)
    app = open_page(PAGE)
    app.button_group[0].select("Make one").run()
    press(app, "Make the exercise")
    settle()
    (job,) = noting_engine.jobs
    (job.folder / FILE).write_bytes(b"an exercise")
    job.emit("finished", title="Trees", images=24)
    app.run()
    assert not app.exception
    assert "Trees is ready: 24 files" in shown(app).replace("**", "")
    assert not app.error
    assert [one.proto.label for one in app.get("download_button")] == ["Download (11\u00a0bytes)"]


def test_nothing_planted_is_a_problem_in_words(
    workspace: Path, open_page: Open, noting_engine: NotingEngine
) -> None:
    app = open_page(PAGE)
    app.button_group[0].select("Make one").run()
    for number in app.number_input:
        number.set_value(0)
    press(app, "Make the exercise")
    assert "Nothing would be planted" in shown(app)
    assert not noting_engine.jobs


def test_many_submissions_make_one_table(
    make_case: Callable[..., Project], open_page: Open, tmp_path: Path
) -> None:
    project = make_case()
    nothing = submission_of(project, "=Bob").to_bytes()
    key = read_key(read_exercise(tmp_path / "exercise.zip"))
    marked = next(each.label for each in key.faults if each.fault is Fault.SHORTCUT)
    catalogue.decide(project, "keep", images=[], check="exercise-shortcut", subjects=[marked])
    best = submission_of(project, "Ada")
    app = open_page(PAGE)
    app.button_group[0].select("Read answers").run()
    exercise = (tmp_path / "exercise.zip").read_bytes()
    app.file_uploader(key="read-exercise").upload("exercise.zip", exercise)
    handed_in = app.file_uploader(key="read-handed-in")
    for name, content in (("bob", nothing), ("x", b"{}"), ("ada", best.to_bytes())):
        handed_in.upload(f"{name}.json", content, "application/json")
    app.run()
    assert not app.exception
    assert "x.json" in shown(app)
    table = app.dataframe[0].value
    assert table["Who"].tolist() == ["Ada", "=Bob"]
    assert table["Score in %"].tolist() == sorted(table["Score in %"], reverse=True)
    assert table["Found"].tolist() == ["1 of 4", "0 of 4"]
    again = exercise_read.table_of([("ada.json", score(key, best))])
    assert again[exercise_score.title_of("dark")].tolist() == ["0 of 2"]
