"""The same file more than once: counted twice by every figure, and worse, under two labels."""

from __future__ import annotations

from itertools import islice

from core.audit.check import Check, Evidence, Found, Needs, nothing

CONFLICT, REPEAT = 0.0, 0.25  # scores: contradicting labels do more harm than repetition
_NAMED = 3  # twins that a note names


def score(evidence: Evidence) -> Found:
    """Every image that has a twin; those with two labels are the worst."""
    images = evidence.images
    scores = nothing(evidence)
    notes, groups = [""] * len(images), [""] * len(images)
    twins = images.reset_index(drop=True)
    twins = twins[twins.duplicated("sha256", keep=False)]
    for sha256, group in twins.groupby("sha256", sort=False):
        labels = sorted(str(label) for label in group["label"].unique())
        sources = [str(source) for source in group["source"]]
        for place, source in zip(group.index, sources, strict=True):
            others = (other for other in sources if other != source)
            note = f"Identical to {', '.join(islice(others, _NAMED))}"
            if len(sources) - 1 > _NAMED:
                note += f" and {len(sources) - 1 - _NAMED} more"
            if len(labels) > 1:
                note += f", and labelled differently ({' and '.join(labels)})"
            scores[place] = CONFLICT if len(labels) > 1 else REPEAT
            notes[place], groups[place] = note, str(sha256)[:16]
    return Found(scores, notes, groups=groups)


CHECK = Check("exact_duplicates", "Identical files", 0.5, score, needs=Needs.TABLE)
