"""A trained model as files for other programs, each of them checked."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
import streamlit as st

from core.formats import TRAITS, Format
from core.jobs import JobFolder, Run, sources
from core.jobs.model_task import FILE
from core.lessons import lesson
from core.parity import Parity
from core.project import Project
from core.ui import handing, problems, tending
from core.ui.engine import desk
from core.words import ago, count, plain, size

_WORDS: Final = tending.Words("Stop", "You stopped this", "No file was made; the run is as it was.")
_DEMO: Final = (
    "A Streamlit app beside the model, small enough for Streamlit Community Cloud, where it gets "
    "an address of its own. Its LiteRT file comes along; `DEMO.md` in the zip tells the steps."
)
_PAGE: Final = (
    "A web page that asks the model in the visitor's own browser: no server, and no picture leaves "
    "the device. Its ONNX file comes along; `WEB.md` in the zip tells the steps. What runs the "
    "model comes from a public CDN, or lies inside where `FIRSTLIGHT_WEB_RUNTIME` names a copy."
)
_USUAL: Final = (Format.LITERT, Format.ONNX)


def show(project: Project, run: Run) -> None:
    """Choose formats, have the model exported and checked, and take it away."""
    st.markdown(lesson("share"))
    if tending.tend(project, "model", _WORDS, run.id):
        return
    chosen = st.pills(
        "File formats",
        list(Format),
        default=_USUAL,
        selection_mode="multi",
        format_func=lambda form: TRAITS[form].title,
        key=f"formats-{run.id}",
    )
    demo = st.toggle("With a demo for the web", key=f"demo-{run.id}", help=_DEMO)
    page = st.toggle("As a web page that needs no server", key=f"web-{run.id}", help=_PAGE)
    brought = [*([Format.LITERT] if demo else []), *([Format.ONNX] if page else [])]
    forms = list(dict.fromkeys([*chosen, *brought]))
    for form in forms:
        st.caption(f"**{TRAITS[form].title}.** {TRAITS[form].purpose}")
    made = handing.latest(project, "model", FILE, run)
    with st.container(horizontal=True, vertical_alignment="center"):
        if made is not None:
            name = f"{run.id.rpartition('-')[0]}-model.zip"
            about = f"{plain(run.name)}, made {ago(made.job.created)}."
            handing.offer(made, "Download the model", name, about)
        if st.button(
            "Export the model",
            icon=":material/deployed_code:",
            type="secondary" if made else "primary",
            disabled=not forms,
            key=f"model-{run.id}",
        ):
            with problems.shown():
                sources.start_model(run, [str(form) for form in forms], desk(), demo, page)
                st.rerun()
    if made is not None:
        _checked(made.job)


def _checked(job: JobFolder) -> None:
    """What each file said when it was asked again."""
    told = next((event for event in job.events()[0] if event["event"] == "finished"), {})
    parities = [Parity.from_dict(each) for each in told.get("parity", [])]
    if not parities:
        return
    st.header("Do the files say the same?", anchor=False)
    st.markdown(in_words(parities))
    st.dataframe(pd.DataFrame([_row(parity) for parity in parities]), hide_index=True)


def in_words(parities: list[Parity]) -> str:
    """What the checks found, for people."""
    true = [parity for parity in parities if not parity.changed]
    asked = count(parities[0].n, "image")
    if len(true) == len(parities):
        return f"Each file was loaded again and asked about {asked}: **every answer is the same**."
    changed = [
        f"{TRAITS[parity.format].title} changed **{parity.changed}** and is right on "
        f"{parity.right} where the model was on {parity.right_before}"
        for parity in parities
        if parity.changed
    ]
    rest = " The others give the same answers." if true else ""
    return f"Each file was loaded again and asked about {asked}. {'; '.join(changed)}.{rest}"


def _row(parity: Parity) -> dict[str, Any]:
    traits = TRAITS[parity.format]
    return {
        "Format": traits.title,
        "File": traits.file,
        "Size": size(parity.bytes),
        "Answers changed": f"{parity.changed} of {parity.n}",
        "Largest difference of a probability": f"{parity.largest:.1e}",
    }
