"""The engine's own process, and what an administrator may ask of it.

python -m core.jobs                   be the local engine
python -m core.jobs --status          print how it and the server are, as JSON; exit code 1
                                      where none runs
python -m core.jobs --check           run a small job through it, and print how long that took
python -m core.jobs --stop            end it
python -m core.jobs --worker ADDRESS  be a worker of the Dask scheduler there
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from typing import Any

from core import hosting, project
from core.errors import EngineProblem, Problem

_PATIENCE = 60.0


def main(arguments: list[str] | None = None) -> int:
    """Do what the arguments ask; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m core.jobs", description="First Light's engine")
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--status", action="store_true", help="print how the engine is, as JSON")
    choice.add_argument("--check", action="store_true", help="run a small job through the engine")
    choice.add_argument("--stop", action="store_true", help="end the local engine")
    choice.add_argument("--worker", metavar="ADDRESS", help="be a worker of the scheduler there")
    options = parser.parse_args(arguments)
    os.environ.setdefault("DASK_LOGGING__DISTRIBUTED", "warning")
    try:
        if options.status:
            return _status()
        if options.check:
            return _check()
        if options.stop:
            return _stop()
        return _work(options.worker) if options.worker else _serve()
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 2


def _serve() -> int:
    from core.jobs import cluster
    from core.locking import Occupied

    try:
        cluster.serve()
    except Occupied:
        print("Another engine is at work already.", file=sys.stderr)
    return 0


def _work(address: str) -> int:
    from core.jobs import cluster

    cluster.work(address)
    return 0


def _stop() -> int:
    from core.jobs import launch

    return 0 if launch.stop_local() else 1


def _status() -> int:
    from core.jobs import record
    from core.jobs.engine import connect

    house = _house()
    try:
        with connect(start=False, timeout=10) as engine:
            about = engine.describe()
    except EngineProblem as problem:
        print(json.dumps({"running": False, "problem": str(problem), **house}, indent=2))
        return 1
    found = record.read()
    pid = found.pid if found and about["is_local"] else None
    print(json.dumps({"running": True, "pid": pid, **about, **house}, indent=2))
    return 0


def _house() -> dict[str, Any]:
    """The disk, and on a hosted server its visitors and limits; nobody's names or images."""
    home = project.home()
    known = next(place for place in (home, *home.parents) if place.exists())
    found: dict[str, Any] = {"disk_free": shutil.disk_usage(known).free}
    if hosting.is_hosted():
        sizes = [who.bytes() for who in hosting.visitors()]
        found["hosted"] = {
            "visitors": len(sizes),
            "at_work": sum(map(hosting.is_at_work, hosting.visitors())),
            "bytes": sum(sizes),
            "limits": hosting.host_limits().to_dict(),
        }
    return found


def _check() -> int:
    from core.jobs import check_task
    from core.jobs.engine import connect
    from core.jobs.folder import JobFolder

    began = time.perf_counter()
    seconds: dict[str, float] = {}

    def lap(name: str) -> None:
        nonlocal began
        seconds[name] = round(time.perf_counter() - began, 4)
        began = time.perf_counter()

    with connect() as engine:
        lap("connect")
        engine.ask(check_task.echo, "first")
        lap("first_question")
        engine.ask(check_task.echo, "second")
        lap("question")
        folder = project.home() / "checks" / project.new_id("check")
        job = JobFolder.create(folder, "check", {"steps": 5, "seconds": 0.05})
        engine.submit(job)
        while job.state(engine.knows(job)).is_active and time.perf_counter() - began < _PATIENCE:
            time.sleep(0.02)
        lap("job")
        state = job.state(engine.knows(job))
    result: dict[str, Any] = {"state": str(state), "seconds": seconds}
    print(json.dumps(result, indent=2))
    if state != "finished":
        print(f"The job did not finish; it is kept in {folder}.", file=sys.stderr)
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
