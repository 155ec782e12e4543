"""A run's name and note, and the way to delete it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NoReturn

import streamlit as st

from core.jobs import Run, notes, removing, seal
from core.ui import problems, progress, state
from core.ui.engine import desk
from core.words import count, listing, plain

_KEPT: Final = "Images, labels and the other runs stay as they are."
_COUNTED: Final = "The looks at the test images stay counted."


def about(run: Run) -> None:
    """The note of a run, and what can be done with the run as a whole."""
    if run.note:
        with st.container(key=f"note-{run.id}"):
            st.text(run.note)
    with st.container(horizontal=True, key="about-run"):
        edit(run, "one")
        if not progress.look(run).state.is_active:  # a run at work has buttons of its own
            delete_button([run], "one")


def edit(run: Run, key: str) -> None:
    """A button that opens the name and the note of ``run``.

    Args:
        run: whose they are.
        key: unique on the page.
    """
    more = st.popover("Name and note", icon=":material/edit_note:", key=f"{key}-edit-{run.id}")
    with more, st.form(f"{key}-notes-{run.id}", border=False):
        name = st.text_input("Name", run.name, max_chars=notes.NAME_LENGTH)
        note = st.text_area(
            "Note",
            run.note,
            max_chars=notes.NOTE_LENGTH,
            placeholder="What you tried here, and why",
        )
        if st.form_submit_button("Save", type="primary", icon=":material/check:"):
            with problems.shown():
                kept = "" if name.strip() == run.given_name else name
                notes.save(run.folder, kept, note)
                st.toast("Saved.", icon=":material/check:")
                st.rerun()


def delete_button(runs: Sequence[Run], key: str) -> None:
    """A button that asks, and then deletes ``runs``; one that is at work must be stopped first."""
    active = [run for run in runs if progress.look(run).state.is_active]
    which = "Delete" if len(runs) == 1 else f"Delete {count(len(runs), 'run')}"
    asks = st.popover(
        which,
        icon=":material/delete:",
        key=f"{key}-delete",
        disabled=bool(active),
        help=_first(active) if active else None,
    )
    if active:
        return
    names = listing([f"**{plain(run.name)}**" for run in runs])
    its = "its model, its result and its note" if len(runs) == 1 else "their models and results"
    with asks, problems.shown():
        st.markdown(f"{names} with {its} will be gone. This cannot be undone.")
        st.caption(f"{_KEPT} {_COUNTED}" if any(map(seal.is_open, runs)) else _KEPT)
        label = "Delete for good" if len(runs) == 1 else f"{which} for good"
        if st.button(label, type="primary", key=f"{key}-delete-for-good"):
            _delete(runs)


def _delete(runs: Sequence[Run]) -> NoReturn:
    for run in runs:
        removing.delete(run, desk().knows(run))
    if state.run_id() in {run.id for run in runs}:
        state.choose_run(None)
    st.toast(f"Deleted {count(len(runs), 'run')}.", icon=":material/delete:")
    st.rerun()


def _first(active: Sequence[Run]) -> str:
    names = listing([plain(run.name) for run in active])
    return f"{names}: at work or waiting. Stop it first."
