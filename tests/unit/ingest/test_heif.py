"""Photos of newer phones; where pillow-heif is missing, what is said instead."""

import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from core.errors import DataProblem
from core.ingest import decode, examine, facts, heif
from tests.makers import picture
from tests.unit.ingest.hostile import icc, others


@pytest.fixture
def _without_the_package(monkeypatch):
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    heif.is_readable.cache_clear()
    yield
    heif.is_readable.cache_clear()


@pytest.mark.usefixtures("_without_the_package")
def test_without_the_package_it_is_said_how_to_mend_that():
    with pytest.raises(DataProblem) as caught:
        decode(b"\0\0\0\x18ftypheic" + bytes(50))
    assert "HEIC" in caught.value.title
    assert "pip install pillow-heif" in caught.value.fix
    assert "JPEG" in caught.value.fix


class TestWithThePackage:
    @pytest.fixture(autouse=True)
    def _package(self):
        pytest.importorskip("pillow_heif")

    def test_it_is_read(self):
        found, image = examine(others.heic())
        assert (found.format, found.width, found.height, found.frames) == ("HEIF", 64, 48, 1)
        difference = np.asarray(image).astype(int) - np.asarray(picture((64, 48)))
        assert np.abs(difference).mean() < 12

    def test_it_is_upright(self):
        found, image = examine(others.heic_on_its_side())
        assert (found.width, found.height) == image.size == (48, 64)

    def test_its_colours_are_those_of_its_profile(self):
        plain, wide = decode(others.heic()), decode(others.heic(icc_profile=icc.rgb()))
        assert np.abs(np.asarray(plain).astype(int) - np.asarray(wide)).max() > 10

    def test_a_smaller_picture_inside_is_not_taken_for_it(self):
        data = others.heic((400, 300), thumbnails=(64,))
        assert decode(data, at_least=16).tobytes() == decode(data).tobytes()

    def test_several_threads_may_read_it(self):
        data = others.heic((200, 150))
        alone = decode(data).tobytes()
        with ThreadPoolExecutor(4) as pool:
            assert set(pool.map(lambda _: decode(data).tobytes(), range(12))) == {alone}

    def test_its_size_is_that_of_its_pixels_whatever_its_header_says(self):
        data = others.heic_cropped_to(200)
        assert facts(data).height == 200
        found, image = examine(data)
        assert (found.width, found.height) == image.size == (64, 64)
