"""How much memory this process has needed, and giving back what it needs no more."""

from __future__ import annotations

import sys

import psutil

_M_MMAP_THRESHOLD = -3  # of mallopt, as malloc.h has it
_LARGE = 128 << 10  # bytes; where glibc begins


def peak_rss_mb() -> int:
    """The most resident memory that this process ever had, in MiB."""
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset >> 20)
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # KiB, on macOS bytes
    return int(peak >> 20 if sys.platform == "darwin" else peak >> 10)


def rss_mb() -> int:
    """The memory that this process holds now, in MiB."""
    return int(psutil.Process().memory_info().rss >> 20)


def give_back_memory() -> None:
    """Give freed memory back to the system, where its allocator would keep it for later."""
    import ctypes
    import gc

    import pyarrow

    gc.collect()
    pyarrow.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:  # glibc alone has it
        trim(0)


def give_back_large_blocks() -> None:
    """From now on, give large blocks back to the system as soon as they are freed.

    glibc does so until it sees the first of them freed; from then on it keeps blocks of that size,
    and larger ones, up to 32 MiB, in each of the places from which its threads take memory. In a
    server whose every page is drawn by a thread of its own, that was some 20 to 35 MB of 350.
    """
    import ctypes

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGE)
