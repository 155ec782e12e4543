"""What the mistakes page says of figures: no more than they show."""

from __future__ import annotations

import numpy as np
import pytest

from core.comparison import bootstrap, mcnemar
from core.conformal import Conformal, Kept
from core.fixes import Judged
from core.ui.errors_fixes import worth
from core.ui.errors_unknown import promise


class TestWorth:
    """What the test images say of the fixes that were ranked."""

    @pytest.mark.parametrize(
        ("lost", "won", "n", "says"),
        [
            (0, 12, 200, "chance is a poor explanation"),
            (12, 0, 200, "chance is a poor explanation"),  # for the worse
            (0, 5, 200, "chance may be the explanation, if only just"),
            (4, 5, 200, "chance cannot be ruled out"),
        ],
    )
    def test_interval_and_test_must_agree(self, lost: int, won: int, n: int, says: str) -> None:
        low, high = bootstrap(lost, won, n)
        assert says in worth(Judged(n, 150, 150 - lost + won, low, high, mcnemar(lost, won)))

    def test_without_images_there_is_nothing_to_say(self) -> None:
        assert "nothing to say" in worth(Judged(0, 0, 0, -1.0, 1.0, 1.0))


class TestPromise:
    """Whether sets of classes hold the truth as often as they must."""

    @pytest.mark.parametrize(
        ("held", "says"),
        [(960, ":material/check_circle:"), (925, "may be chance"), (880, "another kind")],
    )
    def test_the_images_noted_are_a_draw_as_well(self, held: int, says: str) -> None:
        """200 noted and 1,000 asked about: 92.5 % is what one in ten such draws stays below."""
        noted = Conformal(np.linspace(0, 1, 200))
        share = held / 1000
        kept = Kept(1000, 900, 50, 50, held, 880, 1.0, share - 0.016, share + 0.014)
        assert says in promise(kept, noted, 0.05)
