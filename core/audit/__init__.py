"""Checks of the data: a registry, and one check a file.

A check is a function from the catalogue to findings. It decides nothing: the user does.
"""

from __future__ import annotations

from core.audit.checks import CHECKS, Check, audit
from core.audit.findings import Finding

__all__ = ["CHECKS", "Check", "Finding", "audit"]
