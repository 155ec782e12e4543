"""A sample goes the whole path by itself, with the reasons, and stops where one must choose."""

from core.ui import frame, guide, problems

project = frame.begin_beside("guide")

with problems.shown():
    if project is None:
        guide.offer()
    else:
        guide.show(project)
