"""A run as a Keras script, to be read, copied and taken away."""

from __future__ import annotations

import streamlit as st

from core import recipe as recipes
from core.jobs import Run
from core.share.script import AUGMENT, NAME, is_varied, script


def show(run: Run) -> None:
    """The script of ``run``, and the recipe's where it has one; each can be downloaded."""
    images = run.images()
    counts = images.loc[images["split"] == "train", "label"].value_counts()
    st.markdown(
        "The same training with nothing but Keras, to be read from top to bottom. On the same "
        "images it comes to about the same score: chance falls otherwise than in the run."
    )
    st.caption(
        f"`python -m core export RUN --format script --out FOLDER` puts it into a folder "
        f"together with its images and the pretrained network, ready for `python {NAME}`."
    )
    files = {NAME: script(run.settings, run.recipe, [int(n) for n in counts])}
    if is_varied(run.settings, run.recipe):
        files[AUGMENT] = recipes.as_code(run.recipe, run.settings.pixels)
    for name, code in files.items():
        st.download_button(
            f"Download {name}",
            code,
            name,
            "text/x-python",
            icon=":material/download:",
            key=f"code-{name}-{run.id}",
            on_click="ignore",
        )
        st.code(code, "python")
