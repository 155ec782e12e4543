"""Files are whole or untouched, and a log outlives a crash in the middle of a line."""

import itertools
import json
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest

from core import files


@pytest.fixture
def path(tmp_path):
    return tmp_path / "value.json"


def test_what_is_written_is_read(path):
    files.write_json(path, {"name": "Blätter 🍂", "n": 3})
    assert files.read_json(path) == {"name": "Blätter 🍂", "n": 3}
    assert "Blätter" in path.read_text(encoding="utf-8")


def test_a_write_that_fails_leaves_the_old_content_and_nothing_else(path):
    files.write_json(path, "old")

    def write_a_part():
        with files.replacing(path) as temporary:
            temporary.write_text("half of the ne")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_a_part()
    assert files.read_json(path) == "old"
    assert list(path.parent.iterdir()) == [path]


def test_what_a_killed_writer_left_is_forgotten_and_nothing_else(tmp_path):
    path, other = tmp_path / "state.npz", tmp_path / "state.json"
    for each in (path, other):
        each.write_bytes(b"old")
    with files.replacing(path) as one, files.replacing(other) as another:
        left = [each.with_name(each.name.replace(".tmp", "0.tmp")) for each in (one, another)]
        for each in (one, another, *left):
            each.write_bytes(b"new")
    files.forget_half_written(path)
    assert sorted(tmp_path.iterdir()) == sorted([path, other, left[1]])
    assert path.read_bytes() == b"new"


def test_a_full_disk_leaves_the_old_content(path, monkeypatch):
    files.write_json(path, "old")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        files.write_json(path, "new")
    assert files.read_json(path) == "old"
    assert list(path.parent.iterdir()) == [path]


def test_the_new_content_appears_at_once_at_the_end(path):
    files.write_json(path, "old")
    with files.replacing(path) as temporary:
        temporary.write_text('"new"')
        assert files.read_json(path) == "old"
        assert temporary.parent == path.parent
        assert temporary.suffix == path.suffix
    assert files.read_json(path) == "new"


def test_a_file_that_somebody_reads_is_replaced_a_moment_later(path, monkeypatch):
    """As on Windows, where a file that is open elsewhere cannot be replaced."""
    replace, refusals = os.replace, iter([True, True])

    def refuse_twice(source, target):
        if next(refusals, False):
            raise PermissionError(13, "Access is denied")
        replace(source, target)

    monkeypatch.setattr(os, "replace", refuse_twice)
    files.write_json(path, "new")
    assert files.read_json(path) == "new"


def test_a_file_that_stays_open_is_an_error_in_the_end(path, monkeypatch):
    def refuse(source, target):
        raise PermissionError(13, "Access is denied")

    monkeypatch.setattr(os, "replace", refuse)
    monkeypatch.setattr(files, "_PATIENCE", 0.05)
    with pytest.raises(PermissionError):
        files.write_json(path, "new")
    assert list(path.parent.iterdir()) == []


def test_names_that_are_no_text_are_kept(path):
    odd = os.fsdecode(b"caf\xe9.jpg") if sys.platform != "win32" else "caf\udce9.jpg"
    files.write_json(path, odd)
    assert files.read_json(path) == odd
    path.read_bytes().decode("utf-8")  # and the file is UTF-8 all the same


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_numbers_that_json_does_not_know_are_refused(path, value):
    with pytest.raises(ValueError, match="not JSON compliant"):
        files.write_json(path, {"loss": value})
    assert not path.exists()


def test_tables_keep_their_columns_and_order(tmp_path):
    table = pd.DataFrame({"label": ["cat", "Hund", "猫"], "n": [3, 1, 2], "p": [0.5, 0.25, 1.0]})
    files.write_table(tmp_path / "table.parquet", table)
    pd.testing.assert_frame_equal(files.read_table(tmp_path / "table.parquet"), table)
    some = files.read_table(tmp_path / "table.parquet", columns=("p", "label"))
    pd.testing.assert_frame_equal(some, table[["p", "label"]])


def test_a_table_is_read_whole_while_it_is_replaced(tmp_path):
    """A writer that never rests; every table that is read is one that was written."""
    path, stop = tmp_path / "table.parquet", threading.Event()
    tables = [pd.DataFrame({"n": [rows] * rows, "label": ["x" * rows] * rows}) for rows in (1, 999)]
    files.write_table(path, tables[0])

    def write():
        for table in itertools.cycle(tables):
            files.write_table(path, table)
            if stop.is_set():
                return

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        try:
            for _ in range(100):
                read = files.read_table(path)
                assert set(read["n"]) == {len(read)}
        finally:
            stop.set()
        writing.result()


class TestLogs:
    @pytest.fixture
    def log(self, tmp_path):
        return tmp_path / "log.jsonl"

    def test_lines_come_back_in_order(self, log):
        for number in range(3):
            files.append_line(log, {"n": number})
        assert files.read_lines(log) == ([{"n": 0}, {"n": 1}, {"n": 2}], log.stat().st_size)

    def test_a_log_that_is_not_there_is_empty(self, log):
        assert files.read_lines(log) == ([], 0)

    def test_reading_goes_on_where_it_ended(self, log):
        files.append_line(log, "one")
        _, at = files.read_lines(log)
        assert files.read_lines(log, at) == ([], at)
        files.append_line(log, "two")
        assert files.read_lines(log, at)[0] == ["two"]

    def test_a_half_written_line_waits_for_its_rest(self, log):
        files.append_line(log, "one")
        whole = json.dumps({"label": "grün"}, ensure_ascii=False).encode() + b"\n"
        with open(log, "ab") as handle:
            handle.write(whole[:13])  # in the middle of the ü
            handle.flush()
            values, at = files.read_lines(log)
            assert values == ["one"]
            handle.write(whole[13:])
        assert files.read_lines(log, at)[0] == [{"label": "grün"}]

    def test_a_line_that_a_crash_cut_harms_no_other(self, log):
        files.append_line(log, "one")
        with open(log, "ab") as handle:
            handle.write(b'{"n": 2, "lab')
        files.append_line(log, "three")
        assert files.read_lines(log)[0] == ["one", "three"]

    def test_line_ends_within_a_text_do_not_break_the_line(self, log):
        odd = "a\nb\r\nc\u2028d\x85e"
        files.append_line(log, odd)
        files.append_line(log, "next")
        assert files.read_lines(log)[0] == [odd, "next"]
