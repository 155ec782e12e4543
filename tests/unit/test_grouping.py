"""What belongs together: by content, by the checks, by tables, names, times and folders."""

import pandas as pd
import pytest

from core.grouping import groups, stem_of
from core.settings import SplitSettings

NOTHING = {"near_duplicates": False, "listed_groups": False}


def table(*sources, **columns):
    """Images that are all different, of the class that their first folder names."""
    number = len(sources)
    return pd.DataFrame(
        {
            "image_id": [f"id{place}" for place in range(number)],
            "sha256": [f"{place:04d}" for place in range(number)],
            "label": [source.split("/")[0] for source in sources],
            "source": list(sources),
            **columns,
        }
    )


def together(images, near=None, **settings):
    """The groups of two and more, as sets of places."""
    found = groups(images, SplitSettings(**{**NOTHING, **settings}), near)
    assert list(found.index) == list(images["image_id"])
    places = pd.Series(range(len(images)), index=found.index)
    sets = [set(part) for _, part in places.groupby(found) if len(part) > 1]
    return sorted(sets, key=min)


def test_identical_files_belong_together_whatever_is_chosen():
    images = table("cat/1.jpg", "cat/2.jpg", "dog/3.jpg")
    images["sha256"] = ["a", "b", "a"]
    assert together(images) == [{0, 2}]


def test_near_duplicates_do_where_they_are_known_and_wanted():
    images = table("cat/1.jpg", "cat/2.jpg", "cat/3.jpg", "cat/4.jpg")
    near = pd.Series({"id0": "near-1", "id2": "near-1", "id1": "", "gone": "near-1"})
    assert together(images, near, near_duplicates=True) == [{0, 2}]
    assert together(images, near) == []
    assert together(images, None, near_duplicates=True) == []


def test_groups_of_a_table_do_unless_the_cell_is_empty():
    images = table(
        *(f"cat/{n}.jpg" for n in range(5)), group=["plant 1", None, "plant 1", None, ""]
    )
    assert together(images, listed_groups=True) == [{0, 2}]
    assert together(images) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("IMG_0012_a.jpg", "IMG_0012_b.jpg"),
        ("IMG_0012a.jpg", "IMG_0012.png"),
        ("leaf_7_jpg.rf.0a1b2c3d4e.jpg", "leaf_7_jpg.rf.ffeeddccbb.jpg"),
        ("walk_frame_0001.png", "walk_frame_0385.png"),
        ("walk frame 12.png", "walk frame 13.png"),
        ("tile (1).jpg", "tile (2).jpg"),
        ("tile - Copy.jpg", "tile.jpg"),
        ("tile_hflip_rot90.jpg", "tile_aug_3.jpg"),
    ],
)
def test_names_that_differ_in_a_mark_have_one_stem(one, other):
    assert stem_of(one) == stem_of(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("IMG_0012.jpg", "IMG_0013.jpg"),
        ("cat1.jpg", "cat2.jpg"),
        ("exp1_num_100.jpg", "exp1_num_200.jpg"),
        ("2024-05-01.jpg", "2024-05-02.jpg"),
        ("IMG_12_a.jpg", "IMG_13_a.jpg"),
    ],
)
def test_names_with_other_numbers_have_other_stems(one, other):
    assert stem_of(one) != stem_of(other)


def test_stems_count_inside_a_folder_of_one_name_and_bare_frames_do_not():
    images = table("train/cat/7_a.jpg", "test/cat/7_b.jpg", "train/dog/7_c.jpg")
    assert together(images, name_stem=True) == [{0, 1}]
    assert together(table("cat/frame_01.jpg", "cat/frame_02.jpg"), name_stem=True) == []


def test_a_burst_is_one_camera_within_seconds_of_the_last_photo():
    times = [*(f"2024-05-01T10:00:0{second}" for second in (0, 2, 4, 8)), "2024-05-01T10:00:02"]
    images = table(
        *(f"cat/{n}.jpg" for n in range(7)),
        taken=[*times, None, "not a time"],
        camera=["A", "A", "A", "A", "B", "A", "A"],
    )
    assert together(images.sample(frac=1, random_state=3), burst=True) != []
    assert together(images, burst=True) == [{0, 1, 2}]
    assert together(images) == []


def test_folders_inside_a_class_do_and_the_folder_of_the_class_does_not():
    images = table(
        "cat/tom/1.jpg", "cat/tom/2.jpg", "cat/3.jpg", "cat/4.jpg", "dog/tom/5.jpg", "dog/tom/6.jpg"
    )
    assert together(images, folder=True) == [{0, 1}, {4, 5}]
    renamed = images.assign(label="pet")
    assert together(renamed, folder=True) == [{0, 1}, {4, 5}]


def test_relations_add_up_to_one_group():
    images = table("cat/7_a.jpg", "cat/7_b.jpg", "cat/8.jpg", "cat/9.jpg", group=["", "x", "x", ""])
    near = pd.Series({"id2": "n", "id3": "n"})
    found = together(images, near, near_duplicates=True, listed_groups=True, name_stem=True)
    assert found == [{0, 1, 2, 3}]


def test_a_group_s_name_depends_on_its_content_alone():
    images = table("cat/1.jpg", "cat/2.jpg", "cat/3.jpg", group=["x", "x", None])
    shuffled = images.iloc[[2, 1, 0]].assign(label="dog", group=[None, "y", "y"])
    first, second = (groups(one, SplitSettings(), None) for one in (images, shuffled))
    assert first.to_dict() == second.to_dict() == {"id0": "0000", "id1": "0000", "id2": "0002"}
