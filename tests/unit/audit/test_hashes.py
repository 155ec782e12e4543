"""A fingerprint holds the detail of a picture, whatever its light, size and packing."""

import numpy as np
from PIL import Image

from core.audit.hashes import (
    LENGTH,
    SIDE,
    TINTS,
    as_column,
    colours_of,
    packed,
    perceptual_hash,
    unpacked,
)
from tests.makers import plain
from tests.unit.audit.scenes import scene


def details(*pictures):
    """The details of pictures as vectors of unit length."""
    rows = unpacked(packed([perceptual_hash(picture) for picture in pictures])[0])
    rows = rows.reshape(len(pictures), -1).astype(float)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_a_fingerprint_is_text_of_one_length_for_every_size():
    for size in ((1, 1), (7, 900), (160, 120)):
        text = perceptual_hash(scene(1, (160, 120)).resize(size))
        assert len(text) == 2 * LENGTH
        assert set(text) <= set("0123456789abcdef")


def test_what_was_written_is_read():
    rows, there = packed([perceptual_hash(scene(1)), "", None, float("nan"), "ab"])
    detail, colours = unpacked(rows), colours_of(rows)
    assert there.tolist() == [True, False, False, False, False]
    assert detail.shape == (5, SIDE, SIDE)
    assert colours.shape == (5, 2 * TINTS * TINTS)
    assert detail[0].std() > 1
    assert not detail[1:].any()


def test_a_column_of_a_table_gives_them_back():
    rows, _ = packed([perceptual_hash(scene(seed)) for seed in range(3)])
    column = as_column(rows, np.array([True, False, True]))
    assert column.isna().tolist() == [False, True, False]
    assert column[2] == rows[2].tobytes()
    again, there = packed(column)
    assert there.tolist() == [True, False, True]
    assert (again[[0, 2]] == rows[[0, 2]]).all()
    assert not again[1].any()
    assert (packed(column.iloc[2:])[0] == rows[2:]).all()
    assert packed(column.iloc[:0])[0].shape == (0, LENGTH)


def test_half_the_light_leaves_the_detail():
    picture = scene(2)
    darker = picture.point(lambda value: value * 0.5)
    one, other = details(picture, darker)
    assert one @ other > 0.95


def test_other_pictures_have_other_details():
    rows = details(*(scene(seed) for seed in range(30)))
    likeness = rows @ rows.T
    assert likeness[~np.eye(30, dtype=bool)].max() < 0.6


def test_a_plain_picture_has_no_detail():
    assert not unpacked(packed([perceptual_hash(plain((180, 30, 30)))])[0]).any()


def test_colours_are_told_apart_where_brightness_is_the_same():
    red, green = (Image.new("RGB", (40, 40), colour) for colour in ((200, 0, 0), (0, 102, 0)))
    colours = colours_of(packed([perceptual_hash(red), perceptual_hash(green)])[0]).astype(int)
    assert np.abs(colours[0] - colours[1]).mean() > 30
