"""Figures as SVG: the same marks in the same places, for any width."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import plotly.graph_objects as go
import pytest

from core.charts import class_bars, recall_bars
from core.charts.matrix import confusion_map, describe_confusion_map
from core.charts.svg import svg
from core.charts.svg_text import cut_to, width_of
from core.share.cards import model_card
from tests.unit.field.test_found import field_test
from tests.unit.share.cards.made import divided, model_facts
from tests.unit.trust.test_report import figures, known, stressed

NAMESPACE = "{http://www.w3.org/2000/svg}"
NAMES = ["cat", "dog", "owl"]


def drawn(figure: go.Figure, width: int = 680) -> ET.Element:
    return ET.fromstring(svg(figure, width, "test"))


def texts(root: ET.Element) -> list[str]:
    return [each.text or "" for each in root.iter(f"{NAMESPACE}text")]


def boxes(root: ET.Element) -> list[ET.Element]:
    return list(root.iter(f"{NAMESPACE}rect"))


@pytest.mark.parametrize("width", [340, 680])
def test_every_plot_of_a_card_is_drawn_within_its_frame(width: int) -> None:
    card = model_card(model_facts(known=known(stress=stressed(), fields=(field_test(),))))
    assert len(card.plots) == 6
    for plot in card.plots:
        root = drawn(plot.figure, width)
        _, _, right, bottom = map(float, root.attrib["viewBox"].split())
        assert right == width
        for text in root.iter(f"{NAMESPACE}text"):
            x, y = float(text.attrib["x"]), float(text.attrib["y"])
            long = width_of(text.text or "")
            if "transform" not in text.attrib:
                start = (
                    x - {"start": 0, "middle": long / 2, "end": long}[text.attrib["text-anchor"]]
                )
                assert start >= -3 and start + long <= width + 24, (plot.key, text.text)
            assert 0 <= y <= bottom, (plot.key, text.text)
        for box in boxes(root):
            assert float(box.attrib["width"]) >= 0 and float(box.attrib["x"]) >= -1


def test_a_bar_is_as_long_as_its_number() -> None:
    rows = figures()["per_class"]
    root = drawn(recall_bars(rows))
    lengths = sorted(float(box.attrib["width"]) for box in boxes(root))
    recalls = sorted(row["recall"] for row in rows)  # type: ignore[union-attr]
    full = lengths[-1] / recalls[-1]
    assert lengths == pytest.approx([full * recall for recall in recalls], abs=0.2)


def test_parts_of_a_stacked_bar_follow_each_other() -> None:
    root = drawn(class_bars(divided().counts))
    plain = [box for box in boxes(root) if not box.attrib["fill"].startswith("url")]
    row = [box for box in plain if float(box.attrib["y"]) == float(plain[0].attrib["y"])]
    ends = [float(box.attrib["x"]) + float(box.attrib["width"]) for box in row]
    assert [float(box.attrib["x"]) for box in row[1:]] == pytest.approx(ends[:-1], abs=0.2)
    assert {"training", "validation", "test"} <= set(texts(root))


def test_names_are_text_whatever_is_in_them() -> None:
    counts = divided(("<b>&amp;", "a", "b")).counts
    assert "<b>&amp;" in texts(drawn(class_bars(counts)))


def test_long_names_are_cut_where_they_would_leave_no_room() -> None:
    counts = divided(("a name without any end at all", "a", "b")).counts
    found = [text for text in texts(drawn(class_bars(counts), 340)) if text.startswith("a name")]
    assert found and found[0].endswith("…")
    assert width_of(found[0]) <= 0.42 * 340
    assert cut_to("abc", 100) == "abc"


def test_the_confusion_matrix_writes_counts_on_shares() -> None:
    matrix = [[8, 2, 0], [0, 10, 0], [0, 0, 0]]
    root = drawn(confusion_map(matrix, NAMES))
    assert {"8", "2", "10", *NAMES} <= set(texts(root))
    assert len(boxes(root)) == 9
    told = describe_confusion_map(matrix, NAMES)
    assert "18 of 20 images right" in told and "2 of 10 images of cat taken for dog" in told


def test_of_many_classes_those_are_shown_that_are_mixed_up() -> None:
    matrix = [[5 if i == j else 0 for j in range(40)] for i in range(40)]
    matrix[38][39] = 4
    names = [f"class {n}" for n in range(40)]
    found = texts(drawn(confusion_map(matrix, names)))
    assert "class 38" in found and "class 39" in found
    assert "16 are shown" in describe_confusion_map(matrix, names)


def test_what_it_does_not_know_it_refuses() -> None:
    with pytest.raises(ValueError, match="trace of the kind pie"):
        svg(go.Figure(go.Pie()), 340, "test")
