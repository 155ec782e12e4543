"""Thirty strangers at once on a hosted server: does each get through, alone, and how fast?

Each has a cookie of its own, uploads 200 images, waits for the checks, trains Head and opens the
mistakes. Most are WebSocket sessions; two are real browsers, since thirty browsers on one machine
would measure themselves. Every visitor's classes have names that nobody else has, and nothing that
is sent to a visitor may hold another's.
"""

from __future__ import annotations

import asyncio
import io
import random
import re
import secrets
import time
import zipfile
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import psutil
from PIL import Image

from tests import find_browser, makers
from tests.benchmarks.app import FLAGS, Server, served, wait_until_answering
from tests.benchmarks.options import Options
from tests.benchmarks.processes import Failed
from tests.benchmarks.report import Section, Spread, Table, Target, Tell
from tests.benchmarks.session import Session
from tests.uploading import FILE, LABEL

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Page

VISITORS, BROWSERS, EACH, CLASSES, SIDE = 30, 2, 50, 4, 96
QUICK_VISITORS, QUICK_BROWSERS, QUICK_EACH = 2, 1, 12
LIMIT = 2_400.0  # seconds for all of it
PATIENCE = LIMIT * 1000  # milliseconds that a visitor waits in line
ANSWER_S, MORE = 1.0, 1.20
_CLASS = re.compile(rb"visitor-(\d+)-class")
_LOOKING = (1.0, 4.0)  # seconds for which somebody who waits looks at a page: nobody is in step
_NOTICED = 15_000  # milliseconds after which a person clicks again
_CALM = "[data-testid=stApp][data-test-script-state=notRunning]"
LEAVING, QUICK_LEAVING = (
    240.0,
    5.0,
)  # seconds: Streamlit keeps a session for two minutes after its browser has gone


@dataclass
class Visit:
    """How one visitor fared.

    Attributes:
        number: of the visitor.
        real: whether in a browser.
        answers: by page, seconds from asking for it to all of it drawn, while jobs run.
        seconds: from the first page to the mistakes; None where that was not reached.
        foreign: names of other visitors' classes that were seen.
        lost_clicks: buttons that were pressed and after which nothing was seen to begin.
    """

    number: int
    real: bool
    answers: dict[str, list[float]] = field(default_factory=dict)
    seconds: float | None = None
    foreign: set[str] = field(default_factory=set)
    lost_clicks: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.number)

    def answered(self, page: str, seconds: float) -> None:
        """Note how long ``page`` took."""
        self.answers.setdefault(page, []).append(seconds)

    def pause(self) -> float:
        """For how many seconds somebody who waits looks at a page."""
        return self._chance.uniform(*_LOOKING)


def run(options: Options, tell: Tell) -> Section:
    """Serve strangers, and measure what each sees and what is left of them."""
    many = QUICK_VISITORS if options.quick else VISITORS
    real = QUICK_BROWSERS if options.quick else BROWSERS
    each = QUICK_EACH if options.quick else EACH
    archives = [_archive(options.folder / f"{n}.zip", n, each) for n in range(many + 1)]
    settings = {"FIRSTLIGHT_MODE": "hosted", "FIRSTLIGHT_LIMIT_FREE_MB": "0"}
    path = find_browser.find()
    if path is None:
        raise Failed("there is no Chromium or Chrome; CHROMIUM can name one")
    leaving = QUICK_LEAVING if options.quick else LEAVING
    with served(options.folder / "home", settings) as server:
        wait_until_answering(server)
        found = asyncio.run(_all(path, server, archives, real, leaving, tell))
    return _section(found, each * CLASSES)


@dataclass
class _Found:
    visits: list[Visit]
    before: float
    most: float
    after: float


async def _all(
    path: str, server: Server, archives: list[Path], real: int, leaving: float, tell: Tell
) -> _Found:
    from playwright.async_api import async_playwright

    process = psutil.Process(server.pid)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        tell("one visitor alone, so that everything is loaded")
        await _visit(browser, server, archives[-1], len(archives) - 1)
        await asyncio.sleep(leaving)
        before = _mb(process)
        tell(f"{len(archives) - 1} visitors")
        noted = [before]
        watching = asyncio.create_task(_note(process, noted))
        tasks = [
            _visit(browser if n < real else None, server, path, n)
            for n, path in enumerate(archives[:-1])
        ]
        visits = await asyncio.gather(*tasks)
        watching.cancel()
        await browser.close()
        tell("they have gone")
        await asyncio.sleep(leaving)
        return _Found(list(visits), before, max(noted), _mb(process))


async def _note(process: psutil.Process, noted: list[float]) -> None:
    while True:
        noted.append(_mb(process))
        await asyncio.sleep(1.0)


async def _visit(browser: Browser | None, server: Server, archive: Path, number: int) -> Visit:
    visit, began = Visit(number, real=browser is not None), time.perf_counter()
    path = (
        _by_message(server, archive, visit)
        if browser is None
        else _by_hand(browser, server, archive, visit)
    )
    try:
        await asyncio.wait_for(path, LIMIT)
        visit.seconds = time.perf_counter() - began
    except (TimeoutError, AssertionError, ConnectionError) as error:
        print(f"visitor {number}: {type(error).__name__}: {error}", flush=True)
    return visit


async def _by_message(server: Server, archive: Path, visit: Visit) -> None:
    """The path of a visitor who is a WebSocket session."""
    cookies = {"firstlight_visitor": secrets.token_hex(32)}
    async with Session(server.url, cookies, _CLASS) as tab:
        try:
            await tab.fill("Name of the project", f"Visitor {visit.number}")
            await tab.upload("A zip", archive.name, archive.read_bytes())
            for label in ("Create project", "Take these images"):
                await tab.press(label)
            await tab.until(lambda: tab.shows("button", "Next: clean"))
            visit.answered("Clean", await tab.follow("Clean"))
            await tab.until(lambda: tab.shown.says("Checked "))
            visit.answered("Train", await tab.follow("Train"))
            await tab.press("Train")
            while not tab.shown.says("Accuracy on validation images"):
                for page in ("Data", "Train"):
                    visit.answered(page, await tab.follow(page))
                    await asyncio.sleep(visit.pause())
            visit.answered("Mistakes", await tab.follow("Mistakes"))
        finally:
            visit.foreign = {name.decode() for name in tab.seen} - {str(visit.number)}


async def _by_hand(browser: Browser, server: Server, archive: Path, visit: Visit) -> None:
    """The path of a visitor in a browser."""
    context = await browser.new_context(
        base_url=server.url, viewport={"width": 1280, "height": 800}
    )
    context.set_default_timeout(PATIENCE)
    try:
        await _path(context, archive, visit)
    finally:
        await context.close()


async def _path(context: BrowserContext, archive: Path, visit: Visit) -> None:
    page = await context.new_page()
    await page.goto("/")
    await page.wait_for_function("() => document.cookie.includes('firstlight_visitor=')")
    await page.get_by_label("Name of the project").fill(f"Visitor {visit.number}")
    field = page.get_by_role("region", name=LABEL).locator(FILE)
    await field.set_input_files(archive)
    await page.get_by_role("button", name="Create project").click()
    await _press(page, visit, "Take these images")
    await page.get_by_role("button", name="Next: clean").wait_for()
    await _look(page, visit)
    await _timed(page, visit, _follow(page, "Clean"), "Clean")
    await page.get_by_text(re.compile("^Checked ")).first.wait_for()
    await _look(page, visit)
    await _timed(page, visit, _follow(page, "Train"), "Train")
    await _press(page, visit, "Train")
    trained = page.get_by_text("Accuracy on validation images")
    while not await trained.is_visible():  # meanwhile, somebody who looks around
        for name in ("Data", "Train"):
            await _timed(page, visit, _follow(page, name), name)
            await _look(page, visit)
            await page.wait_for_timeout(visit.pause() * 1000)
    await _timed(page, visit, _follow(page, "Mistakes"), "Mistakes")
    await _look(page, visit)


async def _press(page: Page, visit: Visit, name: str) -> None:
    """Press a button that goes away; a person whose click came to nothing clicks again."""
    from playwright.async_api import TimeoutError as PlaywrightTimeout

    button = page.get_by_role("button", name=name, exact=True)
    await button.click()
    while True:
        with suppress(PlaywrightTimeout):
            await button.wait_for(state="hidden", timeout=_NOTICED)
            return
        with suppress(PlaywrightTimeout):  # it may have been a late answer, not a lost click
            await button.click(timeout=_NOTICED)
            visit.lost_clicks.append(name)
            said = await page.get_by_test_id("stMain").inner_text()
            print(f"visitor {visit.number} clicks {name} again: {said[:500]!r}", flush=True)


async def _timed(page: Page, visit: Visit, asked: Awaitable[object], title: str) -> None:
    began = time.perf_counter()
    await asked
    await page.get_by_role("heading", name=title, level=1, exact=True).wait_for()
    await page.wait_for_selector(_CALM)
    visit.answered(title, time.perf_counter() - began)


async def _follow(page: Page, name: str) -> None:
    await page.get_by_test_id("stSidebar").get_by_role("link", name=name, exact=True).click()


async def _look(page: Page, visit: Visit) -> None:
    """Note every class name on the page that is not this visitor's."""
    text = await page.evaluate("() => document.documentElement.outerHTML")
    names = {name.decode() for name in _CLASS.findall(text.encode())}
    visit.foreign |= names - {str(visit.number)}


def _archive(path: Path, visitor: int, each: int) -> Path:
    """200 images that nobody else has, in classes that nobody else has."""
    with zipfile.ZipFile(path, "w") as archive:
        for label in range(CLASSES):
            pattern = np.asarray(makers.picture((SIDE, SIDE), seed=label), np.float32)
            for number in range(each):
                rng = np.random.default_rng([visitor, label, number])
                moved = np.roll(pattern, rng.integers(0, SIDE, 2), axis=(0, 1))
                lit = 0.5 * moved * rng.uniform(0.6, 1.4) + rng.normal(64, 30, moved.shape)
                content = io.BytesIO()
                Image.fromarray(np.clip(lit, 0, 255).astype(np.uint8)).save(content, "JPEG")
                name = f"visitor-{visitor}-class{label}/{number}.jpg"
                archive.writestr(name, content.getvalue())
    return path


def _mb(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 2**20


def _section(found: _Found, images: int) -> Section:
    done = [visit for visit in found.visits if visit.seconds is not None]
    seen = sum(bool(visit.foreign) for visit in found.visits)
    answers = {real: _answers(found.visits, real) for real in (False, True)}
    slow = float(np.quantile(answers[False].values, 0.95))
    many = len(found.visits)
    table = Table(
        f"{many} visitors, {images} images each",
        ["visitors", "finished", "first page to mistakes, s", "page, median s", "page, 95 % s"],
        [_row(found.visits, answers[real], real) for real in (False, True)],
    )
    pages = sorted({page for visit in found.visits if not visit.real for page in visit.answers})
    by_page = Table(
        "Pages of the WebSocket sessions",
        ["page", "times", "median, s", "95 %, s"],
        [_page_row(found.visits, page) for page in pages],
    )
    memory = Table(
        "Memory of the server, resident",
        ["after one visitor, MB", "most, MB", "after all have gone, MB"],
        [[f"{found.before:.0f}", f"{found.most:.0f}", f"{found.after:.0f}"]],
    )
    return Section(
        "Visitors of a hosted server",
        [table, by_page, memory],
        [
            Target("visitors that finished, share", len(done) / many, 1.0, True, ".2f"),
            Target("visitors that saw what is another's", float(seen), 0.0, False, ".0f"),
            Target("a page, 95th percentile", slow, ANSWER_S, False, ".2f", "s"),
            Target("memory after / before", found.after / found.before, MORE, False, ".2f"),
        ],
        notes=[
            "Server, engine, sessions and browsers share this machine's processors.",
            "In a browser a page has come when it is drawn.",
            f"Clicks that came to nothing: {sum(len(v.lost_clicks) for v in found.visits)}.",
        ],
        figures={"answers": answers[False].to_dict(), "foreign": seen},
    )


def _row(visits: list[Visit], answers: Spread, real: bool) -> list[str]:
    alike = [visit for visit in visits if visit.real == real]
    taken = [visit.seconds for visit in alike if visit.seconds is not None]
    return [
        "browsers" if real else "WebSocket sessions",
        f"{len(taken)} of {len(alike)}",
        Spread.of(taken).text(".0f") if taken else "-",
        f"{answers.median:.2f}",
        f"{np.quantile(answers.values, 0.95):.2f}",
    ]


def _answers(visits: list[Visit], real: bool) -> Spread:
    alike = [visit.answers for visit in visits if visit.real == real]
    return Spread.of(second for answers in alike for each in answers.values() for second in each)


def _page_row(visits: list[Visit], page: str) -> list[str]:
    """How the sessions fared with one page."""
    answers = Spread.of(
        second for visit in visits if not visit.real for second in visit.answers.get(page, ())
    )
    slow = np.quantile(answers.values, 0.95)
    return [page, f"{len(answers.values)}", f"{answers.median:.2f}", f"{slow:.2f}"]
