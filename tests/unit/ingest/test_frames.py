import time

import pytest
from PIL import Image

from core.ingest import facts
from tests.makers import encoded, picture


@pytest.mark.parametrize("format", ["GIF", "TIFF", "PNG", "WEBP"])
@pytest.mark.parametrize("count", [1, 2, 7])
def test_frames_are_counted(format, count):
    frames = [picture(seed=seed) for seed in range(count)]
    data = encoded(frames[0], format, save_all=True, append_images=frames[1:])
    assert facts(data).frames == count


def test_a_big_tiff_is_counted():
    frames = [picture(seed=seed) for seed in range(3)]
    data = encoded(frames[0], "TIFF", save_all=True, append_images=frames[1:], big_tiff=True)
    assert facts(data).frames == 3


@pytest.mark.parametrize("format", ["GIF", "TIFF"])
def test_later_frames_may_be_damaged(format):
    frames = [picture((64, 64), seed) for seed in range(5)]
    data = encoded(frames[0], format, save_all=True, append_images=frames[1:])
    assert 1 <= facts(data[: len(data) // 2]).frames <= 5


def test_a_ring_of_pages_ends():
    data = bytearray(encoded(picture(), "TIFF"))
    first = int.from_bytes(data[4:8], "little")
    after = first + 2 + 12 * int.from_bytes(data[first : first + 2], "little")
    data[after : after + 4] = data[4:8]
    started = time.monotonic()
    assert facts(bytes(data)).frames == 1
    assert time.monotonic() - started < 5
    assert Image.MAX_IMAGE_PIXELS
