"""What was computed is kept, whatever ends the work, and is never computed again."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable, Iterable

import numpy as np
import pytest

from core.errors import Stopped
from core.ml import feature_store
from core.ml.feature_store import FeatureStore

WIDTH = 6


def sha(number: int) -> str:
    return f"{number:064x}"


def vector(number: int) -> np.ndarray:
    return np.random.default_rng(number).normal(size=WIDTH).astype(np.float32)


class Counting:
    """An extractor without a network; knows what it was asked for."""

    size, width = 1, WIDTH

    def __init__(self) -> None:
        self.computed: list[int] = []

    def __call__(self, images: Iterable[Callable[[], np.ndarray]]):
        for image in images:
            number = int(image())
            self.computed.append(number)
            yield vector(number)


@pytest.fixture
def extract() -> Counting:
    return Counting()


@pytest.fixture
def store(tmp_path) -> FeatureStore:
    return FeatureStore(tmp_path / "features", WIDTH)


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch):
    monkeypatch.setattr(feature_store, "_FLUSH_EVERY", 4)


def fill(store, extract, numbers, on_image=lambda done, total: None):
    store.fill({sha(n): (lambda n=n: np.array(n)) for n in numbers}, extract, on_image)


def assert_holds(store, numbers):
    found = store.read([sha(n) for n in numbers])
    np.testing.assert_array_equal(found, np.stack([vector(n) for n in numbers]))
    assert store.missing([sha(n) for n in numbers]) == []


def test_vectors_come_back_in_the_order_that_is_asked_for(store, extract):
    fill(store, extract, range(10))
    assert_holds(store, [7, 0, 9, 7, 3])
    assert store.read([]).shape == (0, WIDTH)


def test_what_is_missing_is_named_once_and_in_order(store, extract):
    assert store.missing([sha(3), sha(1), sha(3)]) == [sha(3), sha(1)]
    fill(store, extract, [1])
    assert store.missing([sha(3), sha(1), sha(2)]) == [sha(3), sha(2)]


def test_an_unknown_key_is_an_error(store, extract):
    fill(store, extract, [1])
    with pytest.raises(KeyError):
        store.read([sha(1), sha(2)])


def test_nothing_is_computed_twice(store, extract):
    fill(store, extract, range(6))
    fill(store, extract, range(9))
    fill(FeatureStore(store.folder, WIDTH), extract, range(9))
    assert extract.computed == list(range(9))
    assert_holds(store, range(9))


def test_progress_counts_what_was_there_before(store, extract):
    told = []
    fill(store, extract, range(3))
    fill(store, extract, range(5), lambda done, total: told.append((done, total)))
    assert told == [(3, 5), (4, 5), (5, 5)]


@pytest.mark.parametrize("after", [1, 4, 6])
def test_a_stop_keeps_what_was_computed(store, extract, after):
    def stop(done, total):
        if done == after:
            raise Stopped

    with pytest.raises(Stopped):
        fill(store, extract, range(10), stop)
    assert_holds(store, range(after))
    fill(store, extract, range(10))
    assert extract.computed == list(range(10))
    assert_holds(store, range(10))


def test_an_image_that_fails_keeps_those_before_it(store, extract):
    with pytest.raises(ValueError, match="invalid literal"):
        store.fill(
            {sha(0): lambda: 0, sha(1): lambda: 1, sha(2): lambda: int("x")},
            extract,
            lambda done, total: None,
        )
    assert_holds(store, [0, 1])


class TestCrash:
    """A segment as a crash leaves it: its last rows cut somewhere."""

    @pytest.fixture
    def segment(self, store, extract):
        fill(store, extract, range(6))
        (keys,) = store.folder.glob("*.keys")
        return keys

    @pytest.mark.parametrize("lost", [1, 30, 64, 65, 66])
    def test_keys_cut_short_lose_only_themselves(self, store, extract, segment, lost):
        segment.write_bytes(segment.read_bytes()[:-lost])
        whole = 6 - -(-lost // 65)
        assert len(store.missing([sha(n) for n in range(6)])) == 6 - whole
        fill(store, extract, range(6))
        assert extract.computed == [*range(6), *range(whole, 6)]
        assert_holds(store, range(6))

    @pytest.mark.parametrize("lost", [1, 4 * WIDTH, 4 * WIDTH + 2])
    def test_vectors_cut_short_lose_only_themselves(self, store, extract, segment, lost):
        vectors = segment.with_suffix(".vectors")
        vectors.write_bytes(vectors.read_bytes()[:-lost])
        fill(store, extract, range(6))
        assert_holds(store, range(6))

    def test_vectors_without_keys_are_passed_over(self, store, extract, segment):
        vectors = segment.with_suffix(".vectors")
        vectors.write_bytes(vectors.read_bytes() + vector(99).tobytes())
        assert_holds(store, range(6))

    def test_keys_without_vectors_are_passed_over(self, store, segment):
        segment.with_suffix(".vectors").unlink()
        assert len(store.missing([sha(n) for n in range(6)])) == 6

    def test_zeros_as_a_power_cut_leaves_them_are_no_keys(self, store, extract, segment):
        content = bytearray(segment.read_bytes())
        content[2 * 65 : 4 * 65] = bytes(2 * 65)
        segment.write_bytes(content)
        assert store.missing([sha(n) for n in range(6)]) == [sha(2), sha(3)]
        fill(store, extract, range(6))
        assert_holds(store, range(6))

    @pytest.mark.parametrize("ending", [".vectors", ".keys"])
    def test_a_disk_that_is_full_for_a_moment_mixes_nothing_up(
        self, store, extract, monkeypatch, ending
    ):
        """The write fails half-way, and a second attempt would succeed."""
        append, failed = feature_store._append, []

        def fails_once(path, data):
            if path.suffix == ending and not failed:
                failed.append(path)
                append(path, data[: len(data) // 2 + 3])
                raise OSError(errno.ENOSPC, "No space left on device")
            append(path, data)

        monkeypatch.setattr(feature_store, "_append", fails_once)
        with pytest.raises(OSError, match="No space left"):
            fill(store, extract, range(6))
        fill(store, extract, range(6))
        assert_holds(store, range(6))


class TestTwoWriters:
    def test_each_has_a_segment_of_its_own(self, store, extract):
        start = threading.Barrier(2)

        def meet(done, total):
            if done in (0, 3):
                start.wait(timeout=10)

        writers = [
            threading.Thread(target=fill, args=(store, Counting(), numbers, meet))
            for numbers in (range(6), range(100, 106))
        ]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join(timeout=20)
        assert len(list(store.folder.glob("*.keys"))) == 2
        assert_holds(store, [*range(6), *range(100, 106)])

    def test_the_same_images_twice_at_once_do_no_harm(self, store, extract):
        other = Counting()

        def somebody_else_is_quicker(done, total):
            if done == 2 and not other.computed:
                fill(FeatureStore(store.folder, WIDTH), other, range(6))

        fill(store, extract, range(6), somebody_else_is_quicker)
        assert_holds(store, range(6))
