"""The learning rate range test: raise the rate step by step, watch the loss, propose a rate.

After Leslie N. Smith, "Cyclical Learning Rates for Training Neural Networks" (2015, arXiv
1506.01186) and "Super-Convergence" (2017, arXiv 1708.07120). Where a test there looks at the loss
of each batch, this one looks at the same images after every step, so that what moves the curve is
the rate and not the luck of the batch.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import keras
import numpy as np
from numpy.typing import NDArray

from core.ml.batches import Batch, Examples, batches
from core.ml.stepping import Stepper, softmax
from core.settings import Balance, Method, TrainSettings

FEWEST = 24  # images; with fewer, a rate that suits them suits nothing else
_WATCHED = 64
_APART = 1.5  # beyond this times the first loss, and a little, the steps lead away
_LITTLE = 0.5
_SMOOTH = 2.0  # steps: the standard deviation of the kernel
_SHORT = 16  # steps; a curve that ends before them has said nothing
_MARGIN = 0.05  # how much of the first loss must go, for a fall to be one
_TURN = 0.1  # how much of the fall must be undone, for the loss to have turned
_ROUGH = 0.25  # the share of the fall that may be noise
_NICE = (1.0, 2.0, 3.0, 5.0, 10.0)

Losses = NDArray[np.float64]


@dataclass(frozen=True)
class Proposal:
    """What a curve of losses says.

    Attributes:
        rate: the rate to take; None where the curve does not tell.
        reason: why, in a sentence or two.
        steepest: the rate at which the loss falls fastest; None where it does not fall.
        lowest: the rate at which the loss is lowest; None likewise.
        smooth: the curve without its noise, one value a loss.
    """

    rate: float | None
    reason: str
    steepest: float | None
    lowest: float | None
    smooth: list[float]


def rates(which: Method) -> Losses:
    """The rates that are tried for a method, each the same factor above the one before.

    A step of the head takes a millisecond, one of a larger network a hundred times as long.
    """
    if which is Method.HEAD:
        return np.geomspace(1e-6, 1, 72)
    return np.geomspace(1e-6, 0.1, 45)


def sweep(
    model: keras.Model,
    sides: tuple[Examples, Examples],
    settings: TrainSettings,
    tried: Losses,
    tell: Callable[[int, int], None],
    check_stop: Callable[[], None],
) -> Losses:
    """The loss after a step at each of the rates ``tried``, up to where the steps lead away.

    ``model`` learns on the way and is of no use afterwards.

    Args:
        model: inputs -> logits, newly built, see `core.ml.methods`.
        sides: what is learnt, and what is watched: validation images. Where those are few,
            some that are learnt are watched as well.
        settings: batch size, decay, smoothing, balance, seed.
        tried: of `rates`.
        tell: told of the progress.
        check_stop: called around every step; what it raises ends the sweep.
    """
    stepper = Stepper(model, settings)
    watched = _watched(sides, settings)
    losses: list[float] = []
    first = _loss(stepper, watched)
    for rate, batch in zip(tried, _endless(sides[0], settings), strict=False):
        check_stop()
        stepper.learn((batch,), float(rate))
        losses.append(_loss(stepper, watched))
        tell(len(losses), len(tried))
        if not losses[-1] <= _APART * first + _LITTLE:  # also where it is no number
            break
    return np.asarray(losses)


def propose(tried: Losses, losses: Losses, images: int) -> Proposal:
    """Read a curve of losses: the rate at its steepest fall, kept clear of its lowest point.

    Args:
        tried: the rates, of `rates`.
        losses: of `sweep`, one for each of the first rates.
        images: how many there are to learn from.
    """
    known = losses[np.isfinite(losses)]
    if len(known) < _SHORT:
        return _unknown(known, "The loss grew without bounds almost at once.")
    smooth = _smoothed(known)
    lowest = int(np.argmin(smooth))
    fall = float(smooth[0] - smooth[lowest])
    if fall < _MARGIN * smooth[0]:
        grown = np.flatnonzero(smooth > (1 + _MARGIN) * smooth[0])
        above = f" From {_nice(float(tried[grown[0]])):g} on it grew." if len(grown) else ""
        return _unknown(smooth, f"The loss hardly fell, whatever the rate.{above}")
    turn = _turn(smooth, lowest)
    if _noise(known[:turn]) > _ROUGH * fall:
        return _unknown(smooth, "The loss jumps about too much to read anything from it.")
    if images < FEWEST:
        return _unknown(smooth, f"{images} images are too few to tell rates apart.")
    steepest = int(np.argmin(np.gradient(smooth)[: lowest + 1]))
    far = float(tried[lowest]) / 3
    rate = _nice(min(float(tried[steepest]), far))
    reason = f"The loss falls fastest around {_nice(float(tried[steepest])):g}"
    if turn is None:
        reason += " and had not turned up yet at the largest rate that was tried."
    else:
        reason += f" and turns up again at {_nice(float(tried[turn])):g}."
    if tried[steepest] > far:
        reason += " The proposal keeps some distance from there."
    else:
        reason += " There, steps are long and still sure."
    ends = float(tried[steepest]), float(tried[lowest])
    return Proposal(rate, reason, *ends, smooth.round(6).tolist())


def _unknown(smooth: Losses, reason: str) -> Proposal:
    advice = " This trial cannot tell which rate is good: stay with the usual one."
    return Proposal(None, reason + advice, None, None, np.round(smooth, 6).tolist())


def _turn(smooth: Losses, lowest: int) -> int | None:
    """Where the loss is clearly above its lowest again; None where it never is."""
    fall = smooth[0] - smooth[lowest]
    above = np.flatnonzero(smooth[lowest:] > smooth[lowest] + _TURN * fall)
    return lowest + int(above[0]) if len(above) else None


def _noise(losses: Losses) -> float:
    """How far values jump about: from the second differences, which a slope leaves out."""
    if len(losses) < 3:
        return 0.0
    return float(np.sqrt(np.mean(np.diff(losses, 2) ** 2) / 6))


def _smoothed(losses: Losses) -> Losses:
    """Each value averaged with its neighbours; at the ends with fewer of them.

    The last value may be many times the others, since a sweep ends where the steps lead away:
    it is cut to what ended the sweep.
    """
    cut = np.minimum(losses, _APART * losses[0] + _LITTLE)
    places = np.arange(len(cut))
    kernel = np.exp(-0.5 * ((places[:, None] - places[None, :]) / _SMOOTH) ** 2)
    result: Losses = kernel @ cut / kernel.sum(axis=1)
    return result


def _nice(rate: float) -> float:
    """``rate`` to one digit: 1, 2, 3 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(rate))
    factor = min(_NICE, key=lambda nice: abs(math.log(nice * power / rate)))
    return float(f"{factor * power:.0e}")


def _watched(sides: tuple[Examples, Examples], settings: TrainSettings) -> Batch:
    """A few images as they are, without views or other changes: first those of validation."""
    learnt, unseen = (replace(side, shown_as=side.ways[:, :1], alter=None) for side in sides)
    plain = replace(settings, balance=Balance.OFF, batch_size=_WATCHED)
    (found,) = next(batches(unseen, plain, 0))[:1] if unseen.count else (None,)
    if found is not None and len(found.labels) >= _WATCHED:
        return found
    (more,) = next(batches(learnt, plain, 0))[:1]
    if found is None:
        return more
    inputs = tuple(np.concatenate(both) for both in zip(found.inputs, more.inputs, strict=True))
    parts = ((a.labels, a.weights, a.rows) for a in (found, more))
    labels, weights, rows = (np.concatenate(both) for both in zip(*parts, strict=True))
    return Batch(inputs, labels, weights, rows)


def _endless(train: Examples, settings: TrainSettings) -> Iterator[Batch]:
    """Batches of one epoch after another."""
    epoch = 0
    while True:
        for group in batches(train, settings, epoch):
            yield from group
        epoch += 1


def _loss(stepper: Stepper, watched: Batch) -> float:
    """Mean cross-entropy; an infinity where it is no number."""
    likely = (softmax(stepper.answer(watched.inputs)) * watched.labels).sum(axis=1)
    loss = float(-np.log(np.maximum(likely, np.finfo(np.float64).tiny)).mean())
    return loss if math.isfinite(loss) else math.inf
