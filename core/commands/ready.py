"""`ready`: is this computer ready for a lesson?"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from core import ready
from core.commands.answer import Report
from core.commands.telling import told
from core.jobs import readying
from core.jobs.tasks import perform


def run_ready(port: int = ready.PORT) -> Report:
    """Look at everything that a lesson needs, and try it; no network is asked.

    Args:
        port: on which the dashboard will listen.
    """
    began = time.perf_counter()
    lines = [*ready.look(port), readying.engine_answers()]
    with tempfile.TemporaryDirectory(prefix="firstlight-", ignore_cleanup_errors=True) as place:
        job = readying.plan(Path(place) / "job")
        with told(job):
            perform(str(job.folder))
        lines += readying.tried_by(job)
    return {
        "ready": ready.is_ready(lines),
        "lines": [line.to_json() for line in lines],
        "seconds": round(time.perf_counter() - began, 1),
    }
