"""What is written comes back as it was: settings, decisions, tables."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from core import catalogue, files, results
from core.catalogue import _is_label
from core.ingest import Rejection, Row
from core.ingest.tables import to_table
from core.project import Project
from core.settings import Backbone, Balance, Fit, SplitSettings, TrainSettings

letters = st.characters(exclude_categories=["Cs"])
storable = st.text(st.characters(codec="utf-8"), max_size=20)  # what UTF-8 can hold
identifiers = st.text("0123456789abcdef", min_size=16, max_size=16)

train_settings = st.builds(
    TrainSettings,
    backbone=st.sampled_from(Backbone),
    fit=st.sampled_from(Fit),
    balance=st.sampled_from(Balance),
    epochs=st.integers(1, 500),
    learning_rate=st.floats(1e-6, 1.0),
    weight_decay=st.floats(0.0, 1.0),
    dropout=st.floats(0.0, 0.9),
    seed=st.integers(0, 2**31 - 1),
)
split_settings = st.builds(
    SplitSettings, validation=st.floats(0.05, 0.4), test=st.floats(0.05, 0.4)
)
plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    # Half a surrogate pair comes from names that are no text; a pair would be read as one letter
    | st.text(letters)
    | st.sampled_from(["\udcff.jpg", "caf\udce9"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(letters, max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


def written_and_read(value: object) -> object:
    with tempfile.TemporaryDirectory() as folder:
        files.write_json(Path(folder) / "value.json", value)
        return files.read_json(Path(folder) / "value.json")


def saved_and_read(table: pd.DataFrame) -> pd.DataFrame:
    with tempfile.TemporaryDirectory() as folder:
        files.write_table(Path(folder) / "table.parquet", table)
        return pd.read_parquet(Path(folder) / "table.parquet")


@given(plain)
def test_json_values(value):
    assert written_and_read(value) == value


@given(train_settings)
def test_training_settings(settings):
    assert TrainSettings.from_dict(written_and_read(settings.to_dict())) == settings


@given(split_settings)
def test_split_settings(settings):
    assert SplitSettings.from_dict(json.loads(json.dumps(settings.to_dict()))) == settings


@given(st.lists(plain, max_size=8), st.integers(0, 8))
def test_log_lines(values, cut):
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log.jsonl"
        for value in values[:cut]:
            files.append_line(log, value)
        first, at = files.read_lines(log)
        for value in values[cut:]:
            files.append_line(log, value)
        rest, _ = files.read_lines(log, at)
        assert first + rest == values


names = storable.filter(_is_label)
decisions = st.one_of(
    st.tuples(
        st.just("drop"), st.fixed_dictionaries({"images": st.lists(identifiers, max_size=3)})
    ),
    st.tuples(
        st.just("relabel"),
        st.fixed_dictionaries({"images": st.lists(identifiers, max_size=3), "label": names}),
    ),
    st.tuples(st.just("rename"), st.fixed_dictionaries({"label": names, "to": names})),
)


@given(st.lists(st.tuples(decisions, storable), max_size=6))
def test_decisions(taken):
    with tempfile.TemporaryDirectory() as folder:
        project = Project.create_at(Path(folder) / "project", "Leaves")
        for (act, details), reason in taken:
            catalogue.decide(project, act, reason, **details)
        found = catalogue.decisions(project)
    assert [entry["number"] for entry in found] == list(range(1, len(taken) + 1))
    for entry, ((act, details), reason) in zip(found, taken, strict=True):
        assert (entry["act"], entry["reason"]) == (act, reason)
        assert details.items() <= entry.items()


maybe = st.none() | storable
rows = st.builds(
    Row,
    image_id=identifiers,
    sha256=identifiers,
    label=storable,
    source=storable,
    split_given=maybe,
    group=maybe,
    width=st.integers(1, 10**5),
    height=st.integers(1, 10**5),
    mode=st.sampled_from(["RGB", "L", "P"]),
    format=st.sampled_from(["JPEG", "PNG"]),
    bytes=st.integers(1, 2**40),
    exif_orientation=st.integers(1, 8),
    taken=maybe,
    camera=maybe,
    added=storable,
)


@given(st.lists(rows, max_size=5))
def test_the_catalogue(rows):
    table = to_table(rows, Row)
    pd.testing.assert_frame_equal(saved_and_read(table), table)


@given(st.lists(st.builds(Rejection, storable, storable, storable, st.integers(0, 2**40))))
def test_the_rejected_files(rejections):
    table = to_table(rejections, Rejection)
    pd.testing.assert_frame_equal(saved_and_read(table), table)


@given(st.lists(storable, min_size=2, max_size=5, unique=True), st.integers(0, 6), st.data())
def test_predictions(classes, count, data):
    labels = data.draw(st.lists(st.sampled_from([*classes, "?"]), min_size=count, max_size=count))
    images = pd.DataFrame(
        {
            "image_id": [str(number) for number in range(count)],
            "label": pd.Series(labels, dtype=str),
        }
    )
    seed = data.draw(st.integers(0, 2**16))
    probabilities = np.random.default_rng(seed).dirichlet(np.ones(len(classes)), count)
    table = results.predictions(images, probabilities.reshape(count, len(classes)), classes)
    again = saved_and_read(table)
    pd.testing.assert_frame_equal(again, table, check_dtype=False)
    assert results.metrics(again, classes) == results.metrics(table, classes)
    assert list(again.columns) == list(table.columns)
