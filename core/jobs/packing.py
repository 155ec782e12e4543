"""A folder as one zip."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Final

from core import files
from core.jobs.folder import JobFolder

_SMALL: Final = (".png", ".webp", ".keras")  # packing these once more saves nothing


def pack_folder(folder: Path, target: Path, job: JobFolder) -> int:
    """Write all that lies in ``folder`` into a zip at ``target``; returns its size in bytes.

    Raises:
        Stopped: ``job`` was asked to stop; nothing is left at ``target``.
    """
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    with (
        files.replacing(target) as temporary,
        zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for number, path in enumerate(paths, start=1):
            job.check_stop()
            how = zipfile.ZIP_STORED if path.suffix in _SMALL else zipfile.ZIP_DEFLATED
            archive.write(path, path.relative_to(folder), how)
            job.progress(number, len(paths))
    return target.stat().st_size
