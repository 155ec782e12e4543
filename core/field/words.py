"""What a field test found, in plain sentences without any markup."""

from __future__ import annotations

from core.comparison import points
from core.field.apart import Apart
from core.field.changes import Change, trait_named
from core.field.drop import SURE, Drop, Drops, Level
from core.field.found import FieldTest
from core.words import count, listing, percent

TITLES = {
    Level.WORSE: "It does worse there",
    Level.MIX: "The images there are harder",
    Level.OPEN: "No drop is shown",
    Level.BETTER: "It does better there",
}
_SPACE = "\u00a0"
_SIGNS = "+\u2212"
_LITTLE = 0.005  # half a point: not worth a word
_SIDES = {"test": "test images", "validation": "validation images"}
_SURE_OF_ITSELF = 0.05  # by which sureness may exceed the truth before that is worth a word
_MOSTLY, _PLAINLY = 0.6, 0.8  # of pairs


def own_images(side: str) -> str:
    """What the run's own images are called within a sentence."""
    return _SIDES.get(side, "own images")


def of_drop(found: Drops, side: str) -> str:
    """By how much it does worse, and whether that is more than chance."""
    drop = found.accuracy
    told = (
        f"Right {percent(drop.after)} of the time on these {count(found.n_after, 'image')}, "
        f"{percent(drop.before)} on its {found.n_before:,} {own_images(side)}: "
        f"{_moved(drop)} (95{_SPACE}% interval {between(drop)})."
    )
    return f"{told} {_by_chance(found)}"


def of_mix(found: Drops) -> str:
    """What comes from classes in other shares; '' where that is hardly anything."""
    if abs(found.by_mix) < _LITTLE or not found.classes:
        return ""
    many = sum(1 for each in found.classes if each.n_after)
    if many < 2:
        return ""
    same = found.same_mix
    way = "cost" if found.by_mix > 0 else "won"
    return (
        f"The classes come in other shares here, which alone {way} "
        f"{points(abs(found.by_mix))} points. With equal shares on both sides it would be "
        f"{_moved(same)} ({between(same)})."
    )


def of_class(label: str, drop: Drop, n_after: int) -> str:
    """How a class does here."""
    return (
        f"{label}: found {percent(drop.after)} of the time here ({count(n_after, 'image')}), "
        f"{percent(drop.before)} before."
    )


def of_sureness(found: FieldTest) -> str:
    """Whether it notices that it does worse."""
    right, sure = found.drops.accuracy.after, found.sure_after
    if sure - right > _SURE_OF_ITSELF and sure > found.accuracy_high:
        return (
            f"It does not notice: it is {percent(sure)} sure on average, and right "
            f"{percent(right)} of the time."
        )
    if right - sure > _SURE_OF_ITSELF and sure < found.accuracy_low:
        return f"It is too modest: {percent(sure)} sure on average, and right {percent(right)}."
    return f"Its sureness fits: {percent(sure)} on average, and right {percent(right)}."


def of_change(change: Change) -> str:
    """A trait that differs: 'Brightness 0.31 on average, 0.52 before: much darker'."""
    trait = trait_named(change.name)
    if trait is None:
        return f"{change.name}: {change.after:.3g}, before {change.before:.3g}"
    way = trait.more if change.tilt > 0.5 else trait.less
    more = f"much {way}" if change.is_strong and not way.startswith("with ") else way
    after, before = trait.written(change.after), trait.written(change.before)
    if after.strip(_SIGNS) == before.strip(_SIGNS):  # few images differ much, or many hardly
        return f"{trait.title}: {more}, though hardly on average"
    return f"{trait.title}: {after} on average, {before} before; {more}"


def of_changes(found: FieldTest) -> str:
    """What is different about the images, in one sentence."""
    if found.why_not:
        return found.why_not
    if not found.shown:
        return "In light, colour, sharpness, size and compression they are like your own."
    ways = []
    for change in found.shown:
        trait = trait_named(change.name)
        if trait is not None:
            ways.append(trait.more if change.tilt > 0.5 else trait.less)
    return f"These images are {listing(ways, 10)} than your own."


def of_apart(apart: Apart | None) -> str:
    """Whether the network sees a difference."""
    if apart is None:
        return ""
    told = (
        f"Shown one image from here and one of your own, of the same class, a simple classifier "
        f"knows which is which in {_hundred(max(0.5, apart.share))} of 100 pairs; by luck it "
        "would be 50."
    )
    if apart.p >= SURE:
        return f"{told} That cannot be told from luck: the network sees no difference."
    if apart.share >= _PLAINLY:
        return f"{told} To the network, these are plainly other images."
    if apart.share >= _MOSTLY:
        return f"{told} The network sees a difference."
    return f"{told} There is a difference, but a slight one."


def of_left_out(found: FieldTest) -> str:
    """Which images were not compared, and why; '' where all were."""
    parts = []
    if found.learnt:
        parts.append(f"{count(found.learnt, 'image')} it learnt from, so it knows the answer")
    if found.own:
        own = own_images(found.side)
        parts.append(f"{count(found.own, 'image')} that are among the {own} compared with")
    if found.unknown:
        number = sum(found.unknown.values())
        names = listing(sorted(found.unknown), 5)
        parts.append(f"{count(number, 'image')} of classes that it does not know ({names})")
    if found.unlabelled:
        parts.append(f"{count(found.unlabelled, 'image')} without a label")
    if found.unreadable:
        parts.append(f"{count(found.unreadable, 'file')} could not be read")
    return f"Not counted: {'; '.join(parts)}." if parts else ""


def of_unlike(found: FieldTest) -> str:
    """How many images look like nothing that it learnt from; '' where nobody looked."""
    if found.unlike is None:
        return ""
    before, after = found.unlike
    return (
        f"{percent(after)} of these images look like nothing that it learnt from; of its own, "
        f"{percent(before)}."
    )


def between(drop: Drop) -> str:
    """The interval of a drop in points, below 0 where something may be won."""
    told = f"{points(drop.low)} to {points(drop.high)}"
    return told if drop.value >= _LITTLE else f"{told} points lost"


def _moved(drop: Drop) -> str:
    if abs(drop.value) < _LITTLE:
        return "no difference to speak of"
    way = "lost" if drop.value > 0 else "won"
    return f"{points(abs(drop.value))} points {way}"


def _by_chance(found: Drops) -> str:
    match found.level:
        case Level.WORSE:
            return "Chance does not explain that."
        case Level.MIX:
            return (
                "Chance does not explain that, but other shares of the classes do: no class is "
                "shown to do worse than before."
            )
        case Level.BETTER:
            return "Chance does not explain that: these images are easier for it."
    few = "" if found.n_after >= 200 else " More images from there would tell more."
    if found.is_close:
        return (
            "It is too close to call: the interval leaves out no drop at all, an exact test that "
            f"compares class by class does not (p = {found.accuracy.p:.2f}).{few}"
        )
    return f"Chance may explain the difference.{few}"


def _hundred(share: float) -> str:
    return f"{100 * share:.0f}"
