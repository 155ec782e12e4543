"""The charts of the stress test, and the same in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import stress
from core.charts.stress import (
    class_map,
    describe_class_map,
    describe_difference_dots,
    describe_hurt_bars,
    describe_severity_course,
    difference_dots,
    hurt_bars,
    severity_course,
)
from core.stress import Compared, Stress
from tests.unit.stress.made import written
from tests.unit.test_charts import luminance


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Stress:
    """20 images; fog turns all dogs from severity 3 on, frost every tenth image."""

    def right(place: int, name: str, severity: int) -> bool:
        if name == "fog":
            return severity < 3 or place % 2 == 0
        return name != "frost" or place % 10 > 0

    folder: Path = tmp_path_factory.mktemp("found")
    return written(folder, 20, right, names=["frost", "fog", "jpeg"])


def test_bars_go_from_what_hurts_most_to_what_hurts_least(found: Stress) -> None:
    rows, clean = stress.hurts(found), stress.counted(found.clean)
    figure = hurt_bars(rows, clean)
    assert list(figure.data[0].x) == [0.7, 0.9, 1.0]
    assert figure.layout.yaxis.ticktext[0].strip() == "Fog"
    assert all(gap >= 0 for gap in figure.data[0].error_x.array)
    assert figure.layout.shapes[0].x0 == 1.0  # the images as they are
    told = describe_hurt_bars(rows, clean)
    assert "Hurts most: Fog: 70.0 %" in told and "Hurts least: JPEG" in told
    assert "none was measured" in describe_hurt_bars([], clean)


def test_the_course_begins_with_the_images_as_they_are(found: Stress) -> None:
    fog, clean = stress.hurts(found)[0], stress.counted(found.clean)
    figure = severity_course(clean, fog)
    assert list(figure.data[1].y) == [1, 1, 1, 0.5, 0.5, 0.5]
    assert "as they are 100.0 %, severity 1 100.0 %" in describe_severity_course(clean, fog)


def test_the_map_has_the_weakest_corruption_at_its_top_and_the_weakest_class_left(
    found: Stress,
) -> None:
    rows = stress.class_hurts(found)
    figure = class_map(rows, found.names)
    assert [text.strip() for text in figure.layout.yaxis.ticktext] == ["JPEG", "Frost", "Fog"]
    assert list(figure.layout.xaxis.ticktext) == ["dog", "cat"]
    assert list(figure.data[0].z[-1]) == pytest.approx([0.4, 1.0])
    assert "dog 80.0 % on average, lowest under Fog" in describe_class_map(rows, found.names)


def test_every_number_of_the_map_can_be_read(found: Stress) -> None:
    """Colours in between are lighter than the darker of their two neighbours."""
    cells = class_map(stress.class_hurts(found), found.names).data[0]
    ink = luminance(cells.textfont.color)
    for _, colour in cells.colorscale:
        assert (luminance(colour) + 0.05) / (ink + 0.05) >= 4.5  # WCAG 2.2, 1.4.3


def test_differences_that_are_shown_are_filled(found: Stress, tmp_path: Path) -> None:
    compared = stress.compare(written(tmp_path, 40, lambda _, name, __: name != "fog"), found)
    assert isinstance(compared, Compared)
    figure = difference_dots(compared)
    assert figure.data[0].x[0] == pytest.approx(70)
    assert figure.data[0].marker.symbol[0] == "diamond"
    assert set(figure.data[0].marker.symbol[1:]) == {"diamond-open"}
    told = describe_difference_dots(compared)
    assert "Fog: +70.0 points" in told and "JPEG" not in told
