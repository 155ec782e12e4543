"""Samples, the browser's runtime, and the way in for other computers."""

from __future__ import annotations

import dataclasses
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import ready
from core.errors import ModelProblem
from core.ingest.samples import samples
from core.ready import Line, Verdict, supplies, tried
from core.share import web_runtime


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.create_server(("", 0)) as listening:
        yield int(listening.getsockname()[1])


@pytest.fixture
def in_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supplies, "own_addresses", lambda: ["192.168.1.10"])


def test_the_samples_are_whole() -> None:
    assert supplies.built_in_samples().verdict is Verdict.READY


def test_a_damaged_or_missing_sample_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample = dataclasses.replace(samples()[0], path=tmp_path / "sample.zip")
    monkeypatch.setattr(supplies, "samples", lambda: (sample,))
    missing = supplies.built_in_samples()
    sample.path.write_bytes(samples()[0].path.read_bytes()[:-1])
    damaged = supplies.built_in_samples()
    for line, what in ((missing, "cannot be read"), (damaged, "damaged")):
        assert line.verdict is Verdict.NOT_READY
        assert what in line.told
        assert "data" in line.fix


def test_a_browser_runtime_is_needed_only_where_one_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(web_runtime.VARIABLE, raising=False)
    line = supplies.browser_runtime()
    assert line.verdict is Verdict.NOT_NEEDED
    assert "core.share.web_runtime" in line.fix
    monkeypatch.setenv(web_runtime.VARIABLE, str(tmp_path))
    line = supplies.browser_runtime()
    assert line.verdict is Verdict.NOT_READY
    assert "core.share.web_runtime" in line.fix


def test_who_serves_this_computer_alone_needs_no_address() -> None:
    line = supplies.address(8501, "127.0.0.1")
    assert line.verdict is Verdict.NOT_NEEDED
    assert "ADDRESS=0.0.0.0" in line.fix


def test_others_are_told_where_to_find_it(in_a_network: None, taken: int) -> None:
    line = supplies.address(taken, "0.0.0.0")
    assert line.verdict is Verdict.READY
    assert f"http://192.168.1.10:{taken}" in line.told


def test_a_taken_port_is_told_with_another(in_a_network: None, taken: int) -> None:
    line = supplies.address(taken)
    assert line.verdict is Verdict.NOT_READY
    assert f"PORT={taken + 1}" in line.fix


def test_without_a_network_nothing_is_missing(monkeypatch: pytest.MonkeyPatch, taken: int) -> None:
    monkeypatch.setattr(supplies, "own_addresses", list)
    line = supplies.address(taken, "0.0.0.0")
    assert line.verdict is Verdict.NOT_NEEDED
    assert "needs none" in line.told


def test_a_line_says_what_went_wrong_and_travels_as_plain_values() -> None:
    def fail() -> str:
        raise ModelProblem("It is broken", "Expected was a whole one", "Buy a new one")

    line = tried("Thing", fail)
    assert line == Line(
        "Thing", Verdict.NOT_READY, "It is broken. Expected was a whole one.", "Buy a new one"
    )
    assert Line.from_json(line.to_json()) == line
    assert not ready.is_ready([line])
    assert ready.is_ready([Line("Other", Verdict.NOT_NEEDED, "")])
