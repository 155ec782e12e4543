"""The mistakes page of a run whose classes were renamed since.

Acts go by what classes are called today; what the run said stays as it was.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core import catalogue
from core.audit import Evidence, Found, check_named, examine
from core.audit.check import Check
from core.project import Project
from tests.pages.conftest import ExplainingEngine, press, select, shown, the_mistake

OpenPage = Callable[..., AppTest]
ERRORS = "pages/6_errors.py"


def test_the_label_that_was_said_is_given_by_its_name_of_today(
    open_page: OpenPage,
    explaining: ExplainingEngine,
    trained_project: Project,
    mistake: str,
) -> None:
    catalogue.decide(trained_project, "rename", label="healthy", to="fine")
    app = open_page(ERRORS, project=trained_project.id)
    text = shown(app)
    assert "It said **healthy**" in text
    assert "*healthy* is called *fine* now" in text
    press(app, "Wrong label: it is fine")
    assert not app.exception
    labels = catalogue.in_force(trained_project).set_index("image_id")["label"]
    assert labels[mistake] == "fine"
    assert set(labels) == {"blight", "fine", "rust"}
    assert "You gave this image another label: **fine**" in shown(app)


def test_so_is_that_of_several(
    open_page: OpenPage, trained_project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = the_mistake(trained_project)
    catalogue.decide(trained_project, "rename", label="healthy", to="fine")
    app = open_page(ERRORS, project=trained_project.id)
    app.toggle[0].set_value(True).run()
    select(monkeypatch, image)
    press(app.run(), "Relabel 1 as suggested")
    assert catalogue.decisions(trained_project)[-1]["labels"] == ["fine"]


def test_a_new_name_of_its_class_is_no_new_label_of_an_image(
    open_page: OpenPage,
    explaining: ExplainingEngine,
    trained_project: Project,
    mistake: str,
) -> None:
    catalogue.decide(trained_project, "relabel", images=[mistake], label="blight")
    catalogue.decide(trained_project, "relabel", images=[mistake], label="rust")
    catalogue.decide(trained_project, "rename", label="rust", to="spots")
    app = open_page(ERRORS, project=trained_project.id)
    assert "You gave this image another label" not in shown(app)
    assert "spots" not in app.selectbox(key=f"other-{mistake}").options


def test_where_label_and_answer_are_one_class_now_nothing_is_wrong(
    open_page: OpenPage,
    explaining: ExplainingEngine,
    trained_project: Project,
    mistake: str,
) -> None:
    catalogue.decide(trained_project, "rename", label="healthy", to="leaf")
    catalogue.decide(trained_project, "rename", label="rust", to="leaf")
    app = open_page(ERRORS, project=trained_project.id)
    assert not app.exception
    assert "one class today, so this is no mistake any more" in shown(app)
    names = [one.label for one in app.button]
    assert "Bad image: drop it" in names
    assert not [name for name in names if name.startswith(("Wrong label", "Fair mistake"))]


def test_a_check_suggests_a_class_by_its_name_of_today(
    open_page: OpenPage,
    explaining: ExplainingEngine,
    trained_project: Project,
    mistake: str,
) -> None:
    def doubts(evidence: Evidence) -> Found:
        number = len(evidence.images)
        return Found(np.zeros(number), ["odd"] * number, suggested=["healthy"] * number)

    known = check_named("wrong_labels")
    check = Check(known.name, known.title, known.threshold, doubts, known.scope)
    examine(Evidence(catalogue.in_force(trained_project)), [check]).save(trained_project)
    catalogue.decide(trained_project, "rename", label="healthy", to="fine")
    assert "Perhaps it is *fine*" in shown(open_page(ERRORS, project=trained_project.id))
