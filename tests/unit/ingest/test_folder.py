import os

import pytest

from core.errors import ArchiveProblem, DataProblem
from core.ingest import Limits, open_source, read_folder
from tests.makers import class_files, make_folder, make_zip


def read_all(folder):
    """What each member holds, or the reason why it cannot be read."""
    contents = {}
    for member in folder.members:
        try:
            contents[member.name] = folder.read(member)
        except DataProblem as problem:
            contents[member.name] = problem.title
    return contents


def test_files_of_subfolders_are_listed_by_name_and_read(tmp_path):
    files = {**class_files(), "a.txt": b"hello"}
    with read_folder(make_folder(tmp_path / "set", files)) as folder:
        assert read_all(folder) == files
        assert [member.size for member in folder.members] == [
            len(files[member.name]) for member in folder.members
        ]


def test_links_are_not_followed_out_of_the_folder(tmp_path):
    (tmp_path / "secret.png").write_bytes(b"secret")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "x.png").write_bytes(b"secret")
    root = make_folder(tmp_path / "set", {"cat/1.png": b"1"})
    (root / "cat" / "out.png").symlink_to(tmp_path / "secret.png")
    (root / "cat" / "in.png").symlink_to(root / "cat" / "1.png")
    (root / "cat" / "gone.png").symlink_to(root / "nothing")
    (root / "dog").symlink_to(tmp_path / "outside")
    (root / "loop").symlink_to(root)
    with read_folder(root) as folder:
        assert read_all(folder) == {
            "cat/1.png": b"1",
            "cat/in.png": b"1",
            "cat/out.png": "This is a link that leads out of the folder",
            "cat/gone.png": "The file cannot be read",
            "dog": "This is a link to a folder",
            "loop": "This is a link to a folder",
        }


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_special_files_are_never_opened(tmp_path):
    root = make_folder(tmp_path / "set", {"cat/1.png": b"1"})
    os.mkfifo(root / "cat" / "pipe.png")
    with read_folder(root) as folder:
        assert read_all(folder)["cat/pipe.png"] == "This is not a plain file"


def test_a_file_that_vanishes_is_a_reason(tmp_path):
    root = make_folder(tmp_path / "set", {"cat/1.png": b"1"})
    with read_folder(root) as folder:
        (root / "cat" / "1.png").unlink()
        assert read_all(folder) == {"cat/1.png": "The file cannot be read"}


def test_a_file_that_is_too_large_is_a_reason(tmp_path):
    root = make_folder(tmp_path / "set", {"cat/1.png": b"123456", "cat/2.png": b"1"})
    with read_folder(root, Limits(max_member_bytes=5)) as folder:
        assert read_all(folder) == {"cat/1.png": "The file is too large", "cat/2.png": b"1"}


@pytest.mark.parametrize("limits", [Limits(max_bytes=3), Limits(max_members=1)])
def test_too_much_is_refused(tmp_path, limits):
    root = make_folder(tmp_path / "set", {"cat/1.png": b"12", "dog/2.png": b"34"})
    with pytest.raises(ArchiveProblem):
        read_folder(root, limits)


def test_what_is_no_folder_is_refused(tmp_path):
    with pytest.raises(ArchiveProblem):
        read_folder(tmp_path / "none")


def test_a_source_is_a_folder_or_a_zip(tmp_path):
    files = class_files()
    for path in (make_folder(tmp_path / "set", files), make_zip(tmp_path / "set.zip", files)):
        with open_source(path) as source:
            assert read_all(source) == files
