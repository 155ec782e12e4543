"""What the page of trials is about: one run, one visit, and what it was asked so far."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

import streamlit as st

from core.conformal import RATES
from core.ingest.tried import Tried, Visit, sweep
from core.jobs import Run
from core.jobs.trying import RATE
from core.lessons import glossary
from core.project import Project
from core.ui import asking, forms, state
from core.ui.asking import Question
from core.ui.choice import one_of
from core.ui.run_choice import choose_run
from core.words import percent

_VISIT: Final = "visit"
_RATE: Final = "try-rate"


@dataclass(frozen=True)
class Trial:
    """What the page looks at.

    Attributes:
        project: the open project.
        run: a finished run of it, whose model answers.
        visit: the pictures of this session.
        rate: the error rate at which it says that it does not know.
    """

    project: Project
    run: Run
    visit: Visit
    rate: float

    def question(self, picture: Tried) -> Question:
        """What the model says of ``picture``."""
        where = str(self.run.folder), str(self.visit.folder)
        return asking.question("core.jobs.trying:answer", *where, picture.sha256)

    def heat(self, picture: Tried, target: str) -> Question:
        """Where the model looks in ``picture`` for the class ``target``."""
        where = str(self.run.folder), str(self.visit.folder)
        return asking.question("core.jobs.trying:heat", *where, picture.sha256, target)


def choose(project: Project, runs: list[Run]) -> Trial:
    """Ask which run answers.

    Args:
        project: the open project.
        runs: its finished runs, the newest first.
    """
    chosen = choose_run(project, runs, "Which run answers", _named)
    rate = state.widget_value(_RATE)
    return Trial(project, chosen, _visit(project), rate if rate in RATES else RATE)


def ask_rate(rate: float) -> None:
    """Draw the setting of how often an answer may miss the truth; the next `choose` follows it."""
    with st.popover(f"Error rate: {percent(rate, 0)}", icon=":material/tune:", type="tertiary"):
        one_of(
            "Error rate",
            {value: percent(value, 0) for value in RATES},
            _RATE,
            first=RATE,
            help=glossary()["error_rate"].help,
            persist_state="session",
        )
        st.caption("The lower it is, the more often the answer is “I don't know”.")


def _named(run: Run) -> str:
    return f"{run.name}: {forms.choice_name(run.settings.method)}"


def _visit(project: Project) -> Visit:
    """The visit of this session; what other visits left behind long ago goes."""
    known = state.recall(_VISIT)
    if known is None:
        known = secrets.token_hex(8)
        state.keep(_VISIT, known)
        sweep(project.folder)
    return Visit(project.folder, known)
