"""The Detective page for teachers: many files that were handed in, as one table."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.errors import Problem
from core.exercise import Fault, Score, read_exercise, read_key, read_submission, score, stretched
from core.exercise.submission import MAX_BYTES
from core.replay import harmless
from core.ui import exercise_score, state, uploads
from core.words import plain

_EXERCISE, _HANDED_IN = "read-exercise", "read-handed-in"


def show() -> None:
    """Ask for the exercise and for what was handed in; show and offer the table."""
    st.markdown("For teachers: the exercise that you handed out, and what came back.")
    with st.container(key="stacking-readers"):
        left, right = st.columns(2, gap="medium")
    exercise = left.file_uploader("The exercise file (zip)", type=["zip"], key=_EXERCISE)
    passphrase = left.text_input(
        "Passphrase, if it has one", type="password", key="read-secret", width=320
    )
    handed_in = right.file_uploader(
        "What was handed in", type=["json"], accept_multiple_files=True, key=_HANDED_IN
    )
    if exercise is None or not handed_in:
        st.caption("Both are needed for the table.")
        return
    rows, refused = _scored(exercise, passphrase or "", handed_in)
    for name, problem in refused:
        st.warning(f"**{plain(name)}:** {plain(str(problem))}", icon=":material/error:")
    if not rows:
        return
    table = table_of(rows)
    st.dataframe(table, hide_index=True, key="read-table", alt="Everybody's score")
    st.download_button(
        "Download the table",
        table.map(harmless).to_csv(index=False).encode("utf-8-sig"),
        file_name="scores.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def table_of(scores: Sequence[tuple[str, Score]]) -> pd.DataFrame:
    """One row a submission, the best first: who, the sums, and found of every kind."""
    planted = {each.kind for _, found in scores for each in found.kinds if each.planted}
    rows = []
    for file, found in sorted(scores, key=lambda pair: -pair[1].points):
        row = {
            "Who": found.learner or file,
            "Score in %": round(100 * found.points, 1),
            "Found": f"{found.found} of {found.planted}",
            "Falsely accused": found.accused,
        }
        of = {each.kind: each for each in found.kinds}
        for kind in (str(fault) for fault in Fault if fault in planted):
            row[exercise_score.title_of(kind)] = f"{of[kind].found} of {of[kind].planted}"
        rows.append({**row, "File": file})
    return pd.DataFrame(rows)


def _scored(
    exercise: UploadedFile, passphrase: str, handed_in: Sequence[UploadedFile]
) -> tuple[list[tuple[str, Score]], list[tuple[str, Problem]]]:
    """The score of each file by its name, and the files that are none, and why.

    Raises:
        DataProblem: it is no exercise, or the passphrase is another one.
        LimitProblem: it is more than a hosted server takes.
    """
    with uploads.borrowed(exercise, state.workspace().root) as path:
        key = read_key(read_exercise(path), stretched(passphrase))
    scores, refused = [], []
    for upload in handed_in:
        upload.seek(0)
        try:
            found = score(key, read_submission(upload.read(MAX_BYTES + 1)))
            scores.append((upload.name, found))
        except Problem as problem:
            refused.append((upload.name, problem))
    return scores, refused
