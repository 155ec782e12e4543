"""One image of a run, looked at closely: what was said of it, why, and what can be done."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, Final

import pandas as pd
import streamlit as st

from core import charts
from core.errors import DataProblem
from core.ingest import decode, original_path
from core.lessons import glossary
from core.ui import asking, errors_acts, errors_checks, errors_why, likely
from core.ui.errors_scope import Scope
from core.words import percent, plain

_PREVIEW: Final = 480


def show(scope: Scope, row: pd.Series[Any]) -> None:
    """The image of ``row``, which is one of ``scope.answers``."""
    errors_why.begin(scope, row)
    with st.container(border=True, key="detail"):
        st.markdown(_verdict(row), help=glossary()["confidence"].help)
        errors_acts.offer(scope, row)  # above the picture, so that they are always in sight
        heat = errors_why.picture(scope, row, preview(scope.project.folder, str(row["sha256"])))
        _probabilities(scope, row)
        nearest = errors_why.nearest(scope, row)
        errors_checks.show(scope, str(row["image_id"]))
        st.caption(f"File: {plain(str(row['source']))}")
        asking.look_again(*filter(None, (heat, nearest)))


def _probabilities(scope: Scope, row: pd.Series[Any]) -> None:
    probabilities = [float(row[f"p_{place}"]) for place in range(len(scope.classes))]
    told = (scope.classes, probabilities, str(row["label"]), str(row["predicted"]))
    likely.show(charts.likeliest(*told))


def preview(folder: Path, sha256: str) -> bytes | None:
    """An original, upright and no larger than needed, as WebP; None where it cannot be read."""
    try:
        return _preview(str(folder), sha256)
    except (OSError, DataProblem):  # not kept: the image may come back
        return None


@st.cache_data(max_entries=32, show_spinner=False)
def _preview(folder: str, sha256: str) -> bytes:
    image = decode(original_path(Path(folder), sha256).read_bytes(), at_least=_PREVIEW // 2)
    image.thumbnail((_PREVIEW, _PREVIEW))
    target = io.BytesIO()
    image.save(target, "WEBP", quality=85, method=2)  # a third of the time of 4, as small
    return target.getvalue()


def _verdict(row: pd.Series[Any]) -> str:
    sure = f"**{plain(row['predicted'])}** with {percent(float(row['confidence']))}"
    if row["correct"]:
        return f"It said {sure}, and that is the label."
    return f"It said {sure}. The label is **{plain(row['label'])}**."
