"""The likeliest classes of an image as bars of plain HTML: a chart takes far longer to draw."""

from __future__ import annotations

import html
from collections.abc import Sequence

import streamlit as st

from core.charts import Likely
from core.words import percent


def show(rows: Sequence[Likely]) -> None:
    """Draw one bar a class, with its name, what it is to the image, and its probability."""
    st.html(f'<ul class="likely">{"".join(map(_row, rows))}</ul>')


def _row(one: Likely) -> str:
    name = html.escape(one.label) + (f" <small>{one.role}</small>" if one.role else "")
    return (
        f'<li><span dir="auto">{name}</span><span>{percent(one.share)}</span>'
        f'<i style="width: {100 * one.share:.1f}%; background: {one.colour}"></i></li>'
    )
