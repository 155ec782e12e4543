"""Archives of arrays from strangers: looked at before NumPy reads them.

An archive of a few kilobytes can declare arrays of many gigabytes. So nothing in it may be
packed, and every array must have just the bytes that its header promises.
"""

from __future__ import annotations

import math
import zipfile
from pathlib import Path
from typing import IO

import numpy as np

from core.share.tables import refused

NEEDED = {"model.npy", "hashes.npy", "embeddings.npy"}
"""what `core.jobs.reference` keeps"""


def check_arrays(path: Path, name: str) -> None:
    """Check the archive at ``path``, which lies at ``name`` in a project file.

    Raises:
        ProjectProblem: it is damaged, holds something else, or something packed.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if {entry.filename for entry in entries} != NEEDED or len(entries) > len(NEEDED):
                raise refused(name, "holds other arrays than were expected")
            for entry in entries:
                if entry.compress_type != zipfile.ZIP_STORED:
                    raise refused(name, "is packed")
                with archive.open(entry) as file:
                    if _promised(file) != entry.file_size or entry.file_size > path.stat().st_size:
                        raise refused(name, "is damaged")
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise refused(name, "is damaged") from error


def _promised(file: IO[bytes]) -> int:
    """How many bytes an array has by its own header, the header included; -1 for Python objects."""
    version = np.lib.format.read_magic(file)
    read = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }
    if version not in read:
        return -1
    shape, _, kind = read[version](file)
    return -1 if kind.hasobject else file.tell() + math.prod(shape) * kind.itemsize
