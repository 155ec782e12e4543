"""Images for one class: many files at once, a whole folder, or photos from the webcam."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core import jobs
from core.ingest import loose
from core.jobs import sources
from core.project import Project
from core.ui import problems, state, tables, uploads
from core.ui.engine import desk
from core.words import count, plain

_FILES: Final = "loose-files"
_FOLDER: Final = "loose-folder"
_CAMERA: Final = "camera"
ENDINGS: Final = [
    *("jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff", "avif", "heic", "heif"),
]


def files(project: Project) -> None:
    """Ask for a class and for files, or a folder of them; take them into the class."""
    if _at_work(project):
        return
    label = _class(project, "files")
    whole = st.toggle("Choose a whole folder", key="loose-whole")
    if whole:
        chosen = st.file_uploader(
            "A folder of images, all of this class",
            type=ENDINGS,
            accept_multiple_files="directory",
            key=state.uploader_key(_FOLDER),
        )
    else:
        chosen = st.file_uploader(
            "Images of this class",
            type=ENDINGS,
            accept_multiple_files=True,
            key=state.uploader_key(_FILES),
        )
    _offer(project, list(chosen or []), label)


def webcam(project: Project) -> None:
    """Take photos, one click each, until there are enough; then take them into a class."""
    if _at_work(project):
        return
    label = _class(project, "webcam")
    photo = st.camera_input(
        "Take photos of this class",
        key=state.uploader_key(_CAMERA),
        help="Move a little between photos: other angles, other light, another background.",
    )
    if photo is not None:
        with problems.shown():
            _keep(photo, project)
            state.renew_uploader(_CAMERA)
            st.rerun()
    waiting = _photos(project)
    if not waiting:
        st.caption("Each photo waits here until you add all of them. Nobody else sees them.")
        return
    photos = count(len(waiting), "photo")
    with st.container(horizontal=True, vertical_alignment="center"):
        add = st.button(
            f"Add {photos} to {_shown(label)}",
            type="primary",
            icon=":material/add_photo_alternate:",
            disabled=not label,
            key="add-photos",
        )
        if st.button("Discard", type="tertiary", key="discard-photos"):
            _discard(waiting)
            st.rerun()
    if not label:
        st.caption("Name the class first.")
    if add and label:
        with problems.shown():
            _take_photos(project, waiting, label)
            st.rerun()


def _at_work(project: Project) -> bool:
    """Whether images are being taken already; says so."""
    for kind in ("ingest", "known_set"):
        job = jobs.latest(project, kind)
        if job is not None and job.state(desk().knows(job)).is_active:
            st.markdown("More images can be added as soon as this is done.")
            return True
    return False


def _class(project: Project, key: str) -> str | None:
    """A class that is there, or the name of a new one; None before one is chosen."""
    known = [str(label) for label in tables.counts(project).get("label", [])]
    return st.selectbox(
        "Class",
        sorted(known),
        index=None,
        accept_new_options=True,
        placeholder="Choose a class, or write the name of a new one",
        key=f"loose-class-{key}-{project.id}",
        width=420,
    )


def _offer(project: Project, chosen: list[UploadedFile], label: str | None) -> None:
    words = count(len(chosen), "image") if chosen else "images"
    pressed = st.button(
        f"Add {words} to {_shown(label)}",
        type="primary",
        icon=":material/add_photo_alternate:",
        disabled=not (chosen and label),
        key="add-loose",
    )
    if pressed and label:
        with problems.shown():
            packed = uploads.pack(chosen, loose.class_name(label), project)
            sources.start_loose(project, packed, loose.class_name(label), desk())
            state.renew_uploader(_FILES)
            state.renew_uploader(_FOLDER)
            st.rerun()


def _shown(label: str | None) -> str:
    return f"'{plain(label)}'" if label else "a class"


def _camera_folder(project: Project) -> Path:
    return project.folder / "camera"


def _photos(project: Project) -> list[Path]:
    """Photos that were taken and wait, in the order in which they were."""
    return sorted(_camera_folder(project).glob("*.jpg"), key=lambda path: path.stat().st_mtime_ns)


def _keep(photo: UploadedFile, project: Project) -> None:
    folder = _camera_folder(project)
    name = f"webcam-{len(_photos(project)) + 1:03d}-{secrets.token_hex(3)}.jpg"
    uploads.receive_project(photo, folder).rename(folder / name)


def _discard(photos: list[Path]) -> None:
    for path in photos:
        path.unlink(missing_ok=True)


def _take_photos(project: Project, photos: list[Path], label: str) -> None:
    label = loose.class_name(label)
    target = project.folder / f"upload-{secrets.token_hex(8)}.zip"

    def opened() -> Iterator[tuple[str, BinaryIO]]:
        for path in photos:
            with path.open("rb") as photo:
                yield path.name, photo

    loose.pack(opened(), label, target)
    sources.start_loose(project, target, label, desk())
    _discard(photos)
