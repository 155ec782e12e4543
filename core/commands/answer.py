"""What a command found, as plain JSON values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core import files
from core.errors import Problem

Report = dict[str, Any]


def write_report(report: Report, path: Path | None) -> None:
    """Write ``report`` as JSON to ``path``, where one was asked for."""
    if path is None:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write_json(path, report)
    except OSError as error:
        raise Problem(f"{path} cannot be written", str(error.strerror)) from error
