"""Checks of the data: a registry, one check a file, and the tables of what they found.

A check scores; it decides nothing: the user does.
"""

from __future__ import annotations

from core.audit.asked import Asked, Standing, classes_in, standing
from core.audit.check import Check, Evidence, Found, Needs, Scope
from core.audit.findings import Findings, examine, report
from core.audit.near_duplicates import near_groups
from core.audit.registry import CHECKS, check_named

__all__ = [
    "CHECKS",
    "Asked",
    "Check",
    "Evidence",
    "Findings",
    "Found",
    "Needs",
    "Scope",
    "Standing",
    "check_named",
    "classes_in",
    "examine",
    "near_groups",
    "report",
    "standing",
]
