"""Tables from strangers: looked at before they are read, then column by column.

A Parquet file of a few kilobytes can declare billions of rows, or one long text a million
times. So the number of rows and the length of all texts together are known before anything
is unpacked into memory. Nothing in these tables is a path: images are named by SHA-256.
"""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import ProjectProblem
from core.ingest.tables import Rejection, Row

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS = 2_000_000
_COLUMNS = 5_000
_CHARACTERS = 1 << 30  # of all texts of a table together
_CELL = 1 << 16  # bytes of one text
_SHA256 = re.compile(r"[0-9a-f]{64}")
_IMAGE_ID = re.compile(r"[0-9a-f]{16}")
_NAMES = {"sha256": _SHA256, "image_id": _IMAGE_ID}

TEXT, NUMBER, BYTES = "text", "number", "bytes"


def _columns(kind: type) -> dict[str, str]:
    return {field.name: NUMBER if field.type == "int" else TEXT for field in fields(kind)}


# The columns that pages and checks rely on. More may be there.
NEEDED: dict[str, dict[str, str]] = {
    "catalogue.parquet": _columns(Row),
    "unlabelled.parquet": _columns(Row),
    "rejected.parquet": _columns(Rejection),
    "measurements.parquet": {"sha256": TEXT},
    "audit.parquet": {"image_id": TEXT},
    "map.parquet": {"image_id": TEXT, "x": NUMBER, "y": NUMBER},
    "sight.parquet": {
        **dict.fromkeys(("image_id", "sha256", "source", "label", "catalogue"), TEXT),
        **dict.fromkeys(("near_pixels", "near_features", "said_pixels", "said_features"), TEXT),
    },
    "split.parquet": dict.fromkeys(("image_id", "sha256", "source", "label", "split"), TEXT),
    "predictions.parquet": dict.fromkeys(("image_id", "sha256", "source", "label", "split"), TEXT),
    "watched.parquet": {
        **dict.fromkeys(("image_id", "predicted"), TEXT),
        **dict.fromkeys(("epoch", "confidence", "correct"), NUMBER),
    },
    "answers.parquet": {
        **dict.fromkeys(("image_id", "sha256", "label", "predicted"), TEXT),
        **dict.fromkeys(("confidence", "correct", "loss", "compared", "seeming"), NUMBER),
    },
    "stress.parquet": {
        **dict.fromkeys(("image_id", "corruption", "predicted"), TEXT),
        **dict.fromkeys(("severity", "confidence"), NUMBER),
    },
}


def check_table(path: Path, name: str) -> None:
    """Check the Parquet table at ``path``, which lies at ``name`` in a project file.

    Raises:
        ProjectProblem: it is damaged, too large, or lacks a column, or a column holds what it
            should not.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path, memory_map=False) as file:
            if file.metadata.num_rows > _ROWS or file.metadata.num_columns > _COLUMNS:
                raise refused(name, "is larger than any project needs")
            schema, rows = file.schema_arrow, file.metadata.num_rows
        _require(schema, name)
        widths = [field.type.byte_width for field in schema if _kind(field.type) == BYTES]
        if rows * sum(widths) > _CHARACTERS:
            raise refused(name, "is larger than any project needs")
        texts = [field.name for field in schema if _kind(field.type) == TEXT]
        for text in texts:  # one by one: never more than one column of texts in memory
            column = pq.read_table(path, columns=[text], read_dictionary=[text])[text]
            _check_texts(column, _NAMES.get(text), name)
        plain = [field.name for field in schema if field.name not in texts]
        for number in plain:
            pq.read_table(path, columns=[number])
    except (pa.ArrowException, OSError, ValueError, MemoryError) as error:
        raise refused(name, "is damaged") from error


def hashes(path: Path) -> set[str]:
    """The SHA-256 of every image that the checked table at ``path`` names."""
    import pyarrow.parquet as pq

    return set(pq.read_table(path, columns=["sha256"])["sha256"].to_pylist())


def _require(schema: pa.Schema, name: str) -> None:
    """Every column must be plain, and the needed ones there and of their kind."""
    found: dict[str, str | None] = {}
    for field in schema:
        if field.name in found:
            raise refused(name, f"has two columns '{field.name[:40]}'")
        found[field.name] = _kind(field.type)
    odd = next((column for column, kind in found.items() if kind is None), None)
    if odd is not None:
        raise refused(name, f"holds neither texts nor numbers in column '{odd[:40]}'")
    for column, kind in NEEDED[name.rpartition("/")[2]].items():
        if column not in found:
            raise refused(name, f"lacks the column '{column}'")
        if found[column] != kind:
            raise refused(name, f"holds the wrong kind of values in column '{column}'")


def _kind(of: Any) -> str | None:
    import pyarrow as pa

    of = of.value_type if pa.types.is_dictionary(of) else of
    if pa.types.is_string(of) or pa.types.is_large_string(of) or pa.types.is_null(of):
        return TEXT
    if pa.types.is_integer(of) or pa.types.is_floating(of) or pa.types.is_boolean(of):
        return NUMBER
    if pa.types.is_fixed_size_binary(of):
        return BYTES
    return None


def _check_texts(column: pa.ChunkedArray, pattern: re.Pattern[str] | None, name: str) -> None:
    """Bound the length of what ``column``, read as a dictionary, stands for."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    total = 0
    for chunk in column.chunks:
        if pattern is not None and (chunk.null_count or pa.types.is_null(chunk.type)):
            raise refused(name, "does not name every image")
        if not pa.types.is_dictionary(chunk.type):
            continue  # nothing but missing values
        lengths = np.asarray(pc.binary_length(chunk.dictionary).fill_null(0), dtype=np.int64)
        rows = np.asarray(chunk.indices.drop_null(), dtype=np.int64)
        total += int(lengths[rows].sum())
        if lengths.max(initial=0) > _CELL or total > _CHARACTERS:
            raise refused(name, "holds more text than any project needs")
        if pattern is not None and not all(
            pattern.fullmatch(text) for text in chunk.dictionary.to_pylist()
        ):
            raise refused(name, "names an image in no proper way")


def refused(name: str, detail: str) -> ProjectProblem:
    """The refusal of a project file for what was found at the path ``name`` in it."""
    return ProjectProblem(
        "This project file cannot be opened",
        f"'{name[:80]}' in it {detail}",
        "Save the project again where it came from, and open the new file",
    )
