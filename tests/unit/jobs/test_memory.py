"""Memory that was freed goes back to the system, where its allocator would keep it."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

from core.jobs.memory import peak_rss_mb, rss_mb

# Frees 64 MiB in pieces, after each of which something small stays; tells how much is left.
_PIECES = """
from core.jobs import memory
{setting}
bytearray(8 << 20)
before = memory.rss_mb()
pieces, between = [], []
for _ in range(64):
    pieces.append(bytearray(1 << 20))
    pieces[-1][::4096] = bytes(256)
    between.append(bytearray(64 << 10))
del pieces
print(memory.rss_mb() - before)
"""


def test_the_most_is_no_less_than_what_is_held_now() -> None:
    assert 0 < rss_mb() <= peak_rss_mb() + 1


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="its allocator alone")
def test_large_blocks_are_given_back_as_soon_as_they_are_freed() -> None:
    usual, mended = (left(setting) for setting in ("", "memory.give_back_large_blocks()"))
    assert usual > 40
    assert mended < 20


def left(setting: str) -> int:
    """MiB more than before, in a process of its own."""
    command = [sys.executable, "-c", _PIECES.format(setting=setting)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
