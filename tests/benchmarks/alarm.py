"""Whether the label-changing alarm speaks where it must, and is silent where it must be.

Turned by up to 180 degrees, a handwritten 6 becomes a 9. Seen in a mirror, rubbish stays what it
is.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from core.alarm import Findings, Verdict
from core.ingest import ingest, open_source
from core.jobs import JobFolder, State
from core.jobs.tasks import perform
from core.project import Workspace
from core.recipe import Recipe, Step
from tests.benchmarks.images import subset
from tests.benchmarks.options import Options
from tests.benchmarks.processes import ROOT, prepare_backbone, run_module
from tests.benchmarks.report import Section, Spread, Table, Target, Tell

DIGITS = ROOT / "data" / "digits.zip"
PHOTOS = "trashnet.zip"
TURN, MIRROR = Step("rotation", 1.0), Step("flip_horizontal", 1.0)
ONE_WAY, OTHER_WAY = ("6", "9"), ("9", "6")
SEEDS, QUICK_SEEDS, QUICK_EACH = 5, 1, 20


def run(options: Options, tell: Tell) -> Section:
    """Turn the digits, and mirror the photos, as often as there are seeds."""
    home = options.folder / "home"
    tell("preparing")
    prepare_backbone(home)
    seeds = QUICK_SEEDS if options.quick else SEEDS
    photos = options.data or _photos()
    if photos is not None and options.quick:
        photos = subset(photos, options.folder / photos.name, QUICK_EACH)
    tell(f"turning digits, {seeds} seeds")
    turned = _measured(home, DIGITS, TURN, seeds)
    mirrored: list[dict[str, Any]] = []
    if photos is not None:
        tell(f"mirroring {photos.name}, {seeds} seeds")
        mirrored = _measured(home, photos, MIRROR, seeds)
    return _section(turned, mirrored, photos.name if photos else PHOTOS)


def _photos() -> Path | None:
    named = os.environ.get("FIRSTLIGHT_DATASETS")
    path = (Path(named) if named else ROOT.parent / "shared" / "datasets") / PHOTOS
    return path if path.is_file() else None


def _measured(home: Path, archive: Path, step: Step, seeds: int) -> list[dict[str, Any]]:
    arguments = [str(archive), step.name, str(step.strength), str(seeds)]
    ended = run_module(__name__, arguments, home)
    found: list[dict[str, Any]] = json.loads(ended.output.splitlines()[-1])
    return found


def _section(turned: list[dict[str, Any]], mirrored: list[dict[str, Any]], photos: str) -> Section:
    seen = [_pairs(one) for one in turned]
    either = sum(ONE_WAY in one or OTHER_WAY in one for one in seen)
    ways = {way: sum(way in one for one in seen) for way in (ONE_WAY, OTHER_WAY)}
    false = max((len(one["changes"]) for one in mirrored), default=None)
    rows = [
        _row(name, seed, one)
        for name, found in (("digits, turned", turned), (f"{photos}, mirrored", mirrored))
        for seed, one in enumerate(found)
    ]
    columns = ["images and step", "seed", "verdict", "answers flipped", "changes", "seconds"]
    return Section(
        "Label-changing alarm",
        [Table("What the alarm says", columns, rows)],
        [
            Target("share of seeds with an alarm between 6 and 9", either / len(turned), 1, True),
            Target(f"pairs called changed in {photos}, at most by a seed", false, 0, False, ".0f"),
        ],
        [
            f"Rotation at strength 1 (up to 180 degrees either way) on {DIGITS.name}.",
            f"Flip left and right at strength 1 on {photos}.",
            "A seed chooses which images are altered, and how.",
            "A change: images that became it of images asked, p corrected for all pairs.",
            *(f"{was} becomes {new}: {n} of {len(seen)} seeds." for (was, new), n in ways.items()),
        ],
        {
            "turned": turned,
            "mirrored": mirrored,
            "ways": {" > ".join(way): n for way, n in ways.items()},
            "seconds": {
                name: Spread.of(one["seconds"] for one in found).to_dict()
                for name, found in (("turned", turned), ("mirrored", mirrored))
                if found
            },
        },
    )


def _row(name: str, seed: int, found: dict[str, Any]) -> list[str]:
    changes = ", ".join(
        f"{one['was']} > {one['became']} {one['changed']}/{one['images']} (p {one['p_value']:.1g})"
        for one in found["changes"]
    )
    flipped = f"{100 * found['flipped']:.1f} %"
    return [name, str(seed), found["level"], flipped, changes or "none", f"{found['seconds']:.1f}"]


def _pairs(found: dict[str, Any]) -> set[tuple[str, str]]:
    return {(one["was"], one["became"]) for one in found["changes"]}


def measure(archive: Path, step: Step, seeds: int) -> list[dict[str, Any]]:
    """What the alarm says of ``step`` on the images of ``archive``, for each seed.

    Seconds are those of the alarm's work; that of the first seed also looks at the images as they
    are.
    """
    project = Workspace().create("Alarm")
    with open_source(archive) as source:
        ingest(source, project.folder)
    found = []
    for seed in range(seeds):
        request = {"recipe": Recipe("", (step,)).to_json(), "seed": seed}
        job = JobFolder.create(project.jobs / f"alarm-{seed}", "alarm", request)
        began = time.perf_counter()
        perform(str(job.folder))
        seconds = time.perf_counter() - began
        if job.state() is not State.FINISHED:
            raise job.snapshot().problem or RuntimeError("the alarm did not finish")
        findings = Findings.load(project)
        assert findings is not None
        found.append(_said(findings.verdicts[0]) | {"seconds": seconds, "asked": findings.asked})
    return found


def _said(verdict: Verdict) -> dict[str, Any]:
    looked = verdict.looked
    return {
        "level": verdict.level,
        "flipped": looked.flipped,
        "weaker": looked.weaker,
        "changes": [
            {
                "was": one.was,
                "became": one.became,
                "changed": one.changed,
                "images": one.images,
                "p_value": one.p_value,
                "pairs": len(one.pairs),
            }
            for one in verdict.changes
        ],
    }


if __name__ == "__main__":
    asked = Step(sys.argv[2], float(sys.argv[3]))
    print(json.dumps(measure(Path(sys.argv[1]), asked, int(sys.argv[4]))))
