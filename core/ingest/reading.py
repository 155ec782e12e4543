"""How an archive is to be read: where labels come from, and what is kept of a given split.

A reading is plain data. The page makes one, the job carries it as JSON, ingest follows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any, Self

from core.errors import SettingsProblem


class LabelsFrom(StrEnum):
    """What tells the class of an image."""

    FOLDERS = "folders"
    TABLE = "table"
    NAMES = "names"
    ONE = "one"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Reading:
    """How to read an archive.

    Attributes:
        labels: what tells the class.
        root: the folder that holds the class folders, ``''`` for the top; None finds it.
        keep_split: whether images stay on the side that the archive puts them on. None: where
            it names two sides or more; a single one divides nothing.
        table: which of several tables, by `LabelsTable.family`; ``''`` takes the one that
            lists the most files.
        pattern: of the file names, see `patterns`; ``''`` finds one.
        one: the class of all images, for `LabelsFrom.ONE`.
        rename: classes and what they are to be called; one name for two merges them.
        leave_out: classes (by the names that they have in the archive) that are not taken.
    """

    labels: LabelsFrom = LabelsFrom.FOLDERS
    root: str | None = None
    keep_split: bool | None = None
    table: str = ""
    pattern: str = ""
    one: str = ""
    rename: tuple[tuple[str, str], ...] = ()
    leave_out: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """This reading as JSON values."""
        plain = {field.name: getattr(self, field.name) for field in fields(self)}
        return plain | {"labels": str(self.labels), "rename": dict(self.rename)}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """The reading that `to_json` made ``plain`` of.

        Raises:
            SettingsProblem: it is none.
        """
        known = {field.name for field in fields(cls)}
        try:
            values = {name: value for name, value in plain.items() if name in known}
            values["labels"] = LabelsFrom(values.get("labels", LabelsFrom.FOLDERS))
            values["rename"] = tuple((str(a), str(b)) for a, b in values["rename"].items())
            values["leave_out"] = tuple(str(label) for label in values["leave_out"])
            return cls(**values)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise SettingsProblem(
                "It is not clear how these images are to be read",
                f"The note about it is damaged ({type(error).__name__})",
                "Upload the images again",
            ) from error

    def renamed(self, label: str, to: str) -> Self:
        """This reading with class ``label`` called ``to``; its own name takes that back."""
        others = tuple(pair for pair in self.rename if pair[0] != label)
        to = " ".join(to.split())
        return replace(self, rename=others if to in ("", label) else (*others, (label, to)))
