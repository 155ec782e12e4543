"""Reading well-known sets: random images in place of the real ones, and no network."""

from __future__ import annotations

import functools
import hashlib
import shutil
import sys
import threading
import time
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from core.errors import DataProblem, Stopped
from core.ingest import ingest, open_source, read_catalogue
from core.ingest.known_sets import KnownSet, known_set, known_sets
from core.ingest.reading import LabelsFrom, Reading
from core.jobs import JobFolder, State
from core.jobs.sources import start_known_set
from core.jobs.tasks import perform
from core.ml import known_sets as reader
from core.project import Project
from tests.makers import image_bytes, make_zip

EXAMPLES = 100


@pytest.fixture
def mocked() -> Iterator[None]:
    """Every set has 100 random images in each split."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import tensorflow_datasets as tfds

        with tfds.testing.mock_data(num_examples=EXAMPLES):
            yield


def drawn(known: KnownSet, tmp_path: Path, each: int, seed: int = 0) -> list[str]:
    path = tmp_path / f"{each}-{seed}.zip"
    number = reader.sample(known, tmp_path / "tfds", each, seed, path)
    with zipfile.ZipFile(path) as archive:
        assert len(archive.namelist()) == number
        return archive.namelist()


@pytest.mark.usefixtures("mocked")
def test_a_sample_is_stratified_and_seeded(tmp_path: Path) -> None:
    clothes = known_set("fashion_mnist")
    everything = Counter(name.split("/")[1] for name in drawn(clothes, tmp_path, each=1000))
    assert everything.total() == 2 * EXAMPLES
    names = drawn(clothes, tmp_path, each=8)
    assert Counter(name.split("/")[1] for name in names) == {
        label: min(8, number) for label, number in everything.items()
    }
    assert {name.split("/")[0] for name in names} == {"train", "test"}
    assert drawn(clothes, tmp_path, each=8) == names
    assert drawn(clothes, tmp_path, each=8, seed=1) != names


@pytest.mark.usefixtures("mocked")
def test_images_come_through_with_class_and_split(tmp_path: Path) -> None:
    names = drawn(known_set("fashion_mnist"), tmp_path, each=5)
    reading = Reading(labels=LabelsFrom.FOLDERS, root="", keep_split=True)
    with open_source(tmp_path / "5-0.zip") as source:
        result = ingest(source, tmp_path / "p", reading)
    assert result.rejected == ()
    assert result.classes == Counter(name.split("/")[1] for name in names)
    taken = read_catalogue(tmp_path / "p")
    assert [f"{row.split_given}/{row.label}" for row in taken.itertuples()] == [
        name.rpartition("/")[0] for name in taken["source"]
    ]


@pytest.mark.usefixtures("mocked")
@pytest.mark.parametrize("name", ["mnist", "eurosat/rgb", "malaria"])
def test_sets_of_every_shape_can_be_read(name: str, tmp_path: Path) -> None:
    known = known_set(name)
    names = drawn(known, tmp_path, each=2)
    found = {name.split("/")[-2] for name in names}
    assert found <= set(known.classes)
    assert all(len(name.split("/")) == 1 + len(known.splits[:2]) for name in names)
    with open_source(tmp_path / "2-0.zip") as source:
        assert source.read(source.members[0])


def test_the_facts_are_those_of_the_package() -> None:
    """Classes and bytes as TensorFlow Datasets has them; deep_weeds tells them later."""
    import tensorflow_datasets as tfds

    for known in known_sets():
        builder = tfds.builder(known.name, data_dir="/nowhere")
        label = builder.info.features["label"]
        assert label.num_classes == known.class_count, known.name
        if label.names and not label.names[0].isdigit():
            names = {reader._WORDNET.sub("", each).replace("/", " or ") for each in label.names}
            assert set(known.classes) <= names, known.name
        sizes = {url: info.size for url, info in builder.url_infos.items()}
        wanted = [size for url, size in sizes.items() if "allBands" not in url]
        assert known.download_bytes == sum(wanted), known.name


@pytest.fixture
def nearby(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, bytes]]:
    """The files of beans on a server of this machine; gives the images by class and number."""
    import tensorflow_datasets as tfds

    folder = tmp_path / "www"
    folder.mkdir()
    images: dict[str, bytes] = {}
    builder = tfds.builder_cls("beans")
    handler = functools.partial(SimpleHTTPRequestHandler, directory=str(folder))
    monkeypatch.setattr(SimpleHTTPRequestHandler, "log_message", lambda *_: None)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    infos = {}
    for number, side in enumerate(("train", "validation", "test")):
        found = {
            f"{side}/{label}/{index}.jpg": image_bytes(size=(500, 500), seed=1000 * number + index)
            for index, label in enumerate(known_set("beans").classes * 2)
        }
        images |= found
        data = make_zip(folder / f"{side}.zip", found).read_bytes()
        url = f"http://127.0.0.1:{server.server_port}/{side}.zip"
        infos[url] = tfds.download.checksums.UrlInfo(
            size=len(data), checksum=hashlib.sha256(data).hexdigest(), filename=f"{side}.zip"
        )
        monkeypatch.setattr(sys.modules[builder.__module__], f"_{side.upper()}_URL", url)
    monkeypatch.setattr(builder, "url_infos", infos)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield images
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_set_is_downloaded_and_its_images_are_what_they_were(
    nearby: dict[str, bytes], tmp_path: Path
) -> None:
    beans, folder = known_set("beans"), tmp_path / "tfds"
    assert not reader.is_fetched(beans, folder)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reader.prepare(beans, folder)
    assert reader.is_fetched(beans, folder)
    assert not (folder / "downloads" / "beans").exists()
    drawn(beans, tmp_path, each=100)
    with zipfile.ZipFile(tmp_path / "100-0.zip") as archive:
        assert {archive.read(name) for name in archive.namelist()} == set(nearby.values())


def test_a_file_that_is_not_what_it_was_is_refused(
    nearby: dict[str, bytes], tmp_path: Path
) -> None:
    make_zip(tmp_path / "www" / "test.zip", {"other.jpg": image_bytes()})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(DataProblem, match="could not be downloaded"):
            reader.prepare(known_set("beans"), tmp_path / "tfds")


def test_choosing_takes_all_of_a_small_class() -> None:
    labels = np.array([0] * 100 + [1] * 3)
    chosen = reader.choose(labels, 10, seed=4)
    assert Counter(labels[sorted(chosen)].tolist()) == {0: 10, 1: 3}


@pytest.mark.usefixtures("mocked")
def test_drawing_can_be_stopped(tmp_path: Path) -> None:
    with pytest.raises(Stopped):
        reader.sample(
            known_set("beans"), tmp_path, 5, 0, tmp_path / "x.zip", should_stop=lambda: True
        )


def test_without_a_network_it_is_told_soon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    began = time.monotonic()
    with pytest.raises(DataProblem, match="network cannot be reached"):
        reader.fetch(known_set("beans"), tmp_path, lambda done, total: None, lambda: False)
    assert time.monotonic() - began < 30
    assert not reader.is_fetched(known_set("beans"), tmp_path)


def test_a_download_can_be_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    endless = [sys.executable, "-c", "import time; time.sleep(600)"]
    monkeypatch.setattr(reader, "_command", lambda known, folder: endless)
    downloads = tmp_path / "downloads" / "beans" / "beans"
    downloads.mkdir(parents=True)
    (downloads / "train.zip").write_bytes(bytes(5000))
    told: list[tuple[int, int]] = []
    with pytest.raises(Stopped):
        reader.fetch(
            known_set("beans"), tmp_path, lambda *amount: told.append(amount), lambda: bool(told)
        )
    assert told == [(5000, known_set("beans").download_bytes)]


def test_too_little_room_is_told_before_anything_is_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=100_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(DataProblem, match="not enough room"):
        reader.fetch(known_set("beans"), tmp_path, lambda done, total: None, lambda: False)


def test_a_package_that_is_missing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tensorflow_datasets", None)
    with pytest.raises(DataProblem, match="a package that is not installed"):
        reader.is_fetched(known_set("beans"), tmp_path)


class Desk:
    """An engine that does the work at once, here."""

    def submit(self, job: JobFolder) -> None:
        perform(str(job.folder), job.queue())

    def knows(self, job: JobFolder) -> bool:
        return False


@pytest.mark.usefixtures("mocked")
def test_a_job_takes_a_sample_into_a_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "fetch", lambda known, folder, tell, stop: tell(5, 10))
    project = Project.create(tmp_path / "projects", "Clothes")
    job = start_known_set(project, "fashion_mnist", 3, Desk())
    assert job.state() is State.FINISHED, job.snapshot().problem
    assert set(read_catalogue(project.folder)["label"].value_counts()) == {3}
    assert not (job.folder / "sample.zip").exists()
    stages = [event["label"] for event in job.events()[0] if event["event"] == "stage"]
    assert stages == [
        "Downloading Clothes in 28 pixels, in MB",
        "Choosing images",
        "Reading images",
        "Saving",
    ]


def test_a_job_for_an_unknown_set_fails_with_help(tmp_path: Path) -> None:
    job = start_known_set(Project.create(tmp_path, "x"), "nothing", 6, Desk())
    assert job.state() is State.FAILED
    assert job.snapshot().problem.title == "This set is not offered here"
