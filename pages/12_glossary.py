"""Every term of the dashboard, to be read and searched."""

from core.ui import frame, glossary_view

frame.begin_beside("glossary")
glossary_view.show()
