"""Tables become Plotly figures; every figure has a sentence that says the same in words.

Pure functions: nothing is read, nothing is kept. Figures leave the ground clear and the text
uncoloured, so that a page's theme, light or dark, shows through. A page draws one with
``config=PLOTLY_CONFIG`` and, for those who do not see it, ``alt=describe_...(...)``.
"""

from core.charts.colours import (
    colour_strips,
    describe_colour_strips,
    describe_hue_map,
    describe_spread,
    hue_map,
    spread_boxes,
)
from core.charts.comparison import (
    describe_difference_bar,
    describe_two_curves,
    difference_bar,
    two_curves,
)
from core.charts.counts import class_bars, describe_class_bars
from core.charts.outcome import (
    Likely,
    describe_recall_bars,
    likeliest,
    recall_bars,
)
from core.charts.pixels import describe_pixel_histogram, pixel_histogram
from core.charts.scores import describe_score_histogram, score_histogram
from core.charts.style import PLOTLY_CONFIG
from core.charts.training import (
    best_epoch,
    curves,
    describe_curves,
    describe_rate_curve,
    rate_curve,
    rate_moves,
)
from core.charts.traits import describe_size_map, describe_trait_bars, size_map, trait_bars

__all__ = [
    "PLOTLY_CONFIG",
    "Likely",
    "best_epoch",
    "class_bars",
    "colour_strips",
    "curves",
    "describe_class_bars",
    "describe_colour_strips",
    "describe_curves",
    "describe_difference_bar",
    "describe_hue_map",
    "describe_pixel_histogram",
    "describe_rate_curve",
    "describe_recall_bars",
    "describe_score_histogram",
    "describe_size_map",
    "describe_spread",
    "describe_trait_bars",
    "describe_two_curves",
    "difference_bar",
    "hue_map",
    "likeliest",
    "pixel_histogram",
    "rate_curve",
    "rate_moves",
    "recall_bars",
    "score_histogram",
    "size_map",
    "spread_boxes",
    "trait_bars",
    "two_curves",
]
