"""Images sorted by size, shape, file and colour; and those that stand out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from core import traits


def table(*sizes: tuple[int, int], **columns: list[Any]) -> pd.DataFrame:
    width, height = zip(*sizes, strict=True)
    usual: dict[str, list[Any]] = {
        "bytes": [5000],
        "format": ["JPEG"],
        "mode": ["RGB"],
        "exif_orientation": [1],
    }
    found = {name: columns.get(name, value * len(sizes)) for name, value in usual.items()}
    return pd.DataFrame({"width": width, "height": height, **found})


def colours(*rgb: tuple[float, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rgb, columns=["red", "green", "blue"])


def test_few_sizes_are_bins_of_their_own() -> None:
    found = traits.by_size(table((100, 100), (100, 100), (3024, 4032)))
    assert list(found.bins["name"]) == ["100 × 100 pixels", "3,024 × 4,032 pixels"]
    assert list(found.bins["images"]) == [2, 1]
    assert list(found.rows("100x100")) == [0, 1]


def test_many_sizes_are_binned_and_none_is_lost() -> None:
    rng = np.random.default_rng(0)
    images = table(*[(int(w), int(h)) for w, h in rng.integers(20, 4000, (3000, 2))])
    found = traits.by_size(images)
    assert 10 < len(found.bins) <= 120
    assert found.bins["images"].sum() == 3000
    assert sorted(np.concatenate([found.rows(key) for key in found.bins["key"]])) == list(
        range(3000)
    )
    for key, name in zip(found.bins["key"], found.bins["name"], strict=True):
        width = images["width"].iloc[found.rows(str(key))]
        first, last = str(name).split(" × ")[0].replace(",", "").split("–")
        assert int(first) <= width.min() <= width.max() <= int(last)


@pytest.mark.parametrize(
    ("size", "name"),
    [
        ((100, 102), "square, or nearly"),
        ((300, 100), "over 3 times as wide"),
        ((100, 250), "2 to 3 times as tall"),
        ((512, 384), "1.2 to 1.5 times as wide"),
    ],
)
def test_shapes_have_names(size: tuple[int, int], name: str) -> None:
    assert list(traits.by_shape(table(size)).bins["name"]) == [name]


def test_files_are_sorted_by_size_from_small_to_large() -> None:
    found = traits.by_bytes(table((1, 1), (1, 1), (1, 1), bytes=[900, 2_000_000, 905]))
    assert list(found.bins["images"]) == [2, 1]
    assert found.bins["name"].iloc[1].endswith("MB")
    assert list(found.rows(found.bins["key"].iloc[0])) == [0, 2]


def test_formats_tell_the_kind_of_colour() -> None:
    images = table((1, 1), (1, 1), (1, 1), format=["PNG", "PNG", "JPEG"], mode=["RGBA", "L", "L"])
    names = set(traits.by_format(images).bins["name"])
    assert names == {"PNG, with transparency", "PNG, grayscale", "JPEG, grayscale"}


def test_no_images_have_no_bins() -> None:
    empty = table((1, 1)).iloc[:0]
    for sort in (traits.by_size, traits.by_shape, traits.by_bytes, traits.by_format):
        assert sort(empty).bins.empty
    assert traits.odd_sizes(empty, 224) == []
    assert traits.odd_shapes(empty) == []
    assert traits.odd_files(empty) == []


def test_hues_go_by_their_names() -> None:
    found = traits.by_hue(
        colours((1, 0, 0), (0, 0.4, 0), (0.5, 0.5, 0.6), (0.5, 0.5, 0.5), (np.nan, 0, 0))
    )
    named = dict(zip(found.bins["key"], found.bins["name"], strict=True))
    told = [named.get(key) for key in found.keys]
    assert told == ["red, strong", "green, strong", "blue, pale", "gray, or nearly", None]
    red = found.bins[found.bins["name"] == "red, strong"].iloc[0]
    assert (red["x"], red["y"], red["colour"]) == (1, 0, "#ff0000")
    assert (np.hypot(found.bins["x"], found.bins["y"]) <= 1 + 1e-9).all()


def test_colours_that_were_not_measured_have_no_hue() -> None:
    assert traits.by_hue(colours((np.nan, np.nan, np.nan))).bins.empty


def test_colours_have_names() -> None:
    assert traits.colour_name(np.array([0.5, 0.5, 0.5])) == "medium gray"
    assert traits.colour_name(np.array([0.2, 0.1, 0.0])) == "dark orange"
    assert traits.colour_name(np.array([0.9, 0.6, 0.6])) == "medium red"


def test_small_images_come_first_and_the_smallest_at_the_front() -> None:
    small, *others = traits.odd_sizes(table((300, 300), (40, 300), (20, 20)), 224)
    assert (small.key, list(small.rows)) == ("smaller", [2, 1])
    assert [group.key for group in others] == []


def test_what_differs_from_nearly_all_stands_out() -> None:
    images = table(*[(300, 300)] * 30, (900, 300), bytes=[5000] * 30 + [90_000])
    assert [group.key for group in traits.odd_sizes(images, 224)] == ["unlike-size"]
    assert [list(group.rows) for group in traits.odd_shapes(images)] == [[30]]
    assert [(g.key, list(g.rows)) for g in traits.odd_files(images)] == [("heavy", [30])]


def test_pictures_that_were_turned_stand_out() -> None:
    images = table((300, 300), (300, 300), exif_orientation=[1, 6])
    assert [(g.key, list(g.rows)) for g in traits.odd_files(images)] == [("turned", [1])]


def test_extremes_leave_out_what_is_not_known() -> None:
    low, high = traits.extremes(np.array([0.5, np.nan, 0.1, 0.9]), most=2)
    assert (list(low), list(high)) == ([2, 0], [3, 0])
