"""What a finished run offers beside its score: train on, what changed sides, how it was made."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
import streamlit as st

from core import jobs
from core.jobs import Run
from core.lessons import glossary
from core.settings import Method
from core.ui import problems, runs_table, script_view, state, watched_view
from core.ui.engine import desk
from core.words import count

_MOST: Final = 500
_PARTS: Final = {
    "restless": "Changed answers",
    "making": "How it was made",
    "code": "As code",
}


def train_on(run: Run, report: dict[str, Any]) -> None:
    """A way to go on with a finished run for more epochs; it becomes a new run."""
    own = report.get("stages", {}).get(run.settings.method, report)  # not the head's, if that won
    done = int(own["epochs_run"])
    room = _MOST - done
    if room < 1:
        return
    with st.popover("Train on", icon=":material/fast_forward:", on_change="rerun") as more:
        if not more.open:
            return
        st.markdown(
            "A new run begins where this one ended. This one stays as it is.",
            help=glossary()["train_on"].help,
        )
        idle = done - int(own["best_epoch"])
        if idle >= run.settings.patience:
            st.caption(
                f"Its last {count(idle, 'epoch')} brought nothing better, so more of the same "
                "will hardly help."
            )
        usual = min(room, max(5, done // 2))
        epochs = st.number_input("More epochs", 1, room, usual, key=f"more-{run.id}")
        if st.button("Train on", type="primary", key=f"train-on-{run.id}"):
            with problems.shown():
                again = jobs.train_on(run, int(epochs), desk())
                state.choose_run(again.id)
                st.rerun()


def kept(run: Run, report: dict[str, Any]) -> str:
    """Which network was kept where a fine-tune had two to choose from; a sentence, or nothing."""
    if run.settings.method is not Method.FINETUNE or "kept" not in report:
        return ""
    if report["kept"] == Method.HEAD:
        return "Fine-tuning made it no better on the validation images, so the head was kept."
    return "Fine-tuning made it better than the head alone, and was kept."


def more(run: Run, report: dict[str, Any]) -> None:
    """What else there is to know of a run, on demand."""
    part = st.segmented_control(
        "More about this run",
        list(_PARTS),
        format_func=_PARTS.__getitem__,
        key=f"more-about-{run.id}",
        label_visibility="collapsed",
    )
    if part == "restless":
        watched_view.restless(run)
    elif part == "making":
        _making(run, report)
    elif part == "code":
        script_view.show(run)


def _making(run: Run, report: dict[str, Any]) -> None:
    """Versions, hashes and hardware: what decides whether it comes out the same again."""
    st.caption(
        "On the same computer, with the same versions, the same images, settings and seed give "
        "the same predictions."
    )
    rows = [
        ("Settings", runs_table.label_of(name), runs_table.said(name, value))
        for name, value in run.settings.to_dict().items()
    ]
    for title, part in (
        ("Computer", "hardware"),
        ("Versions", "versions"),
        ("Fingerprints", "hashes"),
        ("Seconds", "seconds"),
    ):
        found = report.get(part)
        if isinstance(found, dict):
            rows += [(title, str(name), value) for name, value in found.items()]
    table = pd.DataFrame(
        [(title, name.replace("_", " "), _text(value)) for title, name, value in rows],
        columns=["About", "What", "Value"],
    )
    st.dataframe(table, hide_index=True, key=f"making-{run.id}", alt="How this run was made")


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)
