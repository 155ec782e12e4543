"""The audit: beside CleanVision on the same folder, and with four times the images."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks import audit_images
from tests.benchmarks.options import Options
from tests.benchmarks.processes import Failed, run_module
from tests.benchmarks.report import Section, Spread, Table, Target, Tell, ratios

TIMES = 4.0  # how many times CleanVision's images a second
ROUNDS, QUICK_ROUNDS = 3, 1
PHOTOS, QUICK_PHOTOS = 1000, 40
FEW, MANY = 10_000, 40_000
QUICK_FEW, QUICK_MANY = 200, 800
SECONDS, MEMORY = 4.4, 4 / 3  # of the many against the few, at most

SAME = {
    "exact_duplicates": "exact_duplicates",
    "near_duplicates": "near_duplicates",
    "dark": "dark",
    "light": "bright",
    "blurry": "blurry",
    "low_information": "low_information",
    "grayscale": "odd_colour",
    "odd_size": "odd_size",
    "odd_aspect_ratio": "odd_aspect_ratio",
}
"""CleanVision's checks, and what they are called here"""


@dataclass(frozen=True)
class Audited:
    """One audit, from the start of its process to its end.

    Attributes:
        seconds: by the clock.
        work: of the processor, in all its processes and threads.
        report: what it wrote.
    """

    seconds: float
    work: float
    report: dict[str, Any]

    @property
    def images(self) -> int:
        return int(self.report["images"])

    @property
    def speed(self) -> float:
        """Images a second."""
        return self.images / self.seconds

    @property
    def peak_mib(self) -> int:
        return int(self.report["peak_rss_mb"])


class _Bench:
    def __init__(self, folder: Path, tell: Tell) -> None:
        self._home = folder / "home"
        self._json = folder / "audit.json"
        self._tell = tell

    def ours(self, images: Path) -> Audited:
        self._tell(f"core audit --no-features, {images.name}")
        arguments = ["audit", str(images), "--no-features", "--json", str(self._json)]
        before = _work()
        ended = run_module("core", arguments, self._home)
        report = json.loads(self._json.read_text(encoding="utf-8"))
        return Audited(ended.seconds, _work() - before, report)

    def theirs(self, images: Path) -> Audited:
        self._tell(f"CleanVision, {images.name}")
        before = _work()
        ended = run_module("tests.benchmarks.audit_peer", [str(images)], self._home)
        return Audited(ended.seconds, _work() - before, json.loads(ended.output.splitlines()[-1]))


def _work() -> float:
    """The processor's seconds of all programs that were run so far and have ended."""
    times = os.times()
    return times.children_user + times.children_system


def run(options: Options, tell: Tell) -> Section:
    """Measure both: the speed beside CleanVision, and what four times the images cost."""
    bench = _Bench(options.folder, tell)
    section = Section("Audit")
    tell("preparing photos")
    photos = options.folder / "photos"
    about = audit_images.photos(photos, QUICK_PHOTOS if options.quick else PHOTOS, options.data)
    _beside(section, bench, photos, QUICK_ROUNDS if options.quick else ROUNDS, about)
    few, many = (QUICK_FEW, QUICK_MANY) if options.quick else (FEW, MANY)
    tell(f"making {many:,} images")
    large = audit_images.many(options.folder / f"{many} images", many)
    small = audit_images.part(large, options.folder / f"{few} images", few)
    _growing(section, [bench.ours(small), bench.ours(large), bench.ours(small)])
    return section


def _beside(section: Section, bench: _Bench, photos: Path, rounds: int, about: str) -> None:
    """First Light and CleanVision in turns."""
    ours: list[Audited] = []
    theirs: list[Audited] = []
    try:
        for _ in range(rounds):
            ours.append(bench.ours(photos))
            theirs.append(bench.theirs(photos))
    except Failed as failure:
        section.notes.append(f"CleanVision could not be measured: {failure}")
        section.targets.append(Target("audit: times CleanVision's speed", None, TIMES, True))
        return
    speeds = [Spread.of(one.speed for one in side) for side in (ours, theirs)]
    times = ratios(*speeds)
    less = ratios(*(Spread.of(one.work for one in side) for side in (theirs, ours)))
    names = ("First Light", "CleanVision")
    rows = [
        [
            name,
            Spread.of(one.seconds for one in side).text(),
            Spread.of(one.work for one in side).text(),
            speed.text(".0f"),
            str(len(side[0].report.get("checks") or side[0].report["found"])),
        ]
        for name, side, speed in zip(names, (ours, theirs), speeds, strict=True)
    ]
    rows.append(
        ["First Light / CleanVision", "", less.text(".1f", "÷ "), times.text(".1f", "× "), ""]
    )
    title = f"Whole audits of {ours[0].images:,} images, two workers"
    section.tables += [
        Table(title, ["", "seconds", "of the processor", "images/s", "checks"], rows),
        _same_checks(ours[0].report["checks"], theirs[0].report["found"]),
    ]
    section.targets += [
        Target("audit: times CleanVision's speed", times.median, TIMES, True, ".1f"),
        Target(
            "audit: CleanVision's checks that are here too",
            sum(SAME.get(name) in ours[0].report["checks"] for name in theirs[0].report["found"]),
            len(theirs[0].report["found"]),
            True,
            ".0f",
        ),
    ]
    section.notes += [
        f"Photos: {about}. Each run is a process of its own, from its start to its end.",
        "Checks that need the pretrained network are left out; CleanVision has none of them.",
    ]
    section.figures["times"] = times.to_dict()
    section.figures["times_less_work"] = less.to_dict()
    section.figures["images_a_second"] = {
        name: speed.to_dict() for name, speed in zip(names, speeds, strict=True)
    }


def _same_checks(ours: dict[str, Any], theirs: dict[str, int]) -> Table:
    rows = []
    for name, found in theirs.items():
        here = ours.get(SAME.get(name, ""))
        rows.append([name, str(found), *(["-", "-"] if here is None else _here(name, here))])
    others = [name for name in ours if name not in SAME.values()]
    rows += [["-", "-", name, str(ours[name]["count"])] for name in others]
    return Table(
        "The checks of both, and how much they find",
        ["CleanVision's", "found", "First Light's", "found"],
        rows,
    )


def _here(name: str, check: dict[str, Any]) -> list[str]:
    return [SAME[name], str(check["count"])]


def _growing(section: Section, runs: list[Audited]) -> None:
    """What the second of ``runs``, with more images, costs against the mean of the others."""
    first, large, second = runs
    seconds = large.seconds / ((first.seconds + second.seconds) / 2)
    memory = large.peak_mib / ((first.peak_mib + second.peak_mib) / 2)
    rows = [
        [f"{one.images:,}", f"{one.seconds:.1f}", f"{one.speed:.0f}", str(one.peak_mib)]
        for one in runs
    ]
    rows.append(["more / fewer", f"× {seconds:.2f}", "", f"× {memory:.2f}"])
    columns = ["Images", "seconds", "images/s", "peak memory, MiB"]
    section.tables.append(Table("Audits of few and of many images", columns, rows))
    section.targets += [
        Target(f"audit: seconds of {large.images:,} images", seconds, SECONDS, False, ".2f", "×"),
        Target(f"audit: memory of {large.images:,} images", memory, MEMORY, False, ".2f", "×"),
    ]
    section.figures["growing"] = {
        "images": [one.images for one in runs],
        "seconds": [one.seconds for one in runs],
        "stages": [one.report["seconds"] for one in runs],
        "peak_mib": [one.peak_mib for one in runs],
    }
