"""The nine lessons of the path: which are done, and where to go next."""

from core.ui import frame, learn_view

project = frame.begin_beside("learn")
learn_view.show(project)
