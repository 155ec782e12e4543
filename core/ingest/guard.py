"""What is refused before anything is unpacked: the archive is judged whole."""

from __future__ import annotations

import itertools
import stat
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from core.errors import ArchiveProblem, DataProblem
from core.ingest import kinds, zipdir
from core.ingest.limits import Limits, readable
from core.ingest.names import danger, shown

_METHODS = {1: "Shrink", 6: "Implode", 9: "Deflate64", 14: "LZMA", 93: "Zstandard", 95: "XZ"}
_ENCRYPTED = 0x0001 | 0x0040 | 0x2000
_DIRECTORY_BYTES = 512  # of the list of files, for each member that is allowed


def safe_records(file: BinaryIO, limits: Limits) -> list[zipdir.Record]:
    """The files in the zip ``file``, in the order of its list, if all of it is safe.

    Raises:
        ArchiveProblem: it is no zip, or damaged, encrypted, or could do harm: names that lead
            out of a folder, links, special files, overlapping members, or more bytes or
            members than ``limits`` allow.
    """
    _require_zip(file)
    directory = zipdir.find_directory(file)
    if directory.size > max(limits.max_members, 10_000) * _DIRECTORY_BYTES:
        raise too_many(limits)
    records = _files(zipdir.walk(file, directory), limits)
    _require_apart(records, directory.start)
    _require_bounded(records, limits)
    return records


def check_size(size: int, limits: Limits) -> None:
    """Refuse one file of ``size`` bytes if that is more than ``limits`` allow.

    Raises:
        DataProblem: it is.
    """
    if size > limits.max_member_bytes:
        raise DataProblem(
            "The file is too large",
            f"It has {readable(size)}, at most {readable(limits.max_member_bytes)} are taken",
            "Save the image at a smaller size",
        )


def check_total(total: int, limits: Limits) -> None:
    """Refuse an archive of ``total`` bytes if that is more than ``limits`` allow.

    Raises:
        ArchiveProblem: it is.
    """
    if total > limits.max_bytes:
        raise ArchiveProblem(
            "There is too much to unpack",
            f"The files have {readable(total)} together, "
            f"at most {readable(limits.max_bytes)} are taken",
            "Use fewer images, or save them at a smaller size",
        )


def _require_zip(file: BinaryIO) -> None:
    head = file.read(4096)
    if not head:
        raise ArchiveProblem("The file is empty", "It has 0 bytes", "Copy or upload it again")
    what = kinds.image_format(head)
    kind = f"a {what} image" if what else kinds.by_content(head)
    if kind not in ("a zip file", "a program", kinds.UNKNOWN):
        raise ArchiveProblem(
            "This is not a zip file",
            f"By its content it is {kind}",
            "Put the images in class folders and make a zip of them",
        )
    if kind == kinds.UNKNOWN:
        _require_end(file)


def _require_end(file: BinaryIO) -> None:
    """Tell a file that is no zip from a zip with something odd before it."""
    try:
        zipdir.find_directory(file)
    except ArchiveProblem as problem:
        raise ArchiveProblem(
            "This is not a zip file",
            "Its content is of no known kind",
            "Put the images in class folders and make a zip of them",
        ) from problem


def too_many(limits: Limits) -> ArchiveProblem:
    """The refusal of an archive with more files than ``limits`` allow."""
    return ArchiveProblem(
        "There are too many files in the archive",
        f"At most {limits.max_members:,} are taken",
        "Use fewer images",
    )


def _files(entries: Iterable[zipdir.Record], limits: Limits) -> list[zipdir.Record]:
    """The entries that are files, each found safe by itself; folders are left out."""
    records = []
    for number, record in enumerate(entries):
        if number >= limits.max_members:
            raise too_many(limits)
        _require_safe(record)
        is_folder = stat.S_ISDIR(record.mode) or record.name.endswith(("/", "\\"))
        if not (is_folder and record.size == 0):
            records.append(record)
    return records


def _require_safe(record: zipdir.Record) -> None:
    reason = danger(record.name)
    if reason is not None:
        raise ArchiveProblem(
            "The archive holds a name that could write outside its folder",
            f"{shown(record.name)}: {reason}",
            "Make the zip again from a plain folder of images",
        )
    if record.flags & _ENCRYPTED:
        raise ArchiveProblem(
            "The archive is locked with a password",
            f"{shown(record.name)} is encrypted",
            "Make the zip again without a password",
        )
    kind = stat.S_IFMT(record.mode)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        what = "a link" if kind == stat.S_IFLNK else "a special file"
        raise ArchiveProblem(
            f"The archive holds {what}",
            f"{shown(record.name)} is {what}, only plain files are taken",
            "Make the zip again with the images themselves",
        )
    if record.method not in (zipdir.STORED, zipdir.DEFLATED, zipdir.BZIP2):
        name = _METHODS.get(record.method, f"number {record.method}")
        raise ArchiveProblem(
            "The archive is packed in a way that cannot be read here",
            f"{shown(record.name)} uses the method {name}; Deflate, BZip2 and Store are read",
            "Make the zip again with your system's own 'compress' command",
        )


def _require_apart(records: Sequence[zipdir.Record], end: int) -> None:
    """Refuse members that share bytes, as in bombs that unpack one piece many times.

    Source: D. Fifield, A better zip bomb, USENIX WOOT 2019.
    """
    ordered = sorted(records, key=lambda record: record.offset)
    for record, following in itertools.pairwise(ordered):
        if record.offset + record.span > following.offset:
            raise ArchiveProblem(
                "The archive holds files that overlap",
                f"{shown(record.name)} and {shown(following.name)} share the same bytes",
                "Make the zip again from a plain folder of images",
            )
    if ordered and ordered[-1].offset + ordered[-1].span > end:
        raise zipdir.damaged(f"{shown(ordered[-1].name)} lies outside the file")


def _require_bounded(records: Sequence[zipdir.Record], limits: Limits) -> None:
    check_total(sum(record.size for record in records), limits)
    _check_ratio(sum(r.size for r in records), sum(r.packed for r in records), "all", limits)
    for record in records:
        _check_ratio(record.size, record.packed, shown(record.name), limits)


def _check_ratio(size: int, packed: int, what: str, limits: Limits) -> None:
    if size > limits.ratio_floor and size > packed * limits.max_ratio:
        raise ArchiveProblem(
            "The archive unpacks to far more than images would",
            f"{readable(packed)} become {readable(size)} ({what}), "
            f"at most {limits.max_ratio} times as much is taken",
            "Save the images as JPEG or PNG and make the zip again",
        )
