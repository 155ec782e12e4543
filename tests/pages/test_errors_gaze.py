"""Where it looks, on the mistakes page: a way to ask, and what was found beside the preflight."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core import catalogue, gaze, preflight
from core.gaze import ClassGaze, Example, Gaze, Share, Spot, Swap
from core.jobs import latest, runs_of
from core.preflight import Level, Preflight, Shortcut
from core.project import Project, now
from tests.makers import image_bytes
from tests.pages.conftest import NotingEngine, press, shown

OpenPage = Callable[..., AppTest]
MEAN = tuple(tuple(1 / 196 for _ in range(14)) for _ in range(14))
SPOT = Spot(0.0, 0.0, 4 / 14, Share(0.71, 0.65, 0.77), 1.0, 0.03)


def looked_at(project: Project, spotted: bool = True) -> None:
    """Write down where the project's run looks; 'rust' has a small place."""
    folder = runs_of(project)[0].folder
    picture = gaze.keep_picture(folder, image_bytes("WEBP"))

    def one(label: str) -> ClassGaze:
        return ClassGaze(
            label,
            12,
            Share(0.4, 0.35, 0.45) if label == "rust" else Share(0.2, 0.15, 0.25),
            Share(0.5, 0.4, 0.6),
            MEAN,
            picture,
            (Example("image", label, picture),),
            SPOT if label == "rust" and spotted else None,
            Swap(1, 12, 20, 24) if label == "rust" and spotted else None,
        )

    classes = tuple(one(label) for label in ("blight", "healthy", "rust"))
    Gaze(now(), "0123abcd", "grad-cam", 36, classes).save(folder)


def given_away(project: Project, *labels: str) -> None:
    """Write down that the border gives these classes away."""
    given = tuple(preflight.GivenAway(label, 0.9, None, ()) for label in labels)
    level = Level.STRONG if labels else Level.NONE
    cue = Shortcut("border_8pc", "Border of 8 %", level, 0.9, 0.33, 0.01, 0.8, given)
    Preflight("", now(), 36, 36, (cue,), {}, None, (), None, (), {}).save(project)


def open_view(open_page: OpenPage, project: Project) -> AppTest:
    app = open_page("pages/6_errors.py", project=project.id)
    app.segmented_control(key="errors-view").set_value("Where it looks").run()
    assert not app.exception
    return app


def test_before_the_first_look_there_is_its_lesson_and_a_button(
    trained_project: Project, open_page: OpenPage, noting_engine: NotingEngine
) -> None:
    app = open_view(open_page, trained_project)
    assert "right for the wrong reason" in shown(app)
    press(app, "See where it looks")
    job = latest(trained_project, "gaze")
    assert job is not None
    assert job.request == {"run": runs_of(trained_project)[0].id}
    assert noting_engine.jobs == [job]


def test_a_planted_sticker_is_named_in_words(trained_project: Project, open_page: OpenPage) -> None:
    looked_at(trained_project)
    text = shown(open_view(open_page, trained_project))
    assert "Look closer at rust: most of its heat lies on one small place" in text
    assert "71 % of the heat (between 65 and 77) lies on one place at the top left" in text
    assert "So that place alone settles most answers" in text
    assert "If it is a sticker" in text
    assert "It called none" not in text


def test_a_class_that_the_model_never_names_is_told(
    trained_project: Project, open_page: OpenPage
) -> None:
    looked_at(trained_project)
    folder = runs_of(trained_project)[0].folder
    found = Gaze.load(folder)
    assert found is not None
    dataclasses.replace(found, classes=found.classes[1:]).save(folder)
    text = shown(open_view(open_page, trained_project))
    assert "It called none of these images by the name of blight" in text


def test_without_one_it_says_what_that_rules_out(
    trained_project: Project, open_page: OpenPage
) -> None:
    looked_at(trained_project, spotted=False)
    text = shown(open_view(open_page, trained_project))
    assert "No class gets most of its heat from one small place beside the middle" in text
    assert "rust: most of" not in text


def test_the_shares_come_with_their_intervals(
    trained_project: Project, open_page: OpenPage
) -> None:
    looked_at(trained_project)
    given_away(trained_project, "rust")
    app = open_view(open_page, trained_project)
    table = app.dataframe[-1].value
    assert table["Heat on the border"].str.replace("\xa0", " ").tolist()[2] == "40 % (35 % to 45 %)"
    app.segmented_control(key="gaze-place").set_value("outside").run()
    assert not app.exception


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        (["rust"], "Both point the same way for rust"),
        (["blight"], "the model does not look there more than elsewhere"),
        ([], "The preflight found no place that gives a class away"),
    ],
)
def test_it_stands_beside_the_preflight(
    trained_project: Project, open_page: OpenPage, labels: list[str], says: str
) -> None:
    looked_at(trained_project)
    given_away(trained_project, *labels)
    assert says in shown(open_view(open_page, trained_project))


def test_it_stands_beside_a_preflight_that_knew_the_class_by_another_name(
    trained_project: Project, open_page: OpenPage
) -> None:
    looked_at(trained_project)
    catalogue.decide(trained_project, "rename", label="rust", to="spots")
    given_away(trained_project, "spots")
    assert "Both point the same way for rust" in shown(open_view(open_page, trained_project))


def test_without_a_preflight_it_says_where_to_run_it(
    trained_project: Project, open_page: OpenPage
) -> None:
    looked_at(trained_project)
    assert "It was not run yet" in shown(open_view(open_page, trained_project))


def test_damaged_findings_are_told(trained_project: Project, open_page: OpenPage) -> None:
    (runs_of(trained_project)[0].folder / gaze.FILE).write_text("[]")
    assert "Where the model looks cannot be read" in shown(open_view(open_page, trained_project))
