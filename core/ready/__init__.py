"""Is this computer ready for a lesson? What can be told at once, without the pretrained network.

What takes longer, a small training among it, is tried by `core.jobs.ready_task`. Nothing here needs
a network.
"""

from __future__ import annotations

from core.ready import computer, supplies
from core.ready.line import Line, Verdict, is_ready, tried
from core.ready.supplies import PORT

__all__ = ["PORT", "Line", "Verdict", "is_ready", "look", "tried"]


def look(port: int = PORT, served: str | None = None) -> list[Line]:
    """Every line that takes no more than a moment.

    Args:
        port: that First Light listens on, or will.
        served: the address that it listens at; None where it is not running here yet.
    """
    return [
        computer.python(),
        computer.packages(),
        computer.memory(),
        computer.disk(),
        supplies.built_in_samples(),
        supplies.address(port, served),
        supplies.browser_runtime(),
    ]
