"""Every check of single images: a fault is found, its absence is not, and worse scores lower."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from core.audit import Evidence, check_named, examine
from core.audit.measure import measure
from core.ingest import ImageFacts
from core.ingest import examine as look
from tests.makers import encoded, exif, picture, plain

Make = Callable[[float], Image.Image]
USUAL = 9


def photo(seed: int = 0, size: tuple[int, int] = (160, 120)) -> Image.Image:
    """A picture with sharp edges, many shades and colours, like a photo."""
    rng = np.random.default_rng(seed)
    image = picture(size, seed)
    for _ in range(12):
        left, top = rng.integers(0, size[0] - 20), rng.integers(0, size[1] - 20)
        width, height = rng.integers(8, 40, 2)
        colour = tuple(int(c) for c in rng.integers(0, 256, 3))
        image.paste(colour, (left, top, left + width, top + height))
    noise = rng.normal(0, 5, (size[1], size[0], 1))
    pixels = np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8)
    return ImageOps.autocontrast(Image.fromarray(pixels))


def evidence(files: Sequence[bytes], labels: Sequence[str] | None = None) -> Evidence:
    rows, measured = [], []
    for number, data in enumerate(files):
        facts, image = look(data, at_least=96)
        measured.append(measure(image, facts, data))
        rows.append(row(number, facts, labels[number] if labels else "cat"))
    return Evidence(pd.DataFrame(rows), pd.DataFrame(measured))


def row(number: int, facts: ImageFacts, label: str) -> dict[str, object]:
    names = ("width", "height", "exif_orientation")
    found = {name: getattr(facts, name) for name in names}
    return {"image_id": str(number), "sha256": str(number), "label": label, "source": "x", **found}


def scores(name: str, files: Sequence[bytes]) -> list[float]:
    """What the check says of ``files``, beside some usual photos that come after them."""
    usual = [encoded(photo(100 + number)) for number in range(USUAL)]
    check = check_named(name)
    found = check.score(evidence([*files, *usual]))
    assert all(value >= check.threshold for value in found.scores[len(files) :])
    return [float(value) for value in found.scores[: len(files)]]


def darker(by: float) -> Image.Image:
    return photo().point(lambda value: value * (1 - by))


def brighter(by: float) -> Image.Image:
    return photo().point(lambda value: 255 - (255 - value) * (1 - by))


def greyer(by: float) -> Image.Image:
    return photo().point(lambda value: 128 + (value - 128) * (1 - by))


def blurred(by: float) -> Image.Image:
    return photo(size=(256, 192)).filter(ImageFilter.GaussianBlur(6 * by))


def flatter(by: float) -> Image.Image:
    step = 2 ** round(8 * by)
    return photo().convert("L").point(lambda value: min(255, value // step * step)).convert("RGB")


def framed(by: float) -> Image.Image:
    image = photo()
    image.paste(0, (0, 0, round(image.width * by / 2), image.height))
    return image


def smaller(by: float) -> Image.Image:
    return photo().resize((round(160 * (1 - by)), round(120 * (1 - by))))


def larger(by: float) -> Image.Image:
    return photo().resize((round(160 * 16**by), round(120 * 16**by)))


def longer(by: float) -> Image.Image:
    return photo().resize((160, max(4, round(120 * (1 - by)))))


FAULTS: dict[str, tuple[Make, tuple[float, ...]]] = {
    "dark": (darker, (0.0, 0.5, 0.8, 0.9)),
    "bright": (brighter, (0.0, 0.5, 0.85, 0.95)),
    "low_contrast": (greyer, (0.0, 0.6, 0.9, 0.97)),
    "blurry": (blurred, (0.0, 0.2, 0.5, 1.0)),
    "low_information": (flatter, (0.0, 0.5, 0.8, 0.9)),
    "borders": (framed, (0.0, 0.1, 0.2, 0.5)),
    "tiny": (smaller, (0.0, 0.5, 0.7, 0.9)),
    "odd_size": (larger, (0.0, 0.4, 0.7, 1.0)),
    "odd_aspect_ratio": (longer, (0.0, 0.4, 0.75, 0.9)),
}


@pytest.mark.parametrize("name", FAULTS)
def test_the_stronger_the_fault_the_lower_the_score(name):
    make, strengths = FAULTS[name]
    check = check_named(name)
    found = scores(name, [encoded(make(strength)) for strength in strengths])
    assert found[0] >= check.threshold > found[-1]
    assert found == sorted(found, reverse=True)
    assert len(set(found)) > 2


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_found_is_told_in_words(name):
    make, strengths = FAULTS[name]
    files = [encoded(make(strengths[-1])), *(encoded(photo(number)) for number in range(USUAL))]
    issues = examine(evidence(files), [check_named(name)]).issues(check_named(name))
    assert issues["subject"].tolist() == ["0"]
    assert len(issues["note"][0]) > 10


def test_heavy_compression_is_found_in_jpeg_files():
    image = photo(size=(256, 192))
    files = [encoded(image, "JPEG", quality=quality) for quality in (90, 50, 20, 5)]
    found = scores("jpeg_blocking", files)
    assert found[0] == 1
    assert found[1] >= 0.5 > found[2] > found[3]


def test_the_squares_stay_when_a_picture_is_saved_again():
    image = photo(size=(256, 192))
    for quality, is_found in ((90, False), (3, True)):
        _, again = look(encoded(image, "JPEG", quality=quality))
        assert (scores("jpeg_blocking", [encoded(again)])[0] < 0.5) is is_found


def test_a_grey_image_stands_out_among_coloured_ones():
    grey = encoded(photo().convert("L"))
    usual = [encoded(photo(number)) for number in range(20)]
    found = check_named("odd_colour").score(evidence([grey, *usual]))
    assert found.scores[0] < 0.5 <= found.scores[1:].min()
    assert found.notes[0] == "Grey among coloured images"


def test_a_coloured_image_stands_out_among_grey_ones():
    usual = [encoded(photo(number).convert("L")) for number in range(20)]
    found = check_named("odd_colour").score(evidence([encoded(photo()), *usual]))
    assert found.scores[0] < 0.5 <= found.scores[1:].min()


def test_a_grey_class_beside_a_coloured_one_is_no_odd_image_but_one_that_strays_is():
    grey = [encoded(photo(number, (40, 30)).convert("L")) for number in range(25)]
    coloured = [encoded(photo(number, (40, 30))) for number in range(25)]
    labels = ["old"] * 25 + ["new"] * 25
    assert check_named("odd_colour").score(evidence(grey + coloured, labels)).scores.min() == 1
    labels[0] = "new"
    strays = check_named("odd_colour").score(evidence(grey + coloured, labels)).scores
    assert np.flatnonzero(strays < 0.5).tolist() == [0]


def test_photos_that_are_stored_lying_are_told_about():
    lying = encoded(photo(), "JPEG", exif=exif(6))
    upright = [encoded(photo(number), "JPEG", exif=exif(1)) for number in range(3)]
    found = check_named("rotated").score(evidence([lying, *upright]))
    assert (found.scores < 0.5).tolist() == [True, False, False, False]
    assert "on its side" in found.notes[0]


def test_where_most_photos_are_stored_lying_it_is_said_once():
    files = [encoded(photo(n), "JPEG", exif=exif(6)) for n in range(3)]
    found = check_named("rotated").score(evidence(files))
    assert found.scores.min() == 1
    assert found.remark


@pytest.mark.parametrize(
    ("name", "make", "strength", "worse"),
    [("dark", darker, 0.8, 0.97), ("tiny", smaller, 0.75, 0.95), ("blurry", blurred, 0.3, 1.0)],
)
def test_what_all_images_have_is_said_once_and_the_worst_stand_out(name, make, strength, worse):
    check = check_named(name)
    alike = [encoded(make(strength)) for _ in range(10)]
    found = check.score(evidence(alike))
    assert found.scores.min() >= check.threshold
    assert found.remark.startswith("All images are ")
    found = check.score(evidence([encoded(make(worse)), *alike]))
    assert np.flatnonzero(found.scores < check.threshold).tolist() == [0]


def test_a_thing_on_plain_ground_has_no_border():
    image = plain("white", (160, 120))
    mask = Image.new("L", image.size)
    ImageDraw.Draw(mask).ellipse((50, 30, 120, 90), fill=255)
    image.paste(photo(), mask=mask)
    assert scores("borders", [encoded(image)]) == [1.0]


def test_a_frame_all_around_is_a_border():
    image = ImageOps.expand(photo(), 12, "red")
    assert scores("borders", [encoded(image)])[0] < 0.5


def test_no_size_is_odd_where_there_are_all_sizes():
    files = [encoded(picture((20 * 2**n, 20 * 2**n), n)) for n in range(6)]
    assert check_named("odd_size").score(evidence(files)).scores.min() >= 0.5


@pytest.mark.parametrize("name", [*FAULTS, "jpeg_blocking", "odd_colour", "rotated"])
def test_what_was_not_measured_is_not_judged(name):
    images = pd.DataFrame({"image_id": ["a"], "sha256": ["a"], "label": ["cat"], "source": ["x"]})
    found = examine(Evidence(images), [check_named(name)])
    assert found.issues(check_named(name)).empty
