"""The charts of the explore page: marks carry their bins' keys, and sentences say the same."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from core import charts, traits
from core.charts import colours

NAMES = ["<b>bold</b>", "7"]


def bins(*images: int) -> pd.DataFrame:
    number = len(images)
    return pd.DataFrame(
        {
            "key": [f"k{place}" for place in range(number)],
            "name": [NAMES[place % 2] for place in range(number)],
            "images": list(images),
            "width": [100.0 * (1 + place) for place in range(number)],
            "height": [50.0] * number,
        }
    )


def measured() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    values = rng.random((300, 4))
    table = pd.DataFrame(values, columns=["red", "green", "blue", "brightness"])
    table["label"] = np.repeat(["leaf", "rust", "sky"], 100)
    table.loc[table["label"] == "rust", "brightness"] *= 0.2
    table.loc[5, ["red", "brightness"]] = np.nan
    return table


def test_every_bar_carries_its_key_and_the_chosen_one_is_marked() -> None:
    bar = charts.trait_bars(bins(3, 1200), "k1").data[0]
    assert list(bar.customdata) == ["k0", "k1"]
    assert list(bar.marker.line.width) == [0, 4]
    assert bar.hovertext[0] == "&lt;b&gt;bold&lt;/b&gt;: 3 images"
    assert bar.unselected.marker.opacity == bar.selected.marker.opacity == 1


def test_trait_bars_say_themselves() -> None:
    told = charts.describe_trait_bars(bins(3, 1200), "shape")
    assert told == "Bar chart of 1,203 images by shape. <b>bold</b>: 3; 7: 1,200."
    assert "there are none" in charts.describe_trait_bars(bins(), "shape")


def test_the_area_of_a_disc_grows_with_its_images() -> None:
    figure = charts.size_map(bins(10, 1000), side=224)
    discs = next(trace for trace in figure.data if trace.customdata is not None)
    assert discs.marker.size[1] > 2 * discs.marker.size[0]
    low, high = (10**edge for edge in figure.layout.xaxis.range)
    assert low < 50 and high > 224
    assert figure.layout.xaxis.range == figure.layout.yaxis.range
    assert "network's 224" in charts.describe_size_map(bins(10, 1000), 224)


def test_a_strip_goes_from_dark_to_bright_and_is_bounded() -> None:
    table = measured()
    found = colours.strips_of(table)
    assert list(found) == ["leaf", "rust", "sky"]
    assert {strip.shape for strip in found.values()} == {(96, 3)}
    first = table[table["label"] == "sky"].nsmallest(2, "brightness")
    np.testing.assert_allclose(found["sky"][0], first[["red", "green", "blue"]].mean())
    figure = charts.colour_strips(found)
    assert len(figure.layout.images) == 3
    assert figure.layout.images[0].source.startswith("data:image/png;base64,")


def test_the_wheel_marks_the_chosen_colour_with_a_ring() -> None:
    found = traits.by_hue(measured()).bins
    figure = charts.hue_map(found, str(found["key"].iloc[2]))
    discs, ring = figure.data
    assert sorted(discs.customdata) == sorted(found["key"])
    assert (ring.x[0], ring.y[0]) == (found["x"].iloc[2], found["y"].iloc[2])
    assert "Most frequent" in charts.describe_hue_map(found)


def test_boxes_begin_with_the_lowest_class() -> None:
    spread = colours.spread(measured(), "brightness")
    assert spread["label"].iloc[0] == "rust"
    images = dict(zip(spread["label"], spread["images"], strict=True))
    assert images == {"leaf": 99, "rust": 100, "sky": 100}
    figure = charts.spread_boxes(spread, ("darker", "brighter"), "rust")
    boxes = figure.data[1]
    assert boxes.customdata[0] == "class-rust"
    assert boxes.marker.line.width[0] == 4
    assert "Lowest: rust" in charts.describe_spread(spread, "brightness")


def test_the_histogram_after_scaling_has_the_same_shape() -> None:
    counts = np.random.default_rng(0).integers(0, 50, (3, 32))
    figure = charts.pixel_histogram(counts, 127, 128)
    before, after = figure.data[0], figure.data[3]
    assert list(before.y) == list(after.y)
    np.testing.assert_allclose((np.array(before.x) - 127) / 128, after.x)
    assert len({trace.line.dash for trace in figure.data}) == 3
    assert "Mean values before: red" in charts.describe_pixel_histogram(counts)


@pytest.mark.parametrize("empty", ["bins", "hues", "spread", "strips"])
def test_nothing_to_draw_is_drawn_too(empty: str) -> None:
    nothing = measured().iloc[:0]
    figure = {
        "bins": lambda: charts.trait_bars(bins()),
        "hues": lambda: charts.hue_map(traits.by_hue(nothing).bins),
        "spread": lambda: charts.spread_boxes(colours.spread(nothing, "brightness"), ("a", "b")),
        "strips": lambda: charts.colour_strips(colours.strips_of(nothing)),
    }[empty]()
    assert json.loads(figure.to_json())
