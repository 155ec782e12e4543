"""Run the benchmarks: python -m tests.benchmarks [SUBJECT ...] [--quick] [--data ZIP]."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from core import files
from tests.benchmarks import machine
from tests.benchmarks.options import Options
from tests.benchmarks.processes import ROOT, Failed
from tests.benchmarks.report import Section, Target, targets_table

SUBJECTS = {
    "main": "tests.benchmarks.zip_to_model",
    "features": "tests.benchmarks.features",
    "memory": "tests.benchmarks.memory",
    "startup": "tests.benchmarks.startup",
    "audit": "tests.benchmarks.audit",
    "pages": "tests.benchmarks.pages",
    "sheet": "tests.benchmarks.sheet",
    "finetune": "tests.benchmarks.finetune",
    "alarm": "tests.benchmarks.alarm",
    "retrain": "tests.benchmarks.retrain",
    "trust": "tests.benchmarks.trust",
    "stress": "tests.benchmarks.stress",
    "heat": "tests.benchmarks.heat",
    "share": "tests.benchmarks.share",
    "visitors": "tests.benchmarks.visitors",
    "kills": "tests.benchmarks.kills",
    "web": "tests.benchmarks.web",
    "exercises": "tests.benchmarks.exercises",
}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("subjects", nargs="*", metavar="SUBJECT", help=", ".join(SUBJECTS))
    parser.add_argument("--quick", action="store_true", help="see that all of it runs")
    parser.add_argument("--data", type=Path, metavar="ZIP", help="images in class folders")
    parser.add_argument("--json", type=Path, default=ROOT / "build" / "benchmarks.json")
    chosen = parser.parse_args(arguments)
    unknown = set(chosen.subjects) - set(SUBJECTS)
    if unknown:
        parser.error(f"no such subject: {', '.join(sorted(unknown))}")
    if chosen.data and not chosen.data.is_file():
        parser.error(f"{chosen.data} was not found")
    found = machine.facts()
    print("# First Light: benchmarks\n")
    print("\n".join(f"- {line}" for line in machine.lines(found)), flush=True)
    if chosen.quick:
        print("- quick: small parts of everything; the figures say little")
    failed, targets = 0, []
    for name in chosen.subjects or SUBJECTS:
        section = measure(name, chosen.quick, chosen.data.resolve() if chosen.data else None)
        failed += section is None
        if section is not None:
            print(f"\n{section.text()}", flush=True)
            targets += section.targets
            keep(chosen.json, name, section, found, chosen.quick)
    if targets:
        print(f"\n{summary(targets)}")
    print(f"\nThe figures are in {chosen.json}.")
    return 1 if failed else 0


def measure(name: str, quick: bool, data: Path | None) -> Section | None:
    """Measure one subject; None where that failed, which is told on standard error."""
    run: Callable[[Options, Callable[[str], None]], Section]
    run = import_module(SUBJECTS[name]).run
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(
        prefix="firstlight-bench-", ignore_cleanup_errors=True
    ) as folder:
        try:
            section = run(Options(quick, data, Path(folder).resolve()), tell)
        except Failed as failure:
            tell(f"{name} could not be measured: {failure}")
            return None
        except Exception:
            tell(f"{name} could not be measured:\n{traceback.format_exc()}")
            return None
    section.figures["seconds_to_measure"] = round(time.perf_counter() - began, 1)
    return section


def summary(targets: list[Target]) -> str:
    return targets_table(targets, "All targets").text().replace("###", "##", 1)


def keep(path: Path, name: str, section: Section, found: dict[str, Any], quick: bool) -> None:
    """Put one subject into the JSON file; what it holds of other subjects stays."""
    try:
        content = files.read_json(path)
    except (OSError, ValueError):
        content = {}
    measured = datetime.now(UTC).isoformat(timespec="seconds")
    content[name] = {"measured": measured, "quick": quick, "machine": found, **section.to_dict()}
    path.parent.mkdir(parents=True, exist_ok=True)
    files.write_json(path, content)


def tell(text: str) -> None:
    print(f"... {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
