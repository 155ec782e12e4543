"""A sample goes the whole path by itself, with the reasons, and stops where one must choose."""

from core.ui import frame, guide, problems

project = frame.begin("guide")

with problems.shown():
    guide.show(project)
