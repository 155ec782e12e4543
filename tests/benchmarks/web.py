"""Whether the web page says what the model says: real images through a real browser."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from playwright.sync_api import Page, sync_playwright

from core.ingest import original_path
from core.jobs.run import Run
from core.ml import classifier
from core.ml.features import loader
from core.split import Side
from tests import find_browser, find_runtime, web_site
from tests.benchmarks import images
from tests.benchmarks.options import Options
from tests.benchmarks.processes import Failed, prepare_backbone, run_module
from tests.benchmarks.report import Section, Spread, Table, Target, Tell

IMAGES, QUICK_IMAGES, QUICK_EACH = 100, 10, 12
BOUND = 1e-3  # of the exported file, beside the model
LIMIT_MS = 150.0
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def run(options: Options, tell: Tell) -> Section:
    """Train, export the page, and ask both sides about the same images."""
    browser, runtime = find_browser.find(), find_runtime.find()
    if browser is None or runtime is None:
        lacking = "Chromium or Chrome" if browser is None else "ONNX Runtime Web"
        raise Failed(f"{lacking} is not here; 'make test' fetches it")
    home = options.folder / "home"
    tell("preparing")
    prepare_backbone(home)
    part = images.data(options.folder, options.data, QUICK_EACH if options.quick else None)
    trained, page = options.folder / "run", options.folder / "page"
    tell("core train")
    places = ["--out", str(trained), "--project", str(options.folder / "project")]
    run_module("core", ["train", str(part.path), *places, "--seed", "0"], home)
    tell("core export --format web")
    asked = ["--format", "web", "--out", str(page), "--runtime", str(runtime)]
    exported = run_module("core", ["export", str(trained), *asked], home)
    tell("the page in a browser, and the model in Python")
    count = QUICK_IMAGES if options.quick else IMAGES
    ended = run_module(__name__, [str(trained), str(page), str(count), browser], home)
    found: dict[str, Any] = json.loads(ended.output.splitlines()[-1])
    return _section(found | {"export_seconds": exported.seconds}, part.about)


def _section(found: dict[str, Any], about: str) -> Section:
    n = found["n"]
    prepare, infer = Spread.of(found["prepare_ms"]), Spread.of(found["infer_ms"])
    table = Table(
        "The page beside the model",
        ["", "found"],
        [
            ["images, held out", str(n)],
            ["right, in Python", str(found["right_before"])],
            ["right, in the page", str(found["right"])],
            ["other answers", str(found["changed"])],
            ["other than the promise (I don't know)", str(found["other_sets"])],
            ["largest difference of a probability", f"{found['largest']:.1e}"],
            ["images whose square differs", str(found["squares_apart"])],
            ["by at most, levels of 255", str(found["levels"])],
            ["the same square: largest difference", f"{found['largest_same_square']:.1e}"],
            ["ms to ask, one thread", infer.text()],
            ["ms to decode and prepare", prepare.text()],
            ["ms until the page is ready", f"{found['ready_ms']:.0f}"],
        ],
    )
    return Section(
        "Web page",
        [table],
        [
            Target("answers changed by the page", found["changed"], 0, False, ".0f"),
            Target(
                "difference on the same square", found["largest_same_square"], 1e-4, False, ".0e"
            ),
            Target("ms to ask, one thread", infer.median, LIMIT_MS, False, ".0f", "ms"),
        ],
        [
            f"{about}; head, {found['size']} pixels, {found['fit']}; {found['browser']}.",
            "Squares differ by a level where a file has a colour profile: they round otherwise.",
        ],
        found,
    )


def measure(run_folder: Path, page_folder: Path, count: int, browser: str) -> dict[str, Any]:
    """Everything, in a process of its own: the files themselves go through the page."""
    trained = Run(run_folder)
    table = trained.images()
    held = table[table["split"] != Side.TRAIN].sort_values(["split", "sha256"])
    held = held.groupby("split", sort=False, observed=True).head(count)
    held = pd.concat([held[held["split"] == side] for side in (Side.TEST, Side.VALIDATION)])
    held = held.head(count)
    paths = [original_path(trained.project.folder, str(sha)) for sha in held["sha256"]]
    size, fit = trained.settings.pixels, trained.settings.fit
    squares = np.stack([loader(path, size, fit)() for path in paths])
    model = classifier.load(trained.model_file)
    before = np.asarray(classifier.predict(model, list(squares)), np.float64)
    (page_folder / "asked").mkdir()
    for path in paths:
        os.link(path, page_folder / "asked" / path.name)
    with _opened(page_folder, browser) as (page, version, ready):
        said = [web_site.ask(page, f"asked/{path.name}") for path in paths]
    after = np.stack([each.probabilities for each in said])
    shown = np.stack([each.square for each in said])
    same = np.asarray(classifier.predict(model, list(shown)), np.float64)
    labels = held["label"].map(trained.classes.index).to_numpy()
    apart = np.abs(shown.astype(int) - squares)
    least = _least(page_folder)
    return {
        "n": len(paths),
        "size": size,
        "fit": str(fit),
        "browser": version,
        "ready_ms": ready,
        "changed": int((before.argmax(1) != after.argmax(1)).sum()),
        "other_sets": int(((before >= least) != (after >= least)).any(1).sum()),
        "right_before": int((before.argmax(1) == labels).sum()),
        "right": int((after.argmax(1) == labels).sum()),
        "largest": float(np.abs(after - before).max()),
        "largest_same_square": float(np.abs(after - same).max()),
        "levels": int(apart.max()),
        "squares_apart": int(apart.any(axis=(1, 2, 3)).sum()),
        "prepare_ms": [each.prepare for each in said],
        "infer_ms": [each.infer for each in said],
    }


def _least(folder: Path) -> float:
    about = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    known = about["i_do_not_know"]["thresholds"]
    return next((known[rate] for rate in ("0.05", "0.1", "0.2") if known[rate] > 0), 1.0) - 1e-6


@contextmanager
def _opened(folder: Path, program: str) -> Iterator[tuple[Page, str, float]]:
    """The page in a browser, which browser that is, and milliseconds until it was ready."""
    with web_site.serving(folder) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        page = browser.new_page()
        page.goto(address)
        ready = page.evaluate(
            """async () => {
              await (await import(new URL("page/app.js", document.baseURI).href)).opened;
              return performance.now();
            }"""
        )
        yield page, f"Chromium {browser.version}", ready
        browser.close()


if __name__ == "__main__":
    arguments = sys.argv[1:]
    answer = measure(Path(arguments[0]), Path(arguments[1]), int(arguments[2]), arguments[3])
    print(json.dumps(answer))
