"""What is different about the images: found where it is, silent where it is not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.errors import Stopped
from core.field import MEASURED, TRAITS, changes, tell_apart, trait_named


def measured(n: int, seed: int = 0, **changed: float) -> pd.DataFrame:
    """The numbers of n alike images; ``changed`` is added to some of them."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({name: rng.normal(0.5, 0.05, n) for name in MEASURED})
    table["jpeg_quality"] = 90.0
    table["width"], table["height"] = 640, 480
    for name, more in changed.items():
        table[name] = table[name] + more
    return table


def both(before: pd.DataFrame, after: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """One table, labels of two classes in turns, and which images are from elsewhere."""
    table = pd.concat([before, after], ignore_index=True)
    return table, np.arange(len(table)) % 2, np.arange(len(table)) >= len(before)


def test_darker_images_are_called_darker() -> None:
    found = changes(*both(measured(80), measured(60, 1, brightness=-0.2)))
    assert [each.name for each in found if each.is_shown] == ["brightness"]
    darker = found[0]
    assert darker.is_strong
    assert darker.tilt < 0.1
    assert (darker.before, darker.after) == (
        pytest.approx(0.5, abs=0.02),
        pytest.approx(0.3, abs=0.02),
    )


def test_a_cold_light_and_small_images_are_found_together() -> None:
    after = measured(60, 1, red=-0.2, blue=0.2).assign(width=64, height=48)
    shown = {each.name: each.tilt for each in changes(*both(measured(80), after)) if each.is_shown}
    assert shown == {"warmth": pytest.approx(0, abs=0.02), "size": pytest.approx(0, abs=0.02)}


def test_alike_images_hardly_ever_seem_to_differ() -> None:
    seeming = [
        any(each.p < 0.05 for each in changes(*both(measured(40, 2 * s), measured(30, 2 * s + 1))))
        for s in range(30)
    ]
    assert sum(seeming) <= 4


def test_classes_in_other_shares_are_no_change() -> None:
    table, _, after = both(measured(200), measured(200, 1))
    labels = np.concatenate([np.arange(200) % 4 == 0, np.arange(200) % 4 != 0]).astype(int)
    table["brightness"] += 0.3 * labels  # one class is brighter than the other
    assert not [each.name for each in changes(table, labels, after) if each.is_shown]


def test_what_is_not_known_has_no_say() -> None:
    before, after = measured(40), measured(40, 1, jpeg_quality=-60)
    before.loc[:29, "jpeg_quality"] = np.nan
    found = {each.name: each for each in changes(*both(before, after))}
    assert found["jpeg_quality"].tilt == 0
    assert found["jpeg_quality"].before == 90
    before["jpeg_quality"] = np.nan
    assert "jpeg_quality" not in {each.name for each in changes(*both(before, after))}


def test_every_trait_has_words() -> None:
    for trait in TRAITS:
        assert trait_named(trait.name) is trait
        assert trait.more != trait.less
        assert trait.written(0.25)
    assert trait_named("taste") is None


# Told apart by features


def features(n: int, seed: int, moved: float = 0.0, width: int = 40) -> np.ndarray:
    found = np.random.default_rng(seed).normal(0, 1, (n, width))
    found[:, :3] += moved
    return found


def sides(n: int, m: int) -> tuple[np.ndarray, np.ndarray]:
    return np.arange(n + m) % 3, np.arange(n + m) >= n


def test_other_images_are_told_apart() -> None:
    labels, after = sides(120, 90)
    seen = np.concatenate([features(120, 1), features(90, 2, moved=1.2)])
    found, seeming = tell_apart(seen, labels, after)
    assert found is not None
    assert found.share > 0.85
    assert found.p == pytest.approx(1 / 500)
    assert seeming[after].mean() > seeming[~after].mean()
    assert (found.n_before, found.n_after) == (120, 90)


def test_alike_images_are_not_told_apart() -> None:
    labels, after = sides(60, 60)
    p = [tell_apart(features(120, seed), labels, after, seed)[0].p for seed in range(20)]  # type: ignore[union-attr]
    assert sum(each < 0.05 for each in p) <= 3
    assert 0.3 < np.mean(p) < 0.7


def test_the_class_gives_nothing_away() -> None:
    """Features that tell the class, and classes in quite other shares on either side."""
    rng = np.random.default_rng(0)
    after = np.arange(200) >= 100
    labels = np.where(rng.random(200) < np.where(after, 0.8, 0.2), 1, 0)
    seen = features(200, 3) + 5.0 * labels[:, None]
    found, _ = tell_apart(seen, labels, after)
    assert found is not None
    assert found.p > 0.05


def test_where_no_class_is_on_both_sides_nothing_is_said() -> None:
    after = np.arange(20) >= 10
    found, seeming = tell_apart(features(20, 0), after.astype(int), after)
    assert found is None
    assert np.isnan(seeming).all()


def test_it_stops_when_asked() -> None:
    with pytest.raises(Stopped):
        tell_apart(features(60, 0), *sides(30, 30), should_stop=lambda: True)
