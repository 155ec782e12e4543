"""The confusion matrix as a table whose cells can be chosen."""

from __future__ import annotations

from core.charts.style import RIGHT, WRONG
from core.ui import component

_matrix = component.register("matrix")


def confusion_matrix(
    confusion: list[list[int]], classes: list[str], key: str
) -> tuple[str, str] | None:
    """Draw a confusion matrix and give the cell that the user chose, as (truth, predicted).

    Rows are true classes, columns predicted ones; a cell is shaded by its share of the row,
    the right ones in one hue and the mistakes in another. A second click on the chosen cell
    clears it, and so does a class that is no longer there.

    Args:
        confusion: images by true class (row) and predicted class (column).
        classes: the names of the classes, in the order of the rows.
        key: the key of the component, unique on its page.
    """
    chosen = component.reported(key, "choice")
    truth, predicted, turn = chosen.get("truth"), chosen.get("predicted"), chosen.get("turn")
    cell: tuple[str, str] | None = None
    if isinstance(truth, str) and isinstance(predicted, str):
        cell = (truth, predicted) if {truth, predicted} <= set(classes) else None
    _matrix(
        key=key,
        data={
            "classes": classes,
            "confusion": [[int(count) for count in row] for row in confusion],
            "right": RIGHT,
            "wrong": WRONG,
            "chosen": list(cell) if cell else None,
            "turn": turn if isinstance(turn, int) else 0,
        },
        on_choice_change=_nothing,
    )
    return cell


def _nothing() -> None:
    """Streamlit keeps a component's state only where it has a callback."""
