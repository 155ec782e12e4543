"""Which image gets which fault, and who stands on which side: all of it follows from the seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.exercise.faults import Fault
from core.exercise.levels import Order

TRAIN, TEST = "train", "test"
_TEST_SHARE = 0.25
_THIN = 8  # times smaller than the largest class is one that was emptied
_FEWEST = 6  # images that it keeps, so that it can still be divided
_MARKED = 0.9  # of the class that bears a mark
_SINGLE = (
    *(Fault.WRONG_LABEL, Fault.EXACT, Fault.NEAR, Fault.BLUR),
    *(Fault.DARK, Fault.BROKEN),
)


@dataclass(frozen=True)
class Item:
    """One file of the exercise to be.

    Attributes:
        place: of the image in the material; -1 for one of something else.
        label: the class that it is put into.
        side: TRAIN or TEST.
        fault: what is wrong with it, if anything.
        truth: the right class, where the label is wrong.
        twin: the place of the item that it copies; -1: none.
        is_marked: whether it bears the mark of its class.
    """

    place: int
    label: str
    side: str
    fault: Fault | None = None
    truth: str = ""
    twin: int = -1
    is_marked: bool = False


@dataclass(frozen=True)
class Planting:
    """What is to be made.

    Attributes:
        items: the files, in no order that tells anything.
        marked: classes that bear a mark.
        thinned: classes that were emptied.
    """

    items: tuple[Item, ...]
    marked: tuple[str, ...]
    thinned: tuple[str, ...]


def plan(labels: Sequence[str], order: Order, random: np.random.Generator) -> Planting:
    """Choose images for the faults of ``order``.

    An image has one fault at most, and a copied one none besides; faults are spread over the
    classes as the images are. Classes that are emptied get no other fault.

    Raises:
        SettingsProblem: there are too few images or classes.
    """
    sizes = Counter(labels)
    order.require_room(len(labels), len(sizes))
    names = [str(name) for name in random.permutation(sorted(sizes))]
    thinned = tuple(names[: order.of(Fault.IMBALANCE)])
    marked = tuple(names[len(thinned) : len(thinned) + order.of(Fault.SHORTCUT)])
    items = _sides(_left(labels, thinned, random), random)
    free = [place for place, item in enumerate(items) if item.label not in thinned]
    order.require_room(len(free), len(sizes))
    chosen = iter([int(place) for place in random.permutation(free)])
    others = [name for name in sorted(sizes) if name not in thinned]
    taken: set[int] = set()
    for fault in _SINGLE:
        for _ in range(order.of(fault)):
            at = next(chosen)
            taken.add(at)
            items += _fault(items, at, fault, others, random)
    for _ in range(order.of(Fault.OFF_TOPIC)):
        side = TEST if random.random() < _TEST_SHARE else TRAIN
        items.append(Item(-1, str(random.choice(others)), side, Fault.OFF_TOPIC))
    for at, item in enumerate(items):
        if item.label in marked and item.fault is None and at not in taken:
            items[at] = replace(item, is_marked=bool(random.random() < _MARKED))
    return Planting(tuple(items), marked, thinned)


def _fault(
    items: list[Item], at: int, fault: Fault, others: list[str], random: np.random.Generator
) -> list[Item]:
    """Give ``items[at]`` its fault; returns what is added because of it."""
    item = items[at]
    if fault is Fault.WRONG_LABEL:
        wrong = str(random.choice([name for name in others if name != item.label] or others))
        items[at] = replace(item, label=wrong, fault=fault, truth=item.label)
    elif fault in (Fault.EXACT, Fault.NEAR):
        side = TEST if item.side == TRAIN else TRAIN
        return [Item(item.place, item.label, side, fault, twin=at)]
    else:
        items[at] = replace(item, fault=fault)
    return []


def _left(labels: Sequence[str], thinned: Sequence[str], random: np.random.Generator) -> list[Item]:
    """All images, but few of the classes that are emptied."""
    largest = max(Counter(label for label in labels if label not in thinned).values())
    keep = max(_FEWEST, largest // _THIN)
    dropped: set[int] = set()
    for name in thinned:
        own = [place for place, label in enumerate(labels) if label == name]
        dropped.update(int(place) for place in random.permutation(own)[keep:])
    return [Item(place, label, TRAIN) for place, label in enumerate(labels) if place not in dropped]


def _sides(items: list[Item], random: np.random.Generator) -> list[Item]:
    """The same, a share of each class on the test side."""
    classes: dict[str, list[int]] = {}
    for at, item in enumerate(items):
        classes.setdefault(item.label, []).append(at)
    for places in classes.values():
        number = max(1, round(_TEST_SHARE * len(places)))
        for at in random.permutation(places)[:number]:
            items[int(at)] = replace(items[int(at)], side=TEST)
    return items
