"""Vary the images: choose augmentations, see what they do, put a recipe in force."""

from core import recipe as recipes
from core.ui import augment, frame, problems

project = frame.begin("augment")

if project.is_empty:
    text = "There is nothing to vary yet. Bring in your images first."
    frame.lead(text, "Go to your images", "data", project)

with problems.shown():
    recipe = recipes.in_force(project)
    augment.headline(project, recipe)
    augment.choose_view()(project, recipe)
