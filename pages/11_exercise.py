"""Play detective: find planted faults, hand in, see the score; and for teachers, make exercises."""

import streamlit as st

from core.ui import (
    exercise_case,
    exercise_make,
    exercise_read,
    exercise_start,
    frame,
    problems,
)

project = frame.begin_beside("exercise")
is_case = project is not None and project.exercise_file.is_file()

CASE, SOLVE, MAKE, READ = "This case", "Solve one", "Make one", "Read answers"

with problems.shown():
    view = st.segmented_control(
        "What to do",
        [*([CASE] if is_case else []), SOLVE, MAKE, READ],
        default=CASE if is_case else SOLVE,
        required=True,
        key=f"exercise-view-{is_case}",
        label_visibility="collapsed",
    )
    if view == CASE and project is not None:
        exercise_case.show(project)
    elif view == MAKE:
        exercise_make.show(project)
    elif view == READ:
        exercise_read.show()
    else:
        exercise_start.show(project)
