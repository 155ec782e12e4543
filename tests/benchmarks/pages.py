"""How long the pages take to answer, and what the server takes meanwhile."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import psutil
from PIL import Image

from core import catalogue, files
from core.audit import CHECKS, Check, Evidence, Findings, Found, Scope, examine
from core.project import Project, Workspace
from tests.benchmarks import pages_errors
from tests.benchmarks.app import (
    browser,
    open_page,
    peak_mb,
    served,
    wait_until_answering,
    wait_until_calm,
)
from tests.benchmarks.options import Options
from tests.benchmarks.processes import Failed
from tests.benchmarks.report import Section, Spread, Table, Target, Tell

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

IMAGES, QUICK_IMAGES, CLASSES, PICTURES = 10_000, 500, 20, 240
RERUNS, QUICK_RERUNS = 60, 6  # of each page
LIMIT_MS, SERVER_MB = 200.0, 350.0
_VIEWS = ("Sizes", "One image", "Balance")  # those that start no work of their own
_PATIENCE = 10_000  # milliseconds that a click may take to make a rerun
_PAGES = {"data": "1 Data", "clean": "2 Clean", "explore": "3 Explore"}

# Notes how long each run of a page's script takes, as the browser sees it.
_WATCH = """() => {
  const app = document.querySelector('[data-testid=stApp]');
  window.reruns = [];
  let began = null;
  new MutationObserver(() => {
    const idle = app.dataset.testScriptState === 'notRunning';
    if (!idle && began === null) began = performance.now();
    if (idle && began !== null) {
      window.reruns.push(performance.now() - began);
      began = null;
    }
  }).observe(app, {attributes: true, attributeFilter: ['data-test-script-state']});
}"""


def run(options: Options, tell: Tell) -> Section:
    """Click through the pages with many images; each click is one rerun."""
    home = options.folder / "home"
    many = QUICK_IMAGES if options.quick else IMAGES
    reruns = QUICK_RERUNS if options.quick else RERUNS
    tell(f"a project of {many:,} images")
    project = make_project(home / "projects", many)
    tested = pages_errors.QUICK_TESTED if options.quick else pages_errors.TESTED
    judged = make_project(home / "projects", pages_errors.needed(tested), seed=1)
    trained = pages_errors.made_run(judged)
    took: dict[str, Spread] = {}
    with browser() as started, served(home) as server:
        wait_until_answering(server)
        page = open_page(started, server)
        tell("the engine starts")
        page.goto("/")
        page.get_by_text("Engine ready").wait_for()
        for key, name in _PAGES.items():
            tell(f"page {name}")
            page.goto(f"/{key}?project={project.id}")
            page.get_by_role("heading", name=name[2:], level=1).wait_for()
            wait_until_calm(page)
            took[name] = Spread.of(_reruns(page, _clicks(page, key), reruns))
        tell(f"page 6 Mistakes, {tested:,} test images")
        page.goto(f"/errors?project={judged.id}&run={trained.id}")
        page.get_by_role("heading", name="Mistakes", level=1).wait_for()
        wait_until_calm(page)
        took["6 Mistakes"] = Spread.of(_reruns(page, pages_errors.clicks(page), reruns))
        peak = peak_mb(psutil.Process(server.pid))
        page.context.close()
    return _section(took, peak, many, tested)


def make_project(root: Path, many: int, seed: int = 0) -> Project:
    """A project of ``many`` images in `CLASSES` classes, with a few pictures and every finding."""
    project = Workspace(root).create("Many")
    rng = np.random.default_rng(seed)
    pictures = [_thumbnail(project.thumbs, rng) for _ in range(PICTURES)]
    shas = [hashlib.sha256(str(n).encode()).hexdigest() for n in range(many)]
    for sha, picture in zip(shas, cycle(pictures), strict=False):
        path = project.thumbs / sha[:2] / f"{sha}.webp"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.hardlink_to(picture)
    labels = [f"class {n:02}" for n in rng.integers(0, CLASSES, many)]
    table = pd.DataFrame(
        {
            "image_id": [sha[:16] for sha in shas],
            "sha256": shas,
            "label": labels,
            "source": [f"{label}/{n:05}.jpg" for n, label in enumerate(labels)],
            "split_given": pd.Series([None] * many, dtype="object"),
            "group": pd.Series([None] * many, dtype="object"),
            "width": rng.integers(200, 800, many),
            "height": rng.integers(200, 800, many),
            "mode": "RGB",
            "format": "JPEG",
            "bytes": rng.integers(10_000, 90_000, many),
            "exif_orientation": 1,
            "taken": pd.Series([None] * many, dtype="object"),
            "camera": pd.Series([None] * many, dtype="object"),
            "added": "2026-01-01T00:00:00.000+00:00",
        }
    )
    files.write_table(project.catalogue_file, table)
    _findings(project, rng).save(project)
    return project


def _thumbnail(folder: Path, rng: np.random.Generator) -> Path:
    folder.mkdir(exist_ok=True)
    coarse = Image.fromarray(rng.integers(0, 255, (6, 6, 3), dtype=np.uint8))
    path = folder / f"{rng.integers(2**62)}.webp"
    smooth = np.asarray(coarse.resize((192, 144), Image.Resampling.BICUBIC), dtype=float)
    noisy = np.clip(smooth + rng.normal(0, 12, smooth.shape), 0, 255)
    Image.fromarray(noisy.astype(np.uint8)).save(path, quality=80)
    return path


def _findings(project: Project, rng: np.random.Generator) -> Findings:
    """Every check found something: a twentieth of the images, with notes, sets and suggestions."""

    def score(check: Check) -> Callable[[Evidence], Found]:
        def made(evidence: Evidence) -> Found:
            many = len(evidence.images)
            scores = np.where(rng.random(many) < 0.05, rng.random(many) * check.threshold, 1.0)
            texts = [f"{check.title} {value:.2f}" if value < 1 else "" for value in scores]
            sets = [f"set {n // 3}" if text else "" for n, text in enumerate(texts)]
            names = rng.choice(evidence.classes, many)
            return Found(
                scores,
                texts,
                groups=sets if "duplicates" in check.name else None,
                suggested=list(names) if check.name == "wrong_labels" else None,
            )

        return made

    images = catalogue.in_force(project)
    checks = [check for check in CHECKS if check.scope is Scope.IMAGE]
    fake = [Check(c.name, c.title, c.threshold, score(c), c.scope, c.needs) for c in checks]
    return examine(Evidence(images), fake)


def _reruns(page: Page, clicks: Iterator[Callable[[], None]], many: int) -> list[float]:
    """Milliseconds of each of ``many`` reruns, the first few, which fill caches, left out."""
    from playwright.sync_api import TimeoutError as TooLate

    for _ in range(3):
        next(clicks)()
        wait_until_calm(page)
    page.evaluate(_WATCH)
    for _ in range(many):
        before = page.evaluate("window.reruns.length")
        next(clicks)()
        again = "before => window.reruns.length > before"
        with suppress(TooLate):  # a click on what was just drawn anew may be lost
            page.wait_for_function(again, arg=before, timeout=_PATIENCE)
        wait_until_calm(page)
    found: list[float] = page.evaluate("window.reruns")
    if len(found) < many / 2:
        raise Failed(f"of {many} clicks only {len(found)} ran the page again")
    return found


def _clicks(page: Page, key: str) -> Iterator[Callable[[], None]]:
    """What a person does on a page, again and again."""
    turn = page.get_by_role("button", name="Next page").first
    if key == "clean":
        checks = page.locator('[class*="st-key-choose-"] button')
        slider = page.get_by_role("slider")
        checks.first.wait_for()
        for place in cycle(range(checks.count())):
            yield checks.nth(place).click
            for press in ("ArrowLeft", "ArrowRight"):
                if slider.count():
                    yield _pressing(slider, press)
            if turn.count() and turn.get_attribute("aria-disabled") != "true":
                yield turn.click
    elif key == "data":
        for place in cycle(range(1, CLASSES)):
            yield from [turn.click] * 4
            yield _choosing(page, page.get_by_role("combobox", name="Class").first, place)
    else:
        for view in cycle(_VIEWS):
            yield page.get_by_role("radio", name=view, exact=True).click


def _pressing(slider: Locator, key: str) -> Callable[[], None]:
    return lambda: slider.first.press(key)


def _choosing(page: Page, box: Locator, place: int) -> Callable[[], None]:
    def choose() -> None:
        box.click()
        page.get_by_role("option").nth(place).click()

    return choose


def _section(took: dict[str, Spread], peak: float, many: int, tested: int) -> Section:
    if not all(spread.values for spread in took.values()):
        raise Failed("a page did not run again")
    late = {name: float(np.percentile(spread.values, 95)) for name, spread in took.items()}
    rows = [
        [name, str(len(spread.values)), f"{spread.median:.0f}", f"{late[name]:.0f}"]
        for name, spread in took.items()
    ]
    figures: dict[str, Any] = {name: spread.to_dict() for name, spread in took.items()}
    return Section(
        "Pages",
        [
            Table(
                f"Milliseconds a rerun with {many:,} images, page 6 with {tested:,} test images",
                ["Page", "reruns", "median", "95th percentile"],
                rows,
            )
        ],
        [
            *(
                Target(f"page {name}, 95th percentile", late[name], LIMIT_MS, False, ".0f", "ms")
                for name in took
            ),
            Target("server, resident, most", peak, SERVER_MB, False, ".0f", "MB"),
        ],
        [
            "From the moment the browser asks for a rerun until it has drawn the last of it.",
            f"{len(CHECKS)} checks; a twentieth of the images is asked about by each.",
        ],
        {**figures, "server_peak_mb": peak},
    )
