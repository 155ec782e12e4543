"""The trust report: all that is known of a classifier in plain words, and what is not known.

Pure: what is known comes as plain data, the report goes out as plain data or as Markdown.
`core.jobs.trusting` collects what is known of a run.
"""

from core.trust.known import Calibration, Known, Stressed, Sureness, WeakSlice
from core.trust.report import Report, markdown, write
from core.trust.section import Missing, Section

__all__ = [
    "Calibration",
    "Known",
    "Missing",
    "Report",
    "Section",
    "Stressed",
    "Sureness",
    "WeakSlice",
    "markdown",
    "write",
]
