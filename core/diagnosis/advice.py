"""What to try next: one setting at a time, so that its effect can be seen."""

from __future__ import annotations

from typing import Any

from core.settings import Backbone, Method, TrainSettings

_VIEWS = 4
_DROPOUT = 0.3


def against_overfitting(settings: TrainSettings) -> tuple[str, dict[str, Any]]:
    """A sentence, and the setting that it speaks of."""
    if settings.views == 0:
        said = f"Vary your images on the Augment page, and learn from {_VIEWS} views of each."
        return said, {"views": _VIEWS}
    if settings.dropout < _DROPOUT:
        return f"Try a dropout of {_DROPOUT}.", {"dropout": _DROPOUT}
    decay = rounded(min(1.0, 10 * max(settings.weight_decay, 1e-4)))
    return f"Try a weight decay of {decay:g}.", {"weight_decay": decay}


def against_underfitting(settings: TrainSettings) -> tuple[str, dict[str, Any]]:
    """A sentence, and the setting that it speaks of."""
    if settings.dropout > 0:
        return "Try it without dropout.", {"dropout": 0.0}
    if settings.weight_decay > 1e-3:
        return "Try a weight decay of 0.0001.", {"weight_decay": 1e-4}
    if settings.method is Method.SCRATCH:
        return "Stand on a pretrained network: try the method Head.", {"method": Method.HEAD}
    if settings.method is Method.HEAD:
        said = "Let more of the network learn: try the method Fine-tune."
        return said, {"method": Method.FINETUNE}
    if settings.backbone is not Backbone.LITE2:
        return "Try the larger backbone, Lite2.", {"backbone": Backbone.LITE2}
    return "Try twice as many epochs.", {"epochs": min(500, 2 * settings.epochs)}


def usual_rate(settings: TrainSettings) -> float:
    """The learning rate that suits the method."""
    return TrainSettings.usual(settings.method).learning_rate


def rounded(value: float) -> float:
    """To one digit: 0.0003."""
    return float(f"{value:.0e}")
