"""Models that leave: does each file say what the model says, and how light is the demo?"""

from __future__ import annotations

import json
import subprocess
import time
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from core.formats import Format
from tests import makers
from tests.benchmarks import images
from tests.benchmarks.app import (
    browser,
    open_page,
    peak_mb,
    served,
    wait_until_answering,
    wait_until_calm,
)
from tests.benchmarks.options import Options
from tests.benchmarks.processes import Failed, last_words, prepare_backbone, run_module
from tests.benchmarks.report import Section, Spread, Table, Target, Tell

if TYPE_CHECKING:
    from playwright.sync_api import Browser

QUICK_EACH = 12
SAME = (Format.KERAS, Format.SAVED_MODEL, Format.LITERT, Format.ONNX)  # that may change no answer
CHANGED = 2  # answers that whole numbers may cost
STARTS, QUICK_STARTS = 3, 1
START_S, DEMO_MB = 3.0, 250.0


def run(options: Options, tell: Tell) -> Section:
    """Train, export every format, and start the demo as Community Cloud would."""
    home = options.folder / "home"
    tell("preparing")
    prepare_backbone(home)
    part = images.data(options.folder, options.data, QUICK_EACH if options.quick else None)
    trained, out, demo = (options.folder / name for name in ("run", "model", "demo"))
    tell("core train")
    places = ["--out", str(trained), "--project", str(options.folder / "project")]
    run_module("core", ["train", str(part.path), *places, "--seed", "0"], home)
    tell("core export, every format")
    told = options.folder / "export.json"
    wanted = ["--out", str(out), "--json", str(told), "--format", *map(str, Format)]
    exported = run_module("core", ["export", str(trained), *wanted], home)
    parity: list[dict[str, Any]] = json.loads(told.read_text(encoding="utf-8"))["parity"]
    tell("core export --format streamlit")
    run_module("core", ["export", str(trained), "--format", "streamlit", "--out", str(demo)], home)
    tell("pip install -r requirements.txt of the demo, and nothing else")
    python = _environment(demo, options.folder / "environment")
    with browser() as started:
        _demo(started, demo, options.folder / "warm", python)
        times = QUICK_STARTS if options.quick else STARTS
        found = [_demo(started, demo, options.folder / f"start-{n}", python) for n in range(times)]
    seconds, memory = (Spread.of(each[place] for each in found) for place in range(2))
    demo_table = Table(
        "The demo, a server of its own",
        ["from its start to a page that can be used, s", "most memory after an answer, MB"],
        [[seconds.text(".2f"), memory.text(".0f")]],
    )
    return Section(
        "Models that leave",
        [_parities(parity), demo_table],
        [
            *_targets(parity),
            Target("demo usable", seconds.median, START_S, False, ".2f", "s"),
            Target("demo, resident, most", memory.median, DEMO_MB, False, ".0f", "MB"),
        ],
        [f"{part.about}; all formats in {exported.seconds:.0f} s."],
        {"parity": parity, "demo_s": seconds.to_dict(), "demo_mb": memory.to_dict()},
    )


def _parities(parity: list[dict[str, Any]]) -> Table:
    return Table(
        f"Each file asked about {parity[0]['n']} images",
        ["format", "largest difference", "other answers", "right", "by the model", "MB"],
        [
            [
                str(each["format"]),
                f"{each['largest']:.1e}",
                str(each["changed"]),
                str(each["right"]),
                str(each["right_before"]),
                f"{each['bytes'] / 1e6:.1f}",
            ]
            for each in parity
        ],
    )


def _targets(parity: list[dict[str, Any]]) -> Iterator[Target]:
    changed = {Format(each["format"]): float(each["changed"]) for each in parity}
    for form in (*SAME, Format.LITERT_INT8):
        most = 0.0 if form in SAME else float(CHANGED)
        yield Target(f"answers changed by {form}", changed[form], most, False, ".0f")


def _environment(demo: Path, folder: Path) -> str:
    """A Python with what the demo asks for, as Community Cloud makes it; its program.

    Raises:
        Failed: it cannot be made, without a network for instance.
    """
    venv.create(folder, with_pip=True)
    python = str(folder / "bin" / "python")
    wanted = ["-m", "pip", "install", "--quiet", "-r", str(demo / "requirements.txt")]
    made = subprocess.run([python, *wanted], capture_output=True, text=True)
    if made.returncode:
        raise Failed(f"pip install: {last_words(made.stderr)}")
    return python


def _demo(started: Browser, demo: Path, home: Path, python: str) -> tuple[float, float]:
    """Seconds until the demo can be used; MB after it answered."""
    with served(home, folder=demo, python=python) as server:
        wait_until_answering(server)
        page = open_page(started, server)
        page.goto("/")
        upload = page.locator("input[type=file]").first
        upload.wait_for(state="attached")
        wait_until_calm(page)
        usable = time.perf_counter() - server.began
        picture = makers.encoded(makers.picture((320, 240)), "JPEG")
        upload.set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture})
        page.get_by_text("As the model sees it").wait_for()
        wait_until_calm(page)
        most = peak_mb(psutil.Process(server.pid))
        page.context.close()
    return usable, most
