"""One picture joins the images of a project, with the label that a person gave it."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any, Final

from core import catalogue
from core.audit.measure import Measurer
from core.errors import DataProblem, ProjectProblem
from core.hosting import in_force
from core.ingest import LabelsFrom, Reading, ingest, loose, open_source
from core.locking import Occupied, locked
from core.project import Project

_PATIENCE: Final = 0.5  # seconds to wait while other images are taken
_NEW_CLASS: Final = "new"  # what a class is called in the archive where its name will not do


def ids_of(project: Project, sha256: str) -> list[str]:
    """The images of ``project`` with this content, dropped ones too.

    Raises:
        ProjectProblem: the catalogue is damaged.
    """
    table = project.read_table(project.catalogue_file)
    return [] if table.empty else table.loc[table["sha256"] == sha256, "image_id"].tolist()


def join(
    project: Project, picture: Path, sha256: str, name: str, label: str, reason: str
) -> list[dict[str, Any]]:
    """Make ``picture`` an image of ``project`` labelled ``label``, and return what was decided.

    It is taken as any image is. Where the project has its content already, that image is
    relabelled instead, and comes back where it had been dropped. The label is a decision in
    either case: an earlier one that renamed a class would otherwise rename this image too.

    Args:
        project: which it joins.
        picture: its bytes as they came.
        sha256: of these.
        name: of its file.
        label: of a class that is there, or of a new one.
        reason: kept in the log of decisions.

    Raises:
        DataProblem: it cannot be read, or there would be too many classes.
        ProjectProblem: images are being taken this moment, or it cannot be saved.
    """
    images = ids_of(project, sha256)
    if not images:
        _take(project, picture, name, label)
        images = ids_of(project, sha256)
    present = set(catalogue.in_force(project)["image_id"])
    dropped = [image for image in images if image not in present]
    made = []
    if dropped:
        made.append(catalogue.decide(project, "keep", reason, images=dropped))
    made.append(catalogue.decide(project, "relabel", reason, images=images, label=label))
    return made


def _take(project: Project, picture: Path, name: str, label: str) -> None:
    """Take the picture in, through an archive of our own making."""
    packed = project.folder / f"upload-{secrets.token_hex(8)}.zip"
    folder = " ".join(label.replace("/", " ").split()).lstrip(".") or _NEW_CLASS
    reading = Reading(labels=LabelsFrom.ONE, one=folder)
    measurer = Measurer(project)
    try:
        project.jobs.mkdir(exist_ok=True)
        with locked(project.jobs / "ingest.lock", _PATIENCE):
            with picture.open("rb") as content:
                loose.pack([(name, content)], folder, packed)
            found = in_force(project.folder)
            limits = found.of_ingest() if found else None
            with open_source(packed, limits) as source:
                result = ingest(source, project.folder, reading, look=measurer, limits=limits)
            measurer.save()
    except FileNotFoundError as error:
        raise ProjectProblem(
            "The picture is not there any more",
            "Pictures that are tried are kept for some hours only",
            "Show it again",
        ) from error
    except Occupied as error:
        raise ProjectProblem(
            "Images are just being taken",
            "Two of these at once would get in each other's way",
            "Wait until that is done, then try again",
        ) from error
    finally:
        packed.unlink(missing_ok=True)
    if result.rejected:
        raise DataProblem(
            "The picture cannot join your images",
            f"{result.rejected[0].reason}: {result.rejected[0].detail}",
            "Save it again as JPEG or PNG, and show it again",
        )
