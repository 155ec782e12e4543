"""Forms drawn from settings: each field's type, range, label and help decide its widget."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable, Collection
from enum import StrEnum
from typing import Any, Final, TypeVar

import streamlit as st

from core.lessons import glossary
from core.settings import Settings

S = TypeVar("S", bound=Settings)

# What a choice is called where its value says too little: by its value, or by field and value.
CHOICES: Final = {
    "efficientnet-lite0": "EfficientNet Lite0 (fast)",
    "efficientnet-lite2": "EfficientNet Lite2 (sharper)",
    "finetune": "Fine-tune",
    "scratch": "From scratch",
    "whole": "Whole network",
    "balance=on": "Class weights",
    "balance=sampling": "Sampling",
    "balance=off": "As they come",
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
        options = {"key": f"{key}-{field.name}", "persist_state": "session"}
        chosen[field.name] = _widget(field, hints[field.name], value, {"value": value, **options})
    return dataclasses.replace(defaults, **chosen)


def setting_widget(
    kind: type[Settings],
    name: str,
    value: Any,
    usual: Any,
    key: str,
    on_change: Callable[[], None],
    disabled: bool = False,
) -> None:
    """Draw the widget of one setting, which is held elsewhere.

    Args:
        kind: the settings that the field belongs to.
        name: the field.
        value: what it is now.
        usual: what it usually is; the step of a number suits it.
        key: the widget's key, see `core.ui.state.key_of`.
        on_change: called when the user changed it.
        disabled: whether it is shown but cannot be changed.
    """
    field = next(field for field in dataclasses.fields(kind) if field.name == name)
    options = {"value": value, "key": key, "on_change": on_change, "disabled": disabled}
    _widget(field, typing.get_type_hints(kind)[name], usual, options)


def help_of(field: dataclasses.Field[Any]) -> str:
    """The help of a field: its own sentence, then what the glossary adds."""
    entry = glossary().get(field.name)
    own = str(field.metadata["help"])
    return f"{own}\n\n{entry.more}" if entry and entry.more else own


def choice_name(value: StrEnum | str, field: str = "") -> str:
    """What a choice is called on a page; ``field`` says of what."""
    plain = str(value).replace("-", " ").replace("_", " ").capitalize()
    named = CHOICES.get(f"{field}={value}") or CHOICES.get(str(value))
    return named or (f"{plain} px" if plain.isdigit() else plain)


def _widget(field: dataclasses.Field[Any], kind: Any, value: Any, options: dict[str, Any]) -> Any:
    """Draw one widget. ``options`` go to it; the ``value`` among them is what it starts with."""
    label = str(field.metadata["label"])
    low, high = field.metadata["low"], field.metadata["high"]
    options["help"] = help_of(field)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        choices = list(kind)
        options["index"] = choices.index(options.pop("value"))
        return st.selectbox(
            label,
            choices,
            format_func=lambda choice: choice_name(choice, field.name),
            filter_mode=None,
            **options,
        )
    if kind is bool:
        return st.toggle(label, **options)
    if kind is int:
        return st.number_input(label, int(low), int(high), step=1, **options)
    step = _step(value, float(high))
    return st.number_input(label, float(low), float(high), step=step, format="%g", **options)


def _step(value: float, high: float) -> float:
    """A step that suits the size of ``value``: 0.05 for shares, 1e-4 for a rate of 1e-3."""
    if value == 0 or value >= 0.05:
        return min(0.05, high / 20)
    return float(f"{value / 10:.0e}")
