"""Whatever an archive holds: nothing leaves the project, every file is accounted for."""

import tempfile
import zipfile
from collections import Counter
from pathlib import Path

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Problem
from core.ingest import Limits, ingest, read_archive, read_catalogue, read_rejected, understand
from core.ingest.describe import ImageFacts
from core.ingest.layout import Entry
from core.ingest.names import normalise
from core.ingest.tables import Rejection, Row, make_row, save, to_table
from tests.makers import JUNK, RawMember, image_bytes, make_raw_zip

IMAGES = [image_bytes("PNG", (8, 6), seed) for seed in range(4)]
CONTENTS = st.sampled_from([*IMAGES, JUNK, b""])

PIECES = st.sampled_from(
    [
        *("cat", "dog", "Cat", "data", "train", "1.jpg", "2.png", "notes.txt", "Thumbs.db"),
        *("..", ".", "...", ".. ", "", "C:", "~", "CON", "__MACOSX", "._1.jpg", "-rf", "*?|"),
        *("é", "e\u0301", "猫", "\u202e", "\x00", "\n", "\x1b[2J", " ", "%2e%2e", "x" * 300),
    ]
)
SEPARATORS = st.sampled_from(["/", "/", "/", "\\", "//", "/./"])
PLAIN = st.tuples(st.sampled_from(["cat", "dog", " dog", "data/cat", "é"]), st.integers(0, 3)).map(
    lambda parts: f"{parts[0]}/{parts[1]}.png".encode()
)


@st.composite
def odd_names(draw):
    pieces = draw(st.lists(PIECES, min_size=1, max_size=5))
    text = pieces[0] + "".join(draw(SEPARATORS) + piece for piece in pieces[1:])
    return text.encode(draw(st.sampled_from(["utf-8", "cp437"])), "replace")


RAW_NAMES = st.one_of(PLAIN, PLAIN, odd_names(), st.binary(max_size=30))
MEMBERS = st.builds(
    RawMember,
    name=RAW_NAMES,
    data=CONTENTS,
    deflate=st.booleans(),
    flags=st.sampled_from([0, 0, 0, 0x800]),
    mode=st.sampled_from([0, 0o100644, 0o100644, 0o100644, 0o40755, 0o120777]),
)
PLAIN_MEMBERS = st.builds(RawMember, name=PLAIN, data=CONTENTS)
ARCHIVES = st.lists(MEMBERS, max_size=6) | st.lists(PLAIN_MEMBERS, min_size=4, max_size=12)


def listing(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@settings(max_examples=100, deadline=None)
@given(ARCHIVES)
def test_nothing_leaves_the_project_and_all_is_accounted_for(members):
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        project = root / "workspace" / "project"
        project.mkdir(parents=True)
        make_raw_zip(root / "set.zip", members)
        before = listing(root)
        try:
            with read_archive(root / "set.zip") as archive:
                expected = Counter(member.name for member in archive.members)
                result = ingest(archive, project)
        except Problem:
            assert listing(root) == before
            return
        after = listing(root)
        new = set(after) - set(before)
        assert {name: after[name] for name in before} == before
        assert all(name.startswith("workspace/project/") for name in new)
        tops = {name.split("/")[2] for name in new}
        assert tops <= {"originals", "thumbs", "catalogue.parquet", "rejected.parquet"}

        catalogue, rejected = read_catalogue(project), read_rejected(project)
        assert len(catalogue) == result.added
        files = len(result.rejected) + len(result.ignored) + result.added + result.already
        assert files == expected.total()
        seen = Counter(catalogue["source"]) + Counter(row.source for row in result.rejected)
        seen += Counter(item.name for item in result.ignored)
        assert (expected - seen).total() == result.already
        assert set(rejected["source"]) == {row.source for row in result.rejected}


@settings(max_examples=120, deadline=None)
@given(st.lists(MEMBERS, max_size=4), st.data())
def test_a_damaged_archive_raises_nothing_but_a_problem(members, data):
    with tempfile.TemporaryDirectory() as place:
        path = make_raw_zip(Path(place) / "set.zip", members)
        content = bytearray(path.read_bytes())
        for _ in range(data.draw(st.integers(1, 4))):
            at = data.draw(st.integers(0, len(content) - 1))
            content[at] = data.draw(st.sampled_from([0, 1, 0x7F, 0xFF, content[at] ^ 1]))
        path.write_bytes(content[: data.draw(st.sampled_from([len(content), len(content) - 1]))])
        try:
            with read_archive(path, Limits(max_member_bytes=10_000)) as archive:
                for member in archive.members:
                    try:
                        assert len(archive.read(member)) == member.size
                    except Problem:
                        continue
        except Problem:
            pass


@settings(max_examples=120, deadline=None)
@given(st.lists(odd_names() | st.binary(max_size=20), max_size=6))
def test_a_plain_zip_is_listed_as_the_standard_library_lists_it(raw_names):
    names = [normalise(raw.decode("utf-8", "replace")) for raw in raw_names]
    names = [name for name in names if name and ".." not in name and ":" not in name]
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "set.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for number, name in enumerate(dict.fromkeys(names)):
                archive.writestr(name, bytes(number))
        with zipfile.ZipFile(path) as known, read_archive(path) as found:
            listed = [(info.filename, info.file_size) for info in known.infolist()]
            assert [(member.name, member.size) for member in found.members] == listed


@settings(deadline=None)
@given(st.lists(st.text(max_size=20), max_size=12))
def test_a_layout_puts_every_name_in_exactly_one_place(texts):
    names = [normalise(text) for text in texts]
    layout = understand(names)
    placed = [*layout.entries, *layout.rejected, *layout.ignored]
    assert sorted(item.index for item in placed) == list(range(len(names)))
    assert sum(layout.classes.values()) == len(layout.entries)
    assert all(entry.label == entry.label.strip() != "" for entry in layout.entries)


@settings(deadline=None)
@given(st.text(max_size=40))
def test_a_normalised_name_stays_as_it_is(text):
    name = normalise(text)
    assert normalise(name) == name
    assert "\\" not in name
    assert not name.startswith("/")


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
MAYBE = st.none() | TEXT
FACTS = st.builds(
    ImageFacts,
    format=TEXT,
    mode=TEXT,
    width=st.integers(1, 10**8),
    height=st.integers(1, 10**8),
    exif_orientation=st.integers(1, 8),
    camera=MAYBE,
    taken=MAYBE,
)
ENTRIES = st.builds(Entry, st.just(0), TEXT, TEXT, split_given=MAYBE, group=MAYBE)
ROWS = st.lists(
    st.builds(make_row, ENTRIES, FACTS, TEXT, size=st.integers(0, 2**62), added=TEXT),
    max_size=5,
    unique_by=lambda row: row.image_id,
)
REJECTIONS = st.lists(
    st.builds(Rejection, TEXT, TEXT, TEXT, st.integers(0, 2**62)), max_size=5, unique=True
)


@settings(max_examples=40, deadline=None)
@given(ROWS, REJECTIONS)
def test_tables_come_back_from_disk_as_they_were(rows, rejections):
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        save(folder, rows, rejections)
        pd.testing.assert_frame_equal(read_catalogue(folder), to_table(rows, Row))
        pd.testing.assert_frame_equal(read_rejected(folder), to_table(rejections, Rejection))
        save(folder, rows, rejections)
        pd.testing.assert_frame_equal(read_catalogue(folder), to_table(rows, Row))
        pd.testing.assert_frame_equal(read_rejected(folder), to_table(rejections, Rejection))
