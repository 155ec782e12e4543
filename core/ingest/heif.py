"""Photos of newer phones, HEIC: read where the package pillow-heif is installed.

It stands in no requirements of First Light, because a part of it has a licence of another kind.
"""

from __future__ import annotations

from functools import lru_cache

from core.errors import DataProblem

FORMAT = "HEIF"
"""Pillow's name for it"""


@lru_cache(maxsize=1)
def is_readable() -> bool:
    """Whether HEIC can be read; teaches Pillow to, the first time it is asked."""
    try:
        import pillow_heif
    except ImportError:
        return False
    pillow_heif.register_heif_opener(thumbnails=False)
    return True


def missing() -> DataProblem:
    """What is said of a HEIC image where it cannot be read."""
    return DataProblem(
        "A HEIC photo, which cannot be read yet",
        "Reading HEIC takes a package that is not installed",
        "Save the photo as JPEG, or install it with: pip install pillow-heif",
    )
