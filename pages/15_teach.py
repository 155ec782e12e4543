"""For teachers: plans for a class, a check of the computer, large type, and many computers."""

from core.ui import frame, problems, teach_view

project = frame.begin_beside("teach")

with problems.shown():
    teach_view.show(project)
