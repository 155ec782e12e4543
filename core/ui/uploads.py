"""An uploaded file goes to disk once, in pieces, under a name of our own."""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path
from typing import BinaryIO

from core.errors import ProjectProblem
from core.project import Project

_PIECE = 1 << 20


def receive(upload: BinaryIO, project: Project) -> Path:
    """Write ``upload`` into the project's folder and return where it is.

    Raises:
        ProjectProblem: there is no room for it.
    """
    path = project.folder / f"upload-{secrets.token_hex(8)}.zip"
    try:
        upload.seek(0)
        with open(path, "wb") as target:
            shutil.copyfileobj(upload, target, _PIECE)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise ProjectProblem(
            "The upload could not be saved",
            f"Writing it to disk failed: {error.strerror}",
            "Free some space and upload it again",
        ) from error
    return path
