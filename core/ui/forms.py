"""Forms drawn from settings: each field's type, range, label and help decide its widget."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Collection
from enum import StrEnum
from typing import Any, Final, TypeVar

import streamlit as st

from core.lessons import glossary
from core.settings import Settings

S = TypeVar("S", bound=Settings)

# What a choice is called where its value alone says too little.
CHOICES: Final = {
    "efficientnet-lite0": "EfficientNet Lite0 (fast)",
    "efficientnet-lite2": "EfficientNet Lite2 (sharper)",
}


def settings_form(defaults: S, key: str, only: Collection[str] | None = None) -> S:
    """Draw a widget for each field of ``defaults`` and return the settings as chosen.

    Args:
        defaults: what the widgets start with; fields that are not drawn keep their value.
        key: prefix of the widgets' keys; another key starts afresh.
        only: the fields to draw; all where it is None.

    Raises:
        SettingsProblem: the values contradict each other.
    """
    fields = [f for f in dataclasses.fields(defaults) if only is None or f.name in only]
    hints = typing.get_type_hints(type(defaults))
    chosen: dict[str, Any] = {}
    for field in fields:
        value = getattr(defaults, field.name)
        chosen[field.name] = _widget(field, hints[field.name], value, f"{key}-{field.name}")
    return dataclasses.replace(defaults, **chosen)


def help_of(field: dataclasses.Field[Any]) -> str:
    """The help of a field: its own sentence, then what the glossary adds."""
    entry = glossary().get(field.name)
    own = str(field.metadata["help"])
    return f"{own}\n\n{entry.more}" if entry and entry.more else own


def choice_name(value: StrEnum | str) -> str:
    """What a choice is called on a page."""
    return CHOICES.get(str(value), str(value).replace("-", " ").replace("_", " ").capitalize())


def _widget(field: dataclasses.Field[Any], kind: Any, value: Any, key: str) -> Any:
    label = str(field.metadata["label"])
    low, high = field.metadata["low"], field.metadata["high"]
    help = help_of(field)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        options = list(kind)
        return st.selectbox(
            label,
            options,
            index=options.index(value),
            format_func=choice_name,
            help=help,
            key=key,
            filter_mode=None,
            persist_state="session",
        )
    if kind is bool:
        return st.toggle(label, value, help=help, key=key, persist_state="session")
    if kind is int:
        return st.number_input(
            label, int(low), int(high), value, 1, help=help, key=key, persist_state="session"
        )
    return st.number_input(
        label,
        float(low),
        float(high),
        value,
        step=_step(value, float(high)),
        format="%g",
        help=help,
        key=key,
        persist_state="session",
    )


def _step(value: float, high: float) -> float:
    """A step that suits the size of ``value``: 0.05 for shares, 1e-4 for a rate of 1e-3."""
    if value == 0 or value >= 0.05:
        return min(0.05, high / 20)
    return float(f"{value / 10:.0e}")
