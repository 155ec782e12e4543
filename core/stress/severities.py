"""At which severities a corruption costs more than chance explains.

Every severity is asked of the images that were asked as they are, so each image is compared with
itself: whether two intervals overlap would say far too seldom that something is lost.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.comparison import bootstrap, mcnemar
from core.corruptions import SEVERITIES
from core.results import holm
from core.stress.figures import Hurt
from core.stress.kept import Stress

_LEVEL = 0.05
_NOTHING = 1e-9  # what rounding leaves of no drop


@dataclass(frozen=True)
class Turning:
    """Where a corruption is clearly worse than none.

    Attributes:
        at: the severities of which that is shown by themselves, the mildest first.
        together: whether the interval of the mean drop over all severities says so.
    """

    at: tuple[int, ...]
    together: bool

    @property
    def since(self) -> int | None:
        """The severity from which on it is shown of all; None where others lie in between."""
        tail = SEVERITIES[len(SEVERITIES) - len(self.at) :]
        return self.at[0] if self.at and self.at == tail else None


def turning(found: Stress, row: Hurt) -> Turning:
    """Where the corruption of ``row`` is clearly worse than none.

    As between two runs, both the interval and McNemar's exact test must say so, see
    `core.comparison`; the test is corrected by Holm for the number of severities.

    Args:
        found: what was said of the images.
        row: of one of its corruptions, see `hurts`.
    """
    clean, right = found.clean, found.of(row.name)
    lost = (clean[:, None] & ~right).sum(axis=0).tolist()
    won = (~clean[:, None] & right).sum(axis=0).tolist()
    p = holm([mcnemar(less, more) for less, more in zip(lost, won, strict=True)])
    told = zip(SEVERITIES, lost, won, p, strict=True)
    at = tuple(
        severity
        for severity, less, more, by_luck in told
        if by_luck < _LEVEL and bootstrap(less, more, found.n)[1] < 0
    )
    return Turning(at, row.drop.low > _NOTHING)
