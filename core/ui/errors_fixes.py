"""What to fix first, on the mistakes page; and the way back, which every view of it shows."""

from __future__ import annotations

from core.ui import errors_retrain
from core.ui.errors_scope import Scope


def retrain_bar(scope: Scope) -> None:
    """What was mended since the run was trained, the retraining, and what it brought."""
    errors_retrain.bar(scope)
