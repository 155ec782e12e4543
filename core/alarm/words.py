"""What the alarm found, in plain sentences without any markup."""

from __future__ import annotations

from core.alarm.verdict import Level, Looked, Suspicion, Verdict
from core.augmentations import AUGMENTATIONS

TITLES = {
    Level.CHANGED: "may change the class",
    Level.HARD: "makes it hard",
    Level.FINE: "is fine",
}


def title(name: str) -> str:
    """The name of an augmentation for people."""
    return AUGMENTATIONS[name].title if name in AUGMENTATIONS else name


def of_verdict(verdict: Verdict) -> str:
    """What one step does, a sentence or two."""
    looked = verdict.looked
    if verdict.level is Level.CHANGED:
        pairs = ", ".join(f"{one.was} to {one.became}" for one in verdict.changes)
        return f"Some images look like another class afterwards: {pairs}."
    if verdict.level is Level.HARD:
        return (
            f"{_percent(looked.flipped)} of the answers become others, but not surely and to one "
            "class. That is hard, not changed."
        )
    return f"{_percent(looked.flipped)} of the answers become others."


def of_change(looked: Looked, change: Suspicion) -> str:
    """What became of the images of one class, and why that is no accident."""
    return (
        f"{change.changed} of {change.images} images of {change.was} look like an ordinary "
        f"{change.became} in at least one of {looked.draws} tries: taken for it as surely as real "
        f"ones are, and as near to those as they are to each other. Everyday mix-ups explain "
        f"{_about(change.expected)}."
    )


def question(change: Suspicion) -> str:
    """What the user is asked."""
    return f"Look at the altered images. Is each of them still {change.was}?"


def of_weaker(looked: Looked) -> str:
    """What is known of weaker alterations; '' where nothing is."""
    if looked.weaker is None:
        return ""
    return f"At strength {looked.weaker:.2g} this was not seen."


def _about(number: float) -> str:
    if number < 1:
        return "hardly one"
    return f"{number:.0f} at most"


def _percent(share: float) -> str:
    if share <= 0:
        return "None"
    return "Under 1 %" if share < 0.01 else f"{100 * share:.0f}\u00a0%"
