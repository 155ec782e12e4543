"""What every view of the mistakes page is about: one run, one side of its images, its answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.jobs import Run
from core.project import Project


@dataclass(frozen=True)
class Scope:
    """What the page looks at.

    Attributes:
        project: the open project.
        run: a finished run of it.
        side: 'validation' or 'test'.
        answers: its predictions for the images of that side, see `core.results.predictions`.
        classes: the names, in the order of p_0, p_1, ...
        found: the figures of that side, see `core.results.metrics`.
    """

    project: Project
    run: Run
    side: str
    answers: pd.DataFrame
    classes: list[str]
    found: dict[str, Any]

    def key(self, name: str) -> str:
        """A widget's key that is this run's and this side's own."""
        return f"{name}-{self.run.id}-{self.side}"
