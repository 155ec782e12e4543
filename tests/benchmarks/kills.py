"""Thirty kills: server, engine or worker, at random moments; is all that was shown still there?

A person clicks in a real browser: takes images, changes their mind about some, trains. In the
middle of it one process is killed outright. Whatever a page had shown as saved before must be there
afterwards, and what was interrupted must come to its end after one click on "Resume".
"""

from __future__ import annotations

import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from core import catalogue
from core.jobs import runs_of
from core.project import Project, Workspace
from tests import makers
from tests.benchmarks.app import (
    Server,
    browser,
    open_page,
    served,
    wait_until_answering,
    wait_until_calm,
)
from tests.benchmarks.options import Options
from tests.benchmarks.processes import processes_of
from tests.benchmarks.report import Section, Table, Target, Tell
from tests.uploading import images_field

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

KILLS, QUICK_KILLS, SEED = 30, 3, 7
EACH, CLASSES = 40, ("blight", "healthy", "rust")
EPOCHS = 500  # so many that a fast machine, too, is met in the middle of them
LONG = 120_000  # milliseconds that a step may take on a machine that has just lost its engine
TARGETS = ("server", "engine", "worker")
_MARKS = {"server": "streamlit", "engine": "core.jobs", "worker": "spawn_main"}


@dataclass
class House:
    """First Light under attack.

    Attributes:
        home: the workspace.
        archive: images to take.
        server: as it runs now.
        page: of the person.
        lost: what was shown and is gone, in words.
    """

    home: Path
    archive: Path
    server: Server
    page: Page
    restart: Callable[[], Server]
    lost: list[str] = field(default_factory=list)

    def kill(self, target: str) -> bool:
        """Kill ``target`` as soon as one lives; whether there was one."""
        until = time.monotonic() + LONG / 1000
        while not (found := self._living(target)) and time.monotonic() < until:
            time.sleep(0.1)  # it is on its way back since the last kill
        for process in found:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(found, timeout=10)
        if target == "server":
            self.server = self.restart()
        return bool(found)

    def _living(self, target: str) -> list[psutil.Process]:
        return [each for each in processes_of(self.home) if _role(each) == target]

    def expect(self, holds: bool, what: str) -> None:
        """Note ``what`` as lost unless it ``holds``."""
        if not holds:
            self.lost.append(what)


def run(options: Options, tell: Tell) -> Section:
    """Kill and look, again and again."""
    kills = QUICK_KILLS if options.quick else KILLS
    dice = random.Random(SEED)
    archive = makers.make_zip(options.folder / "leaves.zip", makers.class_files(CLASSES, each=EACH))
    done: Counter[tuple[str, str]] = Counter()
    missed = 0
    with browser() as started, _house(options.folder / "home", archive, started) as house:
        for number in range(kills):
            target = TARGETS[number % len(TARGETS)]
            scene = SCENES[(number // len(TARGETS)) % len(SCENES)]
            tell(f"kill {number + 1} of {kills}: the {target}, {scene.__name__.strip('_')}")
            missed += not scene(house, target, dice)
            done[(scene.__name__.strip("_").replace("_", " "), target)] += 1
        lost = house.lost
    rows = [[scene, target, str(times)] for (scene, target), times in sorted(done.items())]
    return Section(
        "Kills",
        [Table("Killed outright, at random moments", ["meanwhile", "process", "times"], rows)],
        [
            Target("kills that met a living process", float(kills - missed), kills, True, ".0f"),
            Target("shown as saved, and lost", float(len(lost)), 0.0, False, ".0f"),
        ],
        notes=[f"Seed {SEED}.", *lost],
        figures={"lost": lost},
    )


@contextmanager
def _house(home: Path, archive: Path, started: Browser) -> Iterator[House]:
    with ExitStack() as stack:
        servers = ExitStack()
        stack.callback(servers.close)

        def restart() -> Server:
            begun = servers.enter_context(served(home, must_live=False))
            wait_until_answering(begun)
            return begun

        server = restart()
        page = open_page(started, server)
        page.set_default_timeout(LONG)
        yield House(home, archive, server, page, restart)


def _taking_images(house: House, target: str, dice: random.Random) -> bool:
    """An upload that the page shows is waiting must not be lost, nor any image of it."""
    page = house.page
    page.goto(f"{house.server.url}/")
    page.get_by_label("Name of the project").fill(f"Leaves {dice.random():.4f}")
    images_field(page).set_input_files(house.archive)
    page.get_by_role("button", name="Create project").click()
    page.get_by_role("button", name="Take these images").wait_for()
    where = _address(house)
    if dice.random() < 0.7:
        page.get_by_role("button", name="Take these images").click()
        page.get_by_text("What we found in").wait_for(state="detached")
    time.sleep(dice.uniform(0.0, 1.5))
    met = house.kill(target)
    page.goto(f"{house.server.url}{where}")
    _until_taken(house)
    project = _project(house)
    house.expect(len(catalogue.in_force(project)) == EACH * len(CLASSES), f"images of {project.id}")
    return met


def _deciding(house: House, target: str, dice: random.Random) -> bool:
    """While the images are checked: what was dropped stays dropped, and nothing else is."""
    project = _project(house)
    _check(house, project)
    before = list(catalogue.in_force(project)["image_id"])
    some = dice.sample(before, 3)
    catalogue.decide(project, "drop", "blurred", images=some)
    page = house.page
    page.goto(f"{house.server.url}/data?project={project.id}")
    shown = _metric(page, "Images")
    time.sleep(dice.uniform(0.0, 0.5))
    met = house.kill(target)
    page.goto(f"{house.server.url}/data?project={project.id}")
    house.expect(_metric(page, "Images") == shown == len(before) - 3, "dropped images")
    left = set(catalogue.in_force(project)["image_id"])
    house.expect(left == set(before) - set(some), "a decision")
    return met


def _training(house: House, target: str, dice: random.Random) -> bool:
    """An epoch that was shown is never trained again, and the run comes to its end."""
    page, project = house.page, _project(house)
    page.goto(f"{house.server.url}/train?project={project.id}")
    page.get_by_role("radio", name="All settings", exact=True).click()
    page.get_by_label("Test share", exact=True).wait_for()
    for label, value in (("Epochs", str(EPOCHS)), ("Patience", "500"), ("Batch size", "4")):
        box = page.get_by_label(label, exact=True)
        box.fill(value)
        box.press("Enter")
        page.get_by_text(re.compile(f"Changed by you: .*{label}")).wait_for()
    page.get_by_role("button", name=re.compile("^Train( again)?$")).click()
    epoch = page.get_by_text(re.compile(rf"^Epoch \d+ of {EPOCHS}"))
    epoch.wait_for()
    where = _address(house)
    time.sleep(dice.uniform(0.0, 3.0))
    seen = int(re.findall(r"\d+", epoch.inner_text())[0])
    kept = runs_of(project)[0].snapshot().epochs[: seen - 1]  # the last may be learnt twice
    met = house.kill(target)
    page.goto(f"{house.server.url}{where}")
    _until_trained(house)
    newest = runs_of(project)[0]
    epochs = newest.snapshot().epochs
    numbers = [int(each["epoch"]) for each in epochs]
    house.expect(newest.report() is not None, f"the result of {newest.id}")
    house.expect(numbers == list(range(1, EPOCHS + 1)), f"epochs of {newest.id}")
    house.expect(len(kept) == seen - 1 and epochs[: seen - 1] == kept, f"epochs before {seen}")
    return met


SCENES = (_taking_images, _deciding, _training)


def _until_taken(house: House) -> None:
    """Do what a person would until the images are there."""
    page = house.page
    there = page.get_by_role("button", name="Next: clean")
    ways = [page.get_by_role("button", name=name) for name in ("Take these images", *_AGAIN)]
    _press_until(house, there, ways)


def _until_trained(house: House) -> None:
    page = house.page
    there = page.get_by_text("Accuracy on validation images")
    _press_until(house, there, [page.get_by_role("button", name=name) for name in _AGAIN])


_AGAIN = ("Resume", "Go on", "Try again", "Take the rest", "Take them again")


def _press_until(house: House, there: Locator, ways: list[Locator]) -> None:
    """Press whatever leads on until ``there`` is seen; what never comes is noted."""
    until = time.monotonic() + LONG / 1000
    while time.monotonic() < until:
        if there.is_visible():
            return
        for way in ways:
            with suppress(Exception):  # it may just be going
                if way.is_visible() and way.is_enabled():
                    way.click(timeout=2_000)
        house.page.wait_for_timeout(300)
    house.expect(False, f"a way to the end at {house.page.url}")


def _project(house: House) -> Project:
    return Workspace(house.home / "projects").projects()[0]


def _address(house: House) -> str:
    house.page.wait_for_url(re.compile("project="))
    return house.page.url.removeprefix(house.server.url)


_CHECK = re.compile("^(Check again|Check the rest|Try again)$")


def _check(house: House, project: Project) -> None:
    """Have the images checked: for the first time by itself, else by a click."""
    page = house.page
    page.goto(f"{house.server.url}/clean?project={project.id}")
    at_work = page.get_by_role("button", name="Stop checking")
    again = page.get_by_role("button", name=_CHECK)
    at_work.or_(again).first.wait_for()
    if again.is_visible():
        again.click()
        wait_until_calm(page)


def _metric(page: Page, label: str) -> int:
    found = page.get_by_test_id("stMetric").filter(has_text=label).first
    found.wait_for()
    text = found.get_by_test_id("stMetricValue").inner_text()
    return int(text.replace(",", ""))


def _role(process: psutil.Process) -> str:
    with suppress(psutil.Error):
        line = " ".join(process.cmdline())
        return next((role for role, mark in _MARKS.items() if mark in line), "")
    return ""
