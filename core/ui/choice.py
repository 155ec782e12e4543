"""One of a few things, side by side, of which one is always chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import streamlit as st

T = TypeVar("T")


def one_of(
    label: str,
    options: Mapping[T, str] | Sequence[T],
    key: str,
    first: T | None = None,
    help: str | None = None,
    is_labelled: bool = False,
    **more: Any,
) -> T:
    """The one that the user chose.

    Args:
        label: what is asked; seen only with ``help`` or where ``is_labelled``.
        options: by what they are called; without names they are called what they are.
        key: the widget's.
        first: chosen to begin with, instead of the first option.
        help: about the question.
        is_labelled: show the label.
        more: as `st.segmented_control` takes it.
    """
    names = dict(options) if isinstance(options, Mapping) else {each: str(each) for each in options}
    usual = next(iter(names)) if first is None else first
    chosen = st.segmented_control(
        label,
        list(names),
        default=usual,
        format_func=names.__getitem__,
        required=True,
        key=key,
        help=help,
        label_visibility="visible" if help or is_labelled else "collapsed",
        **more,
    )
    return usual if chosen is None else chosen
