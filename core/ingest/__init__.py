"""Bytes become images: archives opened safely, layouts understood, pixels decoded and kept.

with open_source(path) as source:
    result = ingest(source, project_folder)
"""

from __future__ import annotations

from pathlib import Path

from core.errors import ArchiveProblem
from core.ingest.archives import Archive, Member, ZipArchive, read_archive
from core.ingest.decode import decode, examine, facts
from core.ingest.describe import ImageFacts
from core.ingest.entries import Entry, Layout, Skipped
from core.ingest.fit import fit_image, load_fitted
from core.ingest.folder import Folder, read_folder
from core.ingest.layout import Proposal, propose, read_layout, understand
from core.ingest.limits import Limits
from core.ingest.reading import LabelsFrom, Reading
from core.ingest.store import original_path, thumb_path
from core.ingest.tables import Rejection, Row, read_catalogue, read_rejected, read_unlabelled
from core.ingest.take import IngestResult, Keep, ingest
from core.ingest.teachable import TeachableProject, is_teachable, understand_project
from core.ingest.thumbs import THUMB_SIDE, make_thumb

__all__ = [
    "THUMB_SIDE",
    "Archive",
    "Entry",
    "Folder",
    "ImageFacts",
    "IngestResult",
    "Keep",
    "LabelsFrom",
    "Layout",
    "Limits",
    "Member",
    "Proposal",
    "Reading",
    "Rejection",
    "Row",
    "Skipped",
    "TeachableProject",
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
    "propose",
    "read_archive",
    "read_catalogue",
    "read_folder",
    "read_layout",
    "read_rejected",
    "read_unlabelled",
    "thumb_path",
    "understand",
]


def open_source(path: Path, limits: Limits | None = None) -> ZipArchive | Folder | TeachableProject:
    """Open the zip file or the folder at ``path``; to be used in a ``with`` statement.

    A Teachable Machine project is known by its content, whatever it is called.

    Raises:
        ArchiveProblem: it is neither, or is damaged, unsafe or too large, or a saved project.
    """
    if path.is_dir():
        return read_folder(path, limits)
    archive = read_archive(path, limits)
    try:
        _refuse_project(archive)
        return understand_project(archive) if is_teachable(archive) else archive
    except BaseException:
        archive.close()
        raise


def _refuse_project(archive: ZipArchive) -> None:
    """Tell where a saved project is opened: its images have no names that could be understood."""
    names = [member.name for member in archive.members]
    tables = any(name == "catalogue.parquet" or name.startswith("originals/") for name in names)
    if "project.json" in names and tables:
        raise ArchiveProblem(
            "This is a saved project, not a zip of images",
            "It holds project.json, and images without their names",
            "Open it on the first page",
        )
