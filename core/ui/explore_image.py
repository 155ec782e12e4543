"""What the computer sees: one image at the network's size, down to its numbers."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Final

import pandas as pd
import streamlit as st
from PIL import Image

from core import charts, looks
from core.ingest import original_path
from core.ingest.fit import load_fitted
from core.ingest.lost import gone
from core.lessons import glossary, lesson
from core.project import Project
from core.settings import Fit, TrainSettings
from core.ui import explore_parts, explore_tables, forms, path_view, problems
from core.ui.explore_tables import SIDE
from core.ui.magnifier import magnifier
from core.words import plain

_WORDS: Final = {
    Fit.SQUASH: "it was **squashed** to a square: all of it is there, in other proportions",
    Fit.CROP: "the **middle was cut out**: what lay beside it is lost",
    Fit.PAD: "it was **padded** with gray: all of it is there, and smaller",
}


def show(project: Project) -> None:
    """An image that the user chooses, its numbers, its channels, before and after scaling."""
    st.markdown(lesson("explore/pixels"))
    images = explore_tables.facts(project)
    with st.container(horizontal=True, vertical_alignment="bottom", key="one-image-choice"):
        label = st.selectbox(
            "Class", explore_tables.labels(project), key=f"one-of-{project.id}", width=240
        )
        chosen = forms.settings_form(TrainSettings(), f"see-{project.id}", ["fit"])
    columns = ["image_id", "sha256", "label", "source", "width", "height"]
    row = explore_parts.one_image(project, images[columns], label, "one-image")
    with problems.shown():
        _seen(project, row, chosen.fit)
        path_view.done(project, "pixels")


def _seen(project: Project, row: pd.Series, fit: Fit) -> None:
    pixels = fitted(str(project.folder), str(row["sha256"]), fit)
    name = plain(str(row["caption"]))
    st.markdown(_told(name, int(row["width"]), int(row["height"]), fit))
    magnifier(png(pixels), SIDE, str(row["caption"]), key="magnifier")
    st.header("Before and after scaling", anchor=False)
    st.markdown(
        "Networks learn best from small numbers around zero. So each number is moved and shrunk: "
        "(value − 127) / 128. Nothing is lost, and the shape of the histogram stays the same. "
        "The switch *Scaled* above shows the numbers that the network really gets.",
        help=glossary()["scaling"].help,
    )
    counts = looks.histogram(pixels)
    figure = charts.pixel_histogram(counts, looks.MIDDLE, looks.SPREAD)
    explore_parts.chart(figure, charts.describe_pixel_histogram(counts), "pixel-histogram")
    scaled = looks.scaled(pixels)
    ends = (scaled.min(), scaled.max(), scaled.mean())
    low, high, mean = (f"{number:.2f}".replace("-", "−") for number in ends)
    st.markdown(
        f"Before: {pixels.min()} to {pixels.max()}, {pixels.mean():.0f} on average. "
        f"After: {low} to {high}, {mean} on average."
    )


def _told(name: str, width: int, height: int, fit: Fit) -> str:
    """How the image became the network's square, in a sentence."""
    size = f"**{name}** has {width:,} × {height:,} pixels; the network gets {SIDE} × {SIDE}"
    if width == height:
        return f"{size}. It is square, so every fit gives the same."
    return f"{size}: {_WORDS[fit]}."


@st.cache_data(max_entries=32, show_spinner=False)
def fitted(folder: str, sha256: str, fit: Fit) -> looks.Pixels:
    """The original as the network gets it, before scaling.

    Raises:
        DataProblem: its file is gone or damaged.
    """
    try:
        return load_fitted(original_path(Path(folder), sha256).read_bytes(), SIDE, fit)
    except OSError as error:
        raise gone(sha256, error) from error


def png(pixels: looks.Pixels) -> bytes:
    """A picture that keeps every pixel's numbers exactly."""
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()
