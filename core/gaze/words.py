"""What heat means, in plain sentences without any markup."""

from __future__ import annotations

from core.gaze.found import ClassGaze, Gaze, Swap
from core.gaze.measure import BORDER_AREA, OUTSIDE_AREA, SPOT_AREA

SWAYS = 0.1
"""the share of answers from which on a place is said to sway them"""
_SETTLES = 0.5


def of_all(found: Gaze) -> str:
    """What came of the look at every class, in a few sentences."""
    names = [one.label for one in found.spotted]
    if not names:
        text = (
            "No class gets most of its heat from one small place beside the middle. That rules "
            "out stickers and stamps there as the main reason, and no other shortcut."
        )
    else:
        heat = "the heat of each" if len(names) > 1 else "its heat"
        text = f"Look closer at {_listed(names)}: most of {heat} lies on one small place."
    inner = [one.label for one in found.central]
    if inner:
        text += (
            f" {_listed(inner)}: most of the heat lies on one small place in the middle, where "
            "things usually stand. See below whether it is the thing itself."
        )
    return text


def of_spot(one: ClassGaze) -> str:
    """Where most of the heat of a class lies, and why that is odd."""
    if one.spot is None:
        return ""
    place = one.spot
    return (
        f"When it says {one.label}, {_percent(place.share.mean)} of the heat "
        f"({_between(place.share.low, place.share.high)}) lies on one place {place.words} that "
        f"is {_percent(SPOT_AREA)} of the picture; the hottest part is there in "
        f"{_all_or(place.steady, one.n)}. When it says anything else, that place "
        f"has {_percent(place.others)} of the heat."
    )


def of_swap(one: ClassGaze) -> str:
    """What the place does by itself, and what follows."""
    swap = one.swap
    if swap is None:
        return ""
    told = []
    if swap.own:
        told.append(
            f"With that place taken from images of other classes, {swap.kept} of "
            f"{_images(swap.own)} that it called {one.label} are still called so."
        )
    if swap.others:
        told.append(
            f"Put into {_images(swap.others)} of other classes, it turns {swap.turned} of the "
            f"answers into {one.label}."
        )
    return " ".join([*told, _follows(swap)])


def meaning(one: ClassGaze) -> str:
    """What to do about a class whose heat lies on one small place."""
    return (
        f"Look at its images. If the thing itself is there, it is fine. If it is a sticker, a "
        f"stamp, a date or part of the background, the model has learnt that instead of "
        f"{one.label}: cover it or cut it off, or add images of {one.label} without it, and "
        "train again."
    )


def of_class(one: ClassGaze) -> str:
    """How much of the heat of a class lies near the edges, and how much there is of those."""
    return (
        f"{_percent(one.border.mean)} of the heat is on the border, which is "
        f"{_percent(BORDER_AREA)} of the picture; {_percent(one.outside.mean)} is outside the "
        f"middle, which is {_percent(OUTSIDE_AREA)}."
    )


def _follows(swap: Swap) -> str:
    if swap.moved >= _SETTLES:
        return "So that place alone settles most answers."
    if swap.moved >= SWAYS:
        return "So that place sways answers all by itself."
    return "So the place is looked at, but it does not sway answers by itself."


def _images(count: int) -> str:
    return f"{count:,} {'image' if count == 1 else 'images'}"


def _listed(names: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _all_or(share: float, count: int) -> str:
    if share >= 1:
        return f"all {_images(count)}"
    return f"{round(share * count)} of {_images(count)}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f}\u00a0%"


def _between(low: float, high: float) -> str:
    return f"between {100 * low:.0f} and {100 * high:.0f}"
