"""A run as a Keras script, to be read, copied and taken away with all that it needs."""

from __future__ import annotations

from functools import partial
from typing import Final

import streamlit as st

from core import recipe as recipes
from core.jobs import Run, sources
from core.jobs.export_task import FILE
from core.recipe import Recipe
from core.settings import TrainSettings
from core.share.notebook import NOTEBOOK, notebook
from core.share.script import AUGMENT, NAME, is_varied, script
from core.ui import handing, path_view, problems, tending
from core.ui.engine import desk
from core.words import ago, plain

_WORDS: Final = tending.Words("Stop", "You stopped this", "No zip was made; the run is as it was.")


def show(run: Run) -> None:
    """The script of ``run``, and the recipe's where it has one; each can be downloaded."""
    images = run.images()
    counts = images.loc[images["split"] == "train", "label"].value_counts()
    st.markdown(
        "The same training with nothing but Keras, to be read from top to bottom. On the same "
        "images it comes to about the same score: chance falls otherwise than in the run."
    )
    _everything(run)
    told = (run.settings, run.recipe, [int(n) for n in counts])
    _notebook(run, told)
    files = {NAME: script(*told)}
    if is_varied(run.settings, run.recipe):
        files[AUGMENT] = recipes.as_code(run.recipe, run.settings.pixels)
    for name, code in files.items():
        st.download_button(
            f"Download {name}",
            path_view.handed_over(run.project, partial(str, code)),
            name,
            "text/x-python",
            icon=":material/download:",
            key=f"code-{name}-{run.id}",
            on_click="ignore",
        )
        st.code(code, "python", wrap_lines=True)


def _notebook(run: Run, told: tuple[TrainSettings, Recipe, list[int]]) -> None:
    st.download_button(
        f"Download {NOTEBOOK}",
        path_view.handed_over(run.project, lambda: notebook(*told)),
        NOTEBOOK,
        "application/x-ipynb+json",
        icon=":material/menu_book:",
        key=f"notebook-{run.id}",
        on_click="ignore",
        help="The same program for Jupyter, each part with what it does and why. It needs what is "
        "in the zip beside it.",
    )


def _everything(run: Run) -> None:
    """Make a zip of the script with its images and the network, and offer it."""
    st.caption(
        f"Unpacked, `python {NAME}` trains with it at once, and so does the notebook in Jupyter: "
        "the zip also holds the images, as the network sees them, their table, and the "
        "pretrained network."
    )
    if tending.tend(run.project, "export", _WORDS):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        made = handing.latest(run.project, "export", FILE, run)
        if made is not None:
            name = f"{run.id.rpartition('-')[0]}-script.zip"
            about = f"{plain(run.name)}, made {ago(made.job.created)}."
            handing.offer(made, "Download the zip", name, about)
        if st.button("Make a zip to run", icon=":material/archive:", key=f"export-{run.id}"):
            with problems.shown():
                sources.start_export(run, desk())
                st.rerun()
