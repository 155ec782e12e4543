"""What is read from the rim of an image, and what is left around its middle."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import DataProblem, Stopped
from core.preflight.colours import name_of
from core.preflight.pixels import gather, look_at
from tests.makers import plain
from tests.unit.preflight.helpers import framed, photo


def test_the_outermost_pixels_are_read_from_each_side() -> None:
    pixels = np.zeros((40, 60, 3), np.uint8)
    pixels[0, :, 0] = 250  # a red row at the top
    pixels[:, -1, 2] = 250  # a blue column on the right
    from PIL import Image

    found = gather(["x"], lambda sha: Image.fromarray(pixels))
    top, right, bottom, left = found.rims[0, 0]
    assert top[0] == 250 and right[2] == 250
    assert bottom[0] == 0 and left[2] == 0
    assert found.rims[0, 1, 0, 0] == pytest.approx(250 / 4)
    assert found.steps[0, 0, 0] == pytest.approx(250)


@pytest.mark.parametrize("size", [(1, 1), (2, 9), (400, 3)])
def test_tiny_images_have_a_rim_too(size: tuple[int, int]) -> None:
    assert np.isfinite(look_at(plain((10, 20, 30), size))).all()


def test_a_frame_is_not_in_the_surroundings_alone() -> None:
    before, after = (
        gather(["x"], lambda sha, image=image: image).surroundings()
        for image in (photo(1, (320, 240)), framed(photo(1, (320, 240)), (255, 0, 0)))
    )
    assert before.shape == (1, 3 * (32 * 32 - 18 * 18))
    assert np.abs(after - before).max() > 0


def test_an_image_that_cannot_be_read_has_no_numbers() -> None:
    def load(sha: str) -> object:
        if sha == "b":
            raise DataProblem("gone")
        return photo(3)

    found = gather(["a", "b", "a"], load)  # type: ignore[arg-type]
    assert found.seen.tolist() == [True, False, True]
    assert (found.small[0] == found.small[2]).all()


def test_looking_can_be_stopped() -> None:
    with pytest.raises(Stopped):
        gather(["a"], lambda sha: photo(1), should_stop=lambda: True)


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ((255, 0, 0), "red"),
        ((0, 200, 0), "green"),
        ((20, 30, 220), "blue"),
        ((250, 250, 250), "white"),
        ((5, 5, 5), "black"),
        ((128, 128, 128), "gray"),
        ((255, 140, 0), "orange"),
        ((110, 60, 10), "dark brown"),
        ((float("nan"), 0, 0), "unknown"),
    ],
)
def test_colours_have_the_names_that_people_use(
    colour: tuple[float, float, float], name: str
) -> None:
    assert name_of(colour) == name
