"""What a check finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that a check found.

    Attributes:
        source: path of the file in what was uploaded, or the name of a class.
        score: 0 (worst) to 1 (no issue).
        note: what is wrong, in words.
    """

    source: str
    score: float
    note: str


def worst_first(findings: list[Finding]) -> list[Finding]:
    """``findings`` sorted by score, then by source."""
    return sorted(findings, key=lambda finding: (finding.score, finding.source))
