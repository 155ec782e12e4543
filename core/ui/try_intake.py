"""Ask for a picture to be tried: uploaded, dropped, pasted, or taken with the camera."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

import streamlit as st

from core.errors import DataProblem, Problem
from core.hosting import in_force
from core.ingest.limits import MB, Limits
from core.ingest.tried import KEPT, Visit
from core.ui import paste, problems, state, uploads
from core.ui.adding import ENDINGS
from core.ui.choice import one_of
from core.words import count

_FILES: Final = "try-files"
_CAMERA: Final = "try-camera"
_PASTE: Final = "try-paste"
_REFUSED: Final = "try-refused"
_PICTURE, _WEBCAM = "A picture", "Webcam"
_MOST: Final = Limits().max_member_bytes
Given = tuple[str, bytes]
"""A picture: the name of its file, and the whole file"""


def ask(visit: Visit) -> None:
    """Take what is given into the visit, and tell what could not be taken."""
    way = one_of("How the picture comes", [_PICTURE, _WEBCAM], "try-way")
    _tell_refused()
    try:
        given = _photo() if way == _WEBCAM else [*_files(), *_pasted()]
    except Problem as problem:
        given = []
        problems.show(problem)
    if given:
        _take(visit, given)
        st.rerun()


def _files() -> list[Given]:
    chosen = st.file_uploader(
        "Pictures that it has never seen",
        type=ENDINGS,
        accept_multiple_files=True,
        max_upload_size=_MOST // MB,
        key=state.uploader_key(_FILES),
    )
    if not chosen:
        return []
    state.renew_uploader(_FILES)
    return [(upload.name, uploads.whole(upload)) for upload in chosen]


def _pasted() -> list[Given]:
    found = paste.paste(_PASTE, _MOST, state.uploader_key(_PASTE))
    if found is None:
        return []
    state.renew_uploader(_PASTE)
    return [found]


def _photo() -> list[Given]:
    photo = st.camera_input("Show it something", key=state.uploader_key(_CAMERA))
    if photo is None:
        return []
    state.renew_uploader(_CAMERA)
    return [("webcam.jpg", uploads.whole(photo))]


def _take(visit: Visit, given: Sequence[Given]) -> None:
    """Take as many as are kept; the first of several is shown first."""
    refused: list[tuple[str, Problem]] = []
    limits = in_force(visit.folder)
    for name, data in reversed(given[:KEPT]):
        try:
            visit.take(name, data, limits.of_ingest() if limits else None)
        except Problem as problem:
            refused.insert(0, (name, problem))
    if len(given) > KEPT:
        more = count(len(given) - KEPT, "picture was", "pictures were")
        refused.append(
            (
                "",
                DataProblem(
                    f"Only {KEPT} pictures were taken",
                    f"{more} left out: no more than {KEPT} are kept",
                    "For many labelled images at once, take the field test on the page Stress",
                ),
            )
        )
    told = [[name, each.title, each.detail, each.fix] for name, each in refused]
    state.keep(_REFUSED, json.dumps(told) if told else None)


def _tell_refused() -> None:
    """Say what could not be taken last; a rerun of the page leaves it in sight."""
    for name, title, detail, fix in json.loads(state.recall(_REFUSED) or "[]"):
        problems.show(DataProblem(f"{name}: {title}" if name else title, detail, fix))
