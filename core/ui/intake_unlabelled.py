"""Images that came without a label: looked at, and put in a class."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pandas as pd
import streamlit as st

from core.errors import ProjectProblem
from core.ingest import read_unlabelled
from core.ingest.tables import put_in_class
from core.locking import Occupied, locked
from core.project import Project
from core.ui import problems, state, tables
from core.ui.gallery import gallery
from core.ui.remembered import remembered
from core.words import count, plain

_KEPT: Final = "unlabelled-round"
_PATIENCE: Final = 0.5


def number(project: Project) -> int:
    """How many images wait for a label."""
    return len(_images(project))


def show(project: Project) -> None:
    """The images without a label, and a way to put those that are selected in a class."""
    images = _images(project)
    st.markdown(
        f"{count(len(images), 'image has', 'images have')} no label yet. Nothing is learnt from "
        "them until they have one. Select those of one class, then say which it is."
    )
    images = images.assign(caption=images["source"].str.rsplit("/", n=1).str[-1])
    key = f"unlabelled-{project.id}"
    chosen = gallery(
        images, project.thumbs, key=key, select=True, empty="Every image has a label."
    ).selected
    classes = [] if project.is_empty else list(tables.counts(project)["label"])
    done = state.recall(_KEPT) or ""
    with st.container(horizontal=True, vertical_alignment="bottom", key="label-them"):
        label = st.selectbox(
            "Class",
            classes,
            index=classes.index(done) if done in classes else None,
            accept_new_options=True,
            placeholder="Choose one or type a new one",
            key=f"{key}-class-{len(classes)}",
            width=320,
        )
        go = st.button(
            f"Put {count(len(chosen), 'image') if chosen else 'them'} in this class",
            type="primary",
            disabled=not chosen or not (label or "").strip(),
        )
    if go and label:
        with problems.shown():
            _put(project, chosen, label)
            st.rerun()


def _put(project: Project, images: list[str], label: str) -> None:
    label = " ".join(label.split())
    try:
        with locked(project.jobs / "ingest.lock", _PATIENCE):
            moved = put_in_class(project.folder, images, label)
    except Occupied as error:
        raise ProjectProblem(
            "Images are just being taken",
            "Two of these at once would get in each other's way",
            "Wait until that is done, then try again",
        ) from error
    state.keep(_KEPT, label)
    st.toast(f"{count(moved, 'image is', 'images are')} now *{plain(label)}*.")


def _images(project: Project) -> pd.DataFrame:
    stamp = tables.stamp(project.unlabelled_file, project.catalogue_file)
    return _read(str(project.folder), stamp)


@remembered
def _read(folder: str, stamp: str) -> pd.DataFrame:
    return read_unlabelled(Path(folder))[["image_id", "sha256", "label", "source"]]
