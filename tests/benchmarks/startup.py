"""From starting the server to a page that can be used."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.app import browser, open_page, served, wait_until_answering, wait_until_calm
from tests.benchmarks.options import Options
from tests.benchmarks.processes import prepare_backbone
from tests.benchmarks.report import Section, Spread, Table, Target, Tell

if TYPE_CHECKING:
    from playwright.sync_api import Browser

LIMIT = 3.0
STARTS, QUICK_STARTS = 3, 1
STEPS = {
    "answers": "the server answers",
    "shows": "the first page shows its title",
    "usable": "the first page can be used: drawn to its end, a sample can be chosen",
}


def run(options: Options, tell: Tell) -> Section:
    """Start the server a few times; a start before them fills the caches and does not count."""
    home = options.folder / "home"
    tell("preparing")
    prepare_backbone(home)
    found: dict[str, list[float]] = {step: [] for step in STEPS}
    with browser() as started:
        _start(started, home)
        for number in range(QUICK_STARTS if options.quick else STARTS):
            tell(f"start {number + 1}")
            for step, seconds in _start(started, home).items():
                found[step].append(seconds)
    spreads = {step: Spread.of(seconds) for step, seconds in found.items()}
    return Section(
        "Startup",
        [
            Table(
                "Seconds from starting the server",
                ["until", "s"],
                [[STEPS[step], spread.text(".2f")] for step, spread in spreads.items()],
            )
        ],
        [Target("first page usable", spreads["usable"].median, LIMIT, False, unit="s")],
        [
            (
                "The browser is open already; Python's compiled files, the system's file cache "
                "and the converted backbone are warm, as from the second start on. The engine "
                "starts meanwhile, as it always does."
            )
        ],
        {step: spread.to_dict() for step, spread in spreads.items()},
    )


def _start(started: Browser, home: Path) -> dict[str, float]:
    with served(home) as server:
        wait_until_answering(server)
        answers = time.perf_counter()
        page = open_page(started, server)
        page.goto("/")
        page.get_by_role("heading", name="First Light").first.wait_for()
        shows = time.perf_counter()
        page.get_by_role("button", name="Start with this").first.click(trial=True)
        wait_until_calm(page)
        usable = time.perf_counter()
        page.context.close()
    return {
        "answers": answers - server.began,
        "shows": shows - server.began,
        "usable": usable - server.began,
    }
