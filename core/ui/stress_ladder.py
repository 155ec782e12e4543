"""Pictures that get worse from left to right, drawn by the worker, and what was said of them."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from core.charts.style import WRONG
from core.corruptions import SEVERITIES
from core.jobs import Run
from core.jobs.stress_sheet import Row, Sheet
from core.project import Project
from core.ui import asking, component

_DRAW: Final = "core.jobs.stress_sheet:draw"
_SIDE: Final = 150  # of a square, in pixels
_HEADS: Final = ("As it is", *(str(severity) for severity in SEVERITIES))

_ladder = component.register("ladder")


@dataclass(frozen=True)
class Note:
    """What was said of one square."""

    text: str
    wrong: bool = False


@dataclass(frozen=True)
class Rung:
    """One row.

    Attributes:
        corruption: what is done to the image.
        sha256: of the image.
        name: what the row is called.
        notes: what was said at each severity, the image as it is first; empty where not known.
    """

    corruption: str
    sha256: str
    name: str
    notes: Sequence[Note] = field(default=())


def ladder(project: Project, run: Run, rungs: Sequence[Rung], title: str, key: str) -> None:
    """Draw ``rungs``, as the model of ``run`` sees the images.

    Args:
        project: where the images lie.
        run: whose size and fit count.
        rungs: at most some six; each takes a row.
        title: for those who do not see it.
        key: of the component, unique on its page.
    """
    rows: list[Row] = [(rung.corruption, rung.sha256) for rung in rungs]
    size, fit = run.settings.pixels, str(run.settings.fit)
    asked = asking.question(_DRAW, str(project.folder), rows, list(SEVERITIES), size, fit, _SIDE)
    found: Sheet | None = asking.answered(asked)
    _ladder(key=key, data=_data(found, rungs, title))
    if found is None:
        asking.look_again(asked)


def _data(found: Sheet | None, rungs: Sequence[Rung], title: str) -> dict[str, Any]:
    return {
        "picture": base64.b64encode(found.picture).decode("ascii") if found else None,
        "title": title,
        "heads": list(_HEADS),
        "wrong": WRONG,
        "rows": [
            {
                "name": rung.name,
                "notes": [{"text": note.text, "wrong": note.wrong} for note in rung.notes],
            }
            for rung in rungs
        ],
    }
