"""Play detective: find planted faults, hand in, see the score; and for teachers, make exercises."""

from core.ui import (
    exercise_case,
    exercise_make,
    exercise_read,
    exercise_start,
    frame,
    problems,
)
from core.ui.choice import one_of

project = frame.begin_beside("exercise")
is_case = project is not None and project.exercise_file.is_file()

CASE, SOLVE, MAKE, READ = "This case", "Solve one", "Make one", "Read answers"

with problems.shown():
    view = one_of(
        "What to do", [*([CASE] if is_case else []), SOLVE, MAKE, READ], f"exercise-view-{is_case}"
    )
    if view == CASE and project is not None:
        exercise_case.show(project)
    elif view == MAKE:
        exercise_make.show(project)
    elif view == READ:
        exercise_read.show()
    else:
        exercise_start.show(project)
