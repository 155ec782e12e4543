"""What a field test found, as plain data; and how it is kept beside its run."""

from __future__ import annotations

import dataclasses
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from core import files
from core.errors import ProjectProblem
from core.field.apart import Apart
from core.field.changes import Change
from core.field.drop import Drops
from core.preflight.answers import build
from core.project import is_moment

SCHEMA = 1
FILE = "field.json"
_MOST = 1000.0  # of any figure; logarithms of sizes are the largest
_BETWEEN = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class FieldTest:
    """A run tried on labelled images from another place or camera.

    Attributes:
        name: what the user calls them.
        made: when, ISO 8601 in UTC.
        side: the run's own images that it is compared with, 'test' or 'validation'.
        images: those that could be read.
        learnt: images among them that the run learnt from; not compared.
        unknown: images of classes that it does not know, by class; not compared.
        unreadable: files that could not be read.
        unlabelled: images among them that have no label; not compared.
        own: images among them that are those they would be compared with; not compared.
        drops: how it did on the others, and how on its own.
        accuracy_low, accuracy_high: 95 % interval of the accuracy on the others.
        sure_before, sure_after: how sure it is on average, 0..1, of its own images and of these.
        changes: what is different about the images; empty where ``why_not`` says so.
        apart: how well they can be told apart; None likewise.
        why_not: why no difference was looked for; '' where it was.
        unlike: the share of images that look like nothing it learnt from, of its own and of
            these; None where that was not looked at.
    """

    name: str
    made: str
    side: str
    images: int
    learnt: int
    unknown: dict[str, int]
    unreadable: int
    drops: Drops
    accuracy_low: float
    accuracy_high: float
    sure_before: float
    sure_after: float
    changes: tuple[Change, ...]
    apart: Apart | None
    why_not: str = ""
    unlike: tuple[float, float] | None = None
    unlabelled: int = 0
    own: int = 0

    @property
    def shown(self) -> tuple[Change, ...]:
        """The changes that are more than chance and large enough to matter."""
        return tuple(change for change in self.changes if change.is_shown)

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return {"schema": SCHEMA, **dataclasses.asdict(self)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """What `to_dict` gave.

        Raises:
            KeyError, TypeError, ValueError, OverflowError: it is something else.
        """
        found: Self = build(cls, values)
        if not is_moment(found.made) or not _is_sane(dataclasses.asdict(found)):
            raise ValueError("figures that no test gives")  # the file may come from a stranger
        return found

    def save(self, folder: Path) -> None:
        """Write it into ``folder``.

        Raises:
            OSError: the disk is full or may not be written.
        """
        files.write_json(folder / FILE, self.to_dict())

    @classmethod
    def load(cls, folder: Path) -> Self:
        """What was found in ``folder``.

        Raises:
            ProjectProblem: the file is damaged or missing.
        """
        try:
            return cls.from_dict(files.read_json(folder / FILE))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
            raise ProjectProblem(
                "The field test cannot be read",
                f"{FILE} is damaged or missing ({type(error).__name__})",
                "Upload the images again",
            ) from error


def _is_sane(value: Any) -> bool:
    """Whether all numbers in ``value`` are such as can be told."""
    if isinstance(value, dict):
        return all(map(_is_sane, value.values()))
    if isinstance(value, (tuple, list)):
        return all(map(_is_sane, value))
    if isinstance(value, float):
        return math.isfinite(value) and abs(value) <= _MOST
    return not isinstance(value, int) or value >= 0


def same_names(
    labels: Iterable[str], classes: Sequence[str], renamed: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The class that each of ``labels`` means; one that means none stands for itself.

    Another person writes *Light Rust* where this one wrote *light_rust*: letters and digits
    count, case and what stands between them do not.

    Args:
        labels: as the images from elsewhere have them.
        classes: of the run.
        renamed: classes of the run by what else they were called, or are called now.
    """
    known = {_key(name): name for name in reversed(classes)}
    once = {_key(old): new for old, new in (renamed or {}).items() if new in classes}
    found = {}
    for label in dict.fromkeys(labels):
        key = _key(label)
        found[label] = label if label in classes else known.get(key) or once.get(key) or label
    return found


def _key(name: str) -> str:
    """Letters and digits alone; all of a name that has none."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return _BETWEEN.sub("", folded) or folded
