"""The map of the images on the explore page: what looks alike lies together."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from core import atlas, files
from core.audit import CHECKS, Check, Scope
from core.catalogue import content_id
from core.charts.style import QUIET, RIGHT, THIRD, WARN, WRONG
from core.errors import ProjectProblem
from core.lessons import lesson
from core.project import Project
from core.ui import actions, tables, tending
from core.ui.choice import one_of
from core.ui.gallery import gallery
from core.ui.map_component import Mark, Sheet, image_map
from core.ui.pictures import lost_of
from core.ui.remembered import remembered
from core.words import count, plain

KIND: Final = "map"
_WORDS: Final = tending.Words(
    "Stop drawing", "You stopped the map", "What the network saw so far is kept."
)
_VIEWS: Final = {"alike": "Alike together", "pca": "Main directions"}
_COLUMNS: Final = {"alike": ("x", "y"), "pca": ("pca_x", "pca_y")}
_HELP: Final = (
    "**Alike together** (t-SNE) keeps neighbours close; distances between far groups mean little. "
    "**Main directions** (PCA) shows the two directions in which the images differ most."
)
_BY_CLASS: Final = "Class"
_COLOURS: Final = (RIGHT, WRONG, THIRD, "#CC79A7", WARN, "#56B4E9", QUIET)
_SHAPES: Final = ("circle", "square", "triangle", "diamond", "cross")
_LEGEND: Final = 24  # classes that have a mark of their own
_LEVELS: Final = ((0.2, WRONG), (0.4, "#E69F00"), (0.6, QUIET), (0.8, "#56B4E9"), (1.01, RIGHT))
_A_PAGE: Final = 24


def show(project: Project) -> None:
    """The map, or a way to have it drawn; below it the images that were selected on it."""
    busy = tending.tend(project, KIND, _WORDS)
    places = _places(project)
    if places.empty:
        st.markdown(lesson("map"))
        if not busy and st.button("Draw the map", type="primary", icon=":material/map:"):
            tending.begin(project, KIND)
        return
    images = tables.images(project)
    bare = not project.map_file.with_suffix(".webp").is_file() and not lost_of(project).missing
    if not busy and (bare or places["catalogue"].iat[0] != content_id(images)):
        _offer_anew(project, places, images, bare)
    rows = places.merge(images, on="image_id", suffixes=("_then", ""), sort=False)
    if rows.empty:
        st.markdown("None of the images on this map is left.")
        return
    selected = _draw(project, rows)
    _selection(project, rows.iloc[selected])


def _offer_anew(project: Project, places: pd.DataFrame, images: pd.DataFrame, bare: bool) -> None:
    came = len(set(images["image_id"]) - set(places["image_id"]))
    text = "Labels or images changed since this map was drawn."
    if bare:
        text = "This map came without its pictures."
    if came and len(images) <= atlas.MOST:
        text = f"{count(came, 'image')} came since this map was drawn."
    with st.container(horizontal=True, vertical_alignment="center", key="map-age"):
        st.caption(text, width="content")
        if st.button("Draw it again", icon=":material/refresh:", type="tertiary"):
            tending.begin(project, KIND)


def _draw(project: Project, rows: pd.DataFrame) -> list[int]:
    with st.container(horizontal=True, vertical_alignment="bottom", key="map-choices"):
        view = one_of("Arrange", _VIEWS, "map-arrange", first="alike", help=_HELP)
        scored = _scored(project)
        names = [_BY_CLASS, *scored]
        by = st.selectbox("Colour by", names, key="map-colour", width=280)
    if by == _BY_CLASS or by not in scored:
        keys, legend = by_class(rows["label"])
        captions = rows["label"].astype(str)
    else:
        scores = _scores(project, scored[by], rows)
        keys, legend = by_score(scores)
        shown = ["not known" if np.isnan(value) else f"{value:.2f}" for value in scores]
        captions = rows["label"].astype(str) + " · " + pd.Series(shown, index=rows.index)
    across, down = _COLUMNS[view]
    path = project.map_file.with_suffix(".webp")
    version = tables.stamp(project.map_file, path)
    return image_map(
        rows[across].to_numpy(),
        rows[down].to_numpy(),
        keys,
        legend,
        captions.tolist(),
        _sheet(str(path), version, tuple(rows["place"]), len(_places(project))),
        f"{version} {len(rows)}",
        f"{view} {by}",
        key=f"map-{project.id}",
    )


def _selection(project: Project, rows: pd.DataFrame) -> None:
    if rows.empty:
        return
    st.header(f"{count(len(rows), 'image')} selected on the map", anchor=False)
    st.caption(numbers_told(rows["label"]))
    rows = rows.assign(caption=rows["label"])
    picked = gallery(
        rows, project.thumbs, f"map-images-{project.id}", page_size=_A_PAGE, select=True
    ).selected
    if not picked:
        st.caption("The buttons below are for all of them; select some to act on those alone.")
    actions.offer(project, picked or rows["image_id"].tolist(), key="map")


def numbers_told(labels: pd.Series[Any]) -> str:
    """How many images the largest classes have, as Markdown."""
    numbers = labels.value_counts().head(8)
    return ", ".join(f"{plain(str(label))}: {number:,}" for label, number in numbers.items())


def by_class(labels: pd.Series[Any]) -> tuple[list[int], list[Mark]]:
    """The mark of each image, and the marks: one a class, the largest classes first.

    A class has a colour and a shape; the smallest of very many classes share the last mark.
    """
    names = labels.value_counts().index.tolist()
    own = names if len(names) <= _LEGEND else names[: _LEGEND - 1]
    legend = [
        Mark(
            _COLOURS[at % len(_COLOURS)],
            _SHAPES[(at + at // len(_COLOURS)) % len(_SHAPES)],
            str(name),
        )
        for at, name in enumerate(own)
    ]
    if len(own) < len(names):
        legend.append(Mark(QUIET, "circle", f"{len(names) - len(own)} more classes"))
    place = {name: min(at, len(legend) - 1) for at, name in enumerate(names)}
    return [place[name] for name in labels], legend


def by_score(scores: np.ndarray[Any, np.dtype[np.float64]]) -> tuple[list[int], list[Mark]]:
    """The mark of each image by its score: five levels, the worst first, and one for no score."""
    tops = np.array([top for top, _ in _LEVELS])
    lows = [0.0, *tops[:-1]]
    legend = [
        Mark(colour, _SHAPES[at], f"{low:.1f} to {min(top, 1):.1f}")
        for at, ((top, colour), low) in enumerate(zip(_LEVELS, lows, strict=True))
    ]
    legend[0] = Mark(legend[0].colour, legend[0].shape, f"{legend[0].text} (worst)")
    keys = np.searchsorted(tops, np.nan_to_num(scores, nan=-1.0), side="right")
    if np.isnan(scores).any():
        legend.append(Mark(QUIET, "circle", "not known"))
        keys[np.isnan(scores)] = len(legend) - 1
    return keys.tolist(), legend


def _scored(project: Project) -> dict[str, Check]:
    """The checks that gave every image a score, by title."""
    asked = tables.standing(project).asked
    return {
        check.title: check
        for check in CHECKS
        if check.scope is Scope.IMAGE and check.name in asked and asked[check.name].ran
    }


def _scores(
    project: Project, check: Check, rows: pd.DataFrame
) -> np.ndarray[Any, np.dtype[np.float64]]:
    asked = tables.standing(project).asked[check.name]
    table = pd.Series(asked.scores, index=pd.Index(asked.table["image_id"]))
    scores: np.ndarray[Any, np.dtype[np.float64]] = np.asarray(rows["image_id"].map(table), float)
    return scores


def _places(project: Project) -> pd.DataFrame:
    return _read(str(project.map_file), tables.stamp(project.map_file))


@remembered
def _read(path: str, stamp: str) -> pd.DataFrame:
    """The map as it was drawn; ``place`` is where a picture stands on the sheet. Shared."""
    if not Path(path).is_file():
        return pd.DataFrame()
    try:
        table = files.read_table(Path(path))
        columns = ["image_id", "x", "y", "pca_x", "pca_y", "catalogue"]
        return table[columns].assign(place=np.arange(len(table)))
    except Exception as error:  # pyarrow raises many kinds
        raise ProjectProblem(
            "The map cannot be read", "map.parquet is damaged", "Delete it and draw the map again"
        ) from error


@remembered
def _sheet(path: str, stamp: str, places: tuple[int, ...], drawn: int) -> Sheet:
    """The pictures of the images at ``places`` of a map on which ``drawn`` images stand."""
    side = atlas.side_of(drawn)
    content = Path(path).read_bytes() if Path(path).is_file() else b""
    if content and len(places) < drawn:
        content = atlas.part(content, side, places)
    return Sheet(content, atlas.COLUMNS, side)
