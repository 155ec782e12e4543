"""Projects of Teachable Machine: samples with their classes, and what is refused."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from core.errors import ArchiveProblem
from core.ingest import TeachableProject, ZipArchive, ingest, open_source, read_catalogue
from core.ingest.teachable import read_teachable
from tests.makers import RawMember, image_bytes, make_raw_zip, make_zip

SETTINGS = {"trainEpochs": 50, "trainBatchSize": 16, "trainLearningRate": 0.001}


def manifest(kind: str | None = "image", **more: object) -> bytes:
    told = {} if kind is None else {"type": kind}
    return json.dumps({**told, "version": "2.4.5", "appdata": SETTINGS, **more}).encode()


def samples(*classes: str, each: int = 3) -> dict[str, bytes]:
    """As Teachable Machine names them."""
    return {
        f"{label}-!-{number}.jpg": image_bytes(seed=100 * place + number)
        for place, label in enumerate(classes)
        for number in range(each)
    }


def project(tmp_path: Path, files: dict[str, bytes]) -> Path:
    return make_zip(tmp_path / "project.tm", files)


def classes(path: Path) -> dict[str, int]:
    with read_teachable(path) as found:
        return dict(Counter(member.name.split("/")[0] for member in found.members))


def test_the_samples_get_their_classes(tmp_path: Path) -> None:
    path = project(tmp_path, {"manifest.json": manifest(), **samples("Class 1", "Klasse ö")})
    assert classes(path) == {"Class 1": 3, "Klasse ö": 3}
    with open_source(path) as source:
        assert isinstance(source, TeachableProject)
        result = ingest(source, tmp_path / "p")
    assert result.classes == {"Class 1": 3, "Klasse ö": 3}
    assert result.rejected == ()
    assert set(read_catalogue(tmp_path / "p")["source"]) >= {"Class 1/0.jpg", "Klasse ö/2.jpg"}


def test_odd_names_of_classes_stay_inside_one_folder(tmp_path: Path) -> None:
    odd = samples("up/down", "a-!-b", ".hidden", "  spaced  ")
    found = classes(project(tmp_path, {"manifest.json": manifest(), **odd}))
    assert found == {"up down": 3, "a-!-b": 3, "hidden": 3, "spaced": 3}


def test_the_same_file_name_in_two_classes(tmp_path: Path) -> None:
    path = project(tmp_path, {"manifest.json": manifest(), **samples("a", "b")})
    with read_teachable(path) as found:
        data = {member.name: found.read(member) for member in found.members}
    assert data["a/0.jpg"] == image_bytes(seed=0)
    assert data["b/0.jpg"] == image_bytes(seed=100)


def test_one_that_was_zipped_again_with_its_folder(tmp_path: Path) -> None:
    files = {"manifest.json": manifest(), **samples("a", "b")}
    path = project(tmp_path, {f"my project/{name}": data for name, data in files.items()})
    assert classes(path) == {"a": 3, "b": 3}


def test_one_with_folders(tmp_path: Path) -> None:
    images = {f"samples/{label}/{n}.png": image_bytes("PNG") for label in "ab" for n in range(2)}
    assert classes(project(tmp_path, {"manifest.json": manifest(), **images})) == {"a": 2, "b": 2}


def test_one_whose_manifest_lists_the_samples(tmp_path: Path) -> None:
    listed = [{"name": "a", "samples": ["1.png", 7]}, {"label": "b", "samples": ["2.png"]}, "c"]
    files = {"manifest.json": manifest(classes=listed)}
    files |= {f"{n}.png": image_bytes("PNG", seed=n) for n in (1, 2, 3)}
    assert classes(project(tmp_path, files)) == {"a": 1, "b": 1}


@pytest.mark.parametrize(
    ("kind", "said"), [("audio", "an audio"), ("pose", "a pose"), ("Audio", "an audio")]
)
def test_sounds_and_poses_are_refused(kind: str, said: str, tmp_path: Path) -> None:
    path = project(tmp_path, {"manifest.json": manifest(kind), **samples("a", "b")})
    with pytest.raises(ArchiveProblem, match=f"This is {said} project"), open_source(path):
        pass


@pytest.mark.parametrize("data", [b"", b"[]", b"\xff", b"[" * 100_000, b"null"])
def test_a_damaged_manifest(data: bytes, tmp_path: Path) -> None:
    path = project(tmp_path, {"manifest.json": data, **samples("a", "b")})
    with pytest.raises(ArchiveProblem, match=r"manifest\.json is damaged"):
        read_teachable(path)


def test_no_manifest(tmp_path: Path) -> None:
    with pytest.raises(ArchiveProblem, match="not a Teachable Machine project"):
        read_teachable(project(tmp_path, samples("a", "b")))


def test_no_samples(tmp_path: Path) -> None:
    with pytest.raises(ArchiveProblem, match="no images"):
        read_teachable(project(tmp_path, {"manifest.json": manifest()}))


def test_a_zip_of_images_that_happens_to_hold_a_manifest(tmp_path: Path) -> None:
    files = {"manifest.json": b'{"name": "my web app"}', "a/1.png": image_bytes("PNG")}
    with open_source(project(tmp_path, files)) as source:
        assert isinstance(source, ZipArchive)


@pytest.mark.parametrize("name", [b"../x-!-0.jpg", b"/etc/x-!-0.jpg", b"C:\\x-!-0.jpg"])
def test_names_that_lead_out_are_refused(name: bytes, tmp_path: Path) -> None:
    members = [RawMember(b"manifest.json", manifest()), RawMember(name, image_bytes())]
    with pytest.raises(ArchiveProblem, match="outside its folder"):
        read_teachable(make_raw_zip(tmp_path / "x.tm", members))
