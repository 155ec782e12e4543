"""A planted cue is named, with what gives it away; where nothing is planted, nothing is."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core.preflight import Level, Shortcut, words
from core.preflight.shortcuts import look_for, sample
from tests.unit.preflight.helpers import Change, framed, material, numbers, table


def found_in(
    images: pd.DataFrame, change: Change = lambda image, label: image, seed: int = 0
) -> dict[str, Shortcut]:
    classes = sorted(images["label"].unique())
    alone = np.arange(len(images))
    found, _ = look_for(material(images, change), numbers(images), classes, alone, seed)
    return {one.name: one for one in found}


def telling(found: dict[str, Shortcut]) -> set[str]:
    return {name for name, one in found.items() if one.level is not Level.NONE}


def recompressed(image: Image.Image, quality: int = 60) -> Image.Image:
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return Image.open(BytesIO(buffer.getvalue())).convert("RGB")


def test_nothing_planted_seldom_alarms() -> None:
    alarms = [telling(found_in(table(20, "abc", seed), seed=seed)) for seed in range(20)]
    assert sum(bool(names) for names in alarms) <= 2, alarms


def test_a_frame_of_one_pixel_is_named() -> None:
    images = table()
    red = found_in(images, lambda im, label: framed(im, (255, 0, 0)) if label == "c" else im)
    assert red["frame"].level is Level.STRONG
    assert red["border_1px"].level is Level.STRONG
    (given, *others) = red["frame"].classes
    assert given.label == "c" and not others
    assert given.sign is not None
    assert "drawn frame (red)" in given.sign.what
    assert (given.sign.share, given.sign.others) == (1, 0)
    own = set(images.loc[images["label"] == "c", "image_id"])
    assert given.images and set(given.images) <= own
    assert (
        words.of_class(given)
        == "All of c have an edge with a drawn frame (red); of all others, none."
    )


def test_a_frame_survives_jpeg() -> None:
    def plant(image: Image.Image, label: str) -> Image.Image:
        return recompressed(framed(image, (30, 190, 60)) if label == "a" else image)

    found = found_in(table(), plant)
    assert found["frame"].level is Level.STRONG
    assert found["frame"].classes[0].label == "a"


def test_a_frame_on_a_large_photo_that_is_read_at_an_eighth() -> None:
    def plant(image: Image.Image, label: str) -> Image.Image:
        large = image.resize((480, 400), Image.Resampling.BICUBIC)
        large = framed(large, (255, 0, 0)) if label == "b" else large
        return large.resize((60, 50), Image.Resampling.BOX)

    found = found_in(table(20), plant)
    assert found["frame"].level is Level.STRONG
    assert found["frame"].classes[0].label == "b"


def test_a_frame_on_all_images_tells_nothing() -> None:
    found = found_in(table(30), lambda image, label: framed(image, (255, 0, 0)))
    assert "frame" not in telling(found)


@pytest.mark.parametrize(
    ("cue", "column", "value", "says"),
    [
        ("file_size", "bytes", 200_000, "a file size above"),
        ("format", "format", "GIF", "the format GIF"),
        ("dimensions", "width", 512, "a width above|the size 512"),
        ("camera", "camera", "Leica", "the camera Leica"),
        ("taken", "taken", "2031-05-05 10:00:00", "a date above"),
        ("file_name", "source", "a/scan_12.jpg", "a name that begins with scan|of the form"),
    ],
)
def test_what_the_file_tells(cue: str, column: str, value: object, says: str) -> None:
    images = table()
    images.loc[images["label"] == "a", column] = value
    found = found_in(images)
    assert found[cue].level is Level.STRONG
    given = found[cue].classes[0]
    assert given.label == "a"
    assert given.sign is not None
    assert any(part in given.sign.what for part in says.split("|")), given.sign


def test_the_name_of_the_class_in_the_file_name_is_no_sign() -> None:
    images = table(classes=("cat", "dog", "hot dog"))
    number = np.random.default_rng(1).integers(100, 999, len(images))
    names = images["label"].str.replace(" ", "-") + "_" + pd.Series(number).astype(str)
    found = found_in(images.assign(source=images["label"] + "/" + names + ".jpg"))
    assert "file_name" not in telling(found)


def test_mean_colour_and_surroundings() -> None:
    def tint(image: Image.Image, label: str) -> Image.Image:
        if label != "a":
            return image
        pixels = np.asarray(image, np.float32) * (1.0, 0.6, 0.5)
        return Image.fromarray(pixels.astype(np.uint8))

    found = found_in(table(), tint)
    assert {"colour", "surroundings", "border_8pc"} <= telling(found)


def test_images_that_cannot_be_read_are_lived_with() -> None:
    images = table(20)

    def broken(image: Image.Image, label: str) -> Image.Image:
        if np.asarray(image)[0, 0, 0] % 3 == 0:
            raise OSError("gone")
        return image

    assert telling(found_in(images, broken)) == set()


def test_a_sample_keeps_small_classes_and_whole_blocks() -> None:
    labels = np.repeat([0, 1], [900, 20])
    blocks = np.concatenate([np.arange(900) // 3, 1000 + np.arange(20)])
    rows = sample(labels, blocks, 200)
    assert 180 <= len(rows) <= 205
    assert (labels[rows] == 1).sum() == 20
    big = rows[labels[rows] == 0]
    assert all((blocks[big] == block).sum() == 3 for block in np.unique(blocks[big]))
    assert list(sample(labels, blocks, 10_000)) == list(range(920))
