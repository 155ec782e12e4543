"""What the server and the worker take, while a person brings in images and trains on them."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from core import files
from core.jobs import Run, State, runs_of
from core.project import Project, Workspace
from tests.benchmarks.app import (
    browser,
    open_page,
    served,
    wait_until_answering,
    wait_until_calm,
)
from tests.benchmarks.images import data
from tests.benchmarks.options import Options
from tests.benchmarks.processes import Failed
from tests.benchmarks.report import Section, Table, Target, Tell
from tests.uploading import images_field

if TYPE_CHECKING:
    from playwright.sync_api import Page

SERVER_MB, WORKER_MB, ALL_MB = 300.0, 1600.0, 2200.0
QUICK_EACH = 12
SERVER, ENGINE, WORKER, CONVERTER, ALL = "server", "engine", "worker", "converter", "all"
ROLES = {
    SERVER: "Server (Streamlit)",
    ENGINE: "Engine (scheduler)",
    WORKER: "Worker (TensorFlow)",
    CONVERTER: "Converter, once",
    ALL: "All together",
}
_EVERY = 0.2  # seconds from one look to the next
_SHARES_EVERY = 5  # looks; shared memory takes longer to tell apart


@dataclass
class Seen:
    """One process in one phase, in bytes: the most, and what it had at the last look.

    Attributes:
        rss: resident memory.
        pss: the same, with memory that processes share divided among them; 0 where the
            system does not tell.
    """

    rss: int = 0
    pss: int = 0
    last_rss: int = 0


@dataclass
class Watch:
    """Looks at every process of First Light, a few times a second, and keeps it by phase."""

    server: int
    home: Path
    phase: str = "start"
    seen: dict[str, dict[str, Seen]] = field(default_factory=dict)
    peaks: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def watching(self) -> Iterator[None]:
        over = threading.Event()

        def look() -> None:
            count = 0
            while not over.wait(_EVERY):
                self.look(with_shares=count % _SHARES_EVERY == 0)
                count += 1

        thread = threading.Thread(target=look, name="watch", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def look(self, with_shares: bool) -> None:
        total = [0, 0]
        for role, process in self._processes():
            with suppress(psutil.Error, OSError):
                rss = process.memory_info().rss
                pss = getattr(process.memory_full_info(), "pss", 0) if with_shares else 0
                self._note(role, rss, pss)
                self.peaks[role] = max(self.peaks.get(role, 0), rss, _peak(process))
                total = [total[0] + rss, total[1] + pss]
        self._note(ALL, *total)

    def most(self, role: str) -> float | None:
        """The most resident memory, in MB, between two looks too where the system tells."""
        return self.peaks[role] / 1e6 if role in self.peaks else None

    def together(self) -> float | None:
        """The most that all of them took at one moment, in MB; None where shares are not told."""
        most = max((seen.pss for seen in self.seen.get(ALL, {}).values()), default=0)
        return most / 1e6 if most else None

    def _note(self, role: str, rss: int, pss: int) -> None:
        seen = self.seen.setdefault(role, {}).setdefault(self.phase, Seen())
        seen.rss, seen.pss, seen.last_rss = max(seen.rss, rss), max(seen.pss, pss), rss

    def _processes(self) -> list[tuple[str, psutil.Process]]:
        found = []
        with suppress(psutil.Error):
            found.append((SERVER, psutil.Process(self.server)))
        with suppress(psutil.Error, OSError, ValueError, KeyError):
            engine = psutil.Process(files.read_json(self.home / "engine.json")["pid"])
            found.append((ENGINE, engine))
            for child in engine.children(recursive=True):
                command = " ".join(child.cmdline())
                if "core.ml.convert" in command:
                    found.append((CONVERTER, child))
                elif "spawn_main" in command:
                    found.append((WORKER, child))
        return found


def _peak(process: psutil.Process) -> int:
    """The most resident memory that ``process`` ever had, in bytes; 0 where nobody knows."""
    status = Path(f"/proc/{process.pid}/status")
    if not status.is_file():
        return int(getattr(process.memory_info(), "peak_wset", 0))
    lines = status.read_text(encoding="utf-8").splitlines()
    found = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return 1024 * int(found[0]) if found else 0


def run(options: Options, tell: Tell) -> Section:
    """One session in the browser: upload, look, train, look at the mistakes."""
    home = options.folder / "home"
    source = data(options.folder, options.data, QUICK_EACH if options.quick else None)
    upload = options.folder / "upload.zip"
    if source.path != upload:
        shutil.copyfile(source.path, upload)
    with browser() as started, served(home) as server:
        wait_until_answering(server)
        watch = Watch(server.pid, home)
        with watch.watching():
            page = open_page(started, server)
            project, trained = _session(page, watch, upload, tell)
        count = len(project.read_table(project.catalogue_file))
        page.context.close()
    report = trained.report() or {}
    return _section(watch, count, source.about, int(report.get("peak_rss_mb", 0)))


def _session(page: Page, watch: Watch, upload: Path, tell: Tell) -> tuple[Project, Run]:
    def phase(name: str) -> None:
        tell(name)
        watch.phase = name

    phase("home page")
    page.goto("/")
    page.get_by_role("button", name="Create project").wait_for()
    wait_until_calm(page)
    phase("upload, images taken")
    images_field(page).set_input_files(upload)
    page.get_by_role("button", name="Create project").click()
    page.get_by_role("button", name="Take these images").click()
    page.get_by_role("button", name="Next: clean").wait_for()
    project = Workspace(watch.home / "projects").projects()[0]
    phase("data page, its images")
    wait_until_calm(page)
    page.reload()
    page.get_by_role("button", name="Next: clean").wait_for()
    wait_until_calm(page)
    phase("training")
    page.get_by_test_id("stSidebar").get_by_role("link", name="Train", exact=True).click()
    page.get_by_role("button", name="Train", exact=True).click()
    trained = _finished(project)
    phase("result and mistakes")
    page.get_by_text("Accuracy on validation images").first.wait_for()
    wait_until_calm(page)
    page.goto(f"/errors?project={project.id}&run={trained.id}")
    page.get_by_role("heading", name="Mistakes").first.wait_for()
    wait_until_calm(page)
    phase("afterwards, at rest")
    time.sleep(2 * _EVERY * _SHARES_EVERY)
    return project, trained


def _finished(project: Project, patience: float = 600.0) -> Run:
    """The run of ``project`` once it has finished.

    Raises:
        Failed: it ended otherwise, or takes too long.
    """
    until = time.monotonic() + patience
    while time.monotonic() < until:
        for run in runs_of(project):
            state = run.state()
            if state is State.FINISHED:
                return run
            if not state.is_active:
                raise Failed(f"the training ended as {state}")
        time.sleep(_EVERY)
    raise Failed("the training takes too long")


def _section(watch: Watch, count: int, about: str, worker_peak_mib: int) -> Section:
    rows = [
        [
            ROLES[role],
            name,
            *(f"{value / 1e6:.0f}" for value in (seen.rss, seen.last_rss, seen.pss)),
        ]
        for role in ROLES
        for name, seen in watch.seen.get(role, {}).items()
    ]
    return Section(
        "Memory",
        [
            Table(
                f"Memory in MB with a project of {count:,} images",
                ["Process", "phase", "resident, most", "resident, last", "its share, most"],
                rows,
            )
        ],
        [
            Target("server, resident", watch.most(SERVER), SERVER_MB, False, ".0f", "MB"),
            Target("worker, resident", watch.most(WORKER), WORKER_MB, False, ".0f", "MB"),
            Target("all together, their shares", watch.together(), ALL_MB, False, ".0f", "MB"),
        ],
        [
            f"Images: {about}.",
            (
                "A share divides the memory that processes have in common among them; added up "
                "('all together'), shares are what the computer really gives."
            ),
            f"The worker itself reports a peak of {worker_peak_mib} MiB.",
            "The converter builds the backbone's files once, the first time, beside the worker.",
        ],
        {
            role: {
                name: {"rss": seen.rss, "last_rss": seen.last_rss, "pss": seen.pss}
                for name, seen in phases.items()
            }
            for role, phases in watch.seen.items()
        },
    )
