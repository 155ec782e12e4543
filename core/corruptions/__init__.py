"""Ways in which pictures get worse: fifteen in the manner of ImageNet-C, and five of cameras.

Written anew from the published description; the severities are our own, chosen for images of
some 224 pixels: the first is hardly seen, the last is where a person begins to guess.

Source: D. Hendrycks and T. Dietterich, Benchmarking neural network robustness to common
corruptions and perturbations, ICLR (2019).
"""

import zlib
from collections.abc import Mapping
from types import MappingProxyType

from core.corruptions.blur import BLUR
from core.corruptions.camera import CAMERA
from core.corruptions.digital import DIGITAL
from core.corruptions.kind import FAMILIES, SEVERITIES, VERSION, Corruption, Pixels
from core.corruptions.noise import NOISE
from core.corruptions.weather import WEATHER

__all__ = ["CORRUPTIONS", "FAMILIES", "SEVERITIES", "VERSION", "Corruption", "Pixels", "corrupted"]

# In the order in which they are shown and measured
CORRUPTIONS: Mapping[str, Corruption] = MappingProxyType(
    {each.name: each for each in (*NOISE, *BLUR, *WEATHER, *DIGITAL, *CAMERA)}
)


def corrupted(image: Pixels, name: str, severity: int, sha256: str) -> Pixels:
    """``image`` made worse by corruption ``name``, as previews and the stress test show it.

    What chance does to it hangs on the image's SHA-256, so that it is the same for every run.

    Args:
        image: (side, side, 3).
        name: one of `CORRUPTIONS`.
        severity: 0 to 5.
        sha256: of the original.
    """
    return CORRUPTIONS[name](image, severity, zlib.crc32(sha256.encode()))
