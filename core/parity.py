"""Whether an exported file says what the model said that was measured."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.formats import TRAITS, Format

Matrix = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Parity:
    """An exported file beside the model it was made from.

    Attributes:
        format: of the file.
        n: images that both were asked about.
        largest: the largest difference between two probabilities.
        changed: images whose likeliest class is another.
        right: of the images, those that the file tells right.
        right_before: those that the model tells right.
        bytes: of the file, or of all files of the folder.
    """

    format: Format
    n: int
    largest: float
    changed: int
    right: int
    right_before: int
    bytes: int

    @classmethod
    def of(
        cls,
        form: Format,
        before: Matrix,
        after: Matrix,
        labels: NDArray[np.integer[Any]],
        size: int,
    ) -> Parity:
        """Compare what was said of the same images.

        Args:
            form: of the exported file.
            before: (n, classes) by the model.
            after: (n, classes) by the file.
            labels: (n,) the numbers of the true classes.
            size: bytes of the file.
        """
        apart = np.abs(np.asarray(after, np.float64) - before)
        said, says = np.argmax(before, axis=1), np.argmax(after, axis=1)
        return cls(
            format=form,
            n=len(before),
            largest=float(apart.max(initial=0.0)) if np.isfinite(apart).all() else float("inf"),
            changed=int((said != says).sum()),
            right=int((says == labels).sum()),
            right_before=int((said == labels).sum()),
            bytes=size,
        )

    @property
    def refused(self) -> str:
        """Why the file must not leave; nothing where it may."""
        bound = TRAITS[self.format].bound
        if not np.isfinite(self.largest):
            return "It gives probabilities that are no numbers"
        if bound is None or self.largest <= bound:
            return ""
        return (
            f"A probability differs by {self.largest:.1e}, allowed are {bound:.0e}; "
            f"{self.changed} of {self.n} answers changed"
        )

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self) | {"format": str(self.format), "refused": self.refused}

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> Parity:
        """Back from `to_dict`."""
        own = {key: part for key, part in value.items() if key != "refused"}
        return cls(**own | {"format": Format(own["format"])})
