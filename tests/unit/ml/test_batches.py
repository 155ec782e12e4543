"""What an epoch shows follows from the seed and its number; every image once, or classes alike."""

from __future__ import annotations

import numpy as np
import pytest

from core.ml.batches import Examples, batches
from core.ml.methods import one_hot
from core.settings import Balance, TrainSettings

SETTINGS = TrainSettings(batch_size=8, balance=Balance.OFF)


def numbered(n: int, classes: np.ndarray | None = None, **more) -> Examples:
    """Examples whose only input is their own number."""
    rows = np.arange(n, dtype=np.float32)[:, None]
    return Examples((rows,), one_hot(np.zeros(n, int) if classes is None else classes, 2), **more)


def shown(examples: Examples, settings: TrainSettings = SETTINGS, epoch: int = 0) -> list[int]:
    return [
        int(number)
        for group in batches(examples, settings, epoch)
        for batch in group
        for number in batch.inputs[0].ravel()
    ]


def test_every_image_is_shown_once():
    assert sorted(shown(numbered(101))) == list(range(101))


def test_the_order_follows_from_seed_and_epoch():
    assert shown(numbered(50)) == shown(numbered(50))
    assert shown(numbered(50), epoch=1) != shown(numbered(50))
    assert shown(numbered(50), TrainSettings(batch_size=8, seed=1)) != shown(numbered(50))


@pytest.mark.parametrize("n", [1, 7, 8, 9, 205])
def test_batches_have_the_size_asked_for_but_for_the_last(n):
    sizes = [len(b.weights) for group in batches(numbered(n), SETTINGS, 0) for b in group]
    assert sum(sizes) == n
    assert set(sizes[:-1]) <= {8}
    assert all(
        len({len(batch.weights) for batch in group}) == 1
        for group in batches(numbered(n), SETTINGS, 0)
    )


def test_each_image_is_shown_in_one_of_its_ways():
    ways = np.column_stack([np.arange(40), 40 + np.arange(120).reshape(40, 3)])
    examples = numbered(160, shown_as=ways)
    assert examples.count == 40
    seen = set()
    for epoch in range(30):
        rows = shown(examples, epoch=epoch)
        assert sorted(int(np.flatnonzero((ways == row).any(axis=1))[0]) for row in rows) == list(
            range(40)
        )
        seen |= set(rows)
    assert len(seen) > 150  # sooner or later all of them


def test_sampling_shows_classes_alike():
    classes = np.repeat([0, 1], [180, 20])
    settings = TrainSettings(batch_size=8, balance=Balance.SAMPLING)
    drawn = [
        classes[row]
        for epoch in range(10)
        for row in shown(numbered(200, classes), settings, epoch)
    ]
    assert len(drawn) == 2000
    assert 0.4 < np.mean(drawn) < 0.6


def test_weights_make_up_for_unequal_classes():
    classes = np.repeat([0, 1], [90, 10])
    settings = TrainSettings(batch_size=10, balance=Balance.ON)
    counted = np.zeros(2)
    for group in batches(numbered(100, classes), settings, 0):
        for batch in group:
            counted += batch.weights @ batch.labels
    assert counted[0] == pytest.approx(counted[1])


def test_fresh_augmentation_is_drawn_from_seed_epoch_and_step():
    def alter(inputs, labels, seed):
        return (np.full_like(inputs[0], seed),), labels

    examples = numbered(40, alter=alter)
    first, again, later = (shown(examples, epoch=epoch) for epoch in (0, 0, 1))
    assert first == again
    assert not set(first) & set(later)
    assert len(set(first)) == 5  # another one for each step


def test_what_cannot_be_read_is_told():
    class Gone:
        shape = (20, 1)

        def __len__(self):
            return 20

        def __getitem__(self, rows):
            raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        list(batches(Examples((Gone(),), one_hot(np.zeros(20, int), 2)), SETTINGS, 0))
