"""The two pictures of the augment page: a sheet of draws, and a shelf of augmentations."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from core.augmentations import Augmentation
from core.charts.style import RIGHT, WARN
from core.jobs.augment_sheet import Sheet
from core.ui import component

_PARTS: Final = 3  # labels of a mixed square that are written out, at most

_sheet = component.register("sheet")
_shelf = component.register("shelf")


def sheet(
    found: Sheet | None,
    names: Sequence[str],
    draws: int,
    key: str,
    title: str = "Your images before and after the recipe",
    chosen: int | None = None,
    on_choice: Callable[[], None] | None = None,
) -> None:
    """Draw a sheet; None keeps what was drawn under this key, paler, until the next one comes.

    Args:
        found: the pictures.
        names: what each row is called.
        draws: columns beside the first.
        key: the key of the component, unique on its page.
        title: for those who do not see it.
        chosen: the row whose first square is marked; None where none can be chosen.
        on_choice: called when the user chose a row; see `chosen_row`.
    """
    data = {
        "picture": base64.b64encode(found.picture).decode("ascii") if found else None,
        "waiting": found is None,
        "title": title,
        "rows": len(names),
        "columns": draws + 1,
        "names": list(names),
        "notes": [mixture(parts) for parts in found.shares] if found else [],
        "chosen": chosen,
        "choosing": chosen is not None,
        "version": "\n".join(names),
    }
    _sheet(key=key, data=data, on_choice_change=on_choice or _nothing)


def chosen_row(key: str, names: Sequence[str]) -> int | None:
    """The row of a sheet that the user chose last; None where that was another sheet's."""
    choice = component.reported(key, "choice")
    row = choice.get("row")
    same = choice.get("of") == "\n".join(names)
    return row if same and type(row) is int and 0 <= row < len(names) else None


def mixture(shares: Mapping[str, float]) -> str:
    """The labels of a mixed image as a few lines: '70 % cat', '30 % dog'; '' for one alone."""
    if len(shares) < 2:
        return ""
    largest = sorted(shares.items(), key=lambda part: -part[1])[:_PARTS]
    return "\n".join(f"{100 * share:.0f}\u00a0% {name}" for name, share in largest)


def shelf(
    augmentations: Sequence[Augmentation],
    taken: Sequence[str],
    pictures: Mapping[str, bytes],
    heads: Sequence[str],
    full: bool,
    key: str,
    on_choice: Callable[[], None],
) -> None:
    """Draw a card for each augmentation, with a button that adds or removes it.

    Args:
        augmentations: in the order in which they are drawn.
        taken: the names of those in the recipe.
        pictures: what each does, by name: as many squares in a row as there are ``heads``.
        heads: what the squares of a card are called.
        full: whether nothing more can be added.
        key: the key of the component, unique on its page.
        on_choice: called when the user pressed a button; see `chosen_card`.
    """
    packed = {name: base64.b64encode(data).decode("ascii") for name, data in pictures.items()}
    _shelf(key=f"{key}-pictures", data={"role": "pictures", "shelf": key, "pictures": packed})
    cards = [
        {
            "name": each.name,
            "title": each.title,
            "helps": each.helps,
            "lies": each.lies,
            "taken": each.name in taken,
        }
        for each in augmentations
    ]
    data = {
        "role": "view",
        "shelf": key,
        "cards": cards,
        "heads": list(heads),
        "full": full,
        "colours": {"helps": RIGHT, "lies": WARN},
    }
    _shelf(key=key, data=data, on_choice_change=on_choice)


def chosen_card(key: str) -> str:
    """The name of the augmentation whose button the user pressed last; '' before the first."""
    name = component.reported(key, "choice").get("name")
    return name if isinstance(name, str) else ""


def _nothing() -> None:
    """Streamlit keeps a component's state only where it has a callback."""
