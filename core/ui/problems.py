"""A Problem on a page is help: what happened, what was found, what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from core.errors import Problem
from core.words import plain


def show(problem: Problem) -> None:
    """Draw ``problem`` as a box of help."""
    detail, fix = (plain(text).rstrip(".") for text in (problem.detail, problem.fix))
    parts = [f"{detail}." if detail else "", f"**What to do:** {fix}." if fix else ""]
    body = "\n\n".join(part for part in parts if part)
    st.error(body or "No more is known.", title=plain(problem.title), icon=":material/error:")


@contextmanager
def shown() -> Iterator[None]:
    """Draw a Problem that the block raises, instead of a traceback."""
    try:
        yield
    except Problem as problem:
        show(problem)
