"""One of some things, of which one is always chosen: side by side, or in a box."""

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


def from_box(
    label: str, options: Mapping[str, str], key: str, help: str | None = None, **more: Any
) -> str:
    """The one of many that the user chose in a box, the first to begin with.

    What the options are called may change while one of them is chosen, such as a count in a name.
    A browser tells of the name; one that nobody knows any more would mean the first option at the
    next click, wherever that is. So where names change, the browser is told the choice anew.

    Args:
        label: what is asked.
        options: by what they are called.
        key: the widget's; charts may set its state too.
        help: about the question.
        more: as `st.selectbox` takes it.
    """
    known, names = f"names-{key}", list(options.values())
    if st.session_state.get(known, names) != names and st.session_state.get(key) in options:
        st.session_state[key] = st.session_state[key]
    st.session_state[known] = names
    chosen = st.selectbox(
        label,
        list(options),
        format_func=lambda name: options.get(name, name),
        key=key,
        help=help,
        **more,
    )
    return str(chosen)
