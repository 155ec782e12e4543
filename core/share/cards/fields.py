"""What only a person can tell for the cards: what for, by whom, with whose leave."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from core import files
from core.errors import ProjectProblem, SettingsProblem
from core.project import Project
from core.settings import Settings

_HIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_EMPTY_LINES = re.compile(r"\n{3,}")
_LINE, _LONG = 200, 2000  # characters


def written(label: str, help: str, longest: int = _LINE) -> Any:
    """A field that somebody writes in; it knows how to present itself, and how long it may be."""
    metadata = {"label": label, "help": help, "longest": longest}
    return dataclasses.field(default="", metadata=metadata)


@dataclass(frozen=True)
class CardFields(Settings):
    """What a person writes for both cards; '' was not told.

    Characters that cannot be shown are taken out. A field of one line has no line breaks.

    Raises:
        SettingsProblem: a value is no text, or too long.
    """

    purpose: str = written(
        "What it is for", "What the classifier is to do, and where its answers go.", _LONG
    )
    users: str = written("Who is to use it", "Growers in the field, a class at school.")
    not_for: str = written(
        "What it must not be used for",
        "What follows from the tests is told by itself; add what only you know.",
        _LONG,
    )
    author: str = written("Author", "Who made the classifier: a name, a group, a school.")
    contact: str = written("Contact", "Where questions go. Whoever has the card reads it.")
    model_licence: str = written(
        "Licence of the model", "What others may do with it, such as Apache-2.0 or CC BY 4.0."
    )
    collected_by: str = written("Collected by", "Who took or gathered the images.")
    collected_where: str = written("Where", "Places, devices, web sites.")
    collected_when: str = written("When", "A year, a season, from when to when.")
    collected_how: str = written(
        "How they were chosen",
        "How the images were taken or found, who gave them their classes, and what was left out.",
        _LONG,
    )
    people: str = written(
        "People in the images",
        "Whether persons, or what is private to them, can be seen, and whether they agreed.",
        _LONG,
    )
    curated_by: str = written(
        "Cleaned by", "Who decided about images and labels. The log of decisions keeps no names."
    )
    data_licence: str = written(
        "Licence of the images", "What others may do with them, such as CC BY 4.0, or: all mine."
    )
    data_limits: str = written(
        "Known gaps of the images",
        "What is missing: a season, a kind of camera, rare cases.",
        _LONG,
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        for field in dataclasses.fields(self):
            longest = field.metadata["longest"]
            value = tidy(getattr(self, field.name), longest > _LINE)
            if len(value) > longest:
                raise SettingsProblem(
                    f"'{field.metadata['label']}' is too long",
                    f"It has {len(value):,} characters, {longest:,} are the most",
                    "Say it in fewer words",
                )
            object.__setattr__(self, field.name, value)


OF_MODEL = ("purpose", "users", "not_for", "author", "contact", "model_licence")
"""the fields that the model card shows"""
OF_DATA = (
    *("collected_by", "collected_where", "collected_when", "collected_how"),
    *("people", "data_licence", "curated_by", "data_limits"),
)
"""the fields that the data card shows"""


def tidy(text: str, has_lines: bool) -> str:
    """``text`` without what cannot be shown; on one line unless it ``has_lines``."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if not has_lines:
        return _HIDDEN.sub("", " ".join(text.split()))
    lines = [line.rstrip() for line in _HIDDEN.sub("", text.replace("\t", " ")).split("\n")]
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


def read(project: Project) -> CardFields:
    """What was written for the cards of ``project``; what is damaged counts as not told."""
    try:
        content = files.read_json(project.card_file)
    except (OSError, ValueError, RecursionError):
        return CardFields()
    values = content if isinstance(content, dict) else {}
    known = {field.name: field.metadata["longest"] for field in dataclasses.fields(CardFields)}
    return CardFields(
        **{
            name: tidy(value, longest > _LINE)[:longest].strip()
            for name, longest in known.items()
            if isinstance(value := values.get(name), str)
        }
    )


def save(project: Project, fields: CardFields) -> None:
    """Keep ``fields`` with ``project``.

    Raises:
        ProjectProblem: the disk is full or may not be written.
    """
    try:
        files.write_json(project.card_file, fields.to_dict())
    except OSError as error:
        raise ProjectProblem(
            "What you wrote could not be saved",
            f"Writing to project '{project.name}' failed: {error.strerror}",
            "Free some space, then try again",
        ) from error


def with_values(fields: CardFields, values: dict[str, str]) -> CardFields:
    """``fields`` with some of them written anew.

    Raises:
        SettingsProblem: a value is too long.
    """
    return dataclasses.replace(fields, **values)


def label_of(name: str) -> str:
    """What the field ``name`` is called for people."""
    return str(_metadata(name)["label"])


def help_of(name: str) -> str:
    """What belongs into the field ``name``."""
    return str(_metadata(name)["help"])


def longest(name: str) -> int:
    """How many characters the field ``name`` may have."""
    return int(_metadata(name)["longest"])


def is_long(name: str) -> bool:
    """Whether the field ``name`` takes several lines."""
    return longest(name) > _LINE


def _metadata(name: str) -> Any:
    return next(f.metadata for f in dataclasses.fields(CardFields) if f.name == name)
