"""What the views of the stress page share: the run that they are about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import streamlit as st

from core.jobs import Run
from core.project import Project
from core.ui import field_view, outcome, state, stress_view, trust_view

VIEWS: Mapping[str, Callable[[Project, Run], None]] = MappingProxyType(
    {
        "Corruptions": stress_view.show,
        "Field test": field_view.show,
        "Trust report": trust_view.show,
    }
)


def choose_run(project: Project, runs: list[Run]) -> Run:
    """The run to look at: the one in the address, else the newest."""
    by_id = {run.id: run for run in runs}
    ids = list(by_id)
    wanted = state.run_id()
    chosen = st.selectbox(
        "Run",
        ids,
        index=ids.index(wanted) if wanted in by_id else 0,
        format_func=lambda key: f"{by_id[key].name}: {outcome.how_trained(by_id[key])}",
        key=f"run-of-{project.id}",
        filter_mode=None,
    )
    state.choose_run(chosen)
    return by_id[chosen]
