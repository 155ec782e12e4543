"""The stress test: how a classifier does on images that got worse, as figures with intervals."""

from core.stress.comparing import Compared, Difference, compare
from core.stress.figures import (
    ClassHurt,
    Hurt,
    Robustness,
    Share,
    class_hurts,
    counted,
    hurts,
    robustness,
    summary,
    taken_for,
)
from core.stress.kept import (
    CLEAN,
    MOST,
    USUAL,
    Stress,
    begin,
    load,
    measured,
    rows_of,
    sample,
    save_rows,
)
from core.stress.severities import Turning, turning

__all__ = [
    "CLEAN",
    "MOST",
    "USUAL",
    "ClassHurt",
    "Compared",
    "Difference",
    "Hurt",
    "Robustness",
    "Share",
    "Stress",
    "Turning",
    "begin",
    "class_hurts",
    "compare",
    "counted",
    "hurts",
    "load",
    "measured",
    "robustness",
    "rows_of",
    "sample",
    "save_rows",
    "summary",
    "taken_for",
    "turning",
]
