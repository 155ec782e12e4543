"""The program that runs a model in a browser: fetched, found, and refused where it is another."""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile
from pathlib import Path

import pytest

from core.errors import ModelProblem
from core.share import web_runtime
from core.share.web_runtime import PACKAGE, VERSION, Part
from tests import web_site

CONTENT = {"run.mjs": b"export const run = 1;", "run.wasm": b"\0asm" * 100}


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A runtime of a few bytes, and no registry of the user's own."""

    def part(name: str, data: bytes) -> Part:
        integrity = "sha384-" + base64.b64encode(hashlib.sha384(data).digest()).decode()
        return Part(name, len(data), integrity)

    monkeypatch.setattr(web_runtime, "PARTS", tuple(part(*each) for each in CONTENT.items()))
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    for name in ("npm_config_registry", "NPM_CONFIG_REGISTRY", web_runtime.VARIABLE):
        monkeypatch.delenv(name, raising=False)


def lay(folder: Path, content: dict[str, bytes] = CONTENT) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in content.items():
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture
def registry(tmp_path: Path):
    """The address of an npm registry on this machine; its package holds more than is wanted."""
    packed = tmp_path / "registry" / PACKAGE / "-" / f"{PACKAGE}-{VERSION}.tgz"
    packed.parent.mkdir(parents=True)
    more = {"package/package.json": b"{}", "package/../../escaped.mjs": b"!"}
    inside = {f"package/dist/{name}": data for name, data in CONTENT.items()}
    with tarfile.open(packed, "w:gz") as archive:
        for name, data in (more | inside).items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    with web_site.serving(tmp_path / "registry") as address:
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


def test_it_is_fetched_and_nothing_else_of_the_package(registry: str, tmp_path: Path) -> None:
    folder = tmp_path / "made" / "here"
    web_runtime.fetch(folder, registry)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == CONTENT


def test_what_is_there_is_not_fetched_again(tmp_path: Path) -> None:
    lay(tmp_path)
    web_runtime.fetch(tmp_path, "http://127.0.0.1:9")  # nobody answers there


def test_the_registry_is_the_one_that_npm_would_ask(
    registry: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home").mkdir()
    settings = tmp_path / "home" / ".npmrc"
    settings.write_text(f"fund=false\nregistry = {registry}/\n", encoding="utf-8")
    assert web_runtime.fetch(tmp_path / "by-settings")
    settings.write_text("registry=http://127.0.0.1:9/\n", encoding="utf-8")
    monkeypatch.setenv("npm_config_registry", registry)
    assert web_runtime.fetch(tmp_path / "by-environment")


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "file:///etc", "nonsense"])
def test_a_registry_that_cannot_be_reached_is_told(address: str, tmp_path: Path) -> None:
    with pytest.raises(ModelProblem, match="could not be fetched"):
        web_runtime.fetch(tmp_path, address)


def test_the_pinned_files_are_of_one_exact_version() -> None:
    assert f"{PACKAGE}@{VERSION}/" in web_runtime.MIRROR
    assert web_runtime.MIRROR.startswith("https://")
    for part in (web_runtime.SCRIPT, web_runtime.WASM):
        assert len(base64.b64decode(part.integrity.removeprefix("sha384-"))) == 48
