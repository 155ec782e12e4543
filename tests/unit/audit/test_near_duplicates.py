"""Copies and repeated shots are found, other pictures are not; groups do not run on and on."""

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import numpy as np
import pandas as pd
import pytest
from PIL import Image, ImageEnhance

from core import files
from core.audit import Evidence, examine, near_groups
from core.audit.linking import link
from core.audit.near_duplicates import CHECK, CONFLICT, REPEAT, TORN, near_repeats
from core.audit.neighbours import Pairs, like_each_other
from core.errors import ProjectProblem
from core.project import Project
from tests.makers import encoded, picture, plain
from tests.unit.audit.scenes import scene, seen

OTHERS = [scene(seed) for seed in range(100, 140)]


def squeezed(image, quality):
    return Image.open(BytesIO(encoded(image, "JPEG", quality=quality))).convert("RGB")


def cut(image, share):
    left, top = round(image.width * share), round(image.height * share)
    return image.crop((left, top, image.width - left // 2, image.height - top // 3))


COPIES = {
    "half the size": lambda image: image.resize((80, 60), Image.Resampling.LANCZOS),
    "larger": lambda image: image.resize((300, 225), Image.Resampling.BICUBIC),
    "squeezed": lambda image: squeezed(image, 35),
    "brighter": lambda image: ImageEnhance.Brightness(image).enhance(1.2),
    "flatter": lambda image: ImageEnhance.Contrast(image).enhance(0.75),
    "cut at the border": lambda image: cut(image, 0.05),
    "squashed": lambda image: image.resize((160, 110)),
}


@pytest.mark.parametrize("change", COPIES)
def test_a_changed_copy_is_found_and_nothing_else(change):
    original = scene(1)
    found = CHECK.score(seen([original, *OTHERS, COPIES[change](original)]))
    last = len(OTHERS) + 1
    assert np.flatnonzero(found.scores < CHECK.threshold).tolist() == [0, last]
    assert found.notes[0] == f"Nearly the same as {last}.jpg"
    assert found.notes[last] == "Nearly the same as 0.jpg"
    assert found.groups[0] == found.groups[last] != ""
    assert set(found.groups[1:last]) == {""}


def test_soft_pictures_that_differ_are_not_near_duplicates():
    found = CHECK.score(seen([picture((48, 36), seed) for seed in range(120)]))
    assert (found.scores == 1).all()


def test_plain_pictures_are_not_near_duplicates():
    shades = [plain((shade, shade, shade)) for shade in range(0, 250, 5)]
    assert (CHECK.score(seen(shades)).scores == 1).all()


def test_another_colour_is_another_picture():
    image = scene(1)
    red, green, blue = image.split()
    swapped = Image.merge("RGB", (blue, green, red))
    assert (CHECK.score(seen([image, swapped, *OTHERS])).scores == 1).all()


def test_a_near_twin_under_another_label_is_the_worst():
    image = scene(1)
    pictures = [image, COPIES["brighter"](image), scene(2), COPIES["brighter"](scene(2))]
    found = CHECK.score(seen(pictures, ["cat", "dog", "cat", "cat"]))
    assert found.scores[0] < TORN <= REPEAT <= found.scores[2]
    assert found.scores[0] >= CONFLICT
    assert found.notes[0] == "Nearly the same as 1.jpg, which is labelled dog"


def test_a_near_twin_on_another_given_side_is_worse_than_one_beside_it():
    image = scene(1)
    evidence = seen([image, COPIES["brighter"](image), scene(2), COPIES["brighter"](scene(2))])
    evidence.images["split_given"] = ["train", "test", "train", "train"]
    found = CHECK.score(evidence)
    assert TORN <= found.scores[0] < REPEAT <= found.scores[2]
    assert found.notes[0] == "Nearly the same as 1.jpg, which is given for test, this for train"


def test_identical_files_alone_are_left_to_their_own_check_but_share_the_group():
    image = scene(1)
    evidence = seen([image, image, scene(2), scene(2), COPIES["brighter"](scene(2))])
    evidence.images["sha256"] = ["a", "a", "b", "b", "c"]
    found = CHECK.score(evidence)
    assert found.scores[:2].tolist() == [1, 1]
    assert found.groups[2] == found.groups[3] == found.groups[4] != ""


def test_features_confirm_what_pixels_leave_open_within_a_class():
    """A pair that agrees well, not very well: together only where the network finds it close."""
    image = scene(1)
    mixed = next(
        blended
        for share in np.arange(0.2, 0.6, 0.01)
        for blended in [Image.blend(image, scene(3), float(share))]
        if not len(near_repeats(seen([image, blended])).pairs)
    )
    rng = np.random.default_rng(0)
    features = rng.normal(size=(len(OTHERS) + 2, 32)).astype(np.float32)
    features[-1] = features[0] + 0.01
    pictures = [image, *OTHERS, mixed]
    plainly = seen(pictures)
    assert not len(near_repeats(plainly).pairs)
    confirmed = Evidence(plainly.images, plainly.measured, features)
    pairs = near_repeats(confirmed).pairs
    assert list(zip(pairs.first, pairs.second, strict=True)) == [(0, len(pictures) - 1)]
    other = seen(pictures, ["cat"] * (len(pictures) - 1) + ["dog"])
    assert not len(near_repeats(Evidence(other.images, other.measured, features)).pairs)


def test_images_that_were_not_measured_are_told_nothing_of():
    evidence = seen([scene(1), scene(1)])
    assert (CHECK.score(Evidence(evidence.images)).scores == 1).all()
    evidence.measured.loc[1, "hash"] = None
    assert (CHECK.score(evidence).scores == 1).all()
    assert len(CHECK.score(Evidence(evidence.images.head(0))).scores) == 0


def test_a_chain_of_small_steps_does_not_become_one_group():
    """Each is like the next, the first and the last have nothing in common."""
    angles = np.linspace(0, np.pi, 60)
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    steps = np.arange(59)
    groups = link(vectors, Pairs(steps, steps + 1, np.full(59, 0.9, np.float32)), 0.65)
    assert groups[0] != groups[-1]
    for group in set(groups.tolist()) - {-1}:
        members = vectors[groups == group]
        assert (members @ members.T).mean() > 0.65


def test_like_rows_are_found_among_thousands_with_few_comparisons():
    counted = []
    for number in (2000, 8000):
        rng = np.random.default_rng(1)
        rows = rng.normal(size=(number, 48)).astype(np.float32)
        rows[-100:] = rows[:100] + rng.normal(scale=0.25, size=(100, 48))
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        pairs = like_each_other(rows, 0.9)
        wanted = {(place, number - 100 + place) for place in range(100)}
        assert len(wanted & set(zip(pairs.first, pairs.second, strict=True))) >= 99
        counted.append(pairs.compared)
    assert counted[1] <= 4.4 * counted[0]
    assert counted[1] < 0.2 * 8000 * 7999 / 2


def test_groups_are_read_from_what_a_project_s_check_found(tmp_path):
    project = Project.create(tmp_path, "Leaves")
    assert near_groups(project) is None
    evidence = seen([scene(1), COPIES["brighter"](scene(1)), scene(2)])
    examine(evidence, []).save(project)
    assert near_groups(project) is None
    examine(evidence, [CHECK]).save(project)
    groups = near_groups(project)
    assert groups["id0"] == groups["id1"] != ""
    assert groups["id2"] == ""
    files.write_bytes(project.audit_file, b"damaged")
    with pytest.raises(ProjectProblem, match="cannot be read"):
        near_groups(project)


def test_groups_are_read_while_the_checks_write_theirs_anew(tmp_path):
    """A writer that never rests: with the groups, and without."""
    project, stop = Project.create_at(tmp_path / "project", "Leaves"), threading.Event()
    checked = pd.DataFrame({"image_id": ["a", "b"], "near_duplicates_group": ["0", "0"]})
    files.write_table(project.audit_file, checked)

    def write():
        for table in itertools.cycle([checked[["image_id"]], checked]):
            files.write_table(project.audit_file, table)
            if stop.is_set():
                return

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        try:
            found = [near_groups(project) for _ in range(3000)]
        finally:
            stop.set()
        writing.result()
    assert {tuple(groups) for groups in found if groups is not None} == {("0", "0")}
