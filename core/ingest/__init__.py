"""Bytes become images: archives opened safely, layouts understood, pixels decoded and kept.

with open_source(path) as source:
    result = ingest(source, project_folder)
"""

from __future__ import annotations

from pathlib import Path

from core.ingest.archives import Archive, Member, ZipArchive, read_archive
from core.ingest.decode import decode, examine, facts
from core.ingest.describe import ImageFacts
from core.ingest.fit import fit_image, load_fitted
from core.ingest.folder import Folder, read_folder
from core.ingest.layout import Entry, Layout, Skipped, understand
from core.ingest.limits import Limits
from core.ingest.store import original_path, thumb_path
from core.ingest.tables import Rejection, Row, read_catalogue, read_rejected
from core.ingest.take import IngestResult, ingest
from core.ingest.thumbs import THUMB_SIDE, make_thumb

__all__ = [
    "THUMB_SIDE",
    "Archive",
    "Entry",
    "Folder",
    "ImageFacts",
    "IngestResult",
    "Layout",
    "Limits",
    "Member",
    "Rejection",
    "Row",
    "Skipped",
    "ZipArchive",
    "decode",
    "examine",
    "facts",
    "fit_image",
    "ingest",
    "load_fitted",
    "make_thumb",
    "open_source",
    "original_path",
    "read_archive",
    "read_catalogue",
    "read_folder",
    "read_rejected",
    "thumb_path",
    "understand",
]


def open_source(path: Path, limits: Limits | None = None) -> ZipArchive | Folder:
    """Open the zip file or the folder at ``path``; to be used in a ``with`` statement.

    Raises:
        ArchiveProblem: it is neither, or is damaged, unsafe or too large.
    """
    return read_folder(path, limits) if path.is_dir() else read_archive(path, limits)
