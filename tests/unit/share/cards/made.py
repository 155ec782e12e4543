"""Facts for cards, made by hand: a run of cats, dogs and owls, and its images."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd

from core.audit import Standing
from core.calibration import reliability
from core.conformal import Kept
from core.recipe import PRESETS
from core.settings import SplitSettings, TrainSettings
from core.share.cards import CardFields, DataFacts, Divided, ModelFacts, Promise
from tests.unit.trust.test_report import known

NASTY = (
    "<script>alert(1)</script>",
    "a|b*c_d",
    ":smile: :red[x] $1$ `code`",
    "&lt; & &amp;",
    "# 1. [x](y) ![z](w)",
)


def divided(labels: tuple[str, ...] = ("cat", "dog", "owl")) -> Divided:
    """Ten images of each class to learn from, three on either other side."""
    rows = [
        (label, side, n)
        for label in labels
        for side, n in (("train", 10), ("validation", 3), ("test", 3))
    ]
    counts = pd.DataFrame(rows, columns=["label", "split", "images"])
    return Divided("Run 3", SplitSettings(), counts, 2, 5, 0, "0" * 16, "1" * 64)


def model_facts(**other: object) -> ModelFacts:
    """A run whose test images are sealed, and of which nobody told what it is for."""
    found = known()
    facts = ModelFacts(
        known=found,
        fields=CardFields(),
        run="head-0123456789abcdef",
        settings=TrainSettings(views=2),
        recipe=PRESETS["photos"],
        divided=divided(),
        validation=found.figures,
        test=None,
        reliability=reliability(np.array([0.95, 0.9, 0.4]), np.array([True, True, False])),
        promises=[
            Promise(0.01, 0.0, Kept(84, 0, 84, 0, 84, 0, 3.0, 0.95, 1.0)),
            Promise(0.1, 0.42, Kept(84, 70, 10, 4, 77, 66, 1.1, 0.83, 0.96)),
        ],
        temperature=1.2,
        epochs=(30, 20),
        seconds={"total": 12.5},
        bytes=14_000_000,
        versions={"keras": "3.15.1"},
        hashes={"model": "f" * 64, "catalogue": "0" * 16},
        hardware={"processor": "A processor", "cores": 2, "memory_mb": 4096},
    )
    return dataclasses.replace(facts, **other)  # type: ignore[arg-type]


def nasty_facts() -> ModelFacts:
    """The same with names and words that mean something to HTML, to Markdown or to Streamlit."""
    names = dict(zip(("cat", "dog", "owl"), NASTY, strict=False))
    found = known()
    per_class = [row | {"label": names[row["label"]]} for row in found.figures["per_class"]]
    figures = dict(found.figures) | {"per_class": per_class, "majority_class": NASTY[0]}
    pairs = [
        dataclasses.replace(pair, truth=names[pair.truth], said=names[pair.said])
        for pair in found.pairs
    ]
    changed = dataclasses.replace(
        found,
        run=NASTY[3],
        project=NASTY[4],
        taught={names[label]: n for label, n in found.taught.items()},
        figures=figures,
        pairs=tuple(pairs),
    )
    fields = CardFields(purpose="\n\n".join(NASTY), author=NASTY[0], contact=NASTY[3])
    return model_facts(known=changed, fields=fields, validation=figures, divided=divided(NASTY[:3]))


def data_facts(**other: object) -> DataFacts:
    """Six images of which one was dropped, checked by nobody."""
    images = pd.DataFrame(
        {
            "image_id": [f"{n:016x}" for n in range(5)],
            "sha256": [f"{n:064x}" for n in range(5)],
            "label": ["cat", "cat", "cat", "dog", "dog"],
            "source": [f"cat/{n}.jpg" for n in range(5)],
            "width": [640, 640, 320, 100, 50],
            "height": [480, 480, 240, 100, 50],
            "format": "JPEG",
            "mode": "RGB",
            "bytes": 1000,
            "added": "2026-11-26T10:00:00+00:00",
        }
    )
    log = [
        {
            "number": 1,
            "at": "2026-11-26T11:00:00+00:00",
            "act": "drop",
            "reason": "blurred",
            "images": ["gone"],
        }
    ]
    facts = DataFacts(
        project="Animals",
        created="2026-11-26T09:00:00+00:00",
        fields=CardFields(),
        images=images,
        came=6,
        aside=0,
        log=log,
        sources={"gone": "cat/secret.jpg"},
        rejected=pd.DataFrame(
            {"source": ["cat/notes.txt"], "reason": ["not an image"], "detail": ["text"]}
        ),
        standing=Standing(_nothing_asked(), {}, "", False, 5, 0, {}),
        near=None,
        shortcuts=None,
        divided=None,
        hashes={"catalogue": "0" * 16},
    )
    return dataclasses.replace(facts, **other)  # type: ignore[arg-type]


def _nothing_asked() -> dict[str, object]:
    from core.audit import CHECKS
    from core.audit.asked import _asked

    return {check.name: _asked(check, None, set(), [], set(), set()) for check in CHECKS}
