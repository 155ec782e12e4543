"""Charts of the preflight say what the answers say, and so do their sentences."""

from __future__ import annotations

import json

from core.charts import preflight as charts
from core.preflight import Baseline, Curve, Gain, Leakage, Level, Point, Shortcut

CAMERA = Shortcut("camera", "Camera <b>", Level.STRONG, 0.9, 0.25, 0.01, 0.87, ())
SIZE = Shortcut("file_size", "File size", Level.NONE, 0.26, 0.25, 1.0, 0.01, ())
CURVE = Curve(
    "",
    (Point(10, 0.5), Point(100, 0.2)),
    0.18,
    ((50.0, 0.2, 0.4), (500.0, 0.05, 0.15)),
    (Gain(2, 0.01, 0.03),),
)


def test_each_cue_has_a_bar_its_luck_and_its_verdict() -> None:
    figure = charts.shortcut_bars([CAMERA, SIZE])
    assert list(figure.data[0].x) == [0.9, 0.26]
    assert [shape.x0 for shape in figure.layout.shapes] == [0.25, 0.25]
    assert list(figure.data[1].text) == [" strong", " none"]
    assert "&lt;b&gt;" in figure.layout.yaxis.ticktext[0]
    said = charts.describe_shortcut_bars([CAMERA, SIZE])
    assert "Camera" in said and "90.0 %" in said and "File size" not in said
    assert "none to try" in charts.describe_shortcut_bars([])


def test_baselines_have_their_intervals() -> None:
    one = Baseline("probe", "Linear probe", 0.8, 0.7, 0.88, 0.79, 60)
    figure = charts.baseline_bars([one])
    assert figure.data[0].error_x.array[0] == 0.88 - 0.8
    assert "Linear probe: 80.0 % (70.0 % to 88.0 %)" in charts.describe_baseline_bars([one])


def test_leakage_shows_both_splits() -> None:
    found = Leakage(0.95, 0.8, 0.15, 0.1, 0.2, 40, 10, 5)
    assert list(charts.leakage_bars(found).data[0].x) == [0.95, 0.8]
    assert "Kept together: 80.0 %" in charts.describe_leakage_bars(found)


def test_a_learning_curve_shows_points_range_and_where_you_are() -> None:
    figure = charts.learning_curve(CURVE, 125)
    names = [trace.name for trace in figure.data]
    assert names == ["likely range", "measured", "your images"]
    assert list(figure.data[1].y) == [0.5, 0.8]
    assert list(figure.data[2].x) == [125, 125]
    assert "likely 85.0 % to 95.0 %" in charts.describe_learning_curve(CURVE, 125)
    json.loads(figure.to_json())


def test_a_curve_without_a_range() -> None:
    bare = Curve("a", CURVE.points, 0.2, (), (), "No more is known")
    assert charts.learning_curve(bare, 125).data[0].name == "measured"
    assert "likely" not in charts.describe_learning_curve(bare, 125)
