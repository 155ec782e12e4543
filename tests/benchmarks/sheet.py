"""How long the warm worker takes to draw a sheet of augmented images."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from core import catalogue, jobs
from core.ingest import ingest, open_source
from core.project import Workspace
from core.recipe import PRESETS, Recipe, Step
from tests.benchmarks import images
from tests.benchmarks.options import Options
from tests.benchmarks.processes import prepare_backbone, run_module, stop_engine
from tests.benchmarks.report import Section, Spread, Table, Target, Tell

LIMIT_MS = 300.0
ROWS, DRAWS, SIDE = 6, 5, 112  # as on the page
SHEETS, QUICK_SHEETS, EACH = 20, 3, 20
PATIENCE = 180.0  # seconds until the worker is warm
_DRAW = "core.jobs.augment_sheet:draw"
_MIXES = Recipe("MixUp and CutMix", (Step("mix_up", 0.5), Step("cut_mix", 0.5)))


def run(options: Options, tell: Tell) -> Section:
    """Ask a worker in a home of its own for sheets, each with another seed and strength."""
    home = options.folder / "home"
    tell("preparing")
    prepare_backbone(home)
    data = images.data(options.folder, options.data, EACH)
    sheets = QUICK_SHEETS if options.quick else SHEETS
    tell("drawing")
    try:
        ended = run_module(__name__, [str(data.path), str(sheets)], home)
    finally:
        stop_engine(home)
    found: dict[str, Any] = json.loads(ended.output.splitlines()[-1])
    spreads = {name: Spread.of(times["then"]) for name, times in found.items()}
    slowest = max(spread.median for spread in spreads.values())
    rows = [
        [name, f"{found[name]['first']:.0f}", spread.text(".0f")]
        for name, spread in spreads.items()
    ]
    return Section(
        "Augmentation sheet",
        [Table("Milliseconds from question to answer", ["recipe", "first", "then"], rows)],
        [Target("sheet of the slowest recipe", slowest, LIMIT_MS, False, ".0f", "ms")],
        [
            f"{ROWS} images, {DRAWS} draws each, {SIDE} pixels a side, from {data.about}.",
            "The first sheet of a recipe also traces the layers that no recipe used before it.",
        ],
        {name: {"first": found[name]["first"], **spreads[name].to_dict()} for name in found},
    )


def measure(archive: Path, sheets: int) -> dict[str, Any]:
    """Milliseconds of the first sheet of each recipe, and of those that follow."""
    project = Workspace().create("Sheets")
    with open_source(archive) as source:
        ingest(source, project.folder)
    table = catalogue.in_force(project)[["sha256", "label"]]
    shown = [(str(sha), str(label)) for sha, label in table.to_numpy()[:: len(table) // ROWS]]
    found = {}
    with jobs.connect() as engine:

        def ask(recipe: Recipe, seed: int) -> tuple[Any, float]:
            began = time.perf_counter()
            arguments = (recipe.to_json(), shown[:ROWS], shown, DRAWS, seed, SIDE)
            answer = engine.ask(_DRAW, str(project.folder), *arguments, timeout=PATIENCE)
            return answer, 1000 * (time.perf_counter() - began)

        began = time.perf_counter()
        while ask(Recipe(), 0)[0] is None:
            if time.perf_counter() - began > PATIENCE:
                raise TimeoutError("the worker does not get warm")
            time.sleep(0.2)
        for recipe in (*PRESETS.values(), _MIXES):
            first = ask(recipe, 0)[1]
            then = [ask(weaker(recipe, seed), seed)[1] for seed in range(1, sheets + 1)]
            found[recipe.name] = {"first": first, "then": then}
    return found


def weaker(recipe: Recipe, seed: int) -> Recipe:
    """The recipe with other strengths, as somebody who tries its sliders has it."""
    steps = (Step(step.name, step.strength * (1 - seed / 100)) for step in recipe.steps)
    return Recipe(recipe.name, tuple(steps))


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), int(sys.argv[2]))))
