"""The mistakes page with many images: a run that was made up, and what a person clicks there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from core import files, results
from core.ingest import original_path
from core.jobs import Run, seal
from core.project import Project
from core.settings import SplitSettings, TrainSettings

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

TESTED, QUICK_TESTED = 2_000, 100  # test images
_SHARE = 0.4  # of all images
_OPENED = 4  # images that are looked at closely, one after the other
_PATIENCE = 5_000  # milliseconds


def needed(tested: int) -> int:
    """How many images a project needs so that ``tested`` of them are test images."""
    return round(tested / _SHARE)


def made_run(project: Project, seed: int = 0) -> Run:
    """A finished run of ``project``, whose test images are open.

    Every image has an original of some hundred pixels. There is no model: what would need one
    is asked for and cannot be answered, which costs the page the same.
    """
    rng = np.random.default_rng(seed)
    run = Run.plan(project, TrainSettings(), SplitSettings(validation=0.2, test=_SHARE))
    run.queue()
    images = run.images()
    _originals(project.folder, list(images["sha256"]), rng)
    judged = images[images["split"] != "train"]
    truth = np.array([run.classes.index(label) for label in judged["label"]])
    believed = rng.normal(0, 1, (len(judged), len(run.classes)))
    believed[np.arange(len(judged)), truth] += 3
    odds = np.exp(believed)
    columns = ["image_id", "sha256", "source", "split", "label"]
    table = results.predictions(
        judged[columns], odds / odds.sum(axis=1, keepdims=True), run.classes
    )
    files.write_table(run.predictions_file, table)
    sides = dict(iter(table.groupby("split")))
    report = {
        "schema": 1,
        "classes": run.classes,
        "n": {str(side): int(n) for side, n in images["split"].value_counts().items()},
        **{str(side): results.metrics(rows, run.classes) for side, rows in sides.items()},
        "best_epoch": 1,
        "epochs_run": 1,
        "seconds": {"total": 1.0},
    }
    files.write_json(run.report_file, report)
    run.emit("finished")
    seal.open_test(run, seal.SCORE)
    return run


def _originals(folder: Path, shas: list[str], rng: np.random.Generator) -> None:
    buffer = BytesIO()
    coarse = Image.fromarray(rng.integers(0, 255, (12, 16, 3), dtype=np.uint8))
    coarse.resize((640, 480), Image.Resampling.BICUBIC).save(buffer, "JPEG", quality=90)
    first: Path | None = None
    for sha in shas:
        path = original_path(folder, sha)
        path.parent.mkdir(parents=True, exist_ok=True)
        if first is None:
            first = path
            path.write_bytes(buffer.getvalue())
        else:
            path.hardlink_to(first)


def clicks(page: Page) -> Iterator[Callable[[], None]]:
    """What a person does on the page, again and again; begin with the test images."""
    yield _radio(page, "Test images")
    while True:
        yield _radio(page, "Mix-ups")
        for name in ("% of row", "% of column", "Images", "Confused ones together", "By name"):
            yield _radio(page, name)
        for place in range(2):
            yield page.get_by_role("button", name="See them").nth(place).click
        yield _wrong_cell(page).click
        yield from _images(page)
        yield _radio(page, "Worth a look")
        for name in ("Sure but wrong", "Right but unsure"):
            yield _radio(page, name)
            yield _pressing(page.get_by_role("slider").first, "ArrowRight")
        yield _radio(page, "Worst losses")
        yield page.get_by_role("button", name="Next page").first.click
        yield from _images(page)
        yield _radio(page, "Class by class")
        yield _radio(page, "ROC")
        yield _radio(page, "Precision and recall")


def _images(page: Page) -> Iterator[Callable[[], None]]:
    """Look at some images closely; take a decision about the last, and take it back."""
    tiles = page.get_by_role("button", name=re.compile(r"^said|^\S+ % sure"))
    for place in range(_OPENED):
        yield tiles.nth(place % tiles.count()).click
    buttons = [
        page.get_by_role("button", name="Undo", exact=True),
        page.get_by_role("button", name="Bad image: drop it"),
    ]
    for _ in range(2):
        yield lambda: _click_one(buttons)


def _click_one(buttons: list[Locator]) -> None:
    """Click the first that can be clicked: which one that is may change while the page is drawn."""
    from playwright.sync_api import TimeoutError as TooLate

    for button in buttons:
        if button.count() and button.is_enabled():
            with suppress(TooLate):
                button.click(timeout=_PATIENCE)
            return


def _wrong_cell(page: Page) -> Locator:
    return page.locator('td button[aria-disabled="false"][data-row="0"]').nth(1)


def _radio(page: Page, name: str) -> Callable[[], None]:
    return page.get_by_role("radio", name=name, exact=True).first.click


def _pressing(slider: Locator, key: str) -> Callable[[], None]:
    return lambda: slider.press(key)
