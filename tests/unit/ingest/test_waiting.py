"""Uploads that wait on disk until they are taken or left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core.errors import ProjectProblem
from core.ingest import Reading, waiting
from core.ingest.waiting import current, receive


@pytest.fixture
def upload(tmp_path):
    return receive(tmp_path, "my leaves.zip", lambda path: path.write_bytes(b"zip"))


def test_it_is_found_again(tmp_path, upload):
    found = current(tmp_path)
    assert found.name == "my leaves.zip"
    assert found.path.read_bytes() == b"zip"
    assert found.reading is None


def test_how_it_is_read_is_remembered(tmp_path, upload):
    reading = Reading(keep_split=False).renamed("a", "b")
    upload.choose(reading)
    assert current(tmp_path).reading == reading


def test_a_new_one_takes_its_place(tmp_path, upload):
    receive(tmp_path, "other.zip", lambda path: path.write_bytes(b"other"))
    assert current(tmp_path).name == "other.zip"
    assert not upload.folder.exists()


def test_one_that_is_given_up_is_gone(tmp_path, upload):
    upload.discard()
    upload.discard()
    assert current(tmp_path) is None


def test_one_that_nobody_came_back_to_is_removed(tmp_path, upload, monkeypatch):
    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + timedelta(days=3)

    monkeypatch.setattr(waiting, "datetime", Later)
    assert current(tmp_path) is None
    assert not upload.folder.exists()


def test_one_that_never_arrived_whole_is_none(tmp_path):
    def fail(path):
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(ProjectProblem, match="No space left"):
        receive(tmp_path, "x.zip", fail)
    assert current(tmp_path) is None
    assert list((tmp_path / "waiting").iterdir()) == []


@pytest.mark.parametrize(
    "note", ["", "{}", "[]", '{"name": "x", "received": "?", "reading": null}']
)
def test_a_damaged_note_is_as_good_as_none(tmp_path, upload, note):
    (upload.folder / "waiting.json").write_text(note)
    assert current(tmp_path) is None


def test_its_name_is_only_text(tmp_path):
    found = receive(tmp_path, "../../\x1b[31m/etc\n/pass wd", lambda path: path.write_bytes(b"x"))
    assert found.path.is_relative_to(tmp_path)
    assert found.name.isprintable()
    assert datetime.fromisoformat(found.received).tzinfo == UTC
