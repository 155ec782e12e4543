"""The parts of a field test: what changed, class by class, mix-ups, and the images themselves."""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st

from core import results
from core.charts.field import (
    by_drop,
    change_bars,
    class_drop_bars,
    describe_change_bars,
    describe_class_drop_bars,
)
from core.comparison import points
from core.field import words
from core.jobs import Run
from core.jobs.field_tests import ANSWERS, Kept
from core.lessons import glossary
from core.project import Project
from core.ui import tables
from core.ui.choice import one_of
from core.ui.gallery import gallery
from core.ui.matrix import confusion_matrix
from core.ui.plots import plot
from core.words import count, percent, plain, sentence

_A_PAGE: Final = 24
_PARTS: Final = {
    "changed": "What is different",
    "classes": "Class by class",
    "mixups": "Mix-ups",
    "unlike": "Most unlike yours",
}


def show(project: Project, run: Run, kept: Kept) -> None:
    """One part of the field test ``kept`` of ``run``, as the user chooses."""
    chosen = one_of("What to show", _PARTS, "field-part", first="changed")
    if chosen == "classes":
        _classes(kept)
    elif chosen == "mixups":
        _mixups(run, kept)
    elif chosen == "unlike":
        _unlike(kept)
    else:
        _changed(kept)


def _changed(kept: Kept) -> None:
    found = kept.found
    st.markdown(
        f"**{sentence(words.of_changes(found))}**", help=glossary()["permutation_test"].help
    )
    if found.changes:
        plot(
            change_bars(found.changes),
            alt=describe_change_bars(found.changes),
            key="field-changes",
        )
        lines = "\n".join(f"- {sentence(words.of_change(change))}." for change in found.shown)
        st.markdown(lines)
        st.caption(
            "A bar to the right: of two images of one class, one from here and one of yours, the "
            "one from here mostly has more of it. Each class is compared with itself, so other "
            "shares of the classes are no difference. Photos taken in a burst make chance seem "
            "smaller than it is."
        )
    if found.apart is not None:
        st.markdown(sentence(words.of_apart(found.apart)))


def _classes(kept: Kept) -> None:
    rows = kept.found.drops.classes
    plot(
        class_drop_bars(rows),
        alt=describe_class_drop_bars(rows),
        key="field-classes",
    )
    terms = glossary()
    ordered = by_drop(rows)
    st.dataframe(
        pd.DataFrame(
            {
                "Class": [row.label for row in ordered],
                "Images before": [row.n_before for row in ordered],
                "Recall before": [_share(row.drop.before, row.n_before) for row in ordered],
                "Images here": [row.n_after for row in ordered],
                "Recall here": [_share(row.drop.after, row.n_after) for row in ordered],
                "Points lost (95 %)": [
                    f"{points(row.drop.low)} to {points(row.drop.high)}"
                    if row.n_before and row.n_after
                    else "unknown"
                    for row in ordered
                ],
            }
        ),
        hide_index=True,
        key="field-class-table",
        alt="Recall of each class on its own images and here",
        column_config={
            "Recall before": st.column_config.TextColumn(help=terms["recall"].help),
            "Recall here": st.column_config.TextColumn(help=terms["recall"].help),
            "Points lost (95 %)": st.column_config.TextColumn(help=terms["interval"].help),
        },
    )
    worst = kept.found.drops.worst
    if worst:
        told = [words.of_class(row.label, row.drop, row.n_after) for row in worst[:5]]
        lines = "\n".join(f"- {sentence(text)}" for text in told)
        st.markdown(f"More than chance, corrected for the number of classes:\n{lines}")
    else:
        st.markdown("No class by itself is shown to do worse; few images of a class show little.")


def _mixups(run: Run, kept: Kept) -> None:
    st.markdown("What was taken for what", help=glossary()["confusion"].help)
    answers = answers_of(kept)
    counted = answers[answers["compared"]]
    confusion = results.confusion(counted, run.classes).tolist()
    cell = confusion_matrix(confusion, run.classes, key=f"field-matrix-{kept.id}")
    if cell:
        truth, said = cell
        rows = counted[(counted["label"] == truth) & (counted["predicted"] == said)]
        rows = rows.sort_values("confidence", ascending=truth == said)
        st.markdown(
            f"**{count(len(rows), 'image')} of {plain(truth)} answered {plain(said)}.** Choose "
            "the cell again to see all mistakes."
        )
    else:
        rows = results.worst_mistakes(counted)
        st.markdown(f"**{count(len(rows), 'mistake')}, the worst first.**")
    _gallery(kept, rows, "-".join(cell or ("all",)))


def _unlike(kept: Kept) -> None:
    answers = answers_of(kept)
    rows = answers[answers["seeming"].notna()].sort_values("seeming", ascending=False)
    if rows.empty:
        st.markdown("Nobody could say which of these images are most unlike your own.")
        return
    st.markdown(
        "Those that the network finds most unlike your own come first. What they have in common "
        "is what your training images lack."
    )
    _gallery(kept, rows, "unlike")


def _gallery(kept: Kept, rows: pd.DataFrame, key: str) -> None:
    told = zip(rows["predicted"], rows["confidence"], rows["label"], strict=True)
    captions = [f"said {said}, {percent(sure, 0)}\nlabelled {label}" for said, sure, label in told]
    tones = ["ok" if right else "wrong" for right in rows["correct"]]
    rows = rows.assign(caption=captions, tone=tones)
    gallery(rows, kept.thumbs, f"field-{kept.id}-{key}", _A_PAGE)


def answers_of(kept: Kept) -> pd.DataFrame:
    """What was said of each image of a field test. Shared: leave it as it is.

    Raises:
        ProjectProblem: the table is damaged or missing.
    """
    return _answers(str(kept.folder), tables.stamp(kept.folder / ANSWERS), kept)


@st.cache_resource(max_entries=8, show_spinner=False)
def _answers(folder: str, stamp: str, _kept: Kept) -> pd.DataFrame:
    return _kept.answers()


def _share(value: float, of: int) -> str:
    return percent(value) if of else "no images"
