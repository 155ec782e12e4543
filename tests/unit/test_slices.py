"""Weak parts are found where there are some, and chance is told from weakness."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from core import slices
from core.slices import FEWEST, Part, clusters, fisher, parts_of

NOTHING = pd.DataFrame()  # measured


def part(rows, name="part") -> Part:
    return Part("brightness", name, np.asarray(rows, np.int64))


def table(n: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(0)
    images = pd.DataFrame(
        {
            "label": np.where(np.arange(n) % 2, "cat", "dog"),
            "source": [f"cat/{'indoors' if i % 3 else 'outdoors'}/{i}.jpg" for i in range(n)],
            "width": rng.integers(50, 500, n),
            "height": rng.integers(50, 500, n),
        }
    )
    names = ("brightness", "contrast", "sharpness", "saturation")
    return images, pd.DataFrame({name: rng.random(n) for name in names})


class TestFisher:
    @pytest.mark.parametrize(
        "counts", [(3, 10, 5, 40), (0, 10, 5, 40), (5, 5, 5, 6), (11, 30, 12, 31), (2, 2, 30, 300)]
    )
    def test_it_is_scipys_one_sided_test(self, counts):
        here, size, wrong, n = counts
        square = [[here, size - here], [wrong - here, n - size - wrong + here]]
        assert fisher(*counts) == pytest.approx(stats.fisher_exact(square, "greater").pvalue)

    def test_large_numbers_are_no_trouble(self):
        assert fisher(200, 1000, 400, 100_000) < 1e-100


class TestSlices:
    def test_a_part_with_most_of_the_mistakes_is_weak_and_comes_first(self):
        correct = np.ones(200, bool)
        correct[:15] = False
        found = slices.slices(correct, [part(range(100, 140), "fine"), part(range(30), "weak")])
        assert [one.name for one in found] == ["weak", "fine"]
        assert (found[0].n, found[0].correct, found[0].rest) == (30, 15, 1.0)
        assert found[0].is_weak
        assert not found[1].is_weak

    def test_the_more_are_looked_at_the_more_it_takes(self):
        correct = np.ones(200, bool)
        correct[[*range(5), *range(100, 104)]] = False
        alone = slices.slices(correct, [part(range(40))])[0]
        others = [part(range(40 + i, 80 + i), f"other {i}") for i in range(30)]
        among = next(
            one
            for one in slices.slices(correct, [part(range(40), "it"), *others])
            if one.name == "it"
        )
        assert alone.is_weak
        assert not among.is_weak
        assert among.low < alone.low < alone.high < among.high

    def test_too_small_a_part_and_its_opposite_are_left_out(self):
        correct = np.ones(100, bool)
        few = [part(range(FEWEST - 1)), part(range(FEWEST - 1, 100))]
        assert slices.slices(correct, few) == []

    def test_by_chance_alone_hardly_ever_is_one_weak(self):
        """In at most 5 % of the times; here in 200, with room for luck."""
        images, measured = table(300)
        parts = parts_of(images, measured)
        rng = np.random.default_rng(1)
        alarms = sum(
            any(one.is_weak for one in slices.slices(rng.random(300) > 0.15, parts))
            for _ in range(200)
        )
        assert alarms <= 17

    def test_the_intervals_of_all_hold_together(self):
        images, measured = table(300)
        parts = parts_of(images, measured)
        rng = np.random.default_rng(2)
        misses = sum(
            any(not one.low <= 0.85 <= one.high for one in slices.slices(right, parts))
            for right in (rng.random(300) < 0.85 for _ in range(200))
        )
        assert misses <= 17


class TestParts:
    def test_quarters_of_every_measurement_and_folders(self):
        images, measured = table(80)
        found = parts_of(images, measured)
        kinds = pd.Series([one.kind for one in found]).value_counts().to_dict()
        assert kinds == {**dict.fromkeys(slices.BANDS, 4), "folder": 2}
        dark = next(one for one in found if one.name == "Darkest quarter")
        assert len(dark.rows) == 20
        rest = np.setdiff1d(np.arange(80), dark.rows)
        assert measured["brightness"][dark.rows].max() < measured["brightness"][rest].min()

    def test_every_image_is_in_one_quarter_unless_it_was_not_measured(self):
        images, measured = table(81)
        measured.loc[:3, "sharpness"] = np.nan
        found = [one for one in parts_of(images, measured) if one.kind == "sharpness"]
        assert sorted(np.concatenate([one.rows for one in found])) == list(range(4, 81))

    @pytest.mark.parametrize(
        "sources",
        [
            ["cat/north/1.jpg", "cat/south/2.jpg", "dog/north/3.jpg", "dog/south/4.jpg"],
            ["north/cat/1.jpg", "south/cat/2.jpg", "north/dog/3.jpg", "south/dog/4.jpg"],
            ["pics/north/1.jpg", "pics/south/2.jpg", "pics/north/3.jpg", "pics/south/4.jpg"],
            ["Cat\\north\\1.jpg", "Cat\\south\\2.jpg", "Dog\\north\\3.jpg", "Dog\\south\\4.jpg"],
        ],
        ids=["inside the classes", "around the classes", "labels from a table", "Windows"],
    )
    def test_a_place_is_one_part_wherever_the_classes_stand_in_the_path(self, sources):
        images = pd.DataFrame({"label": ["cat", "cat", "dog", "dog"], "source": sources})
        found = {one.name.split("/")[-1]: one.rows.tolist() for one in parts_of(images, NOTHING)}
        assert found["north"] == [0, 2]
        assert found["south"] == [1, 3]

    def test_a_folder_inside_a_place_is_a_part_and_counts_for_the_place_too(self):
        sources = ["a/one/1.jpg", "a/two/2.jpg", "b/3.jpg", "b/4.jpg"]
        images = pd.DataFrame({"label": ["cat", "dog"] * 2, "source": sources})
        found = {one.name: one.rows.tolist() for one in parts_of(images, NOTHING)}
        assert found == {"a": [0, 1], "b": [2, 3], "a/one": [0], "a/two": [1]}

    def test_the_folder_of_a_class_is_no_part_even_after_the_class_was_renamed(self):
        sources = [f"{'cat' if i < 20 else 'dog'}/{i}.jpg" for i in range(40)]
        labels = ["dog"] + ["wolf"] * 19 + ["dog"] * 20  # one was relabelled, cats are wolves now
        images = pd.DataFrame({"label": labels, "source": sources})
        assert parts_of(images, NOTHING) == []

    def test_where_nothing_differs_there_are_no_quarters(self):
        images, measured = table(40)
        same = parts_of(images.assign(width=32, height=32), measured.assign(brightness=0.5))
        assert not {"size", "brightness"} & {one.kind for one in same}

    def test_what_was_never_measured_is_left_out(self):
        images, _ = table(40)
        assert {one.kind for one in parts_of(images, pd.DataFrame())} == {"size", "folder"}

    def test_clusters_are_named_after_what_is_in_them(self):
        labels = pd.Series(["cat"] * 9 + ["dog"] + ["cat", "dog"] * 5 + ["cow"])
        numbers = np.array([0] * 10 + [1] * 10 + [-1])
        found = clusters(numbers, labels)
        assert [one.name for one in found] == ["Look-alikes 1: cat", "Look-alikes 2: cat and dog"]
        assert found[1].rows.tolist() == list(range(10, 20))
