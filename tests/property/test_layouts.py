"""Whatever the names and the tables are: nothing is lost, nothing raises."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from core.ingest import LabelsFrom, Reading, propose, understand
from core.ingest.labels_table import parse
from core.ingest.patterns import compile_pattern, stem, suggest

WORDS = st.sampled_from(
    ["cat", "dog", "Train", "test", "valid", "unlabeled", "images", "a_1", "b.2", "IMG_3", " ", "é"]
)
NAMES = st.lists(
    st.builds(
        lambda folders, front, end: "/".join([*folders, front + end]),
        st.lists(WORDS, max_size=4),
        WORDS,
        st.sampled_from([".jpg", ".png", "", ".txt", ".csv"]),
    ),
    max_size=25,
)
READINGS = st.builds(
    Reading,
    labels=st.sampled_from(LabelsFrom),
    root=st.none() | st.sampled_from(["", "cat", "Train/images", "no/such"]),
    keep_split=st.none() | st.booleans(),
    pattern=st.sampled_from(["", "{class}_#", "*{class}*"]),
    one=st.sampled_from(["", "x"]),
    leave_out=st.sampled_from([(), ("cat",)]),
)
TEXT = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=8)
CELLS = TEXT.filter(lambda text: text.casefold().strip() not in {"", '"'})


@given(NAMES, st.none() | READINGS, st.binary(max_size=80))
def test_every_name_is_in_exactly_one_list(names, reading, data):
    tables = [parse(0, names[0], data)] if names else []
    layout = understand(names, reading, tables)
    listed = [*layout.entries, *layout.aside, *layout.rejected, *layout.ignored]
    assert sorted(item.index for item in listed) == list(range(len(names)))
    assert all(names[item.index] == item.name for item in listed)
    assert all(entry.label.strip() for entry in layout.entries)
    assert {entry.split_given for entry in layout.entries} <= {None, "train", "validation", "test"}


@given(NAMES)
def test_what_is_best_is_what_is_done_without_asking(names):
    assert propose(names).best == understand(names)


@given(READINGS)
def test_a_reading_comes_back_from_json(reading):
    assert Reading.from_json(reading.to_json()) == reading


@given(
    st.dictionaries(
        CELLS.map(lambda text: text.replace("/", "_")).filter(lambda name: name.strip("./\\")),
        CELLS,
        min_size=1,
        max_size=8,
    ),
    st.sampled_from(",;\t"),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_a_table_gives_back_what_was_written(labels, delimiter, encoding):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerows([("file_name", "label"), *labels.items()])
    table = parse(0, "labels.csv", text.getvalue().encode(encoding))
    assert [(row.file, row.label) for row in table.rows] == list(labels.items())


@given(st.binary(max_size=400))
def test_no_bytes_of_a_table_raise(data):
    table = parse(0, "labels.csv", data)
    assert not (table.trouble and table.rows)


@given(
    st.lists(
        st.from_regex(r"[a-z]{1,6}(_[a-z]{1,3})?", fullmatch=True),
        min_size=2,
        max_size=5,
        unique=True,
    ),
    st.sampled_from(["_", "-", ".", ""]),
)
def test_classes_before_a_number_are_told_apart(classes, glue):
    names = {f"{label}{glue}{n:03}.jpg": label for label in classes for n in range(3)}
    patterns = suggest(names)
    if not patterns:  # all of them words for a side, such as val and test
        return
    match = compile_pattern(patterns[0])
    found = {
        label: {match(stem(name)) for name in names if names[name] == label} for label in classes
    }
    assert all(len(given) == 1 for given in found.values())
    told = {label: given.pop() for label, given in found.items()}
    assert all(short and short in label for label, short in told.items())
    assert len(set(told.values())) == len(classes)
