"""The built-in samples: made the same each time, as described, and without a cheap way to cheat."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.errors import DataProblem
from core.ingest.samples import sample, samples
from data import make_samples
from data.make_samples import HERE, LARGEST, SUBJECTS, Subject, packed

EACH_SUBJECT = pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)


def members(subject: Subject) -> dict[str, bytes]:
    """Every file of a finished sample."""
    with zipfile.ZipFile(HERE / f"{subject.name}.zip") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def nearest_mean_accuracy(values: np.ndarray, labels: np.ndarray) -> float:
    """How often an image is nearest to the mean of its own class, itself left out of it."""
    values = (values - values.mean(axis=0)) / values.std(axis=0)
    groups = [labels == label for label in np.unique(labels)]
    right = 0
    for k, value in enumerate(values):
        away = []
        for group in groups:
            others = group.copy()
            others[k] = False
            away.append(((values[others].mean(axis=0) - value) ** 2).sum())
        right += bool(groups[int(np.argmin(away))][k])
    return right / len(values)


@EACH_SUBJECT
def test_the_same_bytes_each_time(subject: Subject) -> None:
    assert packed(subject, count=1) == packed(subject, count=1)


@EACH_SUBJECT
def test_a_sample_begins_as_the_generator_makes_it(subject: Subject) -> None:
    # Other processors may round the last bit another way, hence not the same bytes.
    label = subject.classes[0]
    kept = Image.open(io.BytesIO(members(subject)[f"{label}/{label}_001.jpg"])).convert("L")
    made = Image.open(io.BytesIO(subject.photo(label, 1))).convert("L")
    difference = np.asarray(kept, dtype=float) - np.asarray(made, dtype=float)
    assert np.abs(difference).mean() < 1


@EACH_SUBJECT
def test_a_sample_is_as_described(subject: Subject) -> None:
    described = {entry["name"]: entry for entry in json.loads((HERE / "samples.json").read_text())}
    entry = described[subject.name]
    archive = (HERE / f"{subject.name}.zip").read_bytes()
    assert len(archive) == entry["bytes"] <= LARGEST
    assert hashlib.sha256(archive).hexdigest() == entry["sha256"]
    files = members(subject)
    assert len(files) == entry["images"] == subject.count * len(subject.classes)
    folders = [name.split("/")[0] for name in files]
    assert entry["classes"] == list(subject.classes)
    assert {label: folders.count(label) for label in folders} == dict.fromkeys(
        subject.classes, subject.count
    )
    assert len({hashlib.sha256(data).digest() for data in files.values()}) == len(files)


@EACH_SUBJECT
def test_no_class_gives_itself_away(subject: Subject) -> None:
    rows, labels = [], []
    for name, data in members(subject).items():
        with Image.open(io.BytesIO(data)) as image:
            image.load()
            pixels = np.asarray(image.convert("RGB"), dtype=float)
        rows.append([len(data), *pixels.mean(axis=(0, 1)), pixels.std()])
        labels.append(name.split("/")[0])
    table, classes = np.asarray(rows), np.asarray(labels)
    chance = 1 / len(subject.classes)
    for facts in (table[:, :1], table[:, 1:4], table[:, 4:], table):
        assert nearest_mean_accuracy(facts, classes) < chance + 0.16


def test_making_one_leaves_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = tuple(dataclasses.replace(subject, count=1) for subject in SUBJECTS)
    monkeypatch.setattr(make_samples, "SUBJECTS", few)
    (tmp_path / "samples.json").write_text('[{"name": "prints", "images": 3}]')
    make_samples.main(["--out", str(tmp_path), "--only", "digits"])
    prints, digits = json.loads((tmp_path / "samples.json").read_text())
    assert prints == {"name": "prints", "images": 3}
    assert (digits["name"], digits["images"]) == ("digits", 10)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["digits.zip", "samples.json"]


def test_a_sample_that_grows_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = tuple(dataclasses.replace(subject, count=1) for subject in SUBJECTS)
    monkeypatch.setattr(make_samples, "SUBJECTS", few)
    monkeypatch.setattr(make_samples, "LARGEST", 100)
    with pytest.raises(SystemExit, match="too many"):
        make_samples.main(["--out", str(tmp_path), "--only", "digits"])
    assert not list(tmp_path.iterdir())


def test_the_command_runs_by_its_path(tmp_path: Path) -> None:
    command = [sys.executable, str(HERE / "make_samples.py"), "--help"]
    shown = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "--only" in shown.stdout


def test_the_samples_on_offer() -> None:
    assert [found.name for found in samples()] == [subject.name for subject in SUBJECTS]
    for found in samples():
        assert sample(found.name) is found
        assert found.path.stat().st_size == found.bytes
    assert not sample("digits").synthetic
    assert sample("prints").synthetic and sample("leaves").synthetic


def test_an_unknown_sample_is_a_problem() -> None:
    with pytest.raises(DataProblem, match="prints, leaves, digits"):
        sample("cats")
