"""The preflight on the explore page: four questions to the data before any training."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pandas as pd
import streamlit as st

from core.catalogue import content_id, in_force
from core.charts import preflight as charts
from core.lessons import glossary, lesson
from core.preflight import Curve, GivenAway, Level, Preflight, Shortcut, cue_named, words
from core.project import Project
from core.ui import actions, tables, tending
from core.ui.choice import one_of
from core.ui.gallery import gallery
from core.ui.plots import plot
from core.ui.remembered import remembered
from core.words import ago, count, interval, listing, percent, plain

KIND: Final = "preflight"
_WORDS: Final = tending.Words(
    "Stop", "You stopped the preflight", "What the network saw so far is kept."
)
_PARTS: Final = {
    "shortcuts": "Shortcuts",
    "leakage": "Leakage",
    "baselines": "To beat",
    "curve": "More images?",
}
_ICONS: Final = {
    Level.STRONG: ":material/error:",
    Level.NOTICEABLE: ":material/warning:",
    Level.NONE: ":material/check_circle:",
}
_A_PAGE: Final = 24
_ALL: Final = "All classes"


def show(project: Project) -> None:
    """The answers, or a way to ask; one part at a time."""
    busy = tending.tend(project, KIND, _WORDS)
    when = tables.stamp(project.preflight_file, project.catalogue_file, project.decisions_file)
    found, stale = _answers(str(project.folder), when)
    if found is None:
        st.markdown(lesson("preflight"))
        if not busy and st.button("Run the preflight", type="primary", icon=":material/flight:"):
            tending.begin(project, KIND)
        return
    _age(project, found, stale, busy)
    chosen = one_of("Question", _PARTS, "preflight-part", first="shortcuts")
    parts = {"leakage": _leakage, "baselines": _baselines, "curve": _curve}
    if chosen in parts:
        parts[chosen](found)
    else:
        _shortcuts(project, found)


@remembered
def _answers(folder: str, stamp: str) -> tuple[Preflight | None, bool]:
    """What was found in the project, and whether its images or labels changed since."""
    project = Project(Path(folder))
    found = Preflight.load(project)
    return found, found is not None and found.catalogue != content_id(in_force(project))


def _age(project: Project, found: Preflight, stale: bool, busy: bool) -> None:
    text = f"{count(found.images, 'image')} were asked about {ago(found.made)}."
    if stale:
        text += " Images or labels changed since."
    with st.container(horizontal=True, vertical_alignment="center", key="preflight-age"):
        st.caption(text, width="content")
        if not busy and st.button("Ask again", icon=":material/refresh:", type="tertiary"):
            tending.begin(project, KIND)


def _shortcuts(project: Project, found: Preflight) -> None:
    st.header("Can the class be guessed?", anchor=False, help=glossary()["shortcut"].help)
    st.markdown(plain(words.of_alarms(found)))
    if found.shortcuts:
        plot(
            charts.shortcut_bars(found.shortcuts),
            alt=charts.describe_shortcut_bars(found.shortcuts),
            key="shortcut-bars",
        )
        st.caption(
            "Each bar: images guessed right by this alone, each class counting the same. "
            "The upright mark: by luck.",
            help=glossary()["permutation_test"].help,
        )
        _closer(project, found)
    if found.silent:
        with st.expander("What cannot tell anything here"):
            for name, why in found.silent.items():
                cue = cue_named(name)
                st.markdown(f"**{cue.title if cue else plain(name)}:** {plain(why)}.")


def _closer(project: Project, found: Preflight) -> None:
    by_name = {one.name: one for one in found.shortcuts}
    chosen = st.selectbox(
        "Look closer at",
        list(by_name),
        format_func=lambda name: by_name[name].title if name in by_name else name,
        key=f"cue-{project.id}",
    )
    one = by_name.get(chosen) or found.shortcuts[0]
    with st.container(border=True, key="cue"):
        verdict = f"{_ICONS[one.level]} **{one.title}** {words.VERDICTS[one.level]}."
        st.markdown(verdict)
        st.markdown(plain(words.of_shortcut(one)))
        st.caption(f"p = {one.p_value:.3f}", help=glossary()["p_value"].help)
        if one.level is not Level.NONE:
            st.markdown(plain(words.meaning(one.name)))
    if one.classes:
        _given_away(project, one)


def _given_away(project: Project, one: Shortcut) -> None:
    """The classes that a cue gives away, and the images of one of them that show it."""
    for given in one.classes:
        st.markdown(
            f"**{plain(given.label)}**, {percent(max(0.0, given.informed), 0)} of the way from "
            f"luck to certain. {plain(words.of_class(given))}"
        )
    labels = {given.label: given for given in one.classes}
    label = next(iter(labels))
    if len(labels) > 1:
        label = st.selectbox("Show images of", list(labels), key=f"given-{project.id}-{one.name}")
    given = labels.get(label) or one.classes[0]
    st.markdown(f"Most surely guessed right from this alone, of **{plain(given.label)}**:")
    _images(project, one, given)


def _images(project: Project, one: Shortcut, given: GivenAway) -> None:
    images = tables.images(project).set_index("image_id", drop=False)
    rows = images.loc[[name for name in given.images if name in images.index]]
    names = rows["source"].str.rsplit("/", n=1).str[-1]
    rows = rows.assign(caption=rows["label"] + "\n" + names).reset_index(drop=True)
    key = f"given-{one.name}-{list(map(str, one.classes)).index(str(given))}"
    chosen = gallery(rows, project.thumbs, key, _A_PAGE, select=True).selected
    actions.offer(project, chosen, key)


def _leakage(found: Preflight) -> None:
    st.header("What would a careless split promise?", anchor=False, help=glossary()["leakage"].help)
    st.markdown(plain(words.of_leakage(found.leakage)))
    if found.leakage is None:
        return
    plot(
        charts.leakage_bars(found.leakage),
        alt=charts.describe_leakage_bars(found.leakage),
        key="leakage-bars",
    )
    st.caption(
        f"Accuracy of a linear probe, on average over {found.leakage.seeds} splits of each kind. "
        "Training keeps together what belongs together.",
        help=glossary()["probe"].help,
    )


def _baselines(found: Preflight) -> None:
    st.header("What is there to beat?", anchor=False, help=glossary()["baseline"].help)
    st.markdown(plain(words.of_baselines(found.baselines)))
    plot(
        charts.baseline_bars(found.baselines),
        alt=charts.describe_baseline_bars(found.baselines),
        key="baseline-bars",
    )
    table = {
        "Way": [one.title for one in found.baselines],
        "Accuracy": [percent(one.accuracy) for one in found.baselines],
        "95 % interval": [interval(one.low, one.high) for one in found.baselines],
        "Balanced accuracy": [percent(one.balanced) for one in found.baselines],
        "Images": [one.n for one in found.baselines],
    }
    terms = glossary()
    st.dataframe(
        pd.DataFrame(table),
        hide_index=True,
        key="baselines",
        alt="Accuracy of each simple way",
        column_config={
            "Way": st.column_config.TextColumn(
                help=f"{terms['nearest_neighbour'].help}\n\n{terms['probe'].help}"
            ),
            "95 % interval": st.column_config.TextColumn(help=terms["interval"].help),
            "Balanced accuracy": st.column_config.TextColumn(help=terms["balanced_accuracy"].help),
            "Images": st.column_config.NumberColumn(help=terms["n"].help),
        },
    )


def _curve(found: Preflight) -> None:
    st.header("Would more images help?", anchor=False, help=glossary()["learning_curve"].help)
    if found.curve is None:
        st.markdown(plain(words.of_curve(None)))
        return
    curves = {_ALL: found.curve} | {one.label: one for one in found.classes}
    st.markdown(f"{plain(words.of_curve(found.curve))} {_most_to_gain(found.classes)}".strip())
    chosen = st.selectbox("Curve of", list(curves), key="curve-of")
    curve = curves.get(chosen) or found.curve
    if curve is not found.curve:
        st.markdown(plain(words.of_curve(curve)))
    plot(
        charts.learning_curve(curve, found.images),
        alt=charts.describe_learning_curve(curve, found.images),
        key="learning-curve",
    )
    st.caption(
        "The range is what a simple law makes of the points, for more images of the same kind. "
        "It is no promise, and other kinds of images may help more."
    )


def _most_to_gain(curves: tuple[Curve, ...]) -> str:
    """The classes with the most to gain from more images, in words."""
    gains = {one.label: one.gains[0] for one in curves if one.gains}
    ranked = sorted(gains, key=lambda label: -(gains[label].low + gains[label].high))
    best = [plain(label) for label in ranked[:3] if gains[label].high >= 0.02]
    return f"Most to gain: {listing(best)}." if best else ""
