"""What the answers mean, in plain sentences without any markup."""

from __future__ import annotations

from core.preflight.answers import (
    Baseline,
    Curve,
    Gain,
    GivenAway,
    Leakage,
    Level,
    Preflight,
    Shortcut,
)
from core.preflight.shortcuts import SURE
from core.words import percent

VERDICTS = {
    Level.STRONG: "gives a lot away",
    Level.NOTICEABLE: "gives something away",
    Level.NONE: "gives nothing away that matters",
}
_TIMES = {2.0: "Twice", 4.0: "Four times"}
_LITTLE = 0.01

MEANINGS = {
    "file_size": "Busy pictures make larger files, so a little of this is natural. A lot means "
    "that the classes were saved in different ways.",
    "format": "The classes come from different sources. What else differs between those sources, "
    "the classifier may learn in place of the thing itself.",
    "dimensions": "The classes were cut or collected in different ways. Squashing to a square "
    "then distorts each class in its own way, and that can be learnt.",
    "camera": "Each camera has colours and noise of its own, which can be learnt in place of the "
    "thing itself. Take every class with every camera.",
    "taken": "The classes were taken at different times, so light and place may differ too. Take "
    "every class at different times.",
    "jpeg_quality": "The classes were saved in different ways, and compression leaves traces that "
    "can be learnt. Save all images in the same way.",
    "file_name": "The classifier never sees the name. But names that tell the class hint that "
    "the classes were collected in different ways: see what else differs.",
    "frame": "Somebody, or some program, drew along the edge of these pictures. A classifier "
    "can learn the frame and nothing else. Cut the edges off, or leave these images out.",
    "border": "The edge of the picture tells something. If it is the background, take every "
    "class in front of the same backgrounds; if the thing itself reaches the edge, it is fine.",
    "colour": "If the thing itself has this colour, it is fine. If it is the light or the "
    "background, take every class in the same light and places.",
    "surroundings": "What stands around the middle tells the class. If the thing itself reaches "
    "there, it is fine. If not, the classifier can learn the place in place of the thing.",
}


def meaning(name: str) -> str:
    """What it means where a cue tells the class, and what to do."""
    return MEANINGS.get(name) or MEANINGS.get(name.partition("_")[0], "")


def of_shortcut(found: Shortcut) -> str:
    """How well a cue tells the class."""
    text = (
        f"By this alone, {_hundred(found.accuracy)} of 100 images are guessed right, each class "
        f"counting the same; by luck it would be {_hundred(found.chance)}."
    )
    if found.level is not Level.NONE:
        return text
    if found.p_value > SURE or found.effect <= 0:
        return f"{text} That cannot be told from luck."
    return f"{text} That is more than luck, and too little to matter."


def of_class(given: GivenAway) -> str:
    """What gives a class away."""
    if given.sign is None:
        return "No single thing says it; many small ones do together."
    share, others = _share(given.sign.share), _share(given.sign.others)
    return f"{share} of {given.label} have {given.sign.what}; of all others, {others}."


def of_alarms(found: Preflight) -> str:
    """What came of the search for shortcuts, in one sentence."""
    telling = [one for one in found.shortcuts if one.level is not Level.NONE]
    if not telling:
        return "Nothing gives the classes away that should not."
    names = [one.title.lower() for one in telling]
    return f"Look closer: the class can partly be told from {'; '.join(names)}."


def of_leakage(found: Leakage | None) -> str:
    """What a careless split would promise too much."""
    if found is None:
        return "No images are known to belong together, so a random split gives nothing away."
    text = (
        f"{found.together:,} images belong together in {found.groups:,} groups, like several "
        f"shots of one thing. With them on both sides of a split, {percent(found.random)} seem "
        f"right; kept together, {percent(found.grouped)}."
    )
    low, high = 100 * found.low, 100 * found.high
    if low > 0:
        return (
            f"{text} So a random split would promise {100 * found.price:.1f} points too much "
            f"(between {low:.1f} and {high:.1f})."
        )
    return f"{text} The difference is within what luck does ({low:.1f} to {high:.1f} points)."


def of_baselines(found: tuple[Baseline, ...]) -> str:
    """What a later score has to beat."""
    if not found:
        return ""
    best = max(found, key=lambda one: one.accuracy)
    return (
        f"The best of these simple ways ({best.title.lower()}) is right "
        f"{percent(best.accuracy)} of the time. Training should reach that or more."
    )


def of_gain(gain: Gain) -> str:
    """What more images would probably bring; a range, never a promise."""
    many = f"{_TIMES.get(gain.times, f'{gain.times:g} times')} as many images"
    low, high = 100 * gain.low, 100 * gain.high
    if gain.high < _LITTLE:
        return f"{many} would probably give less than 1 point more."
    shown = f"{low:.0f} to {high:.0f}" if round(low) < round(high) else f"about {high:.0f}"
    points = "point" if shown.endswith(" 1") else "points"
    return f"{many} would probably give {shown} {points} more."


def of_curve(curve: Curve | None) -> str:
    """What the learning curve says."""
    if curve is None:
        return "There are too few images for a learning curve."
    if curve.gains:
        return " ".join(of_gain(gain) for gain in curve.gains)
    return f"{curve.why_not}."


def _hundred(share: float) -> str:
    return f"{100 * share:.0f}"


def _share(share: float) -> str:
    if share >= 1:
        return "All"
    if share <= 0:
        return "none"
    return f"{min(99, max(1, round(100 * share)))}\u00a0%"
