"""From a zip to a trained and evaluated model: First Light beside Keras' own guide."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core.results import wilson
from tests.benchmarks.images import data
from tests.benchmarks.options import Options
from tests.benchmarks.processes import run_module
from tests.benchmarks.report import Section, Spread, Table, Target, Tell, ratios

TIMES = 15.0  # how many times faster First Light is to be
BEFORE, AFTER = 1, 2  # trainings before and after the one run of the recipe
EPOCHS = 10
QUICK_EACH, QUICK_EPOCHS = 12, 1
STAGES = ("ingest", "audit", "features", "train", "evaluate")


@dataclass(frozen=True)
class Trained:
    """One training by either side.

    Attributes:
        seconds: of the whole process.
        work: the same without loading Python's packages.
        stages: the seconds of each stage.
        correct, n: test images answered right, and all of them.
        peak_mb: the most memory, in MiB.
    """

    seconds: float
    work: float
    stages: dict[str, float]
    correct: int
    n: int
    peak_mb: int

    @property
    def accuracy(self) -> float:
        return self.correct / self.n

    def accuracy_text(self) -> str:
        low, high = wilson(self.correct, self.n)
        return f"{self.accuracy:.4f} ({low:.3f} to {high:.3f})"


def run(options: Options, tell: Tell) -> Section:
    """Train on the same zip with both, in turns."""
    each = QUICK_EACH if options.quick else None
    epochs = QUICK_EPOCHS if options.quick else EPOCHS
    source = data(options.folder, options.data, each)
    bench = _Bench(options.folder, source.path, tell)
    cold = bench.first_light("with nothing in the cache")
    ours = [bench.first_light() for _ in range(BEFORE)]
    guide = bench.guide(epochs)
    ours += [bench.first_light() for _ in range(0 if options.quick else AFTER)]
    section = _section(cold, ours, guide, epochs)
    section.notes.insert(0, f"Images: {source.about}; {guide.n} of them test.")
    section.figures["data"] = source.about
    return section


class _Bench:
    def __init__(self, folder: Path, source: Path, tell: Tell) -> None:
        self._folder = folder
        self._home = folder / "home"
        self._source = source
        self._tell = tell
        self._count = 0

    def first_light(self, about: str = "with the backbone in the cache") -> Trained:
        self._count += 1
        self._tell(f"core train, {about}")
        out, report = self._folder / f"run-{self._count}", self._folder / "train.json"
        arguments = [str(self._source), "--out", str(out), "--seed", "0", "--json", str(report)]
        ended = run_module("core", ["train", *arguments], self._home)
        found = json.loads(report.read_text(encoding="utf-8"))
        stages = {name: found["seconds"][name] for name in STAGES}
        correct = round(found["accuracy"] * found["n_test"])
        work = sum(stages.values())
        peak = found["peak_rss_mb"]
        return Trained(ended.seconds, work, stages, correct, found["n_test"], peak)

    def guide(self, epochs: int) -> Trained:
        """The guide's recipe on the split that the first training made with `core.split`."""
        self._tell(f"the guide's recipe, {epochs} epochs")
        report = self._folder / "guide.json"
        split = self._folder / "run-1" / "split.parquet"
        arguments = [str(self._source), str(split), "--epochs", str(epochs), "--json", str(report)]
        ended = run_module("tests.benchmarks.guide_recipe", arguments, self._home)
        found = json.loads(report.read_text(encoding="utf-8"))
        return Trained(
            ended.seconds,
            found["seconds_without_imports"],
            found["seconds"],
            found["correct"],
            found["n_test"],
            found["peak_rss_mb"],
        )


def _section(cold: Trained, ours: list[Trained], guide: Trained, epochs: int) -> Section:
    whole = Spread.of(one.seconds for one in ours)
    work = Spread.of(one.work for one in ours)
    faster = {
        "whole": ratios(Spread.of([guide.seconds]), whole),
        "work": ratios(Spread.of([guide.work]), work),
        "cold": ratios(Spread.of([guide.seconds]), Spread.of([cold.seconds])),
    }
    name = f"Keras guide, {epochs} epochs"
    lowest = min(one.accuracy for one in (cold, *ours))
    results = Table(
        "From a zip to a trained and evaluated model",
        ["", "whole process, s", "without imports, s", "test accuracy (95 %)", "peak memory, MiB"],
        [
            _row("First Light", whole, work, ours),
            _row("First Light, first time", *_one(cold), [cold]),
            _row(name, *_one(guide), [guide]),
            [
                "guide / First Light",
                faster["whole"].text(before="× "),
                faster["work"].text(before="× "),
                "",
                f"× {guide.peak_mb / ours[0].peak_mb:.1f}",
            ],
        ],
    )
    parts = [f"{stage} {Spread.of(o.stages[stage] for o in ours).median:.1f}" for stage in STAGES]
    theirs = [f"{stage} {seconds:.1f}" for stage, seconds in guide.stages.items()]
    figures: dict[str, Any] = {
        "first_light": [asdict(one) for one in ours],
        "first_light_first_time": asdict(cold),
        "guide": {**asdict(guide), "epochs": epochs},
        "times_faster": {name: spread.to_dict() for name, spread in faster.items()},
    }
    return Section(
        "Main job: zip to model",
        tables=[results],
        targets=[
            Target("times faster than the guide", faster["whole"].median, TIMES, True, ".1f"),
            Target("accuracy beside the guide's", lowest, guide.accuracy, True, ".4f"),
        ],
        notes=[
            f"First Light, medians, s: {', '.join(parts)}.",
            f"Guide, s: {', '.join(theirs)}.",
            (
                "The first time, the backbone is built and converted once; even so the guide "
                f"takes {faster['cold'].median:.1f} times as long."
            ),
            (
                "Several values are given as median (lowest to highest). The guide's recipe ran "
                "once, between First Light's trainings."
            ),
        ],
        figures=figures,
    )


def _one(trained: Trained) -> tuple[Spread, Spread]:
    return Spread.of([trained.seconds]), Spread.of([trained.work])


def _row(name: str, whole: Spread, work: Spread, all_of: list[Trained]) -> list[str]:
    peak = max(one.peak_mb for one in all_of)
    return [name, whole.text(), work.text(), all_of[0].accuracy_text(), str(peak)]
