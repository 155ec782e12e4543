"""Which fixes matter most: proposed relabels and drops, ranked by what they do to validation.

The probe learns from the training images, once as they are and once for every proposal with that
one carried out; the proposal after which the validation images are believed most is taken, and
the rest is tried again on top of it, refit by refit. So a fix is judged beside those before it, not
alone: of ten copies of one mistake, the first may bring everything.

The ranking has seen the validation images, so what it promises of them is too kind. What the fixes
are worth is for images to say that had no part in it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np

from core import files, probe
from core.comparison import Verdict, bootstrap, mcnemar, verdict
from core.errors import ProjectProblem
from core.probe import Labels, Matrix, Sums
from core.project import is_moment
from core.refit import LEFT_OUT, Floats, Refit

FILE = "fixes.json"
SCHEMA = 1
MOST = 10  # fixes that are ranked
WIDTH = 256  # principal components
DROP, RELABEL = "drop", "relabel"
_ABOUT = 0.5  # of what leaving an image out brings, for another label to be taken instead
_LITTLE = 1e-6  # nats; a gain below that is none


@dataclass(frozen=True)
class Proposal:
    """Something that may be mended in one training image.

    Attributes:
        row: where the image stands among the training images.
        act: 'relabel' or 'drop'.
        to: number of the class that it is given; `core.refit.LEFT_OUT` for a drop.
        why: what speaks for it, for people.
    """

    row: int
    act: str
    to: int
    why: str


@dataclass(frozen=True)
class Step:
    """A proposal that was taken, and how validation stands after it and all before it.

    Attributes:
        proposal: what was taken.
        loss: mean cross-entropy of the validation images, in nats.
        right: validation images that are answered right.
    """

    proposal: Proposal
    loss: float
    right: int


@dataclass(frozen=True)
class Learner:
    """The probe on some training images, judged by some validation images.

    Attributes:
        train, held: (images, width), as `core.probe.compress` gives them.
        labels, held_labels: class numbers.
        classes: how many.
    """

    train: Matrix
    labels: Labels
    held: Matrix
    held_labels: Labels
    classes: int

    def tuned(self) -> tuple[float, float]:
        """The penalty and the sharpness with the least cross-entropy on the held images."""
        sums = Sums.of(self.train, self.labels, self.classes)
        tried = []
        for strength in probe.STRENGTHS:
            weights, offset = sums.solve(strength)
            scores = self.held @ weights + offset
            for sharpness in probe.SHARPNESS:
                answers = probe.softmax(sharpness * scores)
                loss = probe.cross_entropy(answers, self.held_labels)
                tried.append((loss, strength, float(sharpness)))
        _, strength, sharpness = min(tried)
        return strength, sharpness


def rank(
    learner: Learner,
    proposals: Sequence[Proposal],
    most: int = MOST,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[Step | None, list[Step]]:
    """Take the best of ``proposals``, one after the other.

    An image is left out only where another label for it would bring less than half as much.

    Args:
        learner: training and validation images.
        proposals: several may be about one image; at most one of them is taken.
        most: how many are taken at most; fewer where none is left that helps.
        tell: told how many are taken, of how many at most; what it raises ends the work.

    Returns:
        Where validation stands without any fix (its ``proposal`` does nothing), and the steps.
        (None, []) where there is nothing to learn from or to judge by.
    """
    if not len(learner.labels) or not len(learner.held_labels):
        return None, []
    strength, sharpness = learner.tuned()
    ridge = Refit(learner.train, learner.labels, learner.classes, strength)
    before = _judged(ridge.scores(learner.held), Proposal(-1, "", LEFT_OUT, ""), learner, sharpness)
    steps: list[Step] = []
    left, last = list(proposals), before
    while left and len(steps) < most:
        tell(len(steps), most)
        rows = np.array([each.row for each in left])
        to = np.array([each.to for each in left], np.int64)
        outlooks = ridge.tried(learner.held, learner.train[rows], learner.labels[rows], to)
        tried = [
            _judged(scores, proposal, learner, sharpness)
            for scores, proposal in zip(outlooks, left, strict=True)
        ]
        best = min(tried, key=lambda step: step.loss)
        if best.loss > last.loss - _LITTLE:
            break
        best = _rather_kept(best, tried, last.loss)
        _carry_out(ridge, learner, best.proposal)
        steps.append(best)
        last = best
        left = [each for each in left if each.row != best.proposal.row]
    return before, steps


def _rather_kept(best: Step, tried: Sequence[Step], loss: float) -> Step:
    """Another label for the image instead of leaving it out, where that brings about as much.

    Who looks at a clear picture with a wrong label would mend it; and images are few.
    """
    if best.proposal.act != DROP:
        return best
    labelled = [
        step
        for step in tried
        if step.proposal.row == best.proposal.row and step.proposal.act == RELABEL
    ]
    kept = min(labelled, key=lambda step: step.loss, default=best)
    return kept if loss - kept.loss >= _ABOUT * (loss - best.loss) else best


def _judged(scores: Floats, proposal: Proposal, learner: Learner, sharpness: float) -> Step:
    labels = learner.held_labels
    loss = probe.cross_entropy(probe.softmax(sharpness * scores), labels)
    return Step(proposal, loss, int((scores.argmax(axis=1) == labels).sum()))


def _carry_out(ridge: Refit, learner: Learner, proposal: Proposal) -> None:
    row = proposal.row
    ridge.carry_out(learner.train[row], int(learner.labels[row]), proposal.to)


@dataclass(frozen=True)
class Judged:
    """What the fixes are worth on images that had no part in choosing them.

    Attributes:
        n: how many images.
        before, after: of them answered right without and with all fixes.
        low, high: 95 % interval of the difference of the two accuracies.
        p: of McNemar's exact test.
    """

    n: int
    before: int
    after: int
    low: float
    high: float
    p: float

    @property
    def difference(self) -> float:
        """What the fixes add to the accuracy."""
        return (self.after - self.before) / self.n if self.n else 0.0

    @property
    def verdict(self) -> Verdict:
        """Whether chance explains the difference, for better or for worse."""
        return verdict(self.low, self.high, self.p)


def judge(learner: Learner, steps: Sequence[Proposal], tested: Matrix, labels: Labels) -> Judged:
    """Learn with and without all of ``steps``, and ask about the images ``tested``."""
    strength, _ = learner.tuned()
    ridge = Refit(learner.train, learner.labels, learner.classes, strength)
    right = [ridge.scores(tested).argmax(axis=1) == labels]
    for proposal in steps:
        _carry_out(ridge, learner, proposal)
    right.append(ridge.scores(tested).argmax(axis=1) == labels)
    lost, won = int((right[0] & ~right[1]).sum()), int((right[1] & ~right[0]).sum())
    low, high = bootstrap(lost, won, len(labels))
    before, after = (int(each.sum()) for each in right)
    return Judged(len(labels), before, after, low, high, mcnemar(lost, won))


@dataclass(frozen=True)
class Fix:
    """One ranked fix, as it is kept.

    Attributes:
        image_id, sha256: of the image.
        label: what it has now.
        act: 'relabel' or 'drop'.
        to: the label that it would get; '' for a drop.
        why: what speaks for it.
        gain: by how much it lowered the loss of the validation images, in nats an image.
        right: validation images that are right after it and all before it.
    """

    image_id: str
    sha256: str
    label: str
    act: str
    to: str
    why: str
    gain: float
    right: int

    @property
    def changes(self) -> bool:
        """Whether carrying it out changes anything; not where both labels are one class now."""
        return self.act == DROP or self.to != self.label


@dataclass(frozen=True)
class Fixes:
    """What was found for one run.

    Attributes:
        catalogue: the `content_id` of the images that were asked about.
        made: when, ISO 8601 in UTC.
        proposed: how many proposals were tried.
        n: validation images.
        right: of them, without any fix.
        checked: whether the images had been checked; else nobody knew of blurry or dark ones.
        fixes: the best first.
    """

    catalogue: str
    made: str
    proposed: int
    n: int
    right: int
    checked: bool
    fixes: tuple[Fix, ...]

    def called(self, names: Mapping[str, str]) -> Fixes:
        """The same fixes by other ``names`` of the classes, such as those of today.

        Where label and proposed label are one class now, there is nothing left to relabel; such a
        fix stays in its place, since those after it were ranked on top of it.

        Args:
            names: what classes are called now, by what they were called when the fixes were
                ranked; see `core.renaming.renamed`.
        """
        fixes = tuple(
            dataclasses.replace(
                fix, label=names.get(fix.label, fix.label), to=names.get(fix.to, fix.to)
            )
            for fix in self.fixes
        )
        return dataclasses.replace(self, fixes=fixes)

    def save(self, folder: Path) -> None:
        """Write it into the run's ``folder``.

        Raises:
            OSError: the disk is full or may not be written.
        """
        files.write_json(folder / FILE, {"schema": SCHEMA, **dataclasses.asdict(self)})

    @classmethod
    def load(cls, folder: Path) -> Self | None:
        """What was found for the run in ``folder``; None where nobody asked yet.

        Raises:
            ProjectProblem: the file is damaged.
        """
        if not (folder / FILE).is_file():
            return None
        try:
            return cls(**_checked(files.read_json(folder / FILE)))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
            raise ProjectProblem(
                "The proposed fixes cannot be read",
                f"{FILE} is damaged ({type(error).__name__})",
                "Rank them again",
            ) from error


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of `Fixes`, each of its type: the file may come from a stranger."""
    texts = ("image_id", "sha256", "label", "act", "to", "why")
    rows = tuple(
        Fix(
            **{name: str(row[name]) for name in texts},
            gain=float(row["gain"]),
            right=int(row["right"]),
        )
        for row in values["fixes"]
    )
    if any(fix.act not in (DROP, RELABEL) for fix in rows):
        raise ValueError("an act that is unknown")
    if not is_moment(str(values["made"])):
        raise ValueError("it does not say when")
    return {
        "catalogue": str(values["catalogue"]),
        "made": str(values["made"]),
        "proposed": int(values["proposed"]),
        "n": int(values["n"]),
        "right": int(values["right"]),
        "checked": bool(values["checked"]),
        "fixes": rows,
    }
