"""What holds of the numbers and the scores of any image."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps

from core.audit import CHECKS, Evidence, Needs, Scope
from core.audit.measure import NUMBERS, measure
from core.audit.scale import Scale, apart
from core.ingest import examine
from tests.makers import encoded

JUDGED = [c for c in CHECKS if c.needs is Needs.PIXELS and c.scope is Scope.IMAGE]
UNKNOWABLE = {"sharpness", "jpeg_quality", "blockiness"}
BOUNDED = set(NUMBERS) - UNKNOWABLE - {"file_bytes", "entropy"}


@st.composite
def pictures(draw: st.DrawFn) -> Image.Image:
    """Any mode, from one pixel on; smooth, grainy or plain."""
    mode = draw(st.sampled_from(["RGB", "L", "1", "RGBA", "LA", "P"]))
    width, height = draw(st.integers(1, 90)), draw(st.integers(1, 90))
    cells = draw(st.sampled_from([1, 3, 90]))
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    low, high = sorted(draw(st.tuples(st.integers(0, 255), st.integers(0, 255))))
    coarse = rng.integers(low, high + 1, (min(cells, height), min(cells, width), 3))
    image = Image.fromarray(coarse.astype(np.uint8)).resize((width, height))
    return image.convert(mode)


def judged(images: list[Image.Image], format: str = "PNG") -> tuple[pd.DataFrame, Evidence]:
    rows, measured = [], []
    for number, image in enumerate(images):
        data = encoded(image, format)
        facts, pixels = examine(data, at_least=96)
        measured.append(measure(pixels, facts, data))
        size = {"width": facts.width, "height": facts.height}
        names = {"image_id": str(number), "sha256": str(number), "label": "a", "source": "x"}
        rows.append({**names, **size, "exif_orientation": facts.exif_orientation})
    table = pd.DataFrame(measured)
    return table, Evidence(pd.DataFrame(rows), table)


@given(pictures(), st.sampled_from(["PNG", "JPEG", "WEBP"]))
def test_numbers_are_known_and_in_their_range(image, format):
    found, _ = judged([image.convert("RGB")], format)
    for name, value in found.iloc[0].items():
        if name in BOUNDED:
            assert 0 <= value <= 1, name
        elif name in UNKNOWABLE:
            assert math.isnan(value) or value >= 0, name
    assert 0 <= found["entropy"][0] <= 8
    assert not found["sharpness"][0] > 1


@given(st.lists(pictures(), min_size=1, max_size=12))
def test_scores_lie_between_nought_and_one(images):
    _, evidence = judged(images)
    for check in JUDGED:
        scores = check.score(evidence).scores
        assert scores.shape == (len(images),), check.name
        known = scores[np.isfinite(scores)]
        assert ((known >= 0) & (known <= 1)).all(), check.name
        if check.name != "blurry":  # a plain picture is neither sharp nor blurred
            assert len(known) == len(images), check.name


@given(pictures())
def test_a_mirrored_image_is_as_good(image):
    image = image.convert("RGB")
    found, _ = judged([image, ImageOps.mirror(image), ImageOps.flip(image)])
    for name in ("brightness", "p1", "p99", "contrast", "entropy", "border", "border_red"):
        assert np.allclose(found[name], found[name][0], atol=1e-9), name
    for name in ("sharpness", "blockiness"):
        assert np.allclose(found[name], found[name][0], rtol=1e-4, equal_nan=True), name


points = st.floats(-10, 10).map(lambda value: round(value, 3))


@given(st.lists(points, min_size=3, max_size=3, unique=True).map(sorted), st.booleans(), points)
def test_a_scale_gives_nought_a_half_and_one_and_is_monotone(marks, is_falling, value):
    worst, limit, best = reversed(marks) if is_falling else marks
    scale = Scale(worst, limit, best)
    assert scale.scores(np.array([worst, limit, best])).tolist() == [0, 0.5, 1]
    further = value + (best - worst)
    low, high = scale.scores(np.array([value, further]))
    assert 0 <= low <= high <= 1
    assert math.isnan(scale.scores(np.array([math.nan]))[0])


@given(st.lists(points, min_size=1, max_size=30))
def test_at_most_half_of_all_values_stand_apart(values):
    found = apart(np.array(values))
    assert np.count_nonzero(np.abs(found) > 1e-9) <= len(values) / 2
