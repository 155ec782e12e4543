"""A page that needs no server: what is written, and what it lets itself reach."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.errors import ModelProblem
from core.ingest.fit import fit_image
from core.settings import Fit
from core.share import web_page, web_runtime
from core.share.demo import write_demo
from core.share.web_page import write_web_page

SIZE = 48
SOURCES = sorted(Path(web_page.__file__).with_name("web").rglob("*.*"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What stands beside a model, as far as the page has to know it when it is written."""
    made = tmp_path / "out"
    made.mkdir()
    about = {"input": {"size": SIZE, "fit": "pad"}}
    (made / "model.json").write_text(json.dumps(about), encoding="utf-8")
    (made / "README.md").write_text("about the model", encoding="utf-8")
    return made


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the runtime that passes for the one that was tested."""
    made = tmp_path / "runtime"
    made.mkdir()
    found = {part.file: made / part.file for part in web_runtime.PARTS}
    for path in found.values():
        path.write_bytes(path.name.encode())
    monkeypatch.setattr(web_runtime, "find", lambda folder: found)
    return made


def policy(folder: Path) -> dict[str, str]:
    """The page's Content-Security-Policy, by directive."""
    text = (folder / "index.html").read_text(encoding="utf-8")
    found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert found
    parts = (part.strip().partition(" ") for part in found[1].split(";"))
    return {name: allowed for name, _, allowed in parts}


def test_it_reaches_its_own_host_and_the_pinned_runtime_only(folder: Path) -> None:
    write_web_page(folder)
    allowed = policy(folder)
    assert allowed["default-src"] == "'none'"
    assert allowed["connect-src"].split() == ["'self'", web_runtime.CDN]
    assert not [rule for rule in allowed.values() if "unsafe-inline" in rule or "*" in rule]
    pinned = json.loads((folder / "page" / "runtime.json").read_text(encoding="utf-8"))
    assert pinned["base"] == web_runtime.CDN
    assert pinned["wasm"]["integrity"] == web_runtime.WASM.integrity


def test_with_the_runtime_inside_it_reaches_no_other_host(folder: Path, runtime: Path) -> None:
    added = write_web_page(folder, runtime)
    assert policy(folder)["connect-src"] == "'self'"
    assert {path.name for path in (folder / "runtime").iterdir()} == {
        part.file for part in web_runtime.PARTS
    }
    assert "runtime" in added and all((folder / name).exists() for name in added)
    pages = [path for path in folder.rglob("*") if path.suffix in (".html", ".js", ".json", ".css")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in pages)
    assert "jsdelivr" not in text and "{{" not in text


def test_a_runtime_that_is_not_the_tested_one_leaves_nothing_behind(
    folder: Path, tmp_path: Path
) -> None:
    before = sorted(folder.rglob("*"))
    with pytest.raises(ModelProblem):
        write_web_page(folder, tmp_path)
    assert sorted(folder.rglob("*")) == before


def test_the_demo_and_the_page_leave_each_other_alone(folder: Path) -> None:
    write_demo(folder)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    write_web_page(folder)
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize("fit", Fit)
def test_the_page_has_pictures_to_check_its_own_scaling(fit: Fit, folder: Path) -> None:
    about = {"input": {"size": SIZE, "fit": str(fit)}}
    (folder / "model.json").write_text(json.dumps(about), encoding="utf-8")
    write_web_page(folder)
    told = json.loads((folder / "page" / "check" / "pictures.json").read_text(encoding="utf-8"))
    for each in told:
        given, expected = (Image.open(folder / each[name]) for name in ("given", "expected"))
        assert given.width != given.height and expected.size == (SIZE, SIZE)
        assert np.array_equal(fit_image(given, SIZE, fit), np.asarray(expected))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_the_sources_write_text_as_text_and_know_no_address(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", text)
    known = ("http://localhost:8000", "http://www.w3.org/2000/svg")
    assert set(re.findall(r"https?://[\w.:/-]+", text)) <= set(known)
    assert not re.search(r"\sstyle=|\son\w+=\"", text)  # the policy would forbid them
    assert len(text.splitlines()) <= 300
