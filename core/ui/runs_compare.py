"""Two runs side by side: which is better, what differs, and which images changed sides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import streamlit as st

from core import charts
from core.comparison import Comparison, Verdict, points
from core.in_common import Common, Pool
from core.jobs import Run, seal
from core.lessons import glossary
from core.project import Project
from core.ui import frame, path_view, problems, runs_common, runs_differ, sealed, state
from core.ui.choice import one_of
from core.ui.gallery import gallery
from core.ui.outcome import how_trained
from core.ui.plots import plot
from core.words import count, percent

_A_PAGE: Final = 24
_FEW: Final = 30
_POOLS: Final = {
    Pool.VALIDATION: "Validation images",
    Pool.TEST: "Test images",
    Pool.UNLEARNT: "All that neither learnt from",
}
_CAVEATS: Final = {
    Pool.TEST: (
        "These test images were looked at {looks} so far, this comparison included. The more often "
        "they are asked, the less their answer is worth."
    ),
    Pool.VALIDATION: (
        "Either run kept the epoch that did best on these images, so both scores are a little too "
        "kind. For choosing between runs they are the right ones."
    ),
    Pool.UNLEARNT: (
        "The two were divided differently. These are all images that neither learnt from, nor from "
        "a near copy; some of them chose the best epoch of one, which is a little kind to it. "
        "Their test images were looked at {looks} so far, this comparison included."
    ),
}
_SEALED: Final = "To compare by test images, too, those of both runs must be open."
_MEANS: Final = {
    Verdict.SHOWN: (
        ":material/check_circle:",
        "Chance is a poor explanation for a difference like this.",
    ),
    Verdict.CLOSE: (
        ":material/help:",
        "More images would settle it; as it stands, chance cannot be ruled out.",
    ),
    Verdict.NOT_SHOWN: (
        ":material/balance:",
        "A difference like this often comes about by chance: take what is simpler or quicker.",
    ),
}


def choose(project: Project, a: Run, b: Run) -> None:
    """Take ``a`` and ``b`` as the two; to be called before they are drawn."""
    for letter, run in (("a", a), ("b", b)):
        state.choose_widget(_key(project, letter), run.id)


def show(project: Project, runs: Sequence[Run]) -> None:
    """Choose two of ``runs``, which have a result, and see them side by side."""
    if len(runs) < 2:
        frame.lead_on(
            "Two runs with a result are needed. Train once more, with another setting.",
            "Choose the settings",
            ":material/model_training:",
            state.choose_widget,
            (runs_common.VIEW, runs_common.ONE),
        )
        return
    a, b = _choose(project, runs)
    if a == b:
        st.info("This is the same run twice. Choose another one for B.")
        return
    with problems.shown():
        found = _judge(project, a, b)
        st.header("What differs", anchor=False)
        runs_differ.show(a, b)
        if found is not None:
            _changed_sides(project, found, f"{a.id}-{b.id}")
        _curves(a, b)
        if found is not None:
            path_view.done(project, "compared")


def _choose(project: Project, runs: Sequence[Run]) -> tuple[Run, Run]:
    """The two runs: at first the newest as B, and the one before it as A."""
    by_id = {run.id: run for run in runs}
    with st.container(key="stacking-two"):
        places = st.columns(2, gap="large")
    chosen = []
    for letter, usual, place in (("a", 1, places[0]), ("b", 0, places[1])):
        key = _key(project, letter)
        if state.widget_value(key) not in by_id:  # deleted meanwhile, or not chosen yet
            state.choose_widget(key, list(by_id)[usual])
        with place:
            run = by_id[
                st.selectbox(
                    letter.upper(),
                    list(by_id),
                    format_func=lambda one: by_id[one].name,
                    key=key,
                    filter_mode=None,
                    persist_state="session",
                )
            ]
            st.caption(how_trained(run))
        chosen.append(run)
    return chosen[0], chosen[1]


def _judge(project: Project, a: Run, b: Run) -> Comparison | None:
    """The verdict on the chosen images; None where there is none to compare by."""
    pool = _pool(project, a, b)
    fair = runs_common.fair_images(project, a, b, pool)
    out = _left_out(fair)
    if not fair.n:
        st.info(
            f"There is no such image that both judged and neither learnt from. {out} Choose other "
            "images above, or train one of them again with the split of the other."
        )
        return None
    found = runs_common.compared(fair)
    icon, meaning = _MEANS[found.verdict]
    with st.container(border=True, key="verdict"):
        st.markdown(f"{icon} **{found.sentence()}.** {meaning}", help=glossary()["paired"].help)
        _figures(found)
        value = found.accuracy
        plot(
            charts.difference_bar(value.value, value.low, value.high),
            alt=charts.describe_difference_bar(value.value, value.low, value.high),
            key="difference",
        )
        st.caption(_basis(found, pool, f"{out} {runs_common.merged_told(fair)}".strip()))
        st.caption(_CAVEATS[pool].format(looks=_times(project, a, b)))
    return found


def _pool(project: Project, a: Run, b: Run) -> Pool:
    """The images to compare by: validation, and more where the test images of both are open.

    Two runs that were divided differently may be compared by all that neither learnt from.
    """
    same = a.split == b.split and a.catalogue_id == b.catalogue_id
    closed = [run for run in (a, b) if not seal.is_open(run)]
    more = [] if closed else [Pool.TEST] if same else [Pool.TEST, Pool.UNLEARNT]
    pools = [Pool.VALIDATION, *more]
    with st.container(horizontal=True, vertical_alignment="bottom", key="compare-pools"):
        chosen = one_of(
            "Compare by",
            {each: _POOLS[each] for each in pools},
            f"compare-by-{len(pools)}",
            first=Pool.VALIDATION,
            help=glossary()["fair_images"].help,
        )
        for letter, run in (("A", a), ("B", b)):
            sealed.opener(project, run, f"Open the test set of {letter}")
    pool = Pool(chosen)
    if pool is not Pool.VALIDATION:
        older, newer = sorted((a, b), key=lambda run: run.created)
        seal.open_test(newer, seal.COMPARISON, about=older.id)
    elif closed:
        st.caption(_SEALED)
    return pool


def _figures(found: Comparison) -> None:
    terms, accuracy = glossary(), found.accuracy
    with st.container(key="figures-two", horizontal=True, gap="large"):
        for letter, share in (("A", accuracy.a), ("B", accuracy.b)):
            label = f"Accuracy of {letter}"
            st.metric(label, percent(share), help=terms["accuracy"].help, width="content")
        st.metric(
            "Alike by chance",
            percent(found.p) if found.p < 0.1 else percent(found.p, 0),
            help=terms["mcnemar"].help,
            width="content",
        )
    balanced = found.balanced
    st.caption(
        f"Balanced accuracy: A {percent(balanced.a)}, B {percent(balanced.b)}. B minus A is "
        f"{points(balanced.value)} points (95 % interval {points(balanced.low)} to "
        f"{points(balanced.high)}).",
        help=terms["balanced_accuracy"].help,
    )


def _basis(found: Comparison, pool: Pool, out: str) -> str:
    both = found.n - len(found.only_a) - len(found.only_b) - len(found.neither)
    text = (
        f"By {count(found.n, 'image')} that both judged: both right on {both:,}, both wrong on "
        f"{len(found.neither):,}, only A right on {len(found.only_a):,}, only B right on "
        f"{len(found.only_b):,}."
    )
    few = " So few images can only show large differences." if found.n < _FEW else ""
    return f"{text}{few} {out}".strip()


def _left_out(fair: Common) -> str:
    """How many images were left out, and why."""
    parts = [
        (fair.learnt, "since one of the two learnt from them"),
        (fair.kin, "since one of the two learnt from a near copy of them"),
        (fair.moved, "since they judge one of the two and steer the other"),
        (fair.unknown, "since one of the two never had them"),
        (fair.relabelled, "since their label changed in between"),
    ]
    told = [f"{number:,} {why}" for number, why in parts if number]
    return f"Left out: {', '.join(told)}." if told else ""


def _times(project: Project, a: Run, b: Run) -> str:
    """How often the test images of the two were looked at: of either, where they differ."""
    found = {look for run in (a, b) for look in sealed.looks(project, run)}
    return "once" if len(found) == 1 else f"{len(found):,} times"


def _changed_sides(project: Project, found: Comparison, key: str) -> None:
    st.header("Images that changed sides", anchor=False)
    choices = {
        "only_b": (f"B right, A wrong ({len(found.only_b):,})", found.only_b),
        "only_a": (f"A right, B wrong ({len(found.only_a):,})", found.only_a),
        "neither": (f"Both wrong ({len(found.neither):,})", found.neither),
    }
    first = next((name for name, (_, rows) in choices.items() if len(rows)), "only_b")
    name = one_of(
        "Which images",
        {name: choices[name][0] for name in choices},
        f"changed-sides-{key}-{found.n}",
        first=first,
    )
    rows = choices[name][1]
    columns = ("predicted_a", "confidence_a", "predicted_b", "confidence_b", "label")
    told = zip(*(rows[column] for column in columns), strict=True)
    rows = rows.assign(caption=[_caption(*answer) for answer in told])
    empty = "There are none."
    gallery(rows, project.thumbs, f"sides-{key}-{name}-{found.n}", _A_PAGE, empty=empty)


def _caption(said_a: str, sure_a: float, said_b: str, sure_b: float, label: str) -> str:
    answers = (("A", said_a, sure_a), ("B", said_b, sure_b))
    told = [f"{name} said {said} ({percent(sure, 0)})" for name, said, sure in answers]
    return "\n".join([*told, f"labelled {label}"])


def _curves(a: Run, b: Run) -> None:
    epochs = [run.snapshot().epochs for run in (a, b)]
    if not any(epochs):
        return
    st.header("How they learnt", anchor=False)
    plot(
        charts.two_curves(*epochs),
        alt=charts.describe_two_curves(*epochs),
        key="two-curves",
    )
    if a.settings.label_smoothing != b.settings.label_smoothing:
        st.caption("Label smoothing changes what the loss counts, so compare the accuracy here.")


def _key(project: Project, letter: str) -> str:
    return f"compare-{letter}-{project.id}"
