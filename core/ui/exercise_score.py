"""A score in words and as a table."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.exercise import OTHER, Fault, Score, words_of
from core.words import count, percent


def show(found: Score) -> None:
    """The sum, a friendly sentence, and every kind of fault."""
    with st.container(key="figures-score", horizontal=True, gap="large"):
        st.metric("Score", percent(found.points, 0), width="content", help=_POINTS)
        st.metric("Found", f"{found.found:,} of {found.planted:,}", width="content")
        st.metric("Falsely accused", f"{found.accused:,}", width="content", help=_ACCUSED)
    st.markdown(in_words(found))
    st.dataframe(
        table(found), hide_index=True, key="exercise-score", alt="Found, missed and falsely accused"
    )


def in_words(found: Score) -> str:
    """What went well, and where to look again."""
    if found.found == found.planted and not found.accused:
        return "**Case closed.** You found everything, and accused nobody who is innocent."
    if not found.found and not found.accused:
        return "Nothing found yet. Begin on the *Clean* page, with the first check in its list."
    lines = []
    if found.found == found.planted:
        lines.append("You found everything that was hidden.")
    else:
        worst = max(found.kinds, key=lambda each: each.missed)
        most = "Most of what is" if worst.missed > 1 else "What is"
        lines.append(f"{most} left to find: **{title_of(worst.kind).lower()}**.")
    if found.accused:
        lines.append(
            f"{count(found.accused, 'time')} you took something sound for a fault. A tool that "
            "suggests is no proof: look at the picture before you decide."
        )
    return " ".join(lines)


def table(found: Score) -> pd.DataFrame:
    """One row a kind of fault."""
    return pd.DataFrame(
        {
            "Kind": [title_of(each.kind) for each in found.kinds],
            "Found": [each.found for each in found.kinds],
            "Missed": [each.missed for each in found.kinds],
            "Falsely accused": [each.accused for each in found.kinds],
        }
    )


def title_of(kind: str) -> str:
    """What a kind of fault is called."""
    return "Dropped for another reason" if kind == OTHER else words_of(Fault(kind)).title


_POINTS = "What you found, less what you falsely accused, as a share of all that was hidden."
_ACCUSED = "Sound images that were dropped or relabelled, and sound classes or files in the report."
