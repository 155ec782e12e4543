"""What the workers can compute on, left where a page finds it without asking anybody.

Only a process with TensorFlow knows. So every worker writes it down once it is warm, one small
file a computer in the folder that all of them share.
"""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path

from core import files, project

_SCHEDULER = "FIRSTLIGHT_SCHEDULER"


def accelerators() -> list[str]:
    """The names of the accelerators that the work can use; none before a worker has told.

    Cheap enough for every drawing of a page. With a cluster of several computers, those of all.
    """
    everywhere = bool(os.environ.get(_SCHEDULER, "").strip())
    told = sorted(_folder().glob("*.json")) if everywhere else [_file()]
    return [name for path in told for name in _read(path)]


def tell_accelerators() -> None:
    """Write down what this process can compute on; the worker does, once it is warm."""
    from core.ml.devices import accelerators as found

    _folder().mkdir(parents=True, exist_ok=True)
    files.write_json(_file(), list(found()))


def _folder() -> Path:
    return project.home() / "accelerators"


def _file() -> Path:
    host = re.sub(r"[^A-Za-z0-9.-]", "_", platform.node()) or "here"
    return _folder() / f"{host}.json"


def _read(path: Path) -> list[str]:
    try:
        content = files.read_json(path)
    except (OSError, ValueError):
        return []  # no worker has told yet
    return [str(name) for name in content] if isinstance(content, list) else []
