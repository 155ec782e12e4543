"""One class at every threshold, as pictures and in words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core import curves
from core.charts.class_curves import (
    Now,
    describe_precision_recall_curve,
    describe_roc_curve,
    precision_recall_curve,
    roc_curve,
)
from core.curves import ClassCurves

CLASSES = ["ant", "bee <b>", "none"]
NOW = Now(recall=0.5, precision=0.75, false_alarms=0.1)


def by_class(images: int = 40) -> list[ClassCurves]:
    """Curves of two classes that are told apart somewhat, and one that has no images."""
    rng = np.random.default_rng(0)
    probabilities = rng.dirichlet(np.ones(3), images)
    best = probabilities[:, :2].argmax(axis=1)
    labels = np.where(rng.random(images) < 0.7, best, 1 - best)
    table = pd.DataFrame({"label": [CLASSES[label] for label in labels]})
    columns = {f"p_{at}": probabilities[:, at] for at in range(3)}
    return curves.by_class(table.assign(**columns), CLASSES)


@pytest.mark.parametrize("draw", [precision_recall_curve, roc_curve])
def test_the_chosen_class_stands_in_front_of_the_others_that_have_images(draw) -> None:
    figure = draw(by_class(), "ant", NOW)
    names = [trace.name for trace in figure.data]
    assert names[:2] == ["other classes", "ant"]
    assert names[-1] == "its answers now"
    assert figure.data[1].line.width > figure.data[0].line.width


def test_its_answers_now_stand_where_they_are() -> None:
    point = precision_recall_curve(by_class(), "ant", NOW).data[-1]
    assert (point.x[0], point.y[0]) == (0.5, 0.75)
    point = roc_curve(by_class(), "ant", NOW).data[-1]
    assert (point.x[0], point.y[0]) == (0.1, 0.5)
    assert point.hovertext == ("its answers now: false alarms 10.0 %, recall 50.0 %",)


def test_a_class_that_is_never_answered_has_no_precision_to_show() -> None:
    never = Now(recall=0.0, precision=None, false_alarms=0.0)
    names = [trace.name for trace in precision_recall_curve(by_class(), "ant", never).data]
    assert "its answers now" not in names
    assert "precision of" not in describe_precision_recall_curve(by_class(), "ant", never)


def test_a_long_curve_is_thinned_and_keeps_its_ends() -> None:
    many = by_class(3000)
    for draw, kind in ((precision_recall_curve, "precision_recall"), (roc_curve, "roc")):
        line = draw(many, "ant", NOW).data[1]
        curve = getattr(many[0], kind)
        assert len(line.x) <= 402 < len(curve.x)
        assert (line.x[0], line.x[-1]) == (curve.x[0], curve.x[-1])
        assert (line.y[0], line.y[-1]) == (curve.y[0], curve.y[-1])


def test_chance_is_the_share_of_the_class() -> None:
    found = by_class()
    share = found[0].roc.positives / 40
    chance = next(t for t in precision_recall_curve(found, "ant", NOW).data if "chance" in t.name)
    assert list(chance.y) == [share, share]


def test_names_are_never_markup() -> None:
    figure = precision_recall_curve(by_class(), "bee <b>", NOW)
    assert figure.data[1].name == "bee &lt;b&gt;"


def test_the_curves_are_told_in_words() -> None:
    found = by_class()
    told = describe_precision_recall_curve(found, "ant", NOW)
    assert f"average precision {found[0].precision_recall.area:.3f}, with a 95 %" in told
    assert "recall of 50.0 % and a precision of 75.0 %" in told
    assert "find 50.0 % at 10.0 % false alarms" in describe_roc_curve(found, "ant", NOW)
