"""An upload that waits: what was understood of it, how to change that, and the word to take it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pandas as pd
import streamlit as st

from core import jobs
from core.errors import Problem
from core.hosting import in_force
from core.ingest import Reading, open_source, waiting
from core.ingest.limits import Limits
from core.ingest.preview import LeftOut, Preview, pictures, preview
from core.ingest.waiting import Waiting
from core.lessons import glossary
from core.project import Project
from core.ui import intake_reading, problems, tables
from core.ui.engine import desk
from core.ui.gallery import gallery
from core.words import count, listing, plain

_SIDES: Final = {"train": "Training", "validation": "Validation", "test": "Test"}
_TABLE_ROWS: Final = 12


def current(project: Project) -> Waiting | None:
    """The upload that waits in ``project``, if any."""
    return waiting.current(project.folder)


def show(project: Project, upload: Waiting) -> None:
    """Draw what ``upload`` holds, with ways to change how it is read, to take it or to leave it."""
    try:
        found = look(upload)
    except Problem as problem:
        problems.show(problem)
        if st.button("Choose another", icon=":material/undo:"):
            upload.discard()
            st.rerun()
        return
    with st.container(border=True, key="preview"):
        st.subheader(f"What we found in {plain(upload.name)}", anchor=False)
        _figures(found)
        st.markdown(intake_reading.sentence(found))
        _hints(project, found)
        _decide(project, upload, found)
    with st.expander("Change how it is read", expanded=not found.images, icon=":material/tune:"):
        chosen = intake_reading.change(project, upload, found)
    if chosen is not None:
        upload.choose(chosen)
        st.rerun()
    _classes(found)
    _pictures(upload, found)
    _left_out(found)


def look(upload: Waiting) -> Preview:
    """What ``upload`` holds, read as the user wishes.

    Raises:
        Problem: it cannot be used.
    """
    return _preview(str(upload.path), tables.stamp(upload.path), upload.reading)


@st.cache_data(max_entries=16, show_spinner="Looking into it")
def _preview(path: str, stamp: str, reading: Reading | None) -> Preview:
    with open_source(Path(path), _limits(path)) as source:
        return preview(source, reading)


@st.cache_data(max_entries=16, show_spinner="Opening a few images")
def _rows(path: str, stamp: str, reading: Reading) -> pd.DataFrame:
    with open_source(Path(path), _limits(path)) as source:
        return pictures(source, _preview(path, stamp, reading).picks, Path(path).parent)


def _limits(path: str) -> Limits | None:
    """Bounds on the archive, where a hosted server sets some."""
    limits = in_force(Path(path))
    return limits.of_ingest() if limits else None


def _figures(found: Preview) -> None:
    terms = glossary()
    taken = found.classes[found.classes["taken"]]
    left_out = sum(item.number for item in found.left_out)
    with st.container(key="figures-preview", horizontal=True, gap="large"):
        st.metric("Images", f"{found.images:,}", width="content")
        st.metric(
            "Classes",
            f"{taken['label'].nunique():,}",
            width="content",
            help=terms["classes"].help,
        )
        if found.aside:
            st.metric(
                "Without a label",
                f"{found.aside:,}",
                width="content",
                help="They are kept aside. You can label them later, on this page.",
            )
        if left_out:
            st.metric("Left out", f"{left_out:,}", width="content")


def _hints(project: Project, found: Preview) -> None:
    """What is worth knowing before these images are taken."""
    here = set(tables.counts(project)["label"]) if not project.is_empty else set()
    coming = set(found.classes[found.classes["taken"]]["label"])
    if coming and len(here | coming) == 1:
        st.caption(
            ":material/info: This is one class. Take it, then add another: "
            "a classifier needs at least two to tell apart."
        )
    if here and coming:
        new, more = sorted(coming - here), sorted(coming & here)
        parts = [f"New in your project: {listing([plain(name) for name in new])}."] if new else []
        if more:
            parts.append(f"More images of {listing([plain(name) for name in more])}.")
        st.caption(f":material/info: {' '.join(parts)}")


def _decide(project: Project, upload: Waiting, found: Preview) -> None:
    nothing = not (found.images or found.aside)
    with st.container(horizontal=True):
        take = st.button(
            "Take these images",
            type="primary",
            icon=":material/check:",
            disabled=nothing,
        )
        cancel = st.button("Cancel", icon=":material/close:")
    if take:
        with problems.shown():
            jobs.start_ingest(project, upload.path, desk(), found.reading)
            upload.discard()
            st.rerun()
    if cancel:
        upload.discard()
        st.rerun()


def _classes(found: Preview) -> None:
    """Every class with its images, on each side where a split was given."""
    if found.classes.empty:
        return
    st.header("Classes", anchor=False)
    table = found.classes.copy()
    shown = pd.DataFrame({"Class": table["label"]})
    if (table["label"] != table["found"]).any():
        shown["Name in the file"] = table["found"]
    if not table["taken"].all():
        shown["Taken"] = table["taken"]
    shown["Images"] = table["images"]
    for side, title in _SIDES.items():
        if side in table:
            shown[title] = table[side]
    st.dataframe(
        shown,
        hide_index=True,
        height="auto" if len(shown) <= _TABLE_ROWS else 35 * (_TABLE_ROWS + 1),
        key="preview-classes",
        alt="The classes that were found, with their images",
    )


def _pictures(upload: Waiting, found: Preview) -> None:
    """A few images of every class with their names, so that a mistake is seen."""
    if not found.picks:
        return
    st.header("A few of the images", anchor=False)
    rows = _rows(str(upload.path), tables.stamp(upload.path), found.reading)
    rows = rows.assign(caption=rows["label"] + "\n" + rows["source"])
    key = f"preview-{upload.folder.name}-{abs(hash(found.reading))}"
    gallery(rows, upload.folder / "thumbs", key=key)


def _left_out(found: Preview) -> None:
    """What would not be taken, and why."""
    if found.left_out:
        st.header("Left out", anchor=False)
        st.markdown("\n".join(_line(item) for item in found.left_out))
    if found.ignored:
        number = sum(item.number for item in found.ignored)
        with st.expander(f"Also in it, and not counted: {count(number, 'file')}"):
            st.markdown("\n".join(_line(item) for item in found.ignored))


def _line(item: LeftOut) -> str:
    names = [plain(name) for name in item.names]
    more = f" and {item.number - len(names):,} more" if item.number > len(names) else ""
    return f"- **{plain(item.reason)}** · {count(item.number, 'file')}: {', '.join(names)}{more}"
