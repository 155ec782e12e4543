"""Tables from strangers: columns, kinds, names of images, and tables that explode."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.errors import ProjectProblem
from core.ingest.tables import Rejection, Row, to_table
from core.share.tables import check_table, hashes

SHA, IMAGE = "ab" * 32, "0123456789abcdef"


def row(**other: Any) -> Row:
    given: dict[str, Any] = {
        "image_id": IMAGE,
        "sha256": SHA,
        "label": "cat",
        "source": "cat/1.jpg",
        "split_given": None,
        "group": None,
        "width": 8,
        "height": 8,
        "mode": "RGB",
        "format": "PNG",
        "bytes": 99,
        "exif_orientation": 1,
        "taken": None,
        "camera": None,
        "added": "2026-01-01T00:00:00+00:00",
    }
    return Row(**given | other)


def catalogue(*rows: Row) -> pd.DataFrame:
    return to_table(list(rows) or [row()], Row)


Table = pd.DataFrame | pa.Table


def checked(table: Table, tmp_path: Path, name: str = "catalogue.parquet") -> Path:
    path = tmp_path / "x.parquet"
    if isinstance(table, pd.DataFrame):
        table.to_parquet(path, index=False)
    else:
        pq.write_table(table, path)
    check_table(path, name)
    return path


def refused(table: Table, tmp_path: Path, match: str, **other: str) -> None:
    with pytest.raises(ProjectProblem, match=match):
        checked(table, tmp_path, **other)


def test_what_ingest_writes_is_taken(tmp_path: Path) -> None:
    path = checked(catalogue(row(), row(image_id="f" * 16, sha256="0" * 64)), tmp_path)
    assert hashes(path) == {SHA, "0" * 64}
    checked(to_table([], Row), tmp_path)
    checked(to_table([], Rejection), tmp_path, "rejected.parquet")


def test_columns_that_are_new_are_taken(tmp_path: Path) -> None:
    checked(catalogue().assign(sharpness=0.5, note="fine", is_issue=True), tmp_path)


def test_a_column_that_is_missing(tmp_path: Path) -> None:
    refused(catalogue().drop(columns="label"), tmp_path, "lacks the column 'label'")


def test_a_column_of_the_wrong_kind(tmp_path: Path) -> None:
    refused(catalogue().assign(label=3), tmp_path, "wrong kind of values in column 'label'")
    refused(catalogue().assign(width="wide"), tmp_path, "wrong kind of values in column 'width'")


@pytest.mark.parametrize("values", [[b"bytes"], [[1, 2]], [{"a": 1}], [pd.Timestamp("2026-01-01")]])
def test_only_texts_and_numbers(values: list[Any], tmp_path: Path) -> None:
    table = pa.Table.from_pandas(catalogue()).append_column("odd", pa.array(values))
    refused(table, tmp_path, "neither texts nor numbers")


def test_bytes_of_one_length_are_taken_unless_they_stand_for_gigabytes(tmp_path: Path) -> None:
    def prints(rows: int, width: int) -> pa.Table:
        one = pa.array([b"x" * width], pa.binary(width))
        names = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), [SHA])
        column = pa.chunked_array([one] * rows) if rows < 9 else pa.nulls(rows, pa.binary(width))
        return pa.table({"sha256": names.cast(pa.string()), "hash": column})

    checked(prints(3, 544), tmp_path, name="measurements.parquet")
    huge = prints(20_000, 1 << 16)
    refused(huge, tmp_path, "larger than any project needs", name="measurements.parquet")


@pytest.mark.parametrize("name", ["../" * 21 + "x", "", "AB" * 32, "ab" * 31, SHA + "\n", "/etc"])
def test_a_path_in_place_of_a_sha256(name: str, tmp_path: Path) -> None:
    refused(catalogue(row(), row(sha256=name)), tmp_path, "names an image in no proper way")


def test_an_image_without_a_name(tmp_path: Path) -> None:
    refused(catalogue().assign(sha256=pd.array([None], "str")), tmp_path, "does not name every")


def test_an_odd_image_id(tmp_path: Path) -> None:
    refused(catalogue(row(image_id="<b>")), tmp_path, "names an image in no proper way")


def test_a_name_is_checked_in_every_table(tmp_path: Path) -> None:
    table = pd.DataFrame({"sha256": ["../../x"], "brightness": [0.5]})
    refused(table, tmp_path, "in no proper way", name="measurements.parquet")


def test_a_few_kilobytes_that_stand_for_gigabytes(tmp_path: Path) -> None:
    number = 100_000
    long = pa.DictionaryArray.from_arrays(pa.array([0] * number, pa.int32()), ["x" * 60_000])
    table = pa.table({"sha256": pa.array([SHA] * number), "note": long})
    refused(table, tmp_path, "more text than any project needs", name="measurements.parquet")
    assert (tmp_path / "x.parquet").stat().st_size < 200_000


def test_more_rows_than_any_project_has(tmp_path: Path) -> None:
    table = pa.table({"sha256": pa.DictionaryArray.from_arrays([0] * 2_000_001, [SHA])})
    refused(table, tmp_path, "larger than any project needs", name="measurements.parquet")


def test_the_same_column_twice(tmp_path: Path) -> None:
    table = pa.table([pa.array([SHA]), pa.array([SHA])], names=["sha256", "sha256"])
    refused(table, tmp_path, "two columns", name="measurements.parquet")


@pytest.mark.parametrize("data", [b"", b"PAR1", b"PAR1" * 100, b"nonsense" * 100])
def test_no_table_at_all(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(data)
    with pytest.raises(ProjectProblem, match="is damaged"):
        check_table(path, "catalogue.parquet")


def test_a_damaged_page_is_found(tmp_path: Path) -> None:
    path = checked(catalogue(*(row(image_id=f"{n:016x}") for n in range(500))), tmp_path)
    data = bytearray(path.read_bytes())
    data[4:600] = bytes(596)
    path.write_bytes(data)
    with pytest.raises(ProjectProblem):
        check_table(path, "catalogue.parquet")
