"""The data page's parts: bringing images in, and what became of them."""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st

from core import charts
from core.lessons import glossary
from core.project import Project
from core.ui import frame, intake_unlabelled, tables, tending
from core.ui.choice import one_of
from core.ui.gallery import gallery
from core.ui.plots import made, plot
from core.words import count, listing, plain, size

_WORDS: Final = tending.Words(
    "Cancel",
    "You cancelled this",
    "What was done is kept. You can take the rest of the images, or upload another zip.",
    "Take the rest",
)
_EVERY_CLASS: Final = "All classes"


def work(project: Project) -> bool:
    """The latest intake of images: its progress while it runs, then what went wrong, if anything.

    Returns whether it is at work.
    """
    return tending.tend(project, "ingest", _WORDS)


def summary(project: Project) -> None:
    """The numbers, how even the classes are, the way on, and the classes as bars."""
    counts = tables.counts(project)
    terms = glossary()
    with st.container(key="stacking-summary"):
        words, chart = st.columns([2, 3], gap="large")
    with words:
        with st.container(key="figures-taken", horizontal=True, gap="large"):
            st.metric("Images", f"{int(counts['images'].sum()):,}", width="content")
            st.metric("Classes", f"{len(counts):,}", width="content", help=terms["classes"].help)
            if waiting := intake_unlabelled.number(project):
                st.metric("Without a label", f"{waiting:,}", width="content")
            st.metric("Not taken", f"{len(tables.rejected(project)):,}", width="content")
        st.markdown(balance(counts), help=terms["class_balance"].help)
        step = frame.after("data")
        if st.button(
            f"Next: {step.title.lower()}", type="primary", icon=":material/arrow_forward:"
        ):
            frame.go(step.key, project)
    with chart:
        plot(
            made(charts.class_bars, counts),
            alt=charts.describe_class_bars(counts),
            key="class-bars",
        )


def choose_view(project: Project) -> str:
    """What to show below the summary: 'images', 'unlabelled', 'rejected', 'more' or 'save'."""
    names = {"images": "Your images", "unlabelled": "Without a label"}
    names |= {"rejected": "Not taken", "more": "Add more", "save": "Save project"}
    if not intake_unlabelled.number(project):
        del names["unlabelled"]
    return one_of("What to show", names, f"data-view-{len(names)}")


def balance(counts: pd.DataFrame) -> str:
    """How even the classes are, and what that means, in a sentence or two."""
    most, least = counts.iloc[0], counts.iloc[-1]
    if len(counts) == 1:
        return (
            f"Only one class so far: *{plain(most['label'])}*. Add at least one more, since a "
            "classifier learns to tell classes apart."
        )
    largest, smallest = int(most["images"]), int(least["images"])
    if smallest == largest:
        return f"The classes are perfectly even: {count(smallest, 'image')} each."
    if largest < 1.5 * smallest:
        return f"The classes are about even: {smallest:,} to {count(largest, 'image')} each."
    text = (
        f"The classes are uneven: {count(largest, 'image')} of *{plain(most['label'])}*, only "
        f"{smallest:,} of *{plain(least['label'])}*. "
    )
    if largest < 3 * smallest:
        return text + "That is no trouble; training lets the rarer ones count more."
    return text + (
        "Training lets the rarer ones count more, but more images of them would help more."
    )


def by_class(project: Project) -> None:
    """The images of one class, or of all in turn."""
    counts = tables.counts(project)
    names = [_EVERY_CLASS, *counts["label"]]
    chosen = st.selectbox("Class", names, key=f"class-{project.id}", width=320)
    images = tables.images(project)
    if chosen == _EVERY_CLASS:
        turns = images.groupby("label").cumcount().sort_values(kind="stable")
        images = images.loc[turns.index].assign(caption=lambda table: table["label"])
    else:
        images = images[images["label"] == chosen]
        images = images.assign(caption=images["source"].str.rsplit("/", n=1).str[-1])
    gallery(images, project.thumbs, key=f"images-{project.id}-{chosen}")


def not_taken(project: Project) -> None:
    """The files that were not taken, grouped by the reason."""
    rejected = tables.rejected(project)
    if rejected.empty:
        st.markdown("Every file was taken.")
        return
    st.markdown(
        f"{count(len(rejected), 'file was', 'files were')} left out. The rest is not affected."
    )
    for reason, files in rejected.groupby("reason", sort=False):
        names = [plain(name) for name in files["source"]]
        st.markdown(
            f"**{plain(str(reason))}** · {count(len(files), 'file')}  \n{listing(names, 6)}"
        )
    st.dataframe(
        pd.DataFrame(
            {
                "File": rejected["source"],
                "Why": rejected["reason"],
                "What was found": rejected["detail"],
                "Size": [size(int(number)) for number in rejected["bytes"]],
            }
        ),
        hide_index=True,
        key="rejected",
        alt="Every file that was not taken, and why",
    )
