"""Can the label be guessed from what should not tell it? One cue after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.preflight import clues
from core.preflight.answers import GivenAway, Level, Shortcut
from core.preflight.clues import Clues, Material
from core.preflight.guess import Guess, guess
from core.preflight.signs import sign_of
from core.probe import Labels, Matrix
from core.results import holm

SURE = 0.05  # the p-value, corrected, above which a cue is taken to tell nothing
# What share of the way from luck to perfect is worth a word: for all classes, and for the class
# that is given away most. Below, a cue may be real and is yet too weak to matter. Judgement, not
# theory: set by a look at four data sets, so that plain backgrounds stay below a planted frame.
NOTICEABLE = (0.10, 0.40)
STRONG = (0.35, 0.60)
_SHOWN = 12  # images that show what gives a class away
_NAMED = 4  # classes that are


@dataclass(frozen=True)
class Cue:
    """Something that may tell the label and should not.

    Attributes:
        name: its key.
        title: for people.
        clues: looks at the images.
        same: what to say where all images are alike in it.
        in_picture: it is taken from the pixels, so it may also be what the class looks like.
    """

    name: str
    title: str
    clues: Callable[[Material], Clues]
    same: str
    in_picture: bool = False


CUES: tuple[Cue, ...] = (
    Cue("file_size", "File size", clues.file_size, "All files have the same size"),
    Cue("format", "File format", clues.file_format, "All files have the same format"),
    Cue("dimensions", "Width and height", clues.dimensions, "All images have the same size"),
    Cue("camera", "Camera", clues.camera, "No file names a camera, or all name the same"),
    Cue("taken", "Date and time", clues.taken, "No file tells when it was taken"),
    Cue("jpeg_quality", "JPEG quality", clues.jpeg_quality, "It is the same, or not known"),
    Cue("file_name", "File name", clues.file_name, "All names have the same form"),
    Cue("frame", "Drawn frame", clues.frame, "No image has a frame of its own", True),
    *(
        Cue(
            f"border_{name}",
            f"Border of {words}",
            partial(clues.border, which=which),
            "All borders look the same",
            True,
        )
        for which, (name, words) in enumerate(
            (("1px", "1 pixel"), ("4px", "4 pixels"), ("8pc", "8 %"))
        )
    ),
    Cue("colour", "Mean colour", clues.colour, "All images have the same colour", True),
    Cue(
        "surroundings",
        "Picture without middle",
        clues.surroundings,
        "All images look the same",
        True,
    ),
)


def cue_named(name: str) -> Cue | None:
    """The cue with this name; None where this version knows none."""
    return next((cue for cue in CUES if cue.name == name), None)


def look_for(
    material: Material,
    labels: Labels,
    classes: Sequence[str],
    blocks: Labels,
    seed: int = 0,
    tell: Callable[[int, int], None] = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> tuple[tuple[Shortcut, ...], dict[str, str]]:
    """Test every cue; the most telling first, and why others cannot tell anything.

    Raises:
        Stopped: ``should_stop`` said so.
    """
    found = {cue.name: cue.clues(material) for cue in CUES}
    matrices: dict[str, Matrix] = {}
    silent: dict[str, str] = {}
    for cue in CUES:
        matrix = found[cue.name].matrix()
        if matrix is None:
            silent[cue.name] = cue.same
        else:
            matrices[cue.name] = matrix
    guesses = guess(matrices, labels, len(classes), blocks, seed, tell, should_stop)
    corrected = holm([each.p_value for each in guesses.values()])
    shortcuts = []
    for cue in CUES:
        if cue.name in guesses:
            p_value = corrected[list(guesses).index(cue.name)]
            shortcut = _judge(cue, guesses[cue.name], p_value)
            given = _given_away(
                shortcut.level, guesses[cue.name], found[cue.name], material, labels, classes
            )
            shortcuts.append(replace(shortcut, classes=given))
    order = {Level.STRONG: 0, Level.NOTICEABLE: 1, Level.NONE: 2}
    ranked = sorted(shortcuts, key=lambda one: (order[one.level], -one.effect))
    return tuple(ranked), silent


def _judge(cue: Cue, answer: Guess, p_value: float) -> Shortcut:
    overall = (answer.accuracy - answer.chance) / max(1e-9, 1 - answer.chance)
    effect, best = max(0.0, overall), float(answer.informed.max())
    level = Level.NONE
    if p_value <= SURE:
        if effect >= STRONG[0] or best >= max(STRONG[1], answer.luck):
            level = Level.STRONG
        elif effect >= NOTICEABLE[0] or best >= max(NOTICEABLE[1], answer.luck):
            level = Level.NOTICEABLE
    return Shortcut(cue.name, cue.title, level, answer.accuracy, answer.chance, p_value, effect, ())


def _given_away(
    level: Level,
    answer: Guess,
    found: Clues,
    material: Material,
    labels: Labels,
    classes: Sequence[str],
) -> tuple[GivenAway, ...]:
    """The classes that the cue gives away, with what does it and the images that show it."""
    if level is Level.NONE:
        return ()
    ids = material.images["image_id"].to_numpy()
    given = []
    for number in np.argsort(-answer.informed, kind="stable")[:_NAMED]:
        informed = float(answer.informed[number])
        if informed < max(answer.luck, NOTICEABLE[1] / 2):
            break
        rows = np.flatnonzero((labels == number) & (answer.margins > 0))
        rows = rows[np.argsort(-answer.margins[rows], kind="stable")][:_SHOWN]
        sign = sign_of(found, labels == number)
        given.append(GivenAway(classes[number], informed, sign, tuple(map(str, ids[rows]))))
    return tuple(given)


def sample(labels: Labels, blocks: Labels, most: int, seed: int = 0) -> NDArray[np.int64]:
    """Rows of at most about ``most`` images, whole blocks, small classes first; in order.

    Every class gives the same number of images, or all that it has.
    """
    if len(labels) <= most:
        return np.arange(len(labels))
    left = np.bincount(labels)
    caps = range(1, int(left.max()) + 1)
    cap = max((c for c in caps if np.minimum(left, c).sum() <= most), default=1)
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({"block": blocks, "label": labels})
    members: dict[Any, Any] = dict(table.groupby("block").indices)
    taken, chosen = np.zeros(len(left), np.int64), []
    for block in rng.permutation(np.unique(blocks)):
        rows = members[block]
        own = labels[rows[0]]
        if taken[own] < cap:
            taken[own] += len(rows)
            chosen.append(rows)
    return np.sort(np.concatenate(chosen))
