"""Figures say what the tables say, for odd tables too, and so do their sentences."""

from __future__ import annotations

import json
import math
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from core import charts
from core.charts import style

ODD = ["7", "<b>bold</b>", "a name that is a good deal longer than its chart", "葉"]


def counts(*images: int) -> pd.DataFrame:
    return pd.DataFrame({"label": ODD[: len(images)], "images": list(images)})


def epoch(number: int, **values: float | None) -> dict[str, Any]:
    known = {"loss": 1 / number, "accuracy": 0.5, "val_loss": 2 / number, "val_accuracy": 0.4}
    return {"epoch": number, **known, **values}


def found(label: str, n: int, correct: int) -> dict[str, Any]:
    recall = correct / n if n else math.nan
    low, high = max(0.0, recall - 0.1), min(1.0, recall + 0.1)
    return {
        "label": label,
        "n": n,
        "correct": correct,
        "recall": recall,
        "recall_low": low,
        "recall_high": high,
    }


def bars(figure: go.Figure) -> list[Any]:
    return [trace for trace in figure.data if trace.type == "bar"]


def test_class_bars_put_the_largest_class_first() -> None:
    figure = charts.class_bars(counts(5, 1200, 30))
    assert list(bars(figure)[0].x) == [1200, 30, 5]
    assert list(bars(figure)[0].y) == [0, 1, 2]
    assert list(figure.data[1].text) == [" 1,200", " 30", " 5"]
    assert figure.layout.yaxis.range == (2.5, -0.5)


def test_names_stay_as_written_and_fit() -> None:
    names = charts.class_bars(counts(4, 3, 2, 1)).layout.yaxis.ticktext
    assert names[0] == "7 "
    assert names[1] == "&lt;b&gt;bold&lt;/b&gt; "
    assert len(names[2]) == 23
    assert names[2].endswith("… ")
    assert names[3] == "葉 "


def test_class_bars_stack_the_splits() -> None:
    table = pd.DataFrame(
        {
            "label": ["a", "a", "b", "b", "b"],
            "split": ["train", "test", "train", "validation", "test"],
            "images": [7, 2, 14, 3, 3],
        }
    )
    figure = charts.class_bars(table)
    assert [(bar.name, list(bar.x), list(bar.y)) for bar in bars(figure)] == [
        ("training", [7, 14], [1, 0]),
        ("validation", [3], [0]),
        ("test", [2, 3], [1, 0]),
    ]
    assert list(figure.data[-1].text) == [" 20", " 9"]
    assert len({bar.marker.pattern.shape for bar in bars(figure)}) == 3
    assert bars(figure)[1].hovertext == ("b: 3 images for validation",)


def test_class_bars_say_themselves() -> None:
    assert charts.describe_class_bars(counts(5, 1200)) == (
        "Bar chart of 1,205 images in 2 classes: from 1,200 of <b>bold</b> down to 5 of 7."
    )
    assert "none yet" in charts.describe_class_bars(counts())
    assert "1 image in 1 class:" in charts.describe_class_bars(counts(1))


def test_curves_show_both_sides_and_the_best_epoch() -> None:
    epochs = [epoch(1), epoch(2), epoch(3, val_loss=1.5)]
    figure = charts.curves(epochs, of=60)
    lines = {(trace.name, trace.xaxis): list(trace.y) for trace in figure.data}
    assert lines["training", "x"] == [1, 1 / 2, 1 / 3]
    assert lines["validation", "x2"] == [0.4, 0.4, 0.4]
    assert lines["best, epoch 2", "x"] == [1.0]
    assert figure.layout.xaxis.range == (0.5, 60.5)
    training, validation = figure.data[0], figure.data[1]
    assert training.line.dash != validation.line.dash
    assert training.marker.symbol != validation.marker.symbol
    assert figure.data[0].hovertext[1] == "Epoch 2: training loss 0.5"


@pytest.mark.parametrize(
    "epochs",
    [
        [],
        [epoch(1)],
        [epoch(1, loss=math.nan, val_loss=math.inf)],
        [{"epoch": 1, "loss": 1.0}],
        [epoch(1, val_loss=None), epoch(2, val_accuracy=None)],
        [epoch(number) for number in range(1, 501)],
    ],
)
def test_curves_bear_what_a_training_may_write(epochs: list[dict[str, Any]]) -> None:
    figure = charts.curves(epochs, of=3)
    written = json.loads(figure.to_json())  # strict: neither NaN nor Infinity
    assert written["layout"]["xaxis"]["range"][1] == max(3, len(epochs)) + 0.5
    assert charts.describe_curves(epochs, of=3).startswith("Curves of loss and accuracy")


def test_curves_say_themselves() -> None:
    assert charts.describe_curves([epoch(1), epoch(2)], of=9) == (
        "Curves of loss and accuracy over 2 of 9 epochs. Last epoch: training accuracy 50.0 %, "
        "validation accuracy 40.0 %. Lowest validation loss: 1 in epoch 2."
    )
    assert "no epoch of 9 is finished yet" in charts.describe_curves([], of=9)
    lost = charts.describe_curves([epoch(1, val_loss=math.nan, accuracy=math.nan)], of=9)
    assert "training accuracy not known" in lost
    assert "Lowest" not in lost


def test_recall_bars_put_the_weakest_first_and_draw_the_interval() -> None:
    figure = charts.recall_bars([found("good", 10, 9), found("none", 0, 0), found("poor", 20, 8)])
    bar = bars(figure)[0]
    assert list(bar.x) == [0.4, 0.9, None]
    assert bar.error_x.array == pytest.approx((0.1, 0.1, 0.0))
    assert bar.error_x.arrayminus == pytest.approx((0.1, 0.1, 0.0))
    assert bar.hovertext[0] == "poor: 8 of 20 found, 40.0 % (30.0 % to 50.0 %)"
    assert list(figure.data[1].text) == [" 8 of 20", " 9 of 10", " no images"]


def test_recall_bars_say_themselves() -> None:
    text = charts.describe_recall_bars([found("good", 10, 9), found("poor", 20, 8)])
    assert text.startswith(
        "Bar chart of the recall of 2 classes with 95 % intervals. Weakest: poor"
    )
    assert "Strongest: good: 9 of 10 found" in text
    assert "no class has images" in charts.describe_recall_bars([found("none", 0, 0)])


def test_the_true_class_is_always_among_the_likeliest() -> None:
    classes = [f"class {number}" for number in range(10)]
    probabilities = [0.3, 0.2, 0.15, 0.1, 0.08, 0.07, 0.05, 0.03, 0.015, 0.005]
    rows = charts.likeliest(classes, probabilities, "class 9", "class 0")
    assert [row.share for row in rows] == [0.3, 0.2, 0.15, 0.1, 0.005]
    assert [row.role for row in rows] == ["predicted", "", "", "", "true class"]
    assert [row.colour for row in rows] == [style.WRONG, *[style.QUIET] * 3, style.RIGHT]
    two = charts.likeliest(classes, probabilities, "class 9", "class 0", top=2)
    assert [row.label for row in two] == ["class 0", "class 9"]


def test_where_the_truth_is_not_known_nothing_is_said_of_it() -> None:
    rows = charts.likeliest(["a", "b"], [0.2, 0.8], None, "b")
    assert [(row.label, row.role) for row in rows] == [("b", ""), ("a", "")]
    assert [row.colour for row in rows] == [style.RIGHT, style.QUIET]


@pytest.mark.parametrize(
    "figure",
    [
        charts.class_bars(counts(3, 2)),
        charts.class_bars(counts()),
        charts.curves([epoch(1)], of=2),
        charts.recall_bars([]),
        charts.recall_bars([found("a", 3, 2)]),
    ],
)
def test_a_theme_shows_through_and_a_drag_does_nothing(figure: go.Figure) -> None:
    assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == "rgba(0,0,0,0)"
    assert figure.layout.font.color is None
    assert figure.layout.dragmode is False
    assert all(axis.fixedrange for axis in [*figure.select_xaxes(), *figure.select_yaxes()])
    assert charts.PLOTLY_CONFIG["displayModeBar"] is False


@pytest.mark.parametrize("ground", ["#ffffff", "#FDFCFA", "#000000", "#12191D"])
@pytest.mark.parametrize("colour", [style.RIGHT, style.WRONG, style.WARN, style.THIRD, style.QUIET])
def test_colours_stand_out_from_light_and_dark_ground(colour: str, ground: str) -> None:
    low, high = sorted((luminance(colour), luminance(ground)))
    assert (high + 0.05) / (low + 0.05) >= 3  # WCAG 2.2, 1.4.11


def test_a_scale_writes_shares_as_texts_do() -> None:
    scale = style.share_ticks(0, 0.5, 0.932, 1)
    assert scale == {"tickvals": [0, 0.5, 0.932, 1], "ticktext": ["0 %", "50 %", "93.2 %", "100 %"]}
    for figure in (charts.curves([epoch(1)], of=2), charts.recall_bars([found("a", 3, 2)])):
        axes = [*figure.select_xaxes(), *figure.select_yaxes()]
        assert not [axis for axis in axes if "%" in (axis.tickformat or "")]


def luminance(colour: str) -> float:
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_a_learning_rate_that_moves_has_a_curve_and_words() -> None:
    rows = [{"epoch": number, "learning_rate": 1e-3 / number} for number in (1, 2, 4)]
    assert charts.rate_moves(rows)
    figure = charts.rate_curve(rows, 10)
    assert list(figure.data[0].x) == [1, 2, 4]
    assert figure.layout.xaxis.range == (0.5, 10.5)
    assert charts.describe_rate_curve(rows).endswith("from 0.001 to 0.00025.")
    assert not charts.rate_moves([{**row, "learning_rate": 1e-3} for row in rows])
    assert charts.describe_rate_curve([{"epoch": 1}]).endswith("not known.")


def test_the_best_epoch_comes_with_its_accuracy() -> None:
    rows = [
        {"epoch": 1, "val_loss": 0.5, "val_accuracy": 0.8},
        {"epoch": 2, "val_loss": 0.4, "val_accuracy": 0.7},
        {"epoch": 3, "val_loss": None, "val_accuracy": 0.9},
    ]
    assert charts.best_epoch(rows) == (2, 0.7)
    assert charts.best_epoch(rows[2:]) is None
