"""Archives of files: a zip is judged whole, then read member by member.

Nothing is ever extracted by name: a member's bytes go to the caller, its name is text.
"""

from __future__ import annotations

import bz2
import threading
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, Self

from core.errors import ArchiveProblem, DataProblem
from core.ingest import guard, zipdir
from core.ingest.limits import Limits, readable
from core.ingest.names import normalise

_CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive.

    Attributes:
        index: its place in the archive; names may repeat, this does not.
        name: normalised: ``/`` between parts, NFC, no control characters. May be empty.
        size: bytes when unpacked, as declared.
    """

    index: int
    name: str
    size: int


class Archive(Protocol):
    """Files that can be listed and read: a zip or a folder. Used as a context manager."""

    @property
    def members(self) -> Sequence[Member]:
        """All files, in the order in which they are stored."""

    def read(self, member: Member) -> bytes:
        """The bytes of ``member``. May be called from several threads at once.

        Raises:
            DataProblem: this one file cannot be read.
        """

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class Closing:
    """The part of an archive that closes it when its ``with`` block ends."""

    def close(self) -> None:
        """Let go of what is open."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class ZipArchive(Closing):
    """A zip file that was found safe; made by `read_archive`."""

    def __init__(self, file: BinaryIO, records: Sequence[zipdir.Record], limits: Limits) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._records = records
        self._limits = limits
        self.members: Sequence[Member] = [
            Member(index, normalise(record.name), record.size)
            for index, record in enumerate(records)
        ]

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def read(self, member: Member) -> bytes:
        """The bytes of ``member``, their number and checksum verified.

        Never unpacks more than was declared, nor more than the limit for one file.

        Raises:
            DataProblem: the file is too large or damaged.
        """
        return b"".join(self.pieces(member))

    def pieces(self, member: Member) -> Iterator[bytes]:
        """The bytes of ``member`` piece by piece, for one that is too large for memory.

        Verified as by `read`; what it yielded before it raises is not to be trusted.

        Raises:
            DataProblem: the file is too large or damaged.
        """
        record = self._records[member.index]
        guard.check_size(record.size, self._limits)
        size = checksum = 0
        try:
            for piece in _unpack(self._chunks(record), record.method, record.size):
                size += len(piece)
                checksum = zlib.crc32(piece, checksum)
                yield piece
        except (zlib.error, OSError, EOFError, ValueError) as error:
            raise _unreadable(f"Unpacking failed ({error})") from error
        if size != record.size:
            relation = "less" if size < record.size else "more"
            raise _unreadable(f"It holds {relation} than the {readable(record.size)} it declares")
        if checksum != record.crc:
            raise _unreadable("Its checksum does not match")

    def _chunks(self, record: zipdir.Record) -> Iterator[bytes]:
        """The packed bytes of ``record``, a bounded piece at a time."""
        header = self._at(record.offset, zipdir.LOCAL_HEADER.size)
        if len(header) < zipdir.LOCAL_HEADER.size or header[:4] != zipdir.LOCAL_SIGNATURE:
            raise _unreadable("It is not where the list of files says")
        name_length, extra_length = zipdir.LOCAL_HEADER.unpack(header)[-2:]
        start = record.offset + len(header) + name_length + extra_length
        for position in range(start, start + record.packed, _CHUNK):
            yield self._at(position, min(_CHUNK, start + record.packed - position))

    def _at(self, position: int, length: int) -> bytes:
        with self._lock:
            self._file.seek(position)
            return self._file.read(length)


def read_archive(path: Path, limits: Limits | None = None) -> ZipArchive:
    """Open the zip file at ``path`` and judge it whole, before anything is unpacked.

    Args:
        path: a zip file; its content counts, not its name.
        limits: bounds on size, ratio and number.

    Raises:
        ArchiveProblem: it is no zip, or damaged, encrypted, or could do harm: names that lead
            out of a folder, links, special files, overlapping members, or more bytes or
            members than the limits allow.
    """
    limits = limits or Limits()
    try:
        file = path.open("rb")
    except OSError as error:
        raise ArchiveProblem(
            "The zip file cannot be opened",
            f"Opening {path.name} failed: {error.strerror or error}",
            "Check that it is there and may be read",
        ) from error
    try:
        return ZipArchive(file, guard.safe_records(file, limits), limits)
    except OSError as error:
        file.close()
        raise zipdir.damaged(f"Reading it failed: {error.strerror or error}") from error
    except BaseException:
        file.close()
        raise


class _Stored:
    """The unpacker of what is not packed."""

    eof = False

    def decompress(self, chunk: bytes, room: int) -> bytes:
        return chunk[:room]


def _unpack(chunks: Iterator[bytes], method: int, size: int) -> Iterator[bytes]:
    """Unpack ``chunks``; stops once there is one byte more than ``size``."""
    unpacker = (
        zlib.decompressobj(-zlib.MAX_WBITS)
        if method == zipdir.DEFLATED
        else bz2.BZ2Decompressor()
        if method == zipdir.BZIP2
        else _Stored()
    )
    room = size + 1
    for chunk in chunks:
        part = unpacker.decompress(chunk, room)
        room -= len(part)
        yield part
        if unpacker.eof or room <= 0:
            return


def _unreadable(detail: str) -> DataProblem:
    return DataProblem("The file is damaged in the archive", detail, "Make the zip again")
