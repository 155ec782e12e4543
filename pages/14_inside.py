"""How it sees: from pixels to features, what that is worth, and what it cost then and now."""

from core.ui import frame, inside, problems

project = frame.begin("inside")

if project.is_empty:
    text = "There is nothing to see yet. Bring in your images first."
    frame.lead(text, "Go to your images", "data", project)

with problems.shown():
    inside.choose_view()(project)
