"""What heat means, in plain sentences without any markup."""

from __future__ import annotations

from collections.abc import Sequence

from core.gaze.found import ClassGaze, Gaze, Swap
from core.gaze.measure import BORDER_AREA, ENOUGH, OUTSIDE_AREA, SPOT_AREA
from core.words import count, listing, percent

SWAYS = 0.1
"""the share of answers from which on a place is said to sway them"""
_SETTLES = 0.5


def of_all(found: Gaze) -> str:
    """What came of the look at every class, in a few sentences."""
    names = [one.label for one in found.spotted]
    few = [one.label for one in found.classes if one.n < ENOUGH]
    if not names:
        those = "No other class" if few else "No class"
        text = (
            f"{those} gets most of its heat from one small place beside the middle. That speaks "
            "against stickers and stamps there as the main reason, and against no other shortcut."
        )
    else:
        heat = "the heat of each" if len(names) > 1 else "its heat"
        text = (
            f"Look closer at {listing(names, len(names))}: most of {heat} lies on one small place."
        )
    if few:
        text = f"{listing(few, 5)}: seen in too few of its answers to judge. {text}"
    inner = [one.label for one in found.central]
    if inner:
        text += (
            f" {listing(inner, len(inner))}: most of the heat lies on one small place in the "
            "middle, where things usually stand. See below whether it is the thing itself."
        )
    return text


def of_unnamed(found: Gaze, classes: Sequence[str]) -> str:
    """Which of the run's ``classes`` nothing can be said about; '' where there is none."""
    seen = {one.label for one in found.classes}
    never = [label for label in classes if label not in seen]
    if not never:
        return ""
    return (
        f"It called none of these images by the name of {listing(never, 5)}: of that there is no "
        "heat to look at."
    )


def of_spot(one: ClassGaze) -> str:
    """Where most of the heat of a class lies, and why that is odd."""
    if one.spot is None:
        return ""
    place = one.spot
    return (
        f"When it says {one.label}, {percent(place.share.mean, 0)} of the heat "
        f"({_between(place.share.low, place.share.high)}) lies on one place {place.words} that "
        f"is {percent(SPOT_AREA, 0)} of the picture; the hottest part is there in "
        f"{_all_or(place.steady, one.n)}. When it says anything else, that place "
        f"has {percent(place.others, 0)} of the heat."
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
            f"{count(swap.own, 'image')} that it called {one.label} are still called so."
        )
    if swap.others:
        told.append(
            f"Put into {count(swap.others, 'image')} of other classes, it turns {swap.turned} of "
            f"the answers into {one.label}."
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
        f"{percent(one.border.mean, 0)} of the heat is on the border, which is "
        f"{percent(BORDER_AREA, 0)} of the picture; {percent(one.outside.mean, 0)} is outside the "
        f"middle, which is {percent(OUTSIDE_AREA, 0)}."
    )


def _follows(swap: Swap) -> str:
    if swap.moved >= _SETTLES:
        return "So that place alone settles most answers."
    if swap.moved >= SWAYS:
        return "So that place sways answers all by itself."
    return "So the place is looked at, but it does not sway answers by itself."


def _all_or(share: float, number: int) -> str:
    if share >= 1:
        return f"all {count(number, 'image')}"
    return f"{round(share * number)} of {count(number, 'image')}"


def _between(low: float, high: float) -> str:
    return f"between {100 * low:.0f} and {100 * high:.0f}"
