"""The ways to bring images in: an archive or a folder, single images, a webcam, known sets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st

from core.project import Project
from core.ui import adding, known_sets, problems, state, uploads
from core.ui.choice import one_of

_ZIP: Final = "images"
_FOLDER: Final = "images-folder"
ENDINGS: Final = ["zip", "tm"]

WAYS: Final = {
    "zip": "Zip or folder",
    "files": "Images into a class",
    "webcam": "Webcam",
    "known": "Well-known sets",
}
_ICONS: Final = {
    "zip": ":material/folder_zip:",
    "files": ":material/add_photo_alternate:",
    "webcam": ":material/photo_camera:",
    "known": ":material/collections_bookmark:",
}


def ways(project: Project) -> None:
    """A choice of ways to add images, and the chosen one."""
    # Strangers do not fill the server's disk with what others have put on the web
    ways = [way for way in WAYS if way != "known" or state.guest() is None]
    chosen = one_of(
        "How to add images",
        {way: f"{_ICONS[way]} {WAYS[way]}" for way in ways},
        "data-way",
        first="zip",
    )
    with problems.shown():
        _SHOW[chosen](project)


def _archive(project: Project) -> None:
    """A zip or a folder, of which a preview is shown before anything is taken."""
    with st.container(key="stacking-uploaders"):
        left, right = st.columns(2, gap="medium")
    with left:
        zipped = st.file_uploader(
            "A zip with one folder of images for each class",
            type=ENDINGS,
            key=state.uploader_key(_ZIP),
            help="Or with a table of labels, or with the class in the names of the files. "
            "A Teachable Machine project (.tm) is understood too.",
        )
    with right:
        files = st.file_uploader(
            "Or a folder from your computer",
            accept_multiple_files="directory",
            key=state.uploader_key(_FOLDER),
        )
    if zipped is not None:
        uploads.wait(zipped, project)
    elif files:
        uploads.wait_folder(files, project)
    else:
        return
    state.renew_uploader(_ZIP)
    state.renew_uploader(_FOLDER)
    st.rerun()


_SHOW: Final[dict[str, Callable[[Project], None]]] = {
    "zip": _archive,
    "files": adding.files,
    "webcam": adding.webcam,
    "known": known_sets.show,
}
