"""What is uploaded goes to disk once, in pieces, under a name of our own."""

from __future__ import annotations

import secrets
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.errors import LimitProblem, ProjectProblem
from core.hosting import admit_upload
from core.ingest import loose, waiting
from core.ingest.waiting import Waiting
from core.project import Project

_PIECE: Final = 1 << 20


def wait(upload: UploadedFile, project: Project) -> Waiting:
    """Have ``upload``, an archive, wait in ``project`` until the user has seen what is in it.

    The server's own copy is let go; the uploader needs a new key.

    Raises:
        LimitProblem: it is more than a hosted server takes.
        ProjectProblem: there is no room for it.
    """
    _admit([upload], project.folder)

    def write(path: Path) -> None:
        upload.seek(0)
        with open(path, "wb") as target:
            shutil.copyfileobj(upload, target, _PIECE)

    found = waiting.receive(project.folder, upload.name, write)
    _let_go(upload)
    return found


def wait_folder(uploads: Sequence[UploadedFile], project: Project) -> Waiting:
    """The same for the files of a folder: they are put into one archive, as they are.

    Raises:
        LimitProblem: they are more than a hosted server takes.
        ProjectProblem: there is no room for it.
    """
    _admit(uploads, project.folder)

    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            for upload in sorted(uploads, key=lambda upload: upload.name):
                upload.seek(0)
                entry = zipfile.ZipInfo(upload.name.lstrip("/"))
                with archive.open(entry, "w") as target:
                    shutil.copyfileobj(upload, target, _PIECE)
                _let_go(upload)

    top = uploads[0].name.replace("\\", "/").split("/")[0]
    return waiting.receive(project.folder, top, write)


def pack(uploads: Sequence[UploadedFile], label: str, project: Project) -> Path:
    """Put ``uploads``, images of one class, into a zip in the project's folder.

    Raises:
        DataProblem: the class has no proper name, or there are no files.
        LimitProblem: they are more than a hosted server takes.
        ProjectProblem: there is no room for them.
    """
    _admit(uploads, project.folder)
    path = project.folder / f"upload-{secrets.token_hex(8)}.zip"
    loose.pack(((upload.name, upload) for upload in uploads), label, path)
    for upload in uploads:
        _let_go(upload)
    return path


def receive_project(upload: UploadedFile, folder: Path) -> Path:
    """Write ``upload``, a project file, into ``folder`` and return where it is.

    Raises:
        LimitProblem: it is more than a hosted server takes.
        ProjectProblem: there is no room for it.
    """
    _admit([upload], folder)
    path = folder / f"upload-{secrets.token_hex(8)}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
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


@contextmanager
def borrowed(upload: UploadedFile, folder: Path) -> Iterator[Path]:
    """``upload`` as a file for the length of the block; its uploader keeps it.

    Args:
        upload: to be looked into.
        folder: of the visitor's projects, whose limits hold.

    Raises:
        LimitProblem: it is more than a hosted server takes.
    """
    _admit([upload], folder)
    with tempfile.TemporaryDirectory(prefix="firstlight-", ignore_cleanup_errors=True) as place:
        path = Path(place) / "upload.zip"
        upload.seek(0)
        with open(path, "wb") as target:
            shutil.copyfileobj(upload, target, _PIECE)
        yield path


def whole(upload: UploadedFile) -> bytes:
    """All of ``upload``, a single picture; the server's own copy is let go."""
    content = upload.getvalue()
    _let_go(upload)
    return content


def _admit(uploads: Sequence[UploadedFile], folder: Path) -> None:
    """Refuse what is too much, and free its memory at once."""
    try:
        admit_upload(folder, sum(upload.size for upload in uploads))
    except LimitProblem:
        for upload in uploads:
            _let_go(upload)
        raise


def _let_go(upload: UploadedFile) -> None:
    """Free the memory now; by itself Streamlit would keep it until the visitor leaves."""
    context = get_script_run_ctx()
    manager = context.uploaded_file_mgr if context else None
    if context and isinstance(manager, MemoryUploadedFileManager):
        manager.remove_file(context.session_id, upload.file_id)
    upload.close()
