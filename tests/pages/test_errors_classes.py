"""Class by class: what is told of a class whose name looks like Markdown."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core import catalogue
from core.jobs import Run
from core.project import Project
from core.settings import SplitSettings, TrainSettings
from tests.pages.conftest import finish

ODD, SHOWN = "a*b* $x$ {label}", r"a\*b\* \$x\$ \{label\}"


@pytest.mark.parametrize("kind", ["pr", "roc"])
def test_the_name_of_a_class_is_shown_letter_by_letter(
    open_page: Callable[..., AppTest], filled_project: Project, kind: str
) -> None:
    catalogue.decide(filled_project, "rename", "", label="blight", to=ODD)
    finish(Run.plan(filled_project, TrainSettings(epochs=4), SplitSettings()))
    page = open_page("pages/6_errors.py", project=filled_project.id)
    page.segmented_control(key="errors-view").set_value("Class by class").run()
    page.selectbox(key="curve-class").set_value(ODD).run()
    page.segmented_control(key="curve-kind").set_value(kind).run()
    assert not page.exception
    assert any(f"*{SHOWN}*" in one.value for one in page.markdown)
