"""What one visitor of a hosted server may use: one table, each row with its environment variable.

``FIRSTLIGHT_LIMIT_IMAGES=500`` sets `HostLimits.images`, and so on for every field.
"""

from __future__ import annotations

import dataclasses
import os
from dataclasses import dataclass
from typing import Final

from core.errors import SettingsProblem
from core.ingest.limits import MB, Limits
from core.settings import Settings, setting

MODE: Final = "FIRSTLIGHT_MODE"
_HOSTED, _LOCAL = "hosted", "local"
_PREFIX: Final = "FIRSTLIGHT_LIMIT_"
_FILES_AN_IMAGE: Final = 4  # members of an archive for each image: tables, empty folders, copies


@dataclass(frozen=True)
class HostLimits(Settings):
    """How much of a hosted server one visitor may use."""

    upload_mb: int = setting(100, "Upload", "Megabytes of one uploaded file.", 1, 8192)
    images: int = setting(2_000, "Images", "Images in one project.", 1, 1_000_000)
    classes: int = setting(50, "Classes", "Classes in one project.", 2, 1_000)
    megapixels: int = setting(40, "Pixels", "Million pixels of one image.", 1, 100)
    projects: int = setting(10, "Projects", "Projects of one visitor.", 1, 1_000)
    jobs: int = setting(3, "Jobs", "Jobs of one visitor that wait or are worked on.", 1, 100)
    run_seconds: int = setting(900, "Time", "Seconds that one job may take.", 10, 1_000_000)
    visitor_mb: int = setting(
        600, "Disk, one visitor", "Megabytes that all of one visitor's data may take.", 10, 10**7
    )
    all_mb: int = setting(
        20_000, "Disk, everybody", "Megabytes that the data of all visitors may take.", 10, 10**9
    )
    free_mb: int = setting(
        500, "Disk, free", "Megabytes of the disk that nobody may take.", 0, 10**7
    )
    keep_hours: int = setting(
        24, "Keeping", "Hours after the last visit until all of a visitor's data goes.", 1, 100_000
    )

    def of_ingest(self) -> Limits:
        """The bounds on what is taken in."""
        usual = Limits()
        return Limits(
            max_bytes=min(usual.max_bytes, self.visitor_mb * MB),
            max_members=min(usual.max_members, self.images * _FILES_AN_IMAGE + 1_000),
            max_pixels=min(usual.max_pixels, self.megapixels * 1_000_000),
            max_scan_pixels=min(usual.max_scan_pixels, self.megapixels * 20_000_000),
            max_classes=min(usual.max_classes, self.classes),
            max_images=self.images,
        )


def is_hosted() -> bool:
    """Whether this First Light serves strangers, each in a workspace of their own.

    Raises:
        SettingsProblem: FIRSTLIGHT_MODE is neither 'hosted' nor 'local'.
    """
    chosen = os.environ.get(MODE, "").strip().lower()
    if chosen not in ("", _HOSTED, _LOCAL):  # a slip must not open all projects to everybody
        raise SettingsProblem(
            f"{MODE} cannot be '{chosen}'", f"Known are {_LOCAL} and {_HOSTED}", "Correct it"
        )
    return chosen == _HOSTED


def host_limits() -> HostLimits:
    """The limits as the environment sets them.

    Raises:
        SettingsProblem: a value is no whole number, or lies outside its range.
    """
    chosen = {}
    for field in dataclasses.fields(HostLimits):
        name = variable(field.name)
        text = os.environ.get(name, "").strip()
        if not text:
            continue
        try:
            chosen[field.name] = int(text)
        except ValueError:
            raise SettingsProblem(f"{name} cannot be '{text[:40]}'", "A whole number") from None
    return HostLimits(**chosen)


def variable(field: str) -> str:
    """The environment variable that sets the field called ``field``."""
    return f"{_PREFIX}{field.upper()}"
