"""The rules: each looks at the figures of a training and says something, or nothing."""

from __future__ import annotations

from itertools import pairwise

from core.diagnosis import advice
from core.diagnosis.facts import Curve, Facts
from core.diagnosis.finding import Diagnosis
from core.settings import Schedule
from core.words import count, interval, percent, short

_GAP = 0.02  # beyond the interval of the validation accuracy
_RISE_IN_ALL = 8.0  # nats, over all validation images: more than two or three of them can do
_WORTH_IT = 0.01  # nats: less is no reason to go on
_WIDE = 0.12  # an interval that cannot tell two settings apart
_FEW, _RATHER_FEW = 10, 50  # training images a class
_WEAK = 0.9  # a training accuracy below this leaves something to be learnt


def too_high_a_rate(it: Facts) -> Diagnosis | None:
    """The loss is no number, stays above that of knowing nothing, or jumps up again and again."""
    rate = it.settings.learning_rate
    if it.lost:
        evidence = f"In epoch {it.lost[0]} the loss grew beyond all numbers."
        factor = 0.1
    elif len(it.epochs) < 3:
        return None
    elif min(it.loss.end, it.val_loss.end) > 1.2 * it.knowing_nothing:
        evidence = (
            f"At the end the loss is {short(it.loss.end)} for training and "
            f"{short(it.val_loss.end)} for validation. Giving every class the same probability "
            f"would have a loss of {short(it.knowing_nothing)}."
        )
        factor = 0.1
    elif it.epochs[0] == 1 and it.loss.values[0] > 2 * it.knowing_nothing:
        evidence = (
            f"In the first epoch the training loss was {short(it.loss.values[0])} on average. "
            "Giving every class the same probability, knowing nothing at all, would have had a "
            f"loss of {short(it.knowing_nothing)}: the first steps made it worse, not better."
        )
        factor = 0.1
    else:
        jumps = _jumps(it)
        if len(jumps) < max(3, 0.25 * (len(it.epochs) - 1)):
            return None
        evidence = (
            f"The training loss should fall, and rose by more than a tenth in {len(jumps)} of "
            f"{len(it.epochs) - 1} epochs, such as epoch {jumps[0]}."
        )
        factor = 1 / 3
    lower = advice.rounded(max(1e-6, min(rate * factor, advice.usual_rate(it.settings))))
    if lower >= rate:
        lower = advice.rounded(max(1e-6, rate * factor))
    return Diagnosis(
        "rate_too_high",
        "The learning rate is too high",
        evidence,
        f"Each step goes too far, past the place where the loss is low. Try a learning rate of "
        f"{lower:g} instead of {rate:g}.",
        {"learning_rate": lower},
    )


def too_low_a_rate(it: Facts) -> Diagnosis | None:
    """All epochs were run, the loss fell steadily to the end, and hardly came down."""
    rate = it.settings.learning_rate
    if it.ended != "epochs" or len(it.epochs) < 5 or rate > advice.usual_rate(it.settings) / 2:
        return None
    values = it.loss.values
    falls = sum(b < a for a, b in pairwise(values))
    total = values[0] - values[-1]
    late = values[len(values) // 2] - values[-1]
    is_steady = falls >= 0.9 * (len(values) - 1) and late >= 0.35 * total > 0
    if not is_steady or it.loss.end < 0.5 * it.knowing_nothing:
        return None
    higher = advice.rounded(min(10 * rate, advice.usual_rate(it.settings)))
    return Diagnosis(
        "rate_too_low",
        "The learning rate is too low",
        f"The training loss fell in {falls} of {len(values) - 1} epochs, as steadily at the end "
        f"as before, and yet came only from {short(values[0])} to {short(values[-1])}. Knowing "
        f"nothing has a loss of {short(it.knowing_nothing)}.",
        f"It goes the right way in very small steps. Try a learning rate of {higher:g} instead "
        f"of {rate:g}.",
        {"learning_rate": higher},
    )


def stopped_early(it: Facts) -> Diagnosis | None:
    """It was still getting better when it ended."""
    count = len(it.epochs)
    if count < 3 or it.val_accuracy.values[-1] >= 1:
        return None
    if it.ended == "patience":
        return _stopped_by_a_wiggle(it)
    start = min(count - 3, count - 1 - count // 4)
    late = it.val_loss.since(start)
    fall = late.values[0] - max(late.values[-2:])
    clear = max(0.03 * late.values[0], _WORTH_IT, 3 * it.val_loss.jitter)
    if it.best < count - 2 or fall < clear or it.loss.end >= it.loss.values[start]:
        return None
    more = min(500, 2 * it.settings.epochs) if it.ended == "epochs" else it.settings.epochs
    how = "You ended it" if it.ended == "hand" else "It ended after its last epoch"
    if it.settings.schedule is Schedule.COSINE or it.ended == "hand":
        what = f"Train again with {more} epochs."
    else:
        what = f"Train on for {it.settings.epochs} more epochs, or anew with {more}."
    return Diagnosis(
        "stopped_early",
        "It stopped while it was still getting better",
        f"{how}, {it.epochs[-1]}. From epoch {it.epochs[start]} to there the validation loss fell "
        f"from {short(late.values[0])} to {short(late.values[-1])}, more than it jumps about.",
        what,
        {"epochs": more} if more != it.settings.epochs else {},
    )


def overfitting(it: Facts) -> Diagnosis | None:
    """It knows the training images far better than others, or more so with every epoch."""
    low, high = it.interval
    has_gap = len(it.epochs) >= 3 and it.learnt - high > _GAP
    rise = _rise(it)
    if not has_gap and not rise:
        return None
    parts = []
    if has_gap:
        parts.append(
            f"In epoch {it.best_epoch}, {percent(it.learnt)} of the training images were "
            f"answered right, but {percent(it.score)} of the {it.n_validation:,} validation "
            f"images ({interval(low, high)}): more than chance explains."
        )
    if rise:
        parts.append(
            f"After epoch {it.best_epoch} the validation loss rose from "
            f"{short(min(it.val_loss.values))} to {short(it.val_loss.end)}, while the training "
            f"loss fell from {short(it.loss.values[it.best])} to {short(it.loss.end)}. "
            f"Epoch {it.best_epoch} is the one that was kept."
        )
    what, changes = advice.against_overfitting(it.settings)
    return Diagnosis(
        "overfitting",
        "Overfitting: it learns the training images by heart",
        " ".join(parts),
        f"{what} More images help most.",
        changes,
    )


def underfitting(it: Facts) -> Diagnosis | None:
    """It cannot answer the training images themselves, and no longer gets better at it."""
    _, high = it.interval
    if len(it.epochs) < 6 or it.accuracy.end >= _WEAK or high >= 0.95 or _falls(it.loss):
        return None
    if it.learnt - high > _GAP or it.n_train < 30:
        return None
    whose = "altered training images" if it.settings.views else "training images"
    evidence = (
        f"At the end {percent(it.accuracy.end)} of the {whose} themselves were answered right, "
        f"and in its last epochs the training loss stayed at {short(it.loss.end)}."
    )
    if it.accuracy.end <= it.majority + 0.02:
        evidence += (
            f" Always naming the commonest class would be right {percent(it.majority)} of the time."
        )
    what, changes = advice.against_underfitting(it.settings)
    return Diagnosis(
        "underfitting",
        "Underfitting: it does not even get the training images right",
        evidence,
        f"{what} If that changes nothing, look on the Clean page for labels that contradict "
        "each other.",
        changes,
    )


def too_few_images(it: Facts, overfits: bool) -> Diagnosis | None:
    """A class has hardly any image to learn from, or all have few and it overfits."""
    if not it.train:
        return None
    name, smallest = min(it.train.items(), key=lambda item: (item[1], item[0]))
    average = it.n_train / len(it.train)
    if smallest < _FEW:
        return Diagnosis(
            "too_few_images",
            f"Too few images of {name}",
            f"It has {count(smallest, 'image')} to learn from and {it.validation.get(name, 0)} to "
            "steer by. So few do not show what such an image can look like.",
            f"Bring more images of {name}, from other days and places; {_RATHER_FEW} are a good "
            "start.",
        )
    if overfits and average < _RATHER_FEW:
        return Diagnosis(
            "too_few_images",
            "Too few images",
            f"There are {average:.0f} images a class to learn from, the fewest of {name} "
            f"({smallest}). That many can be learnt by heart.",
            "Bring more images, most of all of the classes that get mixed up.",
        )
    return None


def validation_too_small(it: Facts) -> Diagnosis | None:
    """The validation accuracy is so uncertain that two runs can hardly be told apart."""
    low, high = it.interval
    if it.n_validation == 0 or high - low <= _WIDE:
        return None
    return Diagnosis(
        "validation_too_small",
        "Too few validation images to tell small differences",
        f"With {count(it.n_validation, 'image')} each one counts for "
        f"{100 / it.n_validation:.1f} points: a validation accuracy of {percent(it.score)} "
        f"may stand for anything from {interval(low, high)}.",
        f"Take differences between runs of less than {50 * (high - low):.0f} points for luck. "
        "Bring more images, or raise the validation share under All settings.",
    )


def all_well(it: Facts) -> Diagnosis | None:
    """It got clearly better than guessing, and ended when there was no more to be had."""
    low, high = it.interval
    ran_out = it.ended == "epochs" and it.settings.schedule is Schedule.COSINE
    is_done = ran_out or it.ended == "patience" or not _falls(it.val_loss)
    if len(it.epochs) < 3 or low <= it.majority or not is_done or it.score < _WEAK:
        return None
    return Diagnosis(
        "all_well",
        "All well",
        f"In its best epoch, {it.best_epoch}, {percent(it.learnt)} of the training images and "
        f"{percent(it.score)} of the validation images ({interval(low, high)}) were answered "
        "right. The validation loss has levelled out.",
        "Look at the mistakes that are left: they tell more than another setting would.",
    )


def _jumps(it: Facts) -> list[int]:
    """The epochs in which the training loss rose by more than a tenth, and is not tiny."""
    pairs = zip(pairwise(it.loss.values), it.epochs[1:], strict=False)
    return [epoch for (before, after), epoch in pairs if after > 1.1 * before and after > 0.05]


def _rise(it: Facts) -> bool:
    """Whether the validation loss rose after the best epoch, beyond noise."""
    if len(it.epochs) - 1 - it.best < 4:
        return False
    lowest = min(it.val_loss.values)
    rise = it.val_loss.end - lowest
    is_clear = rise > max(4 * it.val_loss.jitter, 0.1 * lowest)
    still_learns = it.loss.end < 0.97 * it.loss.values[it.best]
    return is_clear and still_learns and rise * it.n_validation > _RISE_IN_ALL


def _falls(curve: Curve) -> bool:
    """Whether the curve still came down in its last quarter."""
    late = curve.since(max(0, len(curve.values) - 1 - max(3, len(curve.values) // 4)))
    fall = late.values[0] - late.end
    return fall > max(0.03 * late.values[0], _WORTH_IT, 2 * curve.jitter)


def _stopped_by_a_wiggle(it: Facts) -> Diagnosis | None:
    patience = it.settings.patience
    before = it.loss.values[it.best]
    if patience > 3 or it.loss.values[-1] > 0.9 * before or it.score >= 0.98:
        return None
    return Diagnosis(
        "stopped_early",
        "It stopped at the first bump",
        f"With a patience of {patience} it ended after epoch {it.epochs[-1]}. From epoch "
        f"{it.best_epoch} to there the training loss still fell from {short(before)} to "
        f"{short(it.loss.values[-1])}.",
        "A validation loss often goes up and down on its way. Try a patience of 10.",
        {"patience": 10},
    )
