"""The views of the stress page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from core.jobs import Run
from core.project import Project
from core.ui import field_view, stress_view, trust_view

VIEWS: Mapping[str, Callable[[Project, Run], None]] = MappingProxyType(
    {
        "Corruptions": stress_view.show,
        "Field test": field_view.show,
        "Trust report": trust_view.show,
    }
)
