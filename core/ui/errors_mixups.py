"""What was taken for what: the confusion matrix, the pairs in words, and the images behind."""

from __future__ import annotations

from typing import Final

import streamlit as st

from core import results
from core.confusion import Pair, by_confusion, confused_pairs
from core.lessons import glossary
from core.ui import errors_images
from core.ui.choice import one_of
from core.ui.errors_scope import Scope
from core.ui.matrix import Mode, choose_cell, confusion_matrix
from core.words import count, interval, percent, plain

_MODES: Final = {Mode.COUNTS: "Images", Mode.TRUTH: "% of row", Mode.SAID: "% of column"}
_MODES_HELP: Final = (
    "**Images** counts them. **% of row** asks: of all that *is* rust, what was it taken for? Its "
    "diagonal is the recall. **% of column** asks: of all that was *called* rust, what was it "
    "really? Its diagonal is the precision."
)
_ORDERS: Final = {"name": "By name", "confusion": "Confused ones together"}
_ORDERS_HELP: Final = (
    "Classes that are mixed up can stand side by side, the most confused first, so that the "
    "mistakes gather beside the diagonal."
)
_PAIRS: Final = 5
_NBSP: Final = "\u00a0"
_SMALL: Final = 2  # with two classes there is but one order worth looking at


def show(scope: Scope) -> None:
    """The matrix, the most confused pairs, and the images of the chosen cell or all mistakes."""
    st.markdown("What was taken for what", help=glossary()["confusion"].help)
    mode, order = _choices(scope)
    confusion, classes = scope.found["confusion"], scope.classes
    names = [classes[place] for place in order]
    shown = [[confusion[row][column] for column in order] for row in order]
    key = scope.key("matrix")
    cell = confusion_matrix(shown, names, key, mode)
    _pairs(confused_pairs(confusion, classes), key)
    answers = scope.answers
    if cell:
        truth, said = cell
        rows = answers[(answers["label"] == truth) & (answers["predicted"] == said)]
        rows = rows.sort_values("confidence", ascending=truth == said)
        rows = rows.assign(caption=[errors_images.sure(each) for each in rows["confidence"]])
        st.header(_title(len(rows), truth, said), anchor=False)
        st.caption("Choose the cell again to see all mistakes.")
    else:
        rows = results.worst_mistakes(answers)
        st.header(f"{count(len(rows), 'mistake')}, the worst first", anchor=False)
    errors_images.show(scope, rows, f"mixups-{'-'.join(cell or ())}")


def _choices(scope: Scope) -> tuple[Mode, list[int]]:
    """What the cells say, and the order of the classes."""
    places = list(range(len(scope.classes)))
    with st.container(key="matrix-choices", horizontal=True, gap="medium"):
        mode = one_of("Cells say", _MODES, "matrix-mode", help=_MODES_HELP)
        if len(places) <= _SMALL:
            return mode, places
        order = one_of("Classes", _ORDERS, "matrix-order", help=_ORDERS_HELP)
    if order == "confusion":
        places = by_confusion(scope.found["confusion"])
    return mode, places


def _pairs(pairs: list[Pair], key: str) -> None:
    """The most confused pairs in words; each leads to its images."""
    if not pairs:
        return
    st.markdown(f"**Mixed up most**, with 95{_NBSP}% intervals", help=_PAIRS_HELP)
    with st.container(key="pairs", gap=None):
        for place, pair in enumerate(pairs[:_PAIRS]):
            with st.container(
                key=f"pair-{place}", horizontal=True, vertical_alignment="center", gap="small"
            ):
                st.markdown(told(pair), width="stretch")
                st.button(
                    "See them",
                    key=f"{key}-pair-{place}",
                    icon=":material/image_search:",
                    type="tertiary",
                    on_click=choose_cell,
                    args=(key, pair.truth, pair.said),
                    help=f"The images of {plain(pair.truth)} taken for {plain(pair.said)}",
                )


_PAIRS_HELP: Final = (
    "Ranked by the lower end of the 95 % interval of how often two classes are mixed up, so that "
    "one mistake in two images does not outrank twenty in sixty."
)


def told(pair: Pair) -> str:
    """A pair in words, as Markdown."""
    truth, said = plain(pair.truth), plain(pair.said)
    share = f"{percent(pair.share)}, {interval(*pair.interval)}"
    text = (
        f"**{truth}** was taken for **{said}** in {pair.count:,} of "
        f"{count(pair.of, 'image')} ({share})"
    )
    if not pair.back_of:
        return f"{text}. There are no images of {said} here."
    if not pair.back:
        return f"{text}, never the other way round."
    return f"{text}; the other way round in {pair.back:,} of {pair.back_of:,}."


def _title(number: int, truth: str, said: str) -> str:
    images = count(number, "image")
    if truth == said:
        return f"{images} of {plain(truth)} answered right, the least sure first"
    return f"{images} of {plain(truth)} taken for {plain(said)}, the surest first"
