"""From a click on 'Retrain' to the new confusion matrix; and wrong labels that are mended."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core import catalogue
from core.jobs import Run, runs_of
from core.project import Project
from tests.benchmarks.app import (
    PATIENCE,
    browser,
    open_page,
    served,
    wait_until_answering,
    wait_until_calm,
)
from tests.benchmarks.images import data
from tests.benchmarks.options import Options
from tests.benchmarks.processes import prepare_backbone, processes_of, run_module
from tests.benchmarks.report import Section, Spread, Table, Target, Tell

if TYPE_CHECKING:
    from playwright.sync_api import Page

LIMIT = 4.0  # seconds from the click to the new confusion matrix
NEAR = 1.0  # points that the mended run may be away from the clean one
RELABELS = 10
TIMES, QUICK_TIMES = 5, 1
SEEDS, QUICK_SEEDS = 3, 1
QUICK_EACH = 30
PROJECT = "tests.benchmarks.retrain_project"


@dataclass(frozen=True)
class Click:
    """One retraining.

    Attributes:
        whole: seconds from the click until the new matrix is drawn.
        taken: of them, until the worker began.
        worked: until its report stood.
        shown: until the page showed it.
        used: seconds of processor time that server and engine took meanwhile, all threads added.
        load: how many processes wanted a processor meanwhile, on average of the last minute.
    """

    whole: float
    taken: float
    worked: float
    shown: float
    used: float
    load: float


def run(options: Options, tell: Tell) -> Section:
    """Retrain after ten relabels, several times; then plant wrong labels and mend them."""
    home = options.folder / "home"
    tell("preparing")
    prepare_backbone(home)
    source = data(options.folder, options.data, QUICK_EACH if options.quick else None)
    with served(home) as server:
        wait_until_answering(server)
        with browser() as started:
            page = open_page(started, server)
            page.goto("/")  # the first page starts the engine
            wait_until_calm(page)
            _wait_for_engine(page)
            tell("taking the images in and training")
            made = _child(home, "make", str(source.path), "0")
            project = Project(home / "projects" / made["project"])
            clicks = []
            for time_ in range(QUICK_TIMES if options.quick else TIMES):
                tell(f"retraining {time_ + 1}")
                clicks.append(_click(page, home, project, runs_of(project)[0], time_))
    tell("planting wrong labels")
    seeds = QUICK_SEEDS if options.quick else SEEDS
    planted = _child(home, "plant", made["project"], str(seeds))
    return _section(clicks, planted, f"{made['images']:,} images of {source.about}")


def _child(home: Path, *arguments: str) -> dict[str, Any]:
    ended = run_module(PROJECT, list(arguments), home)
    found: dict[str, Any] = json.loads(ended.output.splitlines()[-1])
    return found


def _wait_for_engine(page: Page) -> None:
    page.get_by_text("Engine ready").wait_for(timeout=PATIENCE)


def _processor_time(home: Path) -> float:
    times = [process.cpu_times() for process in processes_of(home)]
    return sum(each.user + each.system for each in times)


def _click(page: Page, home: Path, project: Project, run: Run, seed: int) -> Click:
    """Relabel ten training images, open the page, and retrain."""
    images = run.images()
    learnt = images[images["split"] == "train"]
    rows = np.random.default_rng(seed).choice(len(learnt), RELABELS, replace=False)
    chosen = learnt.iloc[rows]
    place = {label: number for number, label in enumerate(run.classes)}
    labels = [run.classes[(place[label] + 1) % len(run.classes)] for label in chosen["label"]]
    catalogue.decide(project, "relabel", images=chosen["image_id"].tolist(), labels=labels)
    page.goto(f"/errors?project={project.id}&run={run.id}")
    button = page.get_by_role("button", name="Retrain with these fixes")
    button.wait_for(timeout=PATIENCE)
    page.get_by_text("What was taken for what").wait_for(timeout=PATIENCE)
    wait_until_calm(page)
    used = _processor_time(home)
    began = time.time()
    button.click()
    page.get_by_text(f"After: Run {seed + 2}", exact=True).wait_for(timeout=PATIENCE)
    wait_until_calm(page)
    done = time.time()
    used = _processor_time(home) - used
    again = next(one for one in runs_of(project) if one.like == run.id)
    at = {str(event["event"]): event["at"] for event in again.events()[0]}
    moments = [datetime.fromisoformat(at[name]).timestamp() for name in ("started", "finished")]
    return Click(
        done - began,
        moments[0] - began,
        moments[1] - moments[0],
        done - moments[1],
        used,
        os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan"),
    )


def _section(clicks: list[Click], planted: dict[str, Any], about: str) -> Section:
    whole = Spread.of(click.whole for click in clicks)
    parts = {
        name: Spread.of(getattr(click, name) for click in clicks)
        for name in ("taken", "worked", "shown")
    }
    clean, seeds = planted["clean"], planted["seeds"]
    furthest = round(max(100 * abs(clean - one["mended"]) for one in seeds), 6)
    rows = [
        [
            f"seed {number}",
            f"{one['right']} of {one['planted']}",
            f"{one['asked']}",
            f"{100 * one['noisy']:.1f} %",
            f"{100 * one['mended']:.1f} %",
            f"{100 * one['blind']:.1f} %",
            f"{one['ten']['planted']} of 10",
            _judged(one["ten"]["judged"]),
        ]
        for number, one in enumerate(seeds)
    ]
    load = max(click.load for click in clicks)
    used = Spread.of(click.used for click in clicks)
    columns = [
        "labels made wrong",
        "mended",
        "asked about",
        "noisy",
        "mended by a person",
        "all as asked",
    ]
    return Section(
        "Retraining",
        [
            Table("Wrong labels", [*columns, "planted among the ten first", "ten, judged"], rows),
        ],
        [
            Target("click to new confusion matrix", whole.median, LIMIT, False, ".1f", "s"),
            Target("mended run beside the clean one", furthest, NEAR, False, ".2f", "points"),
        ],
        [
            f"{about}, {RELABELS} relabels, {len(clicks)} times: {whole.text('.2f')} s.",
            (
                f"Until the worker began {parts['taken'].text('.2f')} s, until its report stood "
                f"{parts['worked'].text('.2f')} s, until the page showed it "
                f"{parts['shown'].text('.2f')} s."
            ),
            (
                f"Server and engine took {used.text('.2f')} s of processor time for it. Processes "
                f"that wanted a processor meanwhile: up to {load:.1f}."
            ),
            f"The clean run gets {100 * clean:.1f} % of the test images right, by true labels.",
            (
                "A person relabels what is asked about and wrong, and leaves alone what is asked "
                "about and right; the column beside takes every suggestion."
            ),
            "Ten, judged: what the ten first fixes add on the test images, by the probe.",
        ],
        {
            "clicks": [click.__dict__ for click in clicks],
            "whole": whole.to_dict(),
            "planted": planted,
        },
    )


def _judged(found: dict[str, Any]) -> str:
    points = 100 * (found["after"] - found["before"]) / max(1, found["n"])
    return f"{points:+.1f} points"
