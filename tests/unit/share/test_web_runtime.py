"""The program that runs a model in a browser: fetched, found, and refused where it is another."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest

from core.errors import ModelProblem
from core.share import web_runtime
from core.share.web_runtime import PACKAGE, VERSION, Part
from tests import web_site

CONTENT = {"run.mjs": b"export const run = 1;", "run.wasm": b"\0asm" * 100}


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A runtime of a few bytes."""

    def part(name: str, data: bytes) -> Part:
        integrity = "sha384-" + base64.b64encode(hashlib.sha384(data).digest()).decode()
        return Part(name, len(data), integrity)

    monkeypatch.setattr(web_runtime, "PARTS", tuple(part(*each) for each in CONTENT.items()))
    monkeypatch.delenv(web_runtime.VARIABLE, raising=False)


def lay(folder: Path, content: dict[str, bytes] = CONTENT) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in content.items():
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture
def source(tmp_path: Path):
    """The address of a folder with the runtime, on this machine."""
    lay(tmp_path / "served", CONTENT | {"more.mjs": b"{}"})
    with web_site.serving(tmp_path / "served") as address:
        yield address


@pytest.mark.parametrize("inside", [".", "dist", "package/dist", f"node_modules/{PACKAGE}/dist"])
def test_it_is_found_however_it_was_unpacked(inside: str, tmp_path: Path) -> None:
    lay(tmp_path / inside)
    assert set(web_runtime.find(tmp_path)) == set(CONTENT)


def test_what_is_missing_is_named_with_the_way_to_get_it(tmp_path: Path) -> None:
    lay(tmp_path, {"run.mjs": CONTENT["run.mjs"]})
    with pytest.raises(ModelProblem, match=r"run\.wasm.*core\.share\.web_runtime"):
        web_runtime.find(tmp_path)


@pytest.mark.parametrize("wrong", [b"short", CONTENT["run.wasm"].replace(b"m", b"n", 1)])
def test_a_file_that_is_another_is_refused(wrong: bytes, tmp_path: Path) -> None:
    lay(tmp_path, CONTENT | {"run.wasm": wrong})
    with pytest.raises(ModelProblem, match=r"run\.wasm is not the one that was tested"):
        web_runtime.find(tmp_path)


def test_it_is_fetched_and_nothing_else(source: str, tmp_path: Path) -> None:
    folder = tmp_path / "made" / "here"
    web_runtime.fetch(folder, source)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == CONTENT


def test_what_is_fetched_must_be_what_was_tested(source: str, tmp_path: Path) -> None:
    (tmp_path / "served" / "run.wasm").write_bytes(CONTENT["run.wasm"] + b"more")
    with pytest.raises(ModelProblem, match=r"run\.wasm is not the one that was tested"):
        web_runtime.fetch(tmp_path / "made", source)


def test_what_is_there_is_not_fetched_again(tmp_path: Path) -> None:
    lay(tmp_path)
    web_runtime.fetch(tmp_path, "http://127.0.0.1:9")  # nobody answers there


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "file:///etc", "nonsense"])
def test_a_source_that_cannot_be_reached_is_told(address: str, tmp_path: Path) -> None:
    with pytest.raises(ModelProblem, match="could not be fetched"):
        web_runtime.fetch(tmp_path, address)


def test_the_pinned_files_are_of_one_exact_version() -> None:
    assert f"{PACKAGE}@{VERSION}/" in web_runtime.CDN
    assert web_runtime.CDN.startswith("https://")
    for part in (web_runtime.SCRIPT, web_runtime.WASM):
        assert len(base64.b64decode(part.integrity.removeprefix("sha384-"))) == 48
