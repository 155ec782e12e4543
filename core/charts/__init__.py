"""Tables become Plotly figures; every figure has a sentence that says the same in words.

Pure functions: nothing is read, nothing is kept. Figures leave the ground clear and the text
uncoloured, so that a page's theme, light or dark, shows through. A page draws one with
``config=PLOTLY_CONFIG`` and, for those who do not see it, ``alt=describe_...(...)``.
"""

from core.charts.counts import class_bars, describe_class_bars
from core.charts.outcome import (
    describe_probability_bars,
    describe_recall_bars,
    probability_bars,
    recall_bars,
)
from core.charts.style import PLOTLY_CONFIG
from core.charts.training import curves, describe_curves

__all__ = [
    "PLOTLY_CONFIG",
    "class_bars",
    "curves",
    "describe_class_bars",
    "describe_curves",
    "describe_probability_bars",
    "describe_recall_bars",
    "probability_bars",
    "recall_bars",
]
