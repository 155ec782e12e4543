"""Labels in the names of files."""

from __future__ import annotations

import time

import pytest

from core.errors import SettingsProblem
from core.ingest.patterns import compile_pattern, is_convincing, places, stem, suggest


@pytest.mark.parametrize(
    ("pattern", "name", "label"),
    [
        ("{class}_#", "cat_001.jpg", "cat"),
        ("{class}_#", "a/golden_retriever_12.jpeg", "golden_retriever"),
        ("{class}.#", "cat.001.jpg", "cat"),
        ("IMG-{class}-#", "IMG-cat-3.png", "cat"),
        ("{class}#", "cat001.jpg", "cat"),
        ("{class} (#)", "big cat (7).jpg", "big cat"),
        ("{class}_*", "cat_on_mat_1.jpg", "cat"),
        ("*_{class}", "x_y_cat.jpg", "cat"),
        ("*_{class}_*", "x_cat_y_1.jpg", "cat"),
        ("*_{class}_#", "x_y_cat_1.jpg", "cat"),
        ("{class}", "cat", "cat"),
        ("{class}_#", "cat_x.jpg", ""),
        ("{class}_#", "_7.jpg", ""),
        ("a.{class}", "abcat.jpg", ""),
    ],
)
def test_a_pattern_finds_the_class(pattern, name, label):
    assert compile_pattern(pattern)(stem(name)) == label


@pytest.mark.parametrize("pattern", ["", "cat", "{class}{class}", "*{class}*#", "{Class}_#"])
def test_a_pattern_that_cannot_work_is_refused_with_an_example(pattern):
    with pytest.raises(SettingsProblem, match="IMG-"):
        compile_pattern(pattern)


@pytest.mark.parametrize(
    ("names", "pattern"),
    [
        (["cat_001.jpg", "cat_002.jpg", "dog_001.jpg", "dog_002.jpg"], "{class}_#"),
        (["cat.001.jpg", "cat.002.jpg", "dog.1.jpg", "dog.2.jpg"], "{class}.#"),
        (["IMG-cat-1.png", "IMG-cat-2.png", "IMG-dog-3.png", "IMG-dog-4.png"], "IMG-{class}-#"),
        (["cat1.jpg", "cat2.jpg", "dog1.jpg", "dog2.jpg"], "{class}#"),
        (["cat (1).jpg", "cat (2).jpg", "dog (1).jpg", "dog (2).jpg"], "{class} (#)"),
        (["a_big_cat_1.jpg", "a_big_cat_2.jpg", "a_dog_1.jpg", "a_dog_2.jpg"], "a_{class}_#"),
        (["1_cat.jpg", "2_cat.jpg", "3_dog.jpg", "4_dog.jpg"], "*_{class}"),
        (["cat-a.jpg", "cat-b.jpg", "dog-a2.jpg", "dog-b2.jpg"], "{class}-*"),
    ],
)
def test_the_pattern_is_found_by_itself(names, pattern):
    assert suggest(names)[0] == pattern


@pytest.mark.parametrize(
    "names",
    [
        [],
        ["cat_1.jpg"],
        [f"IMG_{n}.jpg" for n in range(20)],
        [f"{n:05}.jpg" for n in range(20)],
        [f"word{chr(97 + n)}x.jpg" for n in range(20)],
        ["train_1.jpg", "train_2.jpg", "test_1.jpg", "test_2.jpg"],
    ],
)
def test_names_that_say_nothing_suggest_nothing(names):
    assert suggest(names) == []


def test_cameras_and_numbers_do_not_convince():
    assert is_convincing(["cat", "dog"])
    assert not is_convincing(["cat"])
    assert not is_convincing(["IMG", "photo"])
    assert not is_convincing(["1", "2"])


def test_names_that_do_not_fit_have_a_reason():
    cat, other = places(["cat_1.jpg", "what.jpg"], "{class}_#")
    assert (cat.label, cat.reason) == ("cat", "")
    assert (other.label, other.reason) == ("", "Its name does not fit the pattern")


def test_a_nasty_name_takes_no_time():
    match = compile_pattern("*_{class}_*")
    began = time.perf_counter()
    for _ in range(200):
        match("_" * 5_000)
    assert time.perf_counter() - began < 2
