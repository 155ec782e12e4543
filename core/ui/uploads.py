"""An uploaded file goes to disk once, in pieces, under a name of our own."""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path
from typing import Final

from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.errors import ProjectProblem
from core.project import Project

_PIECE: Final = 1 << 20


def receive(upload: UploadedFile, project: Project) -> Path:
    """Write ``upload`` into the project's folder and return where it is.

    The server's own copy, which lies in memory, is let go; the uploader needs a new key.

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
    _let_go(upload)
    return path


def _let_go(upload: UploadedFile) -> None:
    """Free the memory now; by itself Streamlit would keep it until the visitor leaves."""
    context = get_script_run_ctx()
    manager = context.uploaded_file_mgr if context else None
    if context and isinstance(manager, MemoryUploadedFileManager):
        manager.remove_file(context.session_id, upload.file_id)
    upload.close()
