"""The recipe in force as Keras code, to be read, copied and taken away."""

from __future__ import annotations

import re

import streamlit as st

from core import recipe as recipes
from core.project import Project
from core.recipe import Recipe
from core.settings import TrainSettings


def show(project: Project, recipe: Recipe) -> None:
    """The script, with a button that copies it and one that downloads it."""
    if not recipe.active:
        st.markdown("There is nothing to write down yet: the recipe is empty.")
        return
    code = recipes.as_code(recipe, TrainSettings().pixels)
    st.markdown(
        "The same recipe, written with Keras and KerasCV: run it in a notebook or in a script of "
        "your own. Random draws differ from those on the sheet."
    )
    st.download_button(
        "Download the script", code, file_name(recipe), "text/x-python", icon=":material/download:"
    )
    st.code(code, "python", wrap_lines=True)


def file_name(recipe: Recipe) -> str:
    """What the downloaded script is called: 'recipe_photos.py'."""
    stem = re.sub(r"[^a-z0-9]+", "_", recipe.name.lower()).strip("_")
    return f"recipe_{stem[:40].strip('_')}.py" if stem else "recipe.py"
