"""What a model says of a picture, in plain words: an answer, or that it does not know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.jobs.trying import Answer
from core.words import percent, plain

_NAMED = 4  # classes that a sentence names


class Kind(StrEnum):
    """How much an answer is worth."""

    SURE = "sure"  # one class fits
    UNSURE = "unsure"  # several do, or none does well enough
    UNLIKE = "unlike"  # nothing like it was seen


@dataclass(frozen=True)
class Verdict:
    """An answer in words.

    Attributes:
        kind: how much it is worth.
        headline: the answer, as Markdown.
        why: what that rests on, as Markdown.
        short: the same in two or three words, as plain text.
    """

    kind: Kind
    headline: str
    why: str
    short: str


def verdict(answer: Answer, classes: Sequence[str], rate: float) -> Verdict:
    """What to say of ``answer``.

    Args:
        answer: of the model.
        classes: their names.
        rate: the error rate, one of `core.jobs.trying.RATES`.
    """
    best = classes[answer.best]
    sure = percent(answer.probabilities[answer.best])
    if answer.unlike:
        return Verdict(
            Kind.UNLIKE,
            "This looks like nothing it has seen.",
            "It lies farther from the images that it learnt from than nearly all images of the "
            f"same kind do. A classifier has to name one of its classes: here *{plain(best)}*, "
            f"with {sure}. Do not trust that.",
            "like nothing seen",
        )
    fitting = [classes[place] for place in answer.fitting[rate]]
    if len(fitting) == 1:
        return Verdict(
            Kind.SURE,
            f"It says {plain(best)}, {sure} sure.",
            "No other class is likely enough to count. For pictures like the validation images, "
            f"that leaves the true class out {percent(rate, 0)} of the time at most.",
            f"{best}, {percent(answer.probabilities[answer.best], 0)}",
        )
    if fitting:
        why = (
            f"Leaving one of them out would miss the true class more than {percent(rate, 0)} of "
            "the time, for pictures like the validation images."
        )
        if rate < answer.lowest_rate:
            why = (
                "There were too few validation images to rule anything out at this error rate. "
                f"They are enough for {percent(answer.lowest_rate, 0)} and more."
            )
        return Verdict(
            Kind.UNSURE, f"I don't know: it could be {_any(fitting, classes)}.", why, "not sure"
        )
    ranked = sorted(range(len(classes)), key=lambda place: -answer.probabilities[place])
    likely = " and ".join(
        f"*{plain(classes[place])}* with {percent(answer.probabilities[place])}"
        for place in ranked[:2]
    )
    return Verdict(
        Kind.UNSURE,
        "I don't know: no class fits well enough.",
        f"The likeliest are {likely}. {percent(1 - rate, 0)} of the validation images gave "
        "their true class more than that.",
        "not sure",
    )


def _any(fitting: Sequence[str], classes: Sequence[str]) -> str:
    """Classes as a phrase: 'a or b', 'a, b, c or 3 more', 'any of the 5 classes'."""
    if len(fitting) == len(classes) > 2:
        return f"any of the {len(classes)} classes"
    names = [plain(name) for name in fitting]
    if len(names) > _NAMED:
        return f"{', '.join(names[: _NAMED - 1])} or {len(names) - _NAMED + 1} more"
    return f"{', '.join(names[:-1])} or {names[-1]}"
