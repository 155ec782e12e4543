"""What the views of the explore page share: a chart whose bins can be chosen, and their images."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core.project import Project
from core.traits import Places
from core.ui import actions, component, state
from core.ui.gallery import gallery
from core.ui.plots import plot

_A_PAGE, _CHOICES = 24, 12


def chart(figure: go.Figure, alt: str, key: str, chooser: str | None = None) -> None:
    """Draw ``figure``; with ``chooser``, a click on a mark chooses its key in that widget."""
    if chooser is None:
        plot(figure, alt=alt, key=key)
        return
    plot(
        figure,
        alt=alt,
        key=key,
        on_select=lambda: _follow(key, chooser),
        selection_mode="points",
    )


def one_image(project: Project, images: pd.DataFrame, label: str, key: str) -> pd.Series[Any]:
    """The image of a class that the user opens in its gallery; the first to begin with.

    Args:
        project: where they lie.
        images: ``image_id``, ``sha256``, ``label``, ``source`` and what else the row should have.
        label: the class.
        key: of the gallery, unique on the page.

    Returns:
        Its row of ``images``, with the name of its file as ``caption``.
    """
    part = images.iloc[np.flatnonzero((images["label"] == label).to_numpy())]
    part = part.assign(caption=part["source"].str.rsplit("/", n=1).str[-1])
    with st.expander("Choose another image of this class"):
        name = f"{key}-{project.id}-{label}"
        opened = gallery(part, project.thumbs, name, _CHOICES, opens=True).opened
    return part[part["image_id"] == opened].iloc[0] if opened else part.iloc[0]


def images_of(
    project: Project,
    images: pd.DataFrame,
    rows: Places,
    key: str,
    captions: Sequence[str] | None = None,
) -> None:
    """The images at ``rows`` of the table, to be selected, and what can be done with them.

    Args:
        project: where they lie.
        images: ``image_id``, ``sha256``, ``label`` and ``source``.
        rows: places in ``images``; they are drawn in this order.
        key: unique on the page; another key begins with nothing selected.
        captions: in place of class and file name, one for each row.
    """
    part = images.iloc[np.asarray(rows)][["image_id", "sha256", "label", "source"]]
    names = part["source"].str.rsplit("/", n=1).str[-1]
    part = part.assign(caption=captions or part["label"] + "\n" + names)
    chosen = gallery(part, project.thumbs, key, _A_PAGE, select=True).selected
    actions.offer(project, chosen, key)


def _follow(key: str, chooser: str) -> None:
    """Have the widget ``chooser`` take over what was chosen in the chart ``key``."""
    points = component.reported(key, "selection").get("points")
    point = points[0] if isinstance(points, list) and points else None
    chosen = point.get("customdata") if isinstance(point, dict) else None
    if isinstance(chosen, list):
        chosen = chosen[0] if chosen else None
    if isinstance(chosen, str):
        state.choose_widget(chooser, chosen)
