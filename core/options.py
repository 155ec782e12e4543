"""The command line's options of `train`: one for each setting, drawn from the settings' fields."""

from __future__ import annotations

import argparse
import dataclasses
import typing
from enum import StrEnum
from typing import Any, Final

from core.recipe import PRESETS
from core.settings import Method, TrainSettings

USUAL_VIEWS: Final = 4  # where a recipe is named
_OF_SPLIT_TOO: Final = {"seed": " It also decides how the images are divided."}


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Add ``--method``, ``--augment`` and an option for every other setting to ``parser``."""
    kinds = typing.get_type_hints(TrainSettings)
    parser.add_argument(
        "--augment",
        metavar="PRESET|FILE",
        help=f"learn altered copies too, made by this recipe: {', '.join(PRESETS)}, "
        "or a file with one, such as a project's recipe.json",
    )
    settings = parser.add_argument_group(
        "settings",
        "What is not given is what suits the method, as the brackets tell.",
    )
    for field in dataclasses.fields(TrainSettings):
        kind = kinds[field.name]
        shape: dict[str, Any] = {"type": kind, "metavar": "N" if kind is int else "X"}
        if issubclass(kind, StrEnum):
            shape = {"choices": [str(choice) for choice in kind]}
        text = f"{field.metadata['help']}{_OF_SPLIT_TOO.get(field.name, '')} {_usual(field.name)}"
        option = f"--{field.name.replace('_', '-')}"
        settings.add_argument(option, help=text.replace("%", "%%"), **shape)


def chosen_settings(options: argparse.Namespace) -> TrainSettings:
    """The settings that ``options`` ask for; what is not given follows the method.

    Raises:
        SettingsProblem: a value lies outside its range.
    """
    names = [field.name for field in dataclasses.fields(TrainSettings)]
    given = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    usual = TrainSettings.usual(Method(given.get("method", Method.HEAD))).to_dict()
    if options.augment:
        usual["views"] = usual["views"] or USUAL_VIEWS
    return TrainSettings.from_dict({**usual, **given})


def _usual(name: str) -> str:
    """What a setting is where nobody says: for all methods, or where they differ for each."""
    if name == "views":
        return f"[{USUAL_VIEWS} with --augment, else 0]"
    if name == "method":
        return f"[{Method.HEAD}]"
    values = {str(m): TrainSettings.usual(m).to_dict()[name] for m in Method}
    shown = {method: f"{v:g}" if isinstance(v, float) else v for method, v in values.items()}
    if len(set(values.values())) == 1:
        return f"[{shown[Method.HEAD]}]"
    return f"[{', '.join(f'{method} {value}' for method, value in shown.items())}]"
