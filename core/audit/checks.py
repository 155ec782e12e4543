"""What a check is, which ones there are, and how all are run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from core.audit import class_counts, exact_duplicates, unreadable
from core.audit.findings import Finding


@dataclass(frozen=True)
class Check:
    """A check: its name, and a function (catalogue, rejected) -> findings, the worst first."""

    name: str
    title: str
    find: Callable[[pd.DataFrame, pd.DataFrame], list[Finding]]


CHECKS = (
    Check(unreadable.NAME, unreadable.TITLE, unreadable.find),
    Check(exact_duplicates.NAME, exact_duplicates.TITLE, exact_duplicates.find),
    Check(class_counts.NAME, class_counts.TITLE, class_counts.find),
)


def audit(catalogue: pd.DataFrame, rejected: pd.DataFrame, worst: int = 100) -> dict[str, Any]:
    """Run every check.

    Args:
        catalogue: the images in force.
        rejected: the files that were not taken, as ingest writes them.
        worst: how many findings of each check are listed.

    Returns:
        images, classes (name -> images), and checks: name -> title, count, worst.
    """
    counts = catalogue["label"].value_counts().sort_index()
    report: dict[str, Any] = {
        "images": len(catalogue),
        "classes": {str(label): int(count) for label, count in counts.items()},
        "checks": {},
    }
    for check in CHECKS:
        findings = check.find(catalogue, rejected)
        report["checks"][check.name] = {
            "title": check.title,
            "count": len(findings),
            "worst": [asdict(finding) for finding in findings[:worst]],
        }
    return report
