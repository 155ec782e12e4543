"""Sizes, shapes and files: what there is, what it does to training, and the images themselves."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from core import charts, traits
from core.lessons import glossary
from core.project import Project
from core.ui import explore_parts, explore_tables
from core.ui.choice import from_box, one_of
from core.ui.explore_tables import SIDE
from core.ui.plots import made
from core.words import count, percent, plain
from core.words import size as size_of

_TRAITS: Final = {
    "size": "Width and height",
    "shape": "Shape",
    "bytes": "File size",
    "format": "Format",
}
_TERMS: Final = {
    "size": "pixel_size",
    "shape": "aspect_ratio",
    "bytes": "file_size",
    "format": "file_format",
}
_HELP: Final = "Images that stand out come first. A click on the chart chooses, too."
_GIVES_AWAY: Final = 0.4  # difference of two classes, from which on a trait tells them apart
_FEW: Final = 2  # bins; with one, a chart tells less than its sentence


def show(project: Project) -> None:
    """One trait of the images: a chart, words, and the images of the bin that was chosen."""
    trait = one_of("Trait", _TRAITS, "explore-trait")
    images = explore_tables.facts(project)
    found = explore_tables.sorted_by(project, trait)
    odd = {group.key: group for group in explore_tables.odd(project, trait)}
    names = {key: f"{group.name} ({len(group.rows):,})" for key, group in odd.items()}
    bins = zip(found.bins["key"], found.bins["name"], found.bins["images"], strict=True)
    names |= {str(key): f"{name} ({int(number):,})" for key, name, number in bins}
    with st.container(key="stacking-sizes"):
        words, drawn = st.columns([2, 3], gap="large")
    with words:
        st.markdown("\n\n".join(_told(trait, images)), help=glossary()[_TERMS[trait]].help)
        chooser = f"{trait}-of-{project.id}"
        chosen = from_box("Show the images", names, chooser, _HELP)
    with drawn:
        if len(found.bins) >= _FEW:
            _draw(trait, found.bins, chosen, chooser)
    rows = odd[chosen].rows if chosen in odd else found.rows(chosen)
    if chosen in odd:
        st.markdown(_ADVICE.get(chosen, ""))
    key = f"{project.id}-{trait}-{chosen}"
    explore_parts.images_of(project, images, rows, key, _captions(trait, images, rows))


def _draw(trait: str, bins: pd.DataFrame, chosen: str, chooser: str) -> None:
    if trait == "size":
        figure = made(charts.size_map, bins, SIDE, chosen)
        alt = charts.describe_size_map(bins, SIDE)
    else:
        figure = made(charts.trait_bars, bins, chosen)
        alt = charts.describe_trait_bars(bins, _TRAITS[trait].lower())
    explore_parts.chart(figure, alt, f"chart-{trait}", chooser)


def _told(trait: str, images: pd.DataFrame) -> list[str]:
    return {"size": sizes, "shape": shapes, "bytes": file_sizes, "format": formats}[trait](images)


def sizes(images: pd.DataFrame) -> list[str]:
    """What the sizes of the images mean for a network that sees `SIDE` pixels."""
    width, height = images["width"], images["height"]
    shorter = np.minimum(width.to_numpy(), height.to_numpy())
    same = width.nunique() == 1 and height.nunique() == 1
    if same:
        text = f"Every image is **{width.iloc[0]:,} × {height.iloc[0]:,} pixels**."
    else:
        text = (
            f"The images are **{width.min():,} to {width.max():,} pixels wide** and "
            f"**{height.min():,} to {height.max():,} tall**; half of them have at least "
            f"{int(np.median(shorter)):,} on the shorter side."
        )
    small = int((shorter < SIDE).sum())
    if small == 0:
        return [text, f"None is smaller than the network's {SIDE} pixels, so nothing is blown up."]
    which = "All of them" if small == len(images) else count(small, "image")
    verb = "is" if small == 1 else "are"
    blown = (
        f"{which} {verb} smaller than the network's **{SIDE} pixels** on a side and will be blown "
        "up. That adds no detail: what cannot be seen at this size cannot be learnt."
    )
    if small < len(images):
        return [text, blown, _telling(images, shorter < SIDE, "small", _SOFTNESS)]
    return [text, blown + " If the originals were larger, use those."]


def shapes(images: pd.DataFrame) -> list[str]:
    """What the shapes mean for a network that sees squares."""
    ratio = traits.ratio(images)
    square = float(np.mean(np.abs(np.log(ratio)) < np.log(1.05)))
    wide, tall = (float(part.mean()) for part in (ratio >= 1.05, ratio <= 1 / 1.05))
    text = (
        f"The network sees squares. {percent(square, 0)} of the images are square, or nearly; "
        f"{percent(wide, 0)} are wider, {percent(tall, 0)} taller."
    )
    if square == 1:
        return [text, "Nothing is distorted or cut off on the way."]
    return [
        text + " :small[The *fit* decides what becomes of the others: squash, crop or pad.]",
        _telling(images, ratio > 1, "wider than tall", _DISTORTION),
    ]


def file_sizes(images: pd.DataFrame) -> list[str]:
    """What the sizes of the files say."""
    size = images["bytes"].to_numpy(dtype=float)
    pixels = (images["width"] * images["height"]).to_numpy(dtype=float)
    each = 8 * size.sum() / pixels.sum()
    text = (
        f"The files take {size_of(int(size.sum()))} together, "
        f"{size_of(int(np.median(size)))} each in the middle: "
        f"{each:.1f} bits a pixel."
    )
    large = "A file far larger than the others is often a photo that was not scaled down; far "
    return [
        text,
        large + "smaller, a thumbnail, an empty picture, or one that was saved very coarsely.",
        _telling(images, size > np.median(size), "larger than most", _DETAIL),
    ]


def formats(images: pd.DataFrame) -> list[str]:
    """What the formats say."""
    kinds = traits.by_format(images)
    turned = int((images["exif_orientation"] > 1).sum())
    first = str(kinds.bins["name"].iloc[0])
    if len(kinds.bins) == 1:
        text = f"Every image is **{first}**, so the format gives nothing away."
    else:
        text = (
            f"Most images are **{first}** ({percent(float(np.mean(kinds.keys == first)), 0)}). "
            "Formats leave traces in the pixels. Where one class comes in another format, a "
            "network can learn the traces instead of the thing."
        )
    told = [text]
    if len(kinds.bins) > 1:
        told.append(_telling(images, kinds.keys != first, f"not {first}", _TRACES))
    if turned:
        were = "image was" if turned == 1 else "images were"
        told.append(
            f"{turned:,} {were} stored lying on the side or upside down, as cameras do, and "
            "turned upright here, as the file's EXIF says."
        )
    return told


def _telling(images: pd.DataFrame, chosen: NDArray[np.bool_], what: str, how: str) -> str:
    """A warning where what was chosen is common in one class and rare in another; else ''."""
    shares = pd.Series(chosen).groupby(images["label"].to_numpy()).mean().sort_values()
    low, high = float(shares.iloc[0]), float(shares.iloc[-1])
    if high - low < _GIVES_AWAY:
        return ""
    rare, common = (plain(str(shares.index[place])) for place in (0, -1))
    return (
        f":material/warning: **{percent(high, 0)}** of *{common}* are {what}, and "
        f"{percent(low, 0)} of *{rare}*. {how}"
    )


# How a network, which sees nothing but pixels, could tell after all
_SOFTNESS: Final = (
    "The network does not see the size, but it sees how soft a blown-up picture is, and may take "
    "that for the class."
)
_DISTORTION: Final = (
    "The network sees how an image was squashed, cut or padded, and may take that for the class."
)
_DETAIL: Final = (
    "The network does not see the size of a file, but it sees what makes it large: detail, noise, "
    "weak compression. Is that part of the class, or of how its pictures were saved?"
)
_TRACES: Final = "The network sees the traces, and may take them for the class."
_ADVICE: Final = {
    "smaller": "Blown up, these look soft to the network. Drop those on which you cannot tell the "
    "class yourself.",
    "huge": "They are scaled down like all others, so what matters in them may get very small. "
    "Are they of the same kind as the rest?",
    "unlike-size": "Where do these come from? Images from another source often differ in more "
    "than size.",
    "long": "Squashed to a square, these are distorted the most; cropped, they lose more than "
    "half. *Pad* keeps them whole, but small.",
    "unlike-shape": "These are distorted or cut in another way than the rest. That is fine as "
    "long as every class has some.",
    "heavy": "They only take room and time. Look whether they show the same kind of picture.",
    "light": "Look whether there is anything on them.",
    "unlike-format": "Often from another source. Look whether they fit with the rest.",
    "turned": "Check that they stand upright: the note in the file may be wrong.",
}


def _captions(trait: str, images: pd.DataFrame, rows: traits.Places) -> list[str]:
    part = images.iloc[rows]
    if trait == "bytes":
        said = [size_of(int(number)) for number in part["bytes"]]
    elif trait == "format":
        said = [f"{kind}, {mode}" for kind, mode in zip(part["format"], part["mode"], strict=True)]
    else:
        said = [f"{w:,} × {h:,}" for w, h in zip(part["width"], part["height"], strict=True)]
    return [f"{label}\n{text}" for label, text in zip(part["label"], said, strict=True)]
