"""Whatever happens to the bytes of an archive or an image: it is read, or a Problem says why."""

from __future__ import annotations

import io
import struct
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import features

from core.errors import Problem
from core.ingest import Limits, examine, facts, ingest, open_source
from core.ingest.structure import toil
from core.ingest.tags import MAKE, TIME_TAKEN, Tags, is_heavy_anywhere
from tests.makers import class_files, encoded, exif, image_bytes, picture
from tests.unit.ingest.hostile import icc

QUICK = settings(max_examples=150, deadline=None, derandomize=True)
SMALL = Limits(max_pixels=1_000_000, max_scan_pixels=20_000_000, max_bytes=20_000_000)


def seeds() -> list[bytes]:
    """One small file of each format, with all that its header may carry."""
    tags = exif(6, Make="A", Model="A B", DateTimeOriginal="2021:03:04 05:06:07")
    rich = {"exif": tags, "icc_profile": icc.rgb()}
    moving = {"save_all": True, "append_images": [picture(seed=1), picture(seed=2)]}
    found = [image_bytes(format, **rich) for format in ("JPEG", "PNG", "WEBP", "TIFF")]
    found += [image_bytes(format) for format in ("BMP", "PPM")]
    found += [encoded(picture(), format, **moving) for format in ("GIF", "WEBP", "TIFF", "MPO")]
    found += [image_bytes("JPEG", progressive=True), encoded(picture(mode="CMYK"), "JPEG")]
    found += [encoded(picture(mode=mode), "PNG") for mode in ("P", "LA", "I;16", "1")]
    found += [encoded(picture(mode="F"), "TIFF"), encoded(picture(), "TIFF", compression="jpeg")]
    found += [encoded(picture(), "TIFF", compression="tiff_lzw", big_tiff=True)]
    if features.check("avif"):
        found.append(image_bytes("AVIF", speed=10, **rich))
    return found


def archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in class_files(each=1).items():
            file.writestr(name, data)
        file.writestr("notes.txt", "hello" * 50, zipfile.ZIP_STORED)
        file.writestr("cat/2.jpg", bytes(900), zipfile.ZIP_BZIP2)
    return buffer.getvalue()


@contextmanager
def telling() -> Iterator[None]:
    """Lets nothing out but a Problem, and looks whether that helps."""
    problem = None
    try:
        yield
    except Problem as raised:
        problem = raised
    assert problem is None or (5 < len(problem.title) < 80 and problem.fix)


SEEDS = seeds()
ARCHIVE = archive()
NUMBERS = [
    *(struct.pack("<I", n) for n in (0, 1, 0x7FFFFFFF, 0xFFFFFFFF, 0x80000000)),
    *(struct.pack(">I", n) for n in (1, 0x7FFFFFFF, 0x80000000)),
    *(struct.pack("<H", n) for n in (0, 1, 0xFFFF, 0x8000)),
    *(bytes([n]) for n in (0, 1, 0x7F, 0x80, 0xFF)),
]
ACCIDENTS = ["number", "number", "lost", "doubled", "moved", "noise", "cut"]


@st.composite
def damaged(draw, whole: st.SearchStrategy[bytes]) -> bytes:
    """A file after a few accidents."""
    data = draw(whole)
    head = min(len(data), 400)  # where most of what can go wrong is said
    places = st.integers(0, len(data) - 1) | st.integers(0, head - 1)
    for _ in range(draw(st.integers(1, 4))):
        at, length = draw(places), draw(st.integers(1, 60))
        match draw(st.sampled_from(ACCIDENTS)):
            case "number":
                new = draw(st.sampled_from(NUMBERS))
                data = data[:at] + new + data[at + len(new) :]
            case "lost":
                data = data[:at] + data[at + length :]
            case "doubled":
                data = data[: at + length] + data[at:]
            case "moved":
                to = draw(places)
                data = data[:to] + data[at : at + length] + data[to:]
            case "noise":
                data = data[:at] + draw(st.binary(min_size=1, max_size=8)) + data[at + 8 :]
            case "cut":
                data = data[: -min(length, len(data) - 1)] or data
        data = data or b"\0"
    return data


@QUICK
@given(damaged(st.sampled_from(SEEDS)), st.sampled_from([None, 8]))
def test_an_image_is_read_or_a_problem_says_why(data, at_least):
    with telling():
        found, image = examine(data, SMALL, at_least)
        assert image.mode == "RGB"
        assert at_least or image.size == (found.width, found.height)
        assert 1 <= found.exif_orientation <= 8
    with telling():
        facts(data, SMALL)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(damaged(st.just(ARCHIVE)))
def test_an_archive_is_read_or_a_problem_says_why(data):
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "set.zip"
        path.write_bytes(data)
        saved = False
        with telling(), open_source(path, SMALL) as source:
            ingest(source, Path(place) / "project", limits=SMALL)
            saved = True
        assert (Path(place) / "project" / "catalogue.parquet").exists() is saved


HEADS = [
    *(b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"P6 ", b"BM", b"RIFF\0\0\0\0WEBP"),
    *(b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08", b"II+\0\x08\0\0\0\x10" + bytes(7)),
    b"\0\0\0\x1cftypavif",
]


@QUICK
@given(st.sampled_from(HEADS), st.binary(max_size=300))
def test_what_a_file_says_of_itself_is_read_whatever_it_says(head, rest):
    data = head + rest
    toil(data)
    is_heavy_anywhere(data)
    tags = Tags(data)
    assert 1 <= tags.orientation() <= 8
    assert len(tags.text(MAKE)) <= 100
    assert tags.detail(TIME_TAKEN).isprintable()
    assert sum(1 for _ in tags.directories()) < 50
