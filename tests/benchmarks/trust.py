"""Is a model as sure as it is right, do its sets keep their promise, does it know a stranger?

Ten seeds of split and training on each data set, each judged by its own test images. Then the
images of another set are shown to every model of the first.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import betabinom

from core.calibration import BINS
from core.results import wilson
from tests.benchmarks import trust_runs
from tests.benchmarks.images import subset
from tests.benchmarks.options import Options
from tests.benchmarks.processes import ROOT, prepare_backbone, run_module
from tests.benchmarks.report import Section, Table, Target, Tell
from tests.benchmarks.trust_runs import RATES

OWN, FOREIGN = "sign_digits.zip", "cifar10.zip"
OTHERS = ("trashnet.zip", "magnetic_tile.zip")
SEEDS, QUICK_SEEDS, QUICK_EACH = 10, 2, 20
ASKED = 0.02  # the error rate of the sets that stand beside the gate
FLAGGED, KEPT = 0.80, 0.95
LEAST = 0.005  # how unlikely a coverage may be, of each seed
_NOTES = [
    "Head with its usual settings; each seed has a split of its own.",
    f"Calibration error (ECE, {BINS} bins) and loss: of the test images of all seeds together.",
    f"A seed keeps its promise where no coverage is of the lowest {LEAST:.1%} that chance gives.",
    "Flagged: the gate is shut, or the set does not name exactly one class.",
    "New class: the class was left out of what the gate saw; mean area under the ROC curve.",
]


def run(options: Options, tell: Tell) -> Section:
    """Train, judge, and show strangers."""
    folder = _datasets()
    own = options.data or folder / OWN
    if not own.is_file():
        return Section("Trust", notes=[f"No {OWN} here: FIRSTLIGHT_DATASETS names no such folder."])
    home, seeds = options.folder / "home", QUICK_SEEDS if options.quick else SEEDS
    tell("preparing")
    prepare_backbone(home)
    names = [own, *(folder / name for name in (FOREIGN, *OTHERS) if folder / name != own)]
    archives = [path for path in names if path.is_file()]
    if options.quick:
        archives = [subset(path, options.folder / path.name, QUICK_EACH) for path in archives[:2]]
    found = {}
    for archive in archives:
        tell(f"{archive.stem}, {seeds} seeds")
        found[archive.stem] = _measured(home, "runs", archive.stem, archive, seeds)
    strangers = None
    if len(archives) > 1:
        tell(f"{archives[1].stem} shown to models of {archives[0].stem}")
        strangers = _measured(home, "strangers", archives[0].stem, archives[1].stem)
    return _section(found, strangers)


def _datasets() -> Path:
    named = os.environ.get("FIRSTLIGHT_DATASETS")
    return Path(named) if named else ROOT.parent / "shared" / "datasets"


def _measured(home: Path, *arguments: object) -> dict[str, Any]:
    ended = run_module(trust_runs.__name__, list(map(str, arguments)), home)
    found: dict[str, Any] = json.loads(ended.output.splitlines()[-1])
    return found


def _section(found: dict[str, Any], strangers: dict[str, Any] | None) -> Section:
    section = Section("Trust", [_sure(found), _promises(found)])
    for name, each in found.items():
        ratio = each["ece"]["after"] / max(each["ece"]["before"], 1e-9)
        title = f"{name}: calibration error after / before the temperature"
        section.targets.append(Target(title, ratio, 1.0, False))
        section.targets.append(
            Target(f"{name}: seeds whose sets keep their promise", _kept(each), 1.0, True)
        )
    if strangers is not None:
        asked = strangers["rates"][str(ASKED)]
        flagged, kept = (float(np.mean([one[key] for one in asked])) for key in ("flagged", "kept"))
        section.tables += [_strangers(strangers), _gates(strangers)]
        section.targets += [
            Target(f"strangers flagged, error rate {ASKED:.0%}", flagged, FLAGGED, True, ".3f"),
            Target(f"own test images kept, error rate {ASKED:.0%}", kept, KEPT, True, ".3f"),
        ]
    section.notes = _NOTES
    section.figures = {"runs": found, "strangers": strangers}
    return section


def _sure(found: dict[str, Any]) -> Table:
    rows = []
    for name, each in found.items():
        warmth = [seed["temperature"] for seed in each["seeds"]]
        lower = sum(seed["test_after"] < seed["test_before"] for seed in each["seeds"])
        rows.append(
            [
                name,
                f"{np.mean(warmth):.2f} ({min(warmth):.2f} to {max(warmth):.2f})",
                *(f"{100 * each['ece'][when]:.2f}" for when in ("before", "after")),
                f"{100 * each['by_chance']:.2f}",
                f"{lower} of {len(warmth)}",
                *(f"{each['loss'][when]:.4f}" for when in ("before", "after")),
            ]
        )
    columns = ["images", "temperature", "ECE before, points", "after", "by chance up to"]
    columns += ["seeds with less", "loss before", "after"]
    return Table("As sure as right", columns, rows)


def _promises(found: dict[str, Any]) -> Table:
    rows = []
    for name, each in found.items():
        for rate in RATES:
            total = sum(seed["test"] for seed in each["seeds"])
            held = [seed["held"][str(rate)] / seed["test"] for seed in each["seeds"]]
            low, high = wilson(sum(seed["held"][str(rate)] for seed in each["seeds"]), total)
            rows.append(
                [
                    f"{name}, {rate:.0%}",
                    f"{1 - rate:.0%}",
                    f"{np.mean(held):.3f} ({low:.3f} to {high:.3f})",
                    f"{min(held):.3f} to {max(held):.3f}",
                    f"{sum(_within(seed, rate) for seed in each['seeds'])} of {len(held)}",
                ]
            )
    columns = ["images, error rate", "promised", "held (95 %)", "by seed", "seeds within"]
    return Table("Sets that hold the truth", columns, rows)


def _kept(each: dict[str, Any]) -> float:
    kept = [all(_within(seed, rate) for rate in RATES) for seed in each["seeds"]]
    return float(np.mean(kept))


def _within(seed: dict[str, Any], rate: float) -> bool:
    """Whether so few truths held are no rarer than `LEAST` where the promise is kept."""
    n = seed["validation"]
    place = int(np.ceil((n + 1) * (1 - rate) - 1e-9))
    if place > n:
        return bool(seed["held"][str(rate)] == seed["test"])
    chance = betabinom.cdf(seed["held"][str(rate)], seed["test"], place, n + 1 - place)
    return bool(chance >= LEAST)


def _strangers(found: dict[str, Any]) -> Table:
    rows = [["gate alone", *_spans(found["gate"], "kept", "flagged")]]
    for rate, each in found["rates"].items():
        rows.append([f"gate or set, {float(rate):.0%}", *_spans(each, "kept", "flagged")])
    return Table("Strangers", ["by", "own test images kept", "strangers flagged"], rows)


def _spans(found: list[dict[str, float]], *keys: str) -> list[str]:
    values = [[one[key] for one in found] for key in keys]
    return [f"{np.mean(each):.3f} ({min(each):.3f} to {max(each):.3f})" for each in values]


def _gates(found: dict[str, Any]) -> Table:
    rows = [
        [
            each["name"],
            *(f"{each[key]:.3f}" for key in ("passed", "flagged", "auc")),
            f"{found['new_class'][each['name']]:.3f}",
        ]
        for each in found["gates"]
    ]
    columns = ["gate, seed 0", "own kept", "strangers flagged", "AUC", "AUC of a new class"]
    return Table("Ways to tell a stranger", columns, rows)
