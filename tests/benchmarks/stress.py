"""How long the stress test takes, and how long each corruption."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from core import stress
from core.corruptions import CORRUPTIONS, SEVERITIES
from core.ingest import ingest, open_source
from core.jobs import JobFolder, Run, State
from core.jobs.tasks import perform
from core.project import Workspace
from core.settings import SplitSettings, TrainSettings
from tests.benchmarks import images
from tests.benchmarks.options import Options
from tests.benchmarks.processes import prepare_backbone, run_module
from tests.benchmarks.report import Section, Spread, Table, Target, Tell

LIMIT, ONE_LIMIT_MS = 150.0, 8.0
IMAGES, QUICK_IMAGES = 200, 4
EACH, QUICK_EACH = 70, 6  # images of a class that are taken in: enough for those above
SIDE, TRIES, QUICK_TRIES = 224, 9, 2


def run(options: Options, tell: Tell) -> Section:
    """Train a head, put it under stress, and time every corruption by itself."""
    home = options.folder / "home"
    tell("preparing")
    prepare_backbone(home)
    data = images.data(options.folder, options.data, QUICK_EACH if options.quick else EACH)
    number = QUICK_IMAGES if options.quick else IMAGES
    tell(f"{number} images under stress")
    ended = run_module(__name__, [str(data.path), str(number)], home)
    found: dict[str, Any] = json.loads(ended.output.splitlines()[-1])
    tell("single corruptions")
    times = alone(QUICK_TRIES if options.quick else TRIES)
    return _section(found, times, data.about)


def _section(found: dict[str, Any], times: dict[str, Spread], about: str) -> Section:
    number, seconds = found["images"], found["seconds"]
    slowest = max(spread.high for spread in times.values())
    pictures = number * (1 + len(CORRUPTIONS) * len(SEVERITIES))
    hurt = {one["name"]: f"{100 * one['accuracy']:.1f} %" for one in found["hurts"]}
    rows = [[name, spread.text(".1f"), hurt[name]] for name, spread in times.items()]
    clean, stressed, kept = (f"{100 * found[key]:.1f} %" for key in ("clean", "stressed", "kept"))
    used = found["cpu_seconds"]
    return Section(
        "Stress test",
        [Table("The corruptions", ["corruption", "ms an image", "accuracy"], rows)],
        [
            Target(f"stress test of {number} images", seconds, LIMIT, False, ".0f", "s"),
            Target("slowest corruption", slowest, ONE_LIMIT_MS, False, ".1f", "ms"),
        ],
        [
            f"{pictures:,} pictures of images from {about}: {pictures / seconds:.0f} a second.",
            f"{used:.0f} s of processor time, so {used / 2:.0f} s at least on two cores.",
            f"As they are {clean} right, under stress {stressed}, kept {kept}.",
            f"Milliseconds at {SIDE} px, of one thread: the median and range of the severities.",
        ],
        {**found, "corruptions": {name: spread.to_dict() for name, spread in times.items()}},
    )


def alone(tries: int) -> dict[str, Spread]:
    """Milliseconds of one thread for each corruption: a median for each severity."""
    random = np.random.default_rng(0)
    coarse = random.integers(0, 256, (28, 28, 3), dtype=np.uint8)
    image = np.kron(coarse, np.ones((SIDE // 28, SIDE // 28, 1), np.uint8))
    found = {}
    for name, how in CORRUPTIONS.items():
        medians = []
        for severity in SEVERITIES:
            how(image, severity)  # tables are made once
            taken = []
            for seed in range(tries):
                began = time.thread_time()
                how(image, severity, seed)
                taken.append(1000 * (time.thread_time() - began))
            medians.append(float(np.median(taken)))
        found[name] = Spread.of(medians)
    return found


def measure(archive: Path, number: int) -> dict[str, Any]:
    """Train a head on the images of ``archive`` and put it under stress."""
    project = Workspace().create("Stress")
    with open_source(archive) as source:
        ingest(source, project.folder)
    run = Run.plan(project, TrainSettings(), SplitSettings(validation=0.3))
    _do(run)
    job = JobFolder.create(project.jobs / "stress", "stress", {"run": run.id, "images": number})
    began, cpu = time.perf_counter(), _cpu()
    _do(job)
    seconds, used = time.perf_counter() - began, _cpu() - cpu
    found = stress.load(run.folder, run.images(), run.classes, "validation")
    assert found is not None and found.is_whole
    told = stress.summary(found)
    return {
        "images": found.n,
        "seconds": seconds,
        "cpu_seconds": used,
        "clean": told["clean"]["value"],
        "stressed": told["stressed"]["value"],
        "kept": told["kept"]["value"],
        "hurts": [
            {"name": one["name"], "accuracy": one["accuracy"]["value"]} for one in told["hurts"]
        ],
    }


def _do(job: JobFolder) -> None:
    perform(str(job.folder))
    if job.state() is not State.FINISHED:
        raise job.snapshot().problem or RuntimeError(f"{job.id} did not finish")


def _cpu() -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), int(sys.argv[2]))))
