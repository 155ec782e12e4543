"""The confusion matrix as a table whose cells can be chosen."""

from __future__ import annotations

import json
from enum import StrEnum

from core.charts.style import RIGHT, WRONG
from core.ui import component, state

_matrix = component.register("matrix")


class Mode(StrEnum):
    """What the cells of a confusion matrix say."""

    COUNTS = "counts"  # images
    TRUTH = "truth"  # per cent of the row
    SAID = "said"  # per cent of the column


def confusion_matrix(
    confusion: list[list[int]], classes: list[str], key: str, mode: Mode = Mode.COUNTS
) -> tuple[str, str] | None:
    """Draw a confusion matrix and give the cell that was chosen, as (truth, predicted).

    Rows are true classes, columns predicted ones; a cell is shaded by its share of the row, or
    of the column where that is what is read, the right ones in one hue and the mistakes in
    another. A second click on the chosen cell clears it, and so does a class that is no longer
    there.

    Args:
        confusion: images by true class (row) and predicted class (column).
        classes: the names of the classes, in the order of the rows. Another order keeps the
            choice.
        key: the key of the component, unique on its page.
        mode: what the cells say.
    """
    truth, predicted, turn = _chosen(key)
    cell = (truth, predicted) if {truth, predicted} <= set(classes) else None
    _matrix(
        key=key,
        data={
            "classes": classes,
            "confusion": [[int(count) for count in row] for row in confusion],
            "mode": str(mode),
            "right": RIGHT,
            "wrong": WRONG,
            "chosen": list(cell) if cell else None,
            "turn": turn,
        },
        on_choice_change=_nothing,
    )
    return cell


def choose_cell(key: str, truth: str, predicted: str) -> None:
    """Choose a cell of the matrix under ``key`` as if it had been clicked; for a callback."""
    *_, turn = _chosen(key)
    state.keep(_kept(key), json.dumps([truth, predicted, turn + 1]))


def _chosen(key: str) -> tuple[str, str, int]:
    """The cell that was chosen last, in the matrix or by `choose_cell`, and its turn.

    Turns count up, so that of the two the later one holds; names are '' where there is none.
    """
    reported = component.reported(key, "choice")
    turn = reported.get("turn")
    turn = turn if isinstance(turn, int) else 0
    kept = state.recall(_kept(key))
    if kept:
        truth, predicted, ordered = json.loads(kept)
        if ordered > turn:
            return truth, predicted, ordered
        state.keep(_kept(key), None)
    names = reported.get("truth"), reported.get("predicted")
    truth, predicted = (name if isinstance(name, str) else "" for name in names)
    return truth, predicted, turn


def _kept(key: str) -> str:
    return f"cell-{key}"


def _nothing() -> None:
    """Streamlit keeps a component's state only where it has a callback."""
