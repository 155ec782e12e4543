"""What a diagnosis says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Diagnosis:
    """One finding.

    Attributes:
        key: names it, for the glossary: overfitting, underfitting, rate_too_high,
            rate_too_low, stopped_early, too_few_images, validation_too_small, all_well.
        title: in a few words.
        evidence: the figures and epochs that it rests on, in sentences.
        advice: what to try, in sentences.
        changes: settings of the next run that follow the advice, by name; may be empty.
    """

    key: str
    title: str
    evidence: str
    advice: str
    changes: Mapping[str, Any] = field(default_factory=dict)
