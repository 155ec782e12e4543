import gc
import hashlib
import threading
import tracemalloc
from datetime import datetime
from io import BytesIO

import pandas as pd
import pytest
from PIL import Image

from core.errors import DataProblem, ProjectProblem, Stopped
from core.ingest import (
    Limits,
    ingest,
    open_source,
    original_path,
    read_catalogue,
    read_rejected,
    thumb_path,
)
from core.ingest import take as take_module
from core.ingest.archives import Closing, Member
from tests.makers import JUNK, class_files, exif, image_bytes, make_folder, make_zip


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


@pytest.fixture
def take(tmp_path, project):
    """Take files (bytes by name) into the project, from a zip."""

    def take(files, **options):
        with open_source(make_zip(tmp_path / "set.zip", files)) as source:
            return ingest(source, project, **options)

    return take


def everything(folder):
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_images_are_taken_with_their_classes(take, project):
    files = class_files(root="data/")
    result = take(files)
    assert (result.added, result.already, result.rejected, result.ignored) == (6, 0, (), ())
    assert result.classes == {"cat": 3, "dog": 3}
    assert result.root == "data"
    catalogue = read_catalogue(project)
    assert catalogue["source"].tolist() == list(files)
    assert catalogue["label"].tolist() == ["cat"] * 3 + ["dog"] * 3


def test_originals_are_kept_byte_for_byte_under_their_hash(take, project):
    files = class_files()
    take(files)
    for row in read_catalogue(project).itertuples():
        data = original_path(project, row.sha256).read_bytes()
        assert data == files[row.source]
        assert hashlib.sha256(data).hexdigest() == row.sha256
        assert row.bytes == len(data)


def test_every_image_has_a_thumbnail(take, project):
    take({**class_files(), "cat/large.png": image_bytes("PNG", (500, 300))})
    for row in read_catalogue(project).itertuples():
        with Image.open(thumb_path(project, row.sha256)) as thumb:
            assert thumb.format == "WEBP"
            assert max(thumb.size) <= 192


def test_the_catalogue_tells_what_is_known_of_an_image(take, project):
    tags = exif(6, Make="Canon", Model="EOS", DateTime="2020:01:02 03:04:05")
    files = {"cat/1.jpg": image_bytes(size=(40, 20), exif=tags), "dog/2.png": image_bytes("PNG")}
    take(files)
    first, second = read_catalogue(project).to_dict("records")
    assert (first["width"], first["height"], first["exif_orientation"]) == (20, 40, 6)
    assert (first["format"], first["mode"], second["format"]) == ("JPEG", "RGB", "PNG")
    assert (first["camera"], first["taken"]) == ("Canon EOS", "2020-01-02T03:04:05")
    assert datetime.fromisoformat(first["added"]).utcoffset().total_seconds() == 0
    for column in ("split_given", "group"):
        assert pd.isna(first[column])
    for column in ("camera", "taken"):
        assert pd.isna(second[column])
    key = f"cat/1.jpg\0{first['sha256']}".encode()
    assert first["image_id"] == hashlib.sha256(key).hexdigest()[:16]


def test_a_bad_file_never_stops_the_rest(take, project):
    bad = {
        "cat/empty.jpg": b"",
        "cat/junk.jpg": JUNK,
        "cat/cut.jpg": image_bytes(size=(300, 300))[:900],
        "cat/page.jpg": b"<html>not found</html>",
        "cat/notes.txt": b"hello",
        "loose.jpg": image_bytes(),
    }
    result = take({**bad, **class_files(), "__MACOSX/cat/._1.jpg": b"x", "Thumbs.db": b"x"})
    rejected = read_rejected(project)
    assert rejected["source"].tolist() == list(bad)
    assert rejected["bytes"].tolist() == [len(data) for data in bad.values()]
    assert rejected["reason"].str.len().between(5, 80).all()
    assert rejected["detail"].str.len().gt(5).all()
    assert [row.source for row in result.rejected] == list(bad)
    assert [item.name for item in result.ignored] == ["__MACOSX/cat/._1.jpg", "Thumbs.db"]
    assert result.added == 6
    assert read_catalogue(project)["source"].tolist() == list(class_files())


def test_files_are_judged_by_content_not_by_ending(take, project):
    take({"cat/1.png": image_bytes("JPEG"), "dog/2": image_bytes("GIF"), "dog/3.jpg": JUNK})
    assert read_catalogue(project)["format"].tolist() == ["JPEG", "GIF"]


def test_the_same_image_in_two_places_is_two_rows_and_one_original(take, project):
    data = image_bytes()
    take({"cat/1.jpg": data, "dog/1.jpg": data})
    assert read_catalogue(project)["sha256"].nunique() == 1
    assert read_catalogue(project)["image_id"].nunique() == 2
    assert len([name for name in everything(project) if name.startswith("originals")]) == 1


def test_adding_the_same_archive_again_changes_nothing(take, project):
    files = {**class_files(), "cat/junk.jpg": JUNK}
    take(files)
    before = read_catalogue(project)
    result = take(files)
    assert (result.added, result.already) == (0, 6)
    pd.testing.assert_frame_equal(read_catalogue(project), before)
    assert len(read_rejected(project)) == 1


def test_a_second_archive_is_appended(take, project):
    take(class_files())
    result = take({"cat/new.jpg": image_bytes(seed=77), "bird/1.jpg": image_bytes(seed=78)})
    assert result.classes == {"bird": 1, "cat": 4, "dog": 3}
    sources = read_catalogue(project)["source"].tolist()
    assert sources == [*class_files(), "cat/new.jpg", "bird/1.jpg"]


def test_a_class_may_be_added_to_by_itself(take, project):
    take(class_files())
    assert take({"cat/new.jpg": image_bytes(seed=77)}).added == 1


def test_the_same_path_with_other_content_is_another_image(take, project):
    take(class_files())
    take({"cat/0.jpeg": image_bytes(seed=77)})
    assert read_catalogue(project)["source"].value_counts()["cat/0.jpeg"] == 2


def test_a_folder_is_taken_like_a_zip(tmp_path, project):
    files = class_files()
    with open_source(make_folder(tmp_path / "set", files)) as source:
        ingest(source, project)
    assert read_catalogue(project)["source"].tolist() == sorted(files)


def test_an_archive_named_like_a_path_is_only_text(take, project):
    take({f"{'x' * 300}/{'y' * 300}.jpg": image_bytes(), "CON/aux.jpg": image_bytes(seed=2)})
    assert read_catalogue(project)["label"].tolist() == ["x" * 300, "CON"]


@pytest.mark.parametrize(
    ("files", "title"),
    [
        ({}, "No images were found"),
        ({"cat/notes.txt": b"hello"}, "No images were found"),
        ({"1.jpg": image_bytes(), "2.jpg": image_bytes()}, "No images were found"),
        ({"cat/1.jpg": JUNK, "dog/1.jpg": JUNK}, "No images were found"),
        (class_files("abcdef", 1), "There are too many classes"),
    ],
)
def test_what_cannot_be_learned_from_leaves_nothing_behind(take, project, files, title):
    with pytest.raises(DataProblem) as caught:
        take(files, limits=Limits(max_classes=5))
    assert caught.value.title == title
    assert everything(project) == set()


def test_a_refusal_leaves_an_earlier_catalogue_untouched(take, project):
    take(class_files())
    before = everything(project)
    with pytest.raises(DataProblem):
        take(class_files("abcdef", 1), limits=Limits(max_classes=5))
    assert everything(project) == before


def test_stopping_leaves_the_project_as_it_was(take, project):
    take(class_files())
    before, table = everything(project), read_catalogue(project)
    asked = []

    def should_stop():
        asked.append(1)
        return len(asked) > 30

    with pytest.raises(Stopped):
        take(class_files(["bird", "fish"], 40), should_stop=should_stop)
    assert len(asked) == 31
    assert everything(project) == before
    pd.testing.assert_frame_equal(read_catalogue(project), table)
    assert take(class_files(["bird", "fish"], 40)).added == 80


def test_stopping_is_possible_until_the_last_image(take, project):
    files = class_files(each=2)
    asked = []
    take(files, should_stop=lambda: bool(asked.append(1)))
    assert len(asked) >= len(files)
    last = len(asked)
    asked.clear()
    take({"bird/1.jpg": image_bytes(seed=5)})

    def at_the_last():
        asked.append(1)
        return len(asked) == last

    with pytest.raises(Stopped):
        take(class_files(["bird", "fish"], 2), should_stop=at_the_last)
    assert len(read_catalogue(project)) == 5


def test_a_failure_of_the_caller_leaves_nothing_behind(take, project):
    def on_progress(stage, done, total):
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take(class_files(), on_progress=on_progress)
    assert everything(project) == set()


def test_a_failure_after_saving_takes_nothing_back(take, project):
    def on_progress(stage, done, total):
        if stage == take_module.SAVING and done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take(class_files(), on_progress=on_progress)
    for sha256 in read_catalogue(project)["sha256"]:
        assert original_path(project, sha256).is_file()


def test_progress_is_told_image_by_image_from_the_callers_thread(take):
    told = []
    take(
        class_files(),
        on_progress=lambda *step: told.append((*step, threading.current_thread())),
    )
    here = threading.current_thread()
    assert told[:7] == [("Reading images", done, 6, here) for done in range(7)]
    assert told[7:] == [("Saving", 0, 1, here), ("Saving", 1, 1, here)]


@pytest.mark.parametrize("workers", [1, 4])
def test_rows_stand_in_the_order_of_the_archive(take, project, workers):
    files = {
        f"{'ab'[n % 2]}/{n}.jpg": image_bytes(size=(20 + 37 * n % 400, 30), seed=n)
        for n in range(60)
    }
    take(files, workers=workers)
    assert read_catalogue(project)["source"].tolist() == list(files)


def test_a_damaged_catalogue_is_a_problem_and_is_kept(take, project):
    (project / "catalogue.parquet").write_bytes(b"broken")
    with pytest.raises(ProjectProblem):
        take(class_files())
    assert (project / "catalogue.parquet").read_bytes() == b"broken"


def test_a_project_that_cannot_be_written_is_a_problem(take, project):
    (project / "originals").write_bytes(b"a file in the way")
    with pytest.raises(ProjectProblem):
        take(class_files())
    assert everything(project) == {"originals"}


class Endless(Closing):
    """An archive of many large images that are made as they are read."""

    def __init__(self, count):
        self.members = [Member(n, f"{'ab'[n % 2]}/{n}.bmp", 750_054) for n in range(count)]

    def read(self, member):
        buffer = BytesIO()
        Image.new("RGB", (500, 500), (member.index, 0, 0)).save(buffer, "BMP")
        return buffer.getvalue()


def test_only_a_few_images_are_in_memory_at_a_time(project):
    gc.collect()
    tracemalloc.start()
    try:
        with Endless(100) as source:
            ingest(source, project)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 100 * 750_000 / 5


def test_a_class_may_come_alone(take, project):
    assert take(class_files(["cat"])).classes == {"cat": 3}
    assert take(class_files(["dog"])).classes == {"cat": 3, "dog": 3}
