"""Tables of labels as people and programs write them."""

from __future__ import annotations

import pytest

from core.errors import DataProblem
from core.ingest import labels_table
from core.ingest.archives import Closing, Member
from core.ingest.labels_table import TableRow, parse, read_tables

WANTED = (TableRow("a.jpg", "cat", "train"), TableRow("b.jpg", "dog", "test"))


@pytest.mark.parametrize(
    "data",
    [
        b"file_name,label,split\na.jpg,cat,train\nb.jpg,dog,test\n",
        b"\xef\xbb\xbffile_name,label,split\r\na.jpg,cat,train\r\nb.jpg,dog,test\r\n",
        b"Split;FILENAME;Class Name\nTrain;a.jpg;cat\nTEST;b.jpg;dog\n",
        b"image\tcategory\tset\na.jpg\tcat\ttraining\nb.jpg\tdog\ttesting\n",
        b'"Image Path", "Label", "Data Set"\n"a.jpg", "cat", "train"\n\n"b.jpg", "dog", "test"\n',
        b"a.jpg,cat,train\nb.jpg,dog,test\n",
        b"label,label_name,path,subset\n0, cat ,a.jpg,train\n1,dog,b.jpg,test\n",
        "file_name,label,split\na.jpg,cat,train\nb.jpg,dog,test\n".encode("utf-16"),
        b"filename,cat,dog,split\na.jpg,1,0,train\nb.jpg,0.0,TRUE,test\n",
    ],
    ids=["plain", "mark", "semicolons", "tabs", "quotes", "no header", "names", "16 bit", "hot"],
)
def test_columns_marks_and_delimiters_of_every_kind(data):
    table = parse(3, "x/Labels.CSV", data)
    assert table.trouble == ""
    assert table.rows == WANTED
    assert table.has_labels
    assert (table.index, table.folder, table.family) == (3, "x", "labels.csv")


@pytest.mark.parametrize(
    ("data", "trouble"),
    [
        (b"", "The table is empty"),
        (b"\n\n , \n", "The table is empty"),
        (b"a,b\n1,2\n", "The table has no column of file names"),
        (b"\x00\x01\x02\xff" * 100, "The table has no column of file names"),
        (b'file,label\n"' + b"x" * 200_000 + b'"\n', "The table is damaged"),
        (b"file," + b"c," * 3000 + b"\n", "The table is too large"),
    ],
)
def test_what_makes_no_sense_is_told(data, trouble):
    table = parse(0, "labels.csv", data)
    assert table.trouble.startswith(trouble)
    assert table.rows == ()


def test_too_many_lines_are_too_many(monkeypatch):
    monkeypatch.setattr(labels_table, "MAX_ROWS", 3)
    data = b"file,label\n" + b"a.jpg,x\n" * 4
    assert parse(0, "labels.csv", data).trouble == "The table is too large"
    assert parse(0, "labels.csv", data[:-8]).trouble == ""


def test_a_western_code_page_is_understood():
    assert parse(0, "l.csv", "file,label\nä.jpg,Löwe\n".encode("cp1252")).rows[0].label == "Löwe"


def test_columns_that_say_yes_and_no_beside_others_are_no_classes():
    table = parse(0, "people.csv", b"file,age,smoker,male\na.jpg,31,0,1\n")
    assert not table.has_labels


def test_lines_that_are_too_short_or_name_no_file_are_passed_over():
    table = parse(0, "labels.csv", b"label,file\ncat\ndog,\ncat,a.jpg,what\n")
    assert table.rows == (TableRow("a.jpg", "cat"),)


class Tables(Closing):
    def __init__(self, sizes):
        self.members = [Member(n, name, size) for n, (name, size) in enumerate(sizes.items())]
        self.asked = []

    def read(self, member):
        self.asked.append(member.name)
        if member.name.startswith("bad"):
            raise DataProblem("The file is damaged in the archive")
        return b"file,label\na.jpg,cat\n"


def test_tables_are_read_within_bounds():
    sizes = {"a.jpg": 5, "labels.csv": labels_table.MAX_BYTES + 1, "bad/labels.csv": 9}
    sizes |= {"__MACOSX/labels.csv": 9, "x/.hidden.csv": 9, "x.TSV": 9}
    source = Tables(sizes)
    found = {table.name: table.trouble for table in read_tables(source)}
    assert found == {
        "labels.csv": "The table is too large, at most 16.0 MB are read",
        "bad/labels.csv": "The file is damaged in the archive",
        "x.TSV": "",
    }
    assert source.asked == ["bad/labels.csv", "x.TSV"]


def test_of_very_many_tables_the_likely_ones_are_read():
    source = Tables({f"{n:03}.csv": 9 for n in range(500)} | {"deep/down/labels.csv": 9})
    names = [table.name for table in read_tables(source)]
    assert names[0] == "deep/down/labels.csv"
    assert len(names) < 50
