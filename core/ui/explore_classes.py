"""Class by class: the mean image, and how much the images differ from it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
import streamlit as st
from PIL import Image

from core import looks
from core.ingest import thumb_path
from core.ingest.fit import fit_image
from core.lessons import glossary, lesson
from core.project import Project
from core.settings import Fit
from core.ui import explore_tables, pictures, projector
from core.words import count, plain

SIDE: Final = 112  # pixels of the averages
_MOST: Final = 400  # images of a class; with more, a mean hardly changes
_SHOWN: Final = 6
_AT_ONCE: Final = 64  # images that are decoded ahead of the sum, at most
_WORDS: Final = {
    "sharp": "**Sharp**: these images are much alike. Same place, same pose, same background? "
    "Then new images must be taken in the same way, or the network may fail on them.",
    "soft": "**Soft**: the images have something in common, and differ in the rest. That is how "
    "a good class often looks.",
    "flat": "**Flat**: the images share no place, pose or background. The network must find "
    "the thing wherever it is; many images help.",
}


@dataclass(frozen=True)
class _Looks:
    """The averages of one class, ready to be shown."""

    mean: bytes
    deviation: bytes
    verdict: str
    alike: float
    images: int


def show(project: Project) -> None:
    """The averages of the classes that were chosen, beside each other."""
    labels = explore_tables.labels(project)
    st.markdown(lesson("explore/average"))
    chosen = st.multiselect(
        "Classes to compare",
        labels,
        default=labels[:3],
        max_selections=_SHOWN,
        key=f"averages-of-{project.id}",
    )
    if not chosen:
        st.markdown("Choose a class to see its mean image.")
        return
    for first in range(0, len(chosen), 3):
        with st.container(key=f"stacking-averages-{first}"):
            columns = st.columns(3, gap="large")
        for column, label in zip(columns, chosen[first : first + 3], strict=False):
            with column:
                _one(project, label)
    st.caption(
        "Both pictures use one scale for all classes. In *variation*, white is where the images "
        "of a class differ the most, and black where they are all alike.",
        help=glossary()["standard_deviation"].help,
    )


def _one(project: Project, label: str) -> None:
    """The mean image and the variation of a class, and what to make of them."""
    found = averages(project, label)
    st.markdown(f"**{plain(label)}**")
    if found is None:
        st.markdown("None of its images can be shown.")
        return
    with st.container(horizontal=True, gap="small", key=f"pair-{label}"):
        st.image(
            found.mean,
            caption="Mean image",
            width=projector.pixels(128),
            alt=f"The mean image of {label}",
        )
        st.image(
            found.deviation,
            caption="Variation",
            width=projector.pixels(128),
            alt=f"Where the images of {label} differ from each other",
        )
    st.markdown(_WORDS[found.verdict])
    st.caption(
        f"The mean of {count(found.images, 'image')} keeps {100 * found.alike:.0f} % of all "
        "their differences."
    )


def averages(project: Project, label: str) -> _Looks | None:
    """The averages of a class, from its thumbnails; None where none can be read."""
    images = explore_tables.facts(project)
    hashes = images.loc[(images["label"] == label).to_numpy(), "sha256"].drop_duplicates()
    some = tuple(sorted(hashes)[:_MOST])  # hashes are as good as random: a fair sample
    stamp = "".join((*some, pictures.version(project)))  # images may come back
    content = hashlib.sha256(stamp.encode()).hexdigest()
    return _averages(str(project.folder), content, some)


@st.cache_data(max_entries=256, show_spinner="Averaging the images")
def _averages(folder: str, content: str, _hashes: tuple[str, ...]) -> _Looks | None:
    average = looks.average(_fitted(Path(folder), _hashes))
    if average is None:
        return None
    return _Looks(
        _png(looks.mean_picture(average)),
        _png(looks.deviation_picture(average)),
        average.verdict,
        average.alike,
        average.images,
    )


def _fitted(folder: Path, hashes: tuple[str, ...]) -> Iterator[looks.Pixels]:
    """The thumbnails as squares, a few at a time; those that cannot be read are left out."""

    def load(sha256: str) -> looks.Pixels | None:
        try:
            with Image.open(thumb_path(folder, sha256)) as image:
                return fit_image(image.convert("RGB"), SIDE, Fit.SQUASH)
        except OSError:
            return None

    with ThreadPoolExecutor(2) as pool:
        for first in range(0, len(hashes), _AT_ONCE):
            for pixels in pool.map(load, hashes[first : first + _AT_ONCE]):
                if pixels is not None:
                    yield pixels


def _png(pixels: np.ndarray) -> bytes:
    buffer = BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()
