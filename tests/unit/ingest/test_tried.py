"""Pictures that are only tried: kept for a while, the last few, away from the project's images."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from core.errors import DataProblem
from core.ingest import Limits, original_path, thumb_path
from core.ingest.tried import KEPT, Tried, Visit, sweep
from core.project import Project, Workspace
from tests.makers import JUNK, image_bytes

VISIT = "0123456789abcdef"


@pytest.fixture
def project(workspace: Path) -> Project:
    return Workspace().create("Leaves")


@pytest.fixture
def visit(project: Project) -> Visit:
    return Visit(project.folder, VISIT)


def names(visit: Visit) -> list[str]:
    return [picture.name for picture in visit.pictures()]


def test_a_picture_is_kept_as_it_came_with_a_thumbnail(visit: Visit) -> None:
    data = image_bytes("JPEG", size=(400, 300))
    taken = visit.take("leaf.jpg", data)
    assert visit.original(taken).read_bytes() == data
    assert visit.original(taken) == original_path(visit.folder, taken.sha256)
    assert (visit.thumbs / taken.sha256[:2] / f"{taken.sha256}.webp").is_file()
    assert visit.pictures() == [taken]


def test_the_last_one_comes_first_and_one_that_is_tried_again_too(visit: Visit) -> None:
    for seed in (1, 2, 3):
        visit.take(f"{seed}.png", image_bytes("PNG", seed=seed))
    assert names(visit) == ["3.png", "2.png", "1.png"]
    visit.take("1 again.png", image_bytes("PNG", seed=1))
    assert names(visit) == ["1 again.png", "3.png", "2.png"]


def test_only_the_last_few_are_kept(visit: Visit) -> None:
    taken = [
        visit.take(f"{seed}.png", image_bytes("PNG", size=(8, 8), seed=seed))
        for seed in range(KEPT + 2)
    ]
    assert names(visit) == [f"{seed}.png" for seed in range(KEPT + 1, 1, -1)]
    for old in taken[:2]:
        assert not visit.original(old).exists()
        assert not thumb_path(visit.folder, old.sha256).exists()


@pytest.mark.parametrize(
    ("data", "title"),
    [
        (JUNK, "Not an image"),
        (b"", "The file is empty"),
        (image_bytes("JPEG", size=(200, 200))[:900], "The image is cut off"),
        (b"%PDF-1.7 and so on", "a PDF document"),
    ],
)
def test_what_is_no_whole_image_is_refused_and_not_kept(
    visit: Visit, data: bytes, title: str
) -> None:
    with pytest.raises(DataProblem, match=title) as caught:
        visit.take("leaf.jpg", data)
    assert caught.value.fix
    assert visit.pictures() == []
    assert not visit.folder.exists()


@pytest.mark.parametrize(
    ("limits", "title"),
    [
        (Limits(max_member_bytes=50), "The file is too large"),
        (Limits(max_pixels=700), "The image is too large"),
    ],
)
def test_what_is_too_large_is_refused(visit: Visit, limits: Limits, title: str) -> None:
    with pytest.raises(DataProblem, match=title):
        visit.take("leaf.png", image_bytes("PNG"), limits)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\photos\\my  leaf.jpg", "my leaf.jpg"),
        ("a\u202eb\n.png", "ab .png"),
        ("", "picture"),
        ("x" * 500, "x" * 120),
    ],
)
def test_a_name_is_text_and_never_a_path(visit: Visit, name: str, shown: str) -> None:
    assert visit.take(name, image_bytes()).name == shown
    assert names(visit) == [shown]


def test_that_one_joined_is_remembered_in_its_place(visit: Visit) -> None:
    first = visit.take("1.png", image_bytes("PNG", seed=1))
    visit.take("2.png", image_bytes("PNG", seed=2))
    visit.note_joined(first, True)
    assert [picture.joined for picture in visit.pictures()] == [False, True]
    assert visit.take("1.png", image_bytes("PNG", seed=1)).joined
    visit.note_joined(visit.pictures()[0], False)
    assert not any(picture.joined for picture in visit.pictures())


def test_visitors_do_not_see_each_other(project: Project, visit: Visit) -> None:
    visit.take("mine.png", image_bytes())
    other = Visit(project.folder, "f" * 16)
    assert other.pictures() == []
    visit.forget()
    assert visit.pictures() == []
    assert not visit.folder.exists()


def test_a_visit_that_nobody_came_back_to_is_removed(project: Project, visit: Visit) -> None:
    visit.take("old.png", image_bytes())
    other = Visit(project.folder, "f" * 16)
    other.take("new.png", image_bytes())
    long_ago = time.time() - 86_400
    os.utime(visit.folder / "tried.jsonl", (long_ago, long_ago))
    sweep(project.folder)
    assert not visit.folder.exists()
    assert names(other) == ["new.png"]


def test_a_damaged_log_tells_what_it_can(visit: Visit) -> None:
    taken = visit.take("leaf.png", image_bytes())
    with open(visit.folder / "tried.jsonl", "a", encoding="utf-8") as log:
        log.write('{"sha256": "../x", "name": "n", "at": "a"}\n[]\n{"sha256": 1}\nhalf')
    assert visit.pictures() == [taken]
    visit.take("next.png", image_bytes(seed=2))
    assert names(visit) == ["next.png", "leaf.png"]


@pytest.mark.parametrize("visit_id", ["", "..", "0123456789ABCDEF", "0123456789abcdef0", "a/b"])
def test_a_visit_has_an_id_of_ours(project: Project, visit_id: str) -> None:
    with pytest.raises(ValueError, match="no id of a visit"):
        Visit(project.folder, visit_id)


def test_a_picture_that_is_gone_is_not_listed(visit: Visit) -> None:
    taken = visit.take("leaf.png", image_bytes())
    visit.original(taken).unlink()
    assert visit.pictures() == []
    assert isinstance(taken, Tried)
