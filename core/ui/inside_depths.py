"""From pixels to features, shown: what the layers of the network make of one image."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from core.lessons import glossary, lesson
from core.project import Project
from core.ui import asking, explore_parts, tables
from core.words import plain

_DEPTHS: Final = "core.jobs.seeing:depths"
_COME: Final = ":material/hourglass_top: The network is looking at it. This takes a moment."
_NAMES: Final = (
    ("After stage 3 of 7", "A third of the way in: fine and local."),
    ("After stage 5", "Two thirds of the way: larger pieces."),
    ("After stage 6", "Nearly at the end: whole regions."),
    ("At the top", "The last map before the numbers are averaged."),
)


def show(project: Project) -> None:
    """An image that the user chooses, and the channels that tell most at each depth."""
    st.markdown(lesson("inside/depths"))
    images = tables.images(project)
    labels = sorted(images["label"].unique())
    label = st.selectbox("Class", labels, key=f"inside-of-{project.id}", width=240)
    row = explore_parts.one_image(project, images, label, "inside-image")
    asked = asking.question(_DEPTHS, str(project.folder), str(row["sha256"]))
    found = asking.answered(asked)
    if found is None:
        if asking.is_on_its_way(asked):
            st.caption(_COME)
        asking.look_again(asked)
        return
    _pixels(found, str(row["caption"]))
    for name, depth in zip(_NAMES, found["depths"], strict=True):
        _depth(*name, depth, str(row["caption"]))
    _vector(found)


def _pixels(found: dict[str, Any], name: str) -> None:
    st.header("The pixels", anchor=False)
    with st.container(key="inside-pixels"):
        left, right = st.columns([1, 3], gap="medium", vertical_alignment="center")
    left.image(found["image"], width="stretch", alt=f"{name} as the network gets it")
    side = found["size"]
    right.markdown(
        f"**{plain(name)}**, {side} high × {side} wide × 3 channels: {3 * side * side:,} numbers. "
        "Move the picture by one pixel, and nearly all of them change, though it shows the same."
    )


def _depth(name: str, told: str, depth: dict[str, Any], image: str) -> None:
    height, width, channels = depth["height"], depth["width"], depth["channels"]
    st.header(name, anchor=False)
    st.markdown(
        f"{told} {height} high × {width} wide × {channels:,} channels: each of the "
        f"{height * width:,} places is described by {channels:,} numbers.",
        help=glossary()["feature_map"].help,
    )
    with st.container(key=f"depth-{height}-{channels}"):
        places = st.columns(len(depth["drawn"]) or 1, gap="small")
    for place, drawn in zip(places, depth["drawn"], strict=False):
        number = drawn["channel"] + 1
        alt = f"{image}: warm where channel {number} stands out, {name[0].lower()}{name[1:]}"
        place.image(drawn["picture"], caption=f"Channel {number}", width="stretch", alt=alt)


def _vector(found: dict[str, Any]) -> None:
    st.header("The features", anchor=False)
    st.markdown(
        f"Of every channel the average is kept, and of the two middle depths the average of each "
        f"quarter of the picture: **{found['width']:,} numbers**. Those are the image's features, "
        "all that the *Head* method learns from. Where exactly something stood is gone; that it "
        "was there, and how strongly, is kept.",
        help=glossary()["features"].help,
    )
