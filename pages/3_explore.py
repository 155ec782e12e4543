"""See what there is: classes, sizes, colours, single pixels, and what they mean for learning."""

from core.ui import explore, frame, problems

project = frame.begin("explore")

if project.is_empty:
    text = "There is nothing to look at yet. Bring in your images first."
    frame.lead(text, "Go to your images", "data", project)

with problems.shown():
    explore.choose_view()(project)
