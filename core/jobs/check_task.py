"""A small job that shows whether an engine works: it counts, slowly, and saves as it goes."""

from __future__ import annotations

import os
import time
from typing import Any

from core import files
from core.jobs.folder import JobFolder


def run(job: JobFolder) -> dict[str, Any]:
    """Add up the squares below ``steps``, ``seconds`` a step, from where the last attempt was.

    The request holds ``steps`` and ``seconds``. Writes ``result.json`` with the sum.
    """
    steps, seconds = int(job.request["steps"]), float(job.request["seconds"])
    checkpoint = job.folder / "checkpoint.json"
    done, total = files.read_json(checkpoint) if checkpoint.is_file() else (0, 0)
    job.stage("count", "Counting", index=1, of=1)
    job.progress(done, steps)
    while done < steps:
        job.check_stop()
        time.sleep(seconds)
        done, total = done + 1, total + done**2
        files.write_json(checkpoint, [done, total])
        job.progress(done, steps)
    files.write_json(job.folder / "result.json", {"steps": steps, "sum": total})
    return {"sum": total}


def echo(value: Any) -> Any:
    """``value`` again, to time the way there and back."""
    return value


def pid() -> int:
    """The process id of the worker."""
    return os.getpid()
