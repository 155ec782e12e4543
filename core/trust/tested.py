"""What a run was trained and tested on, how sure it is, and where it fails; plain sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.corruptions import CORRUPTIONS
from core.field import FieldTest
from core.field import words as field_words
from core.field.words import own_images
from core.gaze import words as gaze_words
from core.preflight import Level as Clue
from core.preflight import Shortcut
from core.results import wilson
from core.trust.known import FAIRLY, Calibration, Known, WeakSlice
from core.trust.section import Missing, Section
from core.words import count, listing, percent

_FEW = 10  # images of a class that are too few to tell much
_SHOWN = 3  # examples of each kind that are named
_FIELDS = 3  # field tests that are told


def in_short(known: Known, gaps: int) -> Section:
    """The few sentences that somebody reads who reads no more."""
    figures = known.figures
    measured = f"{percent(figures['accuracy'])} of {figures['n']:,} {own_images(known.side)}"
    lines = [
        f"Of 100 images of the same kind, {_hundred(figures)} come out right ({measured} did).",
        _baseline(figures),
    ]
    weakest = _weakest(figures)
    if weakest:
        lines.append(
            f"It is weakest at {weakest['label']}: of {count(weakest['n'], 'image')} it found "
            f"{weakest['correct']:,}."
        )
    lines += [
        f"{found.name}: {field_words.of_drop(found.drops, found.side)}"
        for found in known.fields[:1]
    ]
    if gaps:
        lines.append(f"Not tested yet: {count(gaps, 'thing')}, named below.")
    return Section("short", "In short", tuple(lines))


def sections(known: Known) -> list[Section]:
    """Everything but the summary and the limits, in order."""
    return [
        _taught(known),
        _judged(known),
        _sure(known),
        _fails(known),
        _stress(known),
        _field(known),
        _looks(known),
    ]


def _taught(known: Known) -> Section:
    taught = known.taught
    most, least = (pick(taught.items(), key=lambda item: item[1]) for pick in (max, min))
    images, names = count(sum(taught.values()), "image"), listing(list(taught), 12)
    lines = [
        f"{images} of {len(taught)} classes: {names}.",
        f"Trained {known.how}, on {known.trained[:10]}.",
    ]
    if most[1] >= 2 * max(1, least[1]):
        lines.append(
            f"Most of them show {most[0]} ({most[1]:,}), fewest {least[0]} ({least[1]:,})."
        )
    return Section("taught", "What it was trained on", tuple(lines))


def _judged(known: Known) -> Section:
    n = int(known.figures["n"])
    few = [row["label"] for row in known.figures["per_class"] if row["n"] < _FEW]
    lines = []
    missing: tuple[Missing, ...] = ()
    if known.is_open:
        times = "once" if known.looks == 1 else f"{known.looks:,} times"
        lines.append(
            f"{count(n, 'test image')} that it never saw in training. They were looked at {times} "
            "so far; the more often, the less their score is worth."
        )
        if known.decided_in_view:
            were = "was" if known.decided_in_view == 1 else "were"
            lines.append(
                f"{count(known.decided_in_view, 'test image')} {were} relabelled or left out after "
                "such a look and before the training, so the score may be a little too kind."
            )
    else:
        lines.append(
            f"{count(n, 'validation image')}. It did not learn from them, but the best epoch was "
            "chosen by them, so their score is a little too kind."
        )
        missing = (
            Missing(
                f"The {count(known.sizes.get('test', 0), 'test image')} are still sealed.",
                "errors",
                "Open the test set",
            ),
        )
    lines.append(
        "They come from the same collection as the training images: the same cameras, places and "
        "days. They say little about others."
    )
    if few:
        lines.append(
            f"Fewer than {_FEW} images show {listing(few, 8)}; what is said of these is hardly "
            "more than a guess."
        )
    return Section("judged", "What it was tested on", tuple(lines), missing)


def _sure(known: Known) -> Section:
    figures = known.figures
    between = f"{percent(figures['accuracy_low'])} to {percent(figures['accuracy_high'])}"
    lines = [
        f"Right {percent(figures['accuracy'])} of the time; 95\u00a0% interval {between}.",
        f"Each class counting the same, it is {percent(figures['balanced_accuracy'])}.",
    ]
    if known.calibration is not None:
        lines.append(_of_calibration(known.calibration, known.is_open))
    if known.sureness is not None and known.sureness.n:
        told = known.sureness
        least, most = wilson(told.correct, told.n)
        lines.append(
            f"Where it was at least {100 * told.least:.0f}\u00a0% sure ({count(told.n, 'image')}), "
            f"it was right {percent(told.correct / told.n)} of the time (95\u00a0% interval "
            f"{percent(least)} to {percent(most)})."
        )
    return Section("sure", "How sure it is", tuple(lines))


def _of_calibration(found: Calibration, is_open: bool) -> str:
    told = f"On average its percentages are {100 * found.error:.1f} points off"
    if found.error > found.by_chance:
        if found.error <= FAIRLY:
            return f"{told}: a little more than chance explains."
        return f"{told}: do not take them at their word."
    told += f", no more than chance explains (up to {100 * found.by_chance:.1f} points)"
    if found.by_chance > FAIRLY:
        return f"{told}. So few images could hide a larger error: take them with care."
    if not is_open:
        return f"{told}. They were fitted to these very images, which is a little too kind."
    return f"{told}: take them at their word."


def _fails(known: Known) -> Section:
    rows = [row for row in known.figures["per_class"] if row["n"]]
    rows.sort(key=lambda row: (row["recall"], row["label"]))
    lines = [
        f"Of {count(row['n'], 'image')} of {row['label']} it found {row['correct']:,} "
        f"({percent(row['recall_low'])} to {percent(row['recall_high'])})."
        for row in rows[:_SHOWN]
        if row["correct"] < row["n"]
    ]
    lines += [
        f"It takes {pair.truth} for {pair.said}: {pair.count:,} of {count(pair.of, 'image')}."
        for pair in known.pairs[:_SHOWN]
    ]
    lines += [_slice(weak) for weak in (known.slices or ())[:_SHOWN]]
    if not lines:
        lines.append("It made no mistake here; on more images it would make some.")
    elif known.slices == ():
        lines.append(
            "Looked at by light, contrast, colour, blur, size and folder, no part of the images is "
            "shown to be weaker than the rest."
        )
    missing = (
        (
            Missing(
                "Whether dark, blurred or small images are answered worse: they were not measured.",
                "clean",
                "Check the images",
            ),
        )
        if known.slices is None
        else ()
    )
    return Section("fails", "Where it fails", tuple(lines), missing)


def _slice(weak: WeakSlice) -> str:
    return (
        f"Weak spot: {weak.name}. Of {count(weak.n, 'image')}, {percent(weak.accuracy)} are "
        f"answered right ({percent(weak.low)} to {percent(weak.high)}, corrected for how many "
        "parts were looked at)."
    )


def _stress(known: Known) -> Section:
    title = "When images get worse"
    found = known.stress
    if found is None:
        gap = Missing(
            "How it does with noise, blur, fog, low light and the like.",
            "stress",
            "Run the stress test",
        )
        return Section("stress", title, (), (gap,))
    whole = found.whole
    between = f"{percent(whole.stressed.low)} to {percent(whole.stressed.high)}"
    lines = [
        f"{count(found.n, 'image')} were spoilt in {len(found.hurts)} ways at five strengths.",
        f"Right {percent(whole.stressed.value)} of the time then ({between}).",
        f"With the same images as they are: {percent(whole.clean.value)}.",
    ]
    lines += [
        f"{_corruption(hurt.name)}: right {percent(hurt.accuracy.value)} "
        f"({percent(hurt.accuracy.low)} to {percent(hurt.accuracy.high)}); at the strongest "
        f"{percent(hurt.by_severity[-1].value)}."
        for hurt in found.hurts[:_SHOWN]
    ]
    if found.hurts:
        best = found.hurts[-1]
        lines.append(
            f"What hurts least is “{_corruption(best.name).lower()}”: right "
            f"{percent(best.accuracy.value)}."
        )
    return Section("stress", title, tuple(lines))


def _field(known: Known) -> Section:
    title = "In other places, with other cameras"
    if not known.fields:
        gap = Missing(
            "How it does on images from where it will be used.", "stress", "Make a field test"
        )
        return Section("field", title, (), (gap,))
    lines = []
    for found in known.fields[:_FIELDS]:
        lines += _of_field(found)
    return Section("field", title, tuple(lines))


def _of_field(found: FieldTest) -> list[str]:
    told = [
        f"{found.name}: {field_words.of_drop(found.drops, found.side)}",
        field_words.of_mix(found.drops),
        field_words.of_changes(found),
        field_words.of_sureness(found),
    ]
    return [sentence for sentence in told if sentence]


def _looks(known: Known) -> Section:
    lines: list[str] = []
    missing = []
    if known.gaze is None:
        missing.append(
            Missing("Which part of the picture it goes by.", "errors", "See where it looks")
        )
    else:
        lines.append(gaze_words.of_all(known.gaze))
        for one in known.gaze.spotted[:_SHOWN]:
            lines += [text for text in (gaze_words.of_spot(one), gaze_words.of_swap(one)) if text]
    if known.shortcuts is None:
        missing.append(
            Missing(
                "Whether the class can be told from what should not tell it, such as the border "
                "or the size of the file.",
                "explore",
                "Run the preflight",
            )
        )
    else:
        lines += of_shortcuts(known.shortcuts)
    return Section("looks", "What it goes by", tuple(lines), tuple(missing))


def of_shortcuts(found: tuple[Shortcut, ...]) -> list[str]:
    """Which cues give the class away that should not, and how far."""
    told = [cue for cue in found if cue.level is not Clue.NONE]
    if not told:
        return ["No shortcut was found in the data: nothing gives the class away that should not."]
    return [
        f"In its images, {cue.title.lower()} gives "
        f"{'a lot' if cue.level is Clue.STRONG else 'something'} away: by that alone, "
        f"{100 * cue.accuracy:.0f} of 100 are guessed right, by luck {100 * cue.chance:.0f}."
        for cue in told[:_SHOWN]
    ]


def _corruption(name: str) -> str:
    return CORRUPTIONS[name].title if name in CORRUPTIONS else name


def _hundred(figures: Mapping[str, Any]) -> str:
    low, high = (100 * float(figures[f"accuracy_{end}"]) for end in ("low", "high"))
    if round(low) == round(high):
        return f"about {low:.0f}"
    return f"between {low:.0f} and {high:.0f}"


def _baseline(figures: Mapping[str, Any]) -> str:
    always = f"Always saying {figures['majority_class']} would be right "
    share = percent(figures["majority_baseline"])
    if figures["accuracy_low"] > figures["majority_baseline"]:
        return f"{always}{share} of the time, so it has learnt something."
    return f"{always}{share} of the time: it is not shown to be any better than that."


def _weakest(figures: Mapping[str, Any]) -> Mapping[str, Any] | None:
    rows = [row for row in figures["per_class"] if row["n"] and row["correct"] < row["n"]]
    return min(rows, key=lambda row: (row["recall_high"], row["label"]), default=None)
