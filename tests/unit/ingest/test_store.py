import pytest

from core.errors import ProjectProblem
from core.ingest import store


def test_content_is_written_once(tmp_path):
    path = store.original_path(tmp_path, "ab12")
    assert path == tmp_path / "originals" / "ab" / "ab12"
    assert store.put(path, lambda: b"hello", 5)
    assert not store.put(path, lambda: pytest.fail("made again"), 5)
    assert path.read_bytes() == b"hello"


def test_a_file_of_another_size_was_cut_and_is_replaced(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"hel")
    assert store.put(path, lambda: b"hello", 5)
    path.write_bytes(b"")
    assert store.put(path, lambda: b"hello")
    assert path.read_bytes() == b"hello"


def test_nothing_half_written_stays(tmp_path):
    (tmp_path / "x").write_bytes(b"")
    with pytest.raises(ProjectProblem):
        store.put(tmp_path / "x" / "y", lambda: b"hello")
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


@pytest.mark.parametrize("count", [1, 300])
def test_files_can_be_flushed_however_many(tmp_path, count):
    paths = [tmp_path / str(number) for number in range(count)]
    for path in paths:
        path.write_bytes(b"1")
    store.flush([*paths, tmp_path / "gone"])


def test_discarding_leaves_no_empty_folders_but_what_others_use(tmp_path):
    paths = [store.original_path(tmp_path, sha256) for sha256 in ("aa1", "aa2", "bb1")]
    for path in paths:
        store.put(path, lambda: b"1")
    store.discard(paths[1:])
    assert list(tmp_path.rglob("*1")) == [paths[0]]
    assert not paths[2].parent.exists()
    store.discard(paths)
    assert list(tmp_path.iterdir()) == []
