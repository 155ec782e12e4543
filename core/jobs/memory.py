"""How much memory this process has needed."""

from __future__ import annotations

import sys

import psutil


def peak_rss_mb() -> int:
    """The most resident memory that this process ever had, in MiB."""
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset >> 20)
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # KiB, on macOS bytes
    return int(peak >> 20 if sys.platform == "darwin" else peak >> 10)
