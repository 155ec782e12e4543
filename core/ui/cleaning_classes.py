"""The classes on the clean page: renamed, merged with another, dropped."""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st

from core import charts
from core.project import Project
from core.ui import actions, tables
from core.ui.gallery import gallery
from core.ui.plots import made, plot
from core.words import count, plain

_PREVIEW: Final = 12
_REASONS: Final = {"rename": "Renamed by hand", "drop": "Whole class dropped by hand"}


def show(project: Project) -> None:
    """Every class with its size, and what can be done with one of them."""
    counts = tables.counts(project)
    actions.offer_undo(project)
    if counts.empty:
        st.markdown("Every image was dropped. Bring some back under “Decisions”.")
        return
    with st.container(key="stacking-classes"):
        ask, chart = st.columns([2, 3], gap="large")
    with chart:
        plot(
            made(charts.class_bars, counts),
            alt=charts.describe_class_bars(counts),
            key="clean-class-bars",
        )
    sizes = dict(zip(counts["label"], counts["images"].tolist(), strict=True))
    with ask:
        label = st.selectbox("Class", sorted(sizes), key=f"class-of-{project.id}")
        images = tables.images(project)
        images = images[images["label"] == label]
        _change(project, label, images, sizes)
    rows = images.head(_PREVIEW).assign(caption="")
    gallery(rows, project.thumbs, f"class-look-{project.id}-{label}", _PREVIEW)


def _change(project: Project, label: str, images: pd.DataFrame, counts: dict[str, int]) -> None:
    """A new name, or none of it any more."""
    fresh = f"{project.id}-{label}"
    new = actions.clean_label(
        st.selectbox(
            "New name, or the class to merge it with",
            [name for name in sorted(counts) if name != label],
            index=None,
            key=f"rename-{fresh}",
            placeholder="Type a name, or choose a class",
            accept_new_options=True,
        )
    )
    merges = new in counts and new != label
    if new and new != label:
        st.markdown(_preview(label, new, counts))
    with st.container(horizontal=True):
        if st.button(
            "Merge" if merges else "Rename",
            key=f"do-rename-{fresh}",
            icon=":material/merge:" if merges else ":material/edit:",
            type="primary",
            disabled=not new or new == label,
        ):
            reason = _REASONS["rename"]
            actions.carry_out(project, "rename", reason=reason, label=label, to=new)
        if st.button(
            f"Drop the class: {count(counts[label], 'image')}",
            key=f"do-drop-{fresh}",
            icon=":material/delete:",
        ):
            ids = images["image_id"].tolist()
            actions.carry_out(project, "drop", reason=f"{_REASONS['drop']}: {label}", images=ids)


def _preview(label: str, new: str, counts: dict[str, int]) -> str:
    """What a new name would do, before it is done."""
    if new not in counts:
        return f"{count(counts[label], 'image')} will be called *{plain(new)}*."
    total = counts[label] + counts[new]
    return (
        f"{counts[label]:,} of *{plain(label)}* and {counts[new]:,} of *{plain(new)}* become "
        f"{count(total, 'image')} of *{plain(new)}*."
    )
