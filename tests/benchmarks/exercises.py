"""Exercises: does who acts on the tool's own suggestions find what was planted, by kind of fault?

Each sample, level and seed gives one exercise; the detective of `detective.py` works on it without
its key. Then a perfect submission, written from the key, must score everything.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from core.exercise import (
    CLAIMED,
    AnswerKey,
    Fault,
    Order,
    Score,
    Submission,
    Touched,
    make,
    open_material,
    read_exercise,
    read_key,
    score,
    submission_of,
)
from tests.benchmarks.detective import investigate
from tests.benchmarks.options import Options
from tests.benchmarks.report import Section, Table, Target, Tell

SAMPLES, LEVELS = ("prints", "leaves"), (1, 2, 3)
SEEDS, QUICK_SEEDS = 5, 1
FOUND, ACCUSED = 0.80, 0.10


def run(options: Options, tell: Tell) -> Section:
    """Make, investigate and score every exercise."""
    section = Section("Exercises")
    seeds = QUICK_SEEDS if options.quick else SEEDS
    levels = LEVELS[-1:] if options.quick else LEVELS
    perfect = []
    for sample in SAMPLES:
        scores = []
        for level in levels:
            for seed in range(seeds):
                tell(f"{sample}, level {level}, seed {seed}")
                folder = options.folder / f"{sample}-{level}-{seed}"
                found, key = _worked_on(sample, level, seed, folder)
                scores.append(found)
                perfect.append(score(key, perfect_submission(key)).points)
        _tell(section, sample, scores)
    section.targets.append(Target("a perfect submission, the least", min(perfect), 1.0, True))
    section.notes += [
        f"{len(levels)} levels, {seeds} seeds each; all of a kind are counted together.",
        "Falsely accused: its share of all accusations, false and true.",
    ]
    return section


def _worked_on(sample: str, level: int, seed: int, folder: Path) -> tuple[Score, AnswerKey]:
    folder.mkdir(parents=True)
    path = folder / "exercise.zip"
    with open_material(sample) as material:
        make(material, Order.of_level(level, material.size, seed), path)
    key = read_key(read_exercise(path))
    return score(key, submission_of(investigate(path, folder / "project"))), key


def _tell(section: Section, sample: str, scores: list[Score]) -> None:
    planted: Counter[str] = Counter()
    found: Counter[str] = Counter()
    accused: Counter[str] = Counter()
    for each in (kind for one in scores for kind in one.kinds):
        planted[each.kind] += each.planted
        found[each.kind] += each.found
        accused[each.kind] += each.accused
    rows = [
        [kind, str(planted[kind]), str(found[kind]), _share(found[kind], planted[kind]),
         str(accused[kind])]
        for kind in planted
    ]  # fmt: skip
    columns = ["Kind", "Planted", "Found", "Share", "Falsely accused"]
    section.tables.append(Table(f"{sample.capitalize()}", columns, rows))
    for fault in Fault:
        if planted[fault]:
            share = found[fault] / planted[fault]
            section.targets.append(Target(f"{sample}: {fault} found", share, FOUND, True))
    share = accused.total() / max(1, accused.total() + found.total())
    section.targets.append(Target(f"{sample}: falsely accused", share, ACCUSED, False, ".3f"))
    worst = max(each.false_share for each in scores)
    section.notes.append(f"{sample}: at most {worst:.1%} falsely accused in a single exercise.")
    section.figures[sample] = {
        "planted": dict(planted),
        "found": dict(found),
        "accused": dict(accused),
        "worst_false_share": worst,
    }


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "-"


def perfect_submission(key: AnswerKey) -> Submission:
    """What somebody hands in who found everything, and nothing else."""
    touched: list[Touched] = []
    named: dict[Fault, list[str]] = {fault: [] for fault in CLAIMED}
    for each in key.faults:
        if each.fault in CLAIMED:
            named[each.fault].append(each.name or each.label)
        else:
            touched.append(Touched(each.sha256, each.label, each.truth, ""))
    names = {fault: tuple(found) for fault, found in named.items()}
    return Submission(key.id, "", "", len(touched), tuple(touched), {}, names)
