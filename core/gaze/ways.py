"""The ways in which one can ask a network where it looked."""

from __future__ import annotations

from enum import StrEnum


class Way(StrEnum):
    """How a heat map is made, see `core.ml.explain`."""

    GRAD_CAM = "grad-cam"
    GRAD_CAM_PLUS = "grad-cam++"
    OCCLUSION = "occlusion"
