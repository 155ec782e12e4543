"""How the benchmarks judge and write what they found; they themselves are run by `make bench`."""

from __future__ import annotations

import json

import pytest

from tests.benchmarks import __main__ as benchmarks
from tests.benchmarks.report import Section, Spread, Table, Target, ratios


@pytest.mark.parametrize(
    ("found", "at_least", "verdict"),
    [
        (15.0, True, "met"),
        (14.9, True, "NOT MET"),
        (15.0, False, "met"),
        (15.1, False, "NOT MET"),
        (None, True, "not measured"),
    ],
)
def test_a_target_is_met_at_its_bound(found, at_least, verdict):
    assert Target("speed", found, 15.0, at_least).verdict == verdict


def test_rounds_are_compared_one_by_one():
    ours, theirs = Spread.of([10.0, 30.0]), Spread.of([5.0, 10.0])
    assert ratios(ours, theirs).values == (2.0, 3.0)


def test_one_measurement_is_compared_with_all_of_the_other_side():
    once, often = Spread.of([300.0]), Spread.of([10.0, 20.0, 15.0])
    assert ratios(once, often).values == (30.0, 15.0, 20.0)
    assert ratios(often, once).median == 0.05


def test_a_table_is_markdown():
    table = Table("Speed", ["Engine", "images/s"], [["one", "7"], ["another", "300"]])
    assert table.text().splitlines() == [
        "### Speed",
        "",
        "| Engine  | images/s |",
        "| ------- | -------: |",
        "| one     |        7 |",
        "| another |      300 |",
    ]


def test_figures_of_other_subjects_stay(tmp_path):
    path = tmp_path / "build" / "figures.json"
    benchmarks.keep(path, "main", Section("Main", figures={"n": 1}), {"cores": 2}, quick=False)
    benchmarks.keep(path, "startup", Section("Startup"), {"cores": 2}, quick=True)
    content = json.loads(path.read_text(encoding="utf-8"))
    assert content["main"]["figures"] == {"n": 1}
    assert content["startup"]["quick"] is True
