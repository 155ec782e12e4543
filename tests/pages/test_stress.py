"""The stress page: begun, watched, read, compared; without a browser."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core import stress
from core.corruptions import CORRUPTIONS, SEVERITIES
from core.jobs import JobFolder, Run, notes, runs_of, seal
from core.project import Project
from core.settings import Fit, Method, SplitSettings, TrainSettings
from core.stress import Turning
from core.ui.stress_one import turning_told
from tests.pages.conftest import NotingEngine, finish, press, settle, shown

OpenPage = Callable[..., AppTest]
PAGE = "pages/7_stress.py"


def endure(
    run: Run, wrong: dict[str, int], names: tuple[str, ...] = (), side: str = "validation"
) -> int:
    """Write down what ``run`` said: all right, but under ``wrong`` from this severity on none."""
    images = run.images()
    own = stress.sample(images[images["split"] == side], 99)
    stress.begin(run.folder, side, own["image_id"].tolist())
    rows = []
    for name in (stress.CLEAN, *(names or CORRUPTIONS)):
        for severity in (0,) if name == stress.CLEAN else SEVERITIES:
            fails = severity >= wrong.get(name, 9)
            for image, label in zip(own["image_id"], own["label"], strict=True):
                said = run.classes[run.classes.index(label) - 1] if fails else label
                rows.append((image, name, severity, said, 0.8))
    columns = ["image_id", "corruption", "severity", "predicted", "confidence"]
    table = pd.concat([stress.rows_of(run.folder), pd.DataFrame(rows, columns=columns)])
    stress.save_rows(run.folder, table)
    return len(own)


def more_images(project: Project) -> Run:
    """A finished run with validation images enough that a difference can be shown."""
    other = Run.plan(project, TrainSettings(epochs=4), SplitSettings(validation=0.4))
    finish(other)
    return other


def open_stress(open_page: OpenPage, project: Project, see: str = "", **address: str) -> AppTest:
    page = open_page(PAGE, project=project.id, **address)
    if see:
        page.segmented_control(key="stress-see").set_value(see).run()
    assert not page.exception
    return page


@pytest.fixture
def run(trained_project: Project) -> Run:
    return runs_of(trained_project)[0]


def test_without_a_run_it_leads_to_training(open_page: OpenPage, filled_project: Project) -> None:
    page = open_stress(open_page, filled_project)
    assert "Train a classifier first" in shown(page)


def test_while_the_first_one_learns_it_leads_there(
    open_page: OpenPage, filled_project: Project, noting_engine: NotingEngine
) -> None:
    noting_engine.submit(Run.plan(filled_project, TrainSettings(), SplitSettings()))
    page = open_stress(open_page, filled_project)
    assert "Your first classifier is still learning" in shown(page)
    assert "Watch it" in [button.label for button in page.button]


def test_before_the_first_time_it_says_what_will_be_done(
    open_page: OpenPage, run: Run, trained_project: Project
) -> None:
    page = open_stress(open_page, trained_project)
    assert "makes your own images worse in twenty ways" in shown(page).replace("**", "")
    number = int((run.images()["split"] == "validation").sum())
    assert f"{number * 101:,} pictures to look at" in shown(page)
    page.segmented_control(key="stress-family").set_value("Weather").run()
    assert not page.exception


def test_it_is_begun_for_the_run_on_its_validation_images(
    open_page: OpenPage, run: Run, trained_project: Project, noting_engine: NotingEngine
) -> None:
    page = open_stress(open_page, trained_project)
    press(page, "Start the stress test")
    settle()
    (job,) = noting_engine.jobs
    assert (job.kind, job.request["run"], job.request["side"]) == ("stress", run.id, "validation")
    assert page.button(key=f"stop-{job.id}")
    assert not [one for one in page.button if one.label == "Start the stress test"]


def test_a_test_that_was_stopped_shows_what_is_kept_and_goes_on(
    open_page: OpenPage, run: Run, trained_project: Project, noting_engine: NotingEngine
) -> None:
    endure(run, {"fog": 1}, names=("snow", "fog"))
    folder = trained_project.jobs / "stress-1"
    job = JobFolder.create(folder, "stress", {"run": run.id, "images": 9})
    job.queue()
    job.emit("stopped")
    page = open_stress(open_page, trained_project)
    text = shown(page)
    assert "You stopped the stress test" in text
    assert "So far 2 of 20 corruptions were measured" in text
    assert "Fog hurts most" in text.replace("**", "")
    press(page, "Go on")
    settle()
    assert noting_engine.jobs == [job]


def test_the_weakest_is_told_first_with_its_interval(
    open_page: OpenPage, run: Run, trained_project: Project
) -> None:
    number = endure(run, {"frost": 2, "jpeg": 5})
    text = shown(open_stress(open_page, trained_project)).replace("**", "")
    assert f"Asked about all {number} validation images" in text
    assert "Frost hurts most: 20.0 % right on average, 80.0 points below" in text
    assert "So it keeps 95.0 % of what it could" in text


def test_one_corruption_tells_from_where_on_it_hurts_and_what_answers_become(
    open_page: OpenPage, trained_project: Project
) -> None:
    other = more_images(trained_project)
    endure(other, {"frost": 4})
    rusty = int((other.images().query("split == 'validation'")["label"] == "rust").sum())
    page = open_stress(open_page, trained_project, "One by one", run=other.id)
    text = shown(page)
    assert "From severity 4 on it is clearly worse" in text
    assert f"rust becomes healthy ({2 * rusty} times)" in text
    press(page, "Other images")
    assert not page.exception
    page.selectbox(key=f"stress-one-{other.id}-20").set_value("jpeg").run()
    assert "At no severity is it clearly worse" in shown(page)


def test_six_images_are_too_few_to_look_at_five_severities(
    open_page: OpenPage, run: Run, trained_project: Project
) -> None:
    assert endure(run, {"frost": 4}) == 6
    page = open_stress(open_page, trained_project, "One by one")
    assert "At no severity is it clearly worse" in shown(page)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Turning((1, 2, 3, 4, 5), True), "From severity 1 on it is clearly worse"),
        (Turning((5,), True), "At severity 5 it is clearly worse"),
        (Turning((2, 5), True), "At severities 2 and 5 it is clearly worse"),
        (Turning((), False), "At no severity is it clearly worse"),
        (Turning((), True), "At no single severity is it clearly worse"),
    ],
)
def test_where_a_corruption_hurts_is_told_as_it_was_found(found: Turning, said: str) -> None:
    assert turning_told(found).startswith(said)
    assert ("over all five together it is" in turning_told(found)) == (found == Turning((), True))


def test_the_class_that_suffers_is_told_with_how_few_images_it_has(
    open_page: OpenPage, run: Run, trained_project: Project
) -> None:
    endure(run, {"frost": 1})
    text = shown(open_stress(open_page, trained_project, "Class by class"))
    assert "suffers most" in text and "Lowest under Frost" in text
    assert "single cells are rough" in text


def test_two_runs_need_two_that_were_stressed(
    open_page: OpenPage, run: Run, trained_project: Project
) -> None:
    endure(run, {})
    page = open_stress(open_page, trained_project, "Two runs")
    assert "No other run has been through the stress test" in shown(page)


def test_two_runs_are_compared_on_the_same_images(
    open_page: OpenPage, run: Run, trained_project: Project
) -> None:
    endure(run, {"frost": 1})
    other = Run.plan(trained_project, TrainSettings(epochs=4), SplitSettings())
    finish(other)
    number = endure(other, {})
    page = open_stress(open_page, trained_project, "Two runs", run=run.id)
    text = shown(page).replace("**", "")
    assert "Under stress A gets 95.0 %, B 100" in text
    assert "B is better by 5.0 points" in text
    assert "As they are A gets 100 %, B 100 %: no difference" in text
    assert "For no single corruption is a difference shown" in text  # by six images
    assert f"By {number} images that both were asked about" in text
    assert "each corrupted in the same way for both." in text


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (TrainSettings(epochs=4, method=Method.SCRATCH), "A sees them at 224 pixels and B at 96"),
        (TrainSettings(epochs=4, fit=Fit.PAD), "the square of A and of B in different ways"),
    ],
)
def test_runs_that_make_other_pictures_of_the_images_tell_so(
    open_page: OpenPage, run: Run, trained_project: Project, settings: TrainSettings, told: str
) -> None:
    endure(run, {})
    other = Run.plan(trained_project, settings, SplitSettings())
    finish(other)
    endure(other, {})
    text = shown(open_stress(open_page, trained_project, "Two runs", run=run.id))
    assert "in the same way" not in text
    assert f"{told}, so what chance adds, such as grain, falls" in text


def test_the_way_to_a_run_shows_its_name_letter_by_letter(
    open_page: OpenPage, run: Run, trained_project: Project
) -> None:
    endure(run, {})
    other = Run.plan(trained_project, TrainSettings(epochs=4), SplitSettings())
    finish(other)
    notes.save(other.folder, "*a* $x$", "")
    page = open_stress(open_page, trained_project, "Two runs", run=run.id)
    assert r"Look at \*a\* \$x\$" in [one.label for one in page.button]


def test_test_images_are_a_choice_only_once_they_are_open(
    open_page: OpenPage, run: Run, trained_project: Project, noting_engine: NotingEngine
) -> None:
    page = open_stress(open_page, trained_project)
    assert not [one for one in page.segmented_control if one.key == f"stress-side-{run.id}"]
    seal.open_test(run, seal.SCORE)
    page = open_stress(open_page, trained_project)
    page.segmented_control(key=f"stress-side-{run.id}").set_value("test").run()
    press(page, "Start the stress test")
    settle()
    assert noting_engine.jobs[0].request["side"] == "test"
    assert [look.why for look in seal.looks(run)] == [seal.SCORE, "the stress test"]


def test_damaged_results_are_told_and_can_be_measured_again(
    open_page: OpenPage, run: Run, trained_project: Project, noting_engine: NotingEngine
) -> None:
    endure(run, {})
    (run.folder / "stress.parquet").write_bytes(b"no table")
    page = open_stress(open_page, trained_project)
    assert "What the stress test found cannot be read" in shown(page)
    press(page, "Start the stress test")
    settle()
    assert [job.kind for job in noting_engine.jobs] == ["stress"]
