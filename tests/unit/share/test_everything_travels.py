"""Every file of a project either travels in its project file, or stays for a reason told here."""

from __future__ import annotations

import ast
import re
import zipfile
from pathlib import Path

import pytest

from core.jobs import Run, runs_of
from core.jobs.field_tests import field_tests
from core.jobs.run import DISCARD
from core.project import Project
from core.share.contents import kind_of
from core.share.project_file import open_file, save
from tests.conftest import ROOT
from tests.used import everything, field_tested, write

# What lies in a project and does not travel: a pattern of the path, and why.
STAYS = {
    r"(views|pixels)/.*": "made again from images and recipe, and larger than both",
    r"jobs/.*": "what was asked for and is over; uploads on the way; the sweep of a learning rate",
    r"tried/.*": "pictures that a visitor tried, which never joined the project",
    r"camera/.*": "pictures on their way into a class",
    r"waiting/.*": "an upload whose classes nobody has confirmed yet",
    r"upload-[0-9a-f]+\.zip": "an upload on its way into a job",
    r"(.*/)?[a-z]*\.?lock": "tells who works here this moment",
    r"runs/[^/]+/(STOP|FINISH)": "asks work to stop that does not go on elsewhere",
    r"runs/[^/]+/error\.txt": "a traceback, with the paths of this computer",
    r"runs/[^/]+/own\.npz": "kept only for a run outside any project",
    r"(.*/)?\..*\.tmp(\..*)?": "half written",
}

# File names in core that no project holds, or that stay in its folder `jobs`.
ELSEWHERE = {
    *("engine.json", "engine.lock", "distributed.firstlight"),  # of the engine, in the home folder
    *("features-and-map.tflite", "features.keras"),  # in the cache, for all projects
    *("checkpoint.json", "result.json", "rate.json", "images.npz", "ingest.lock"),  # of jobs
    *(
        "export.zip",
        "model.zip",
        "project.firstlight",
        "sample.zip",
        "exercise.zip",
    ),  # made for a download
    *("upload.zip", "upload.firstlight", "waiting.json", "tried.jsonl", "pasted.png"),  # coming in
    *("backbone.keras", "images.csv", "labels.txt", "model.json", "requirements.txt"),  # exported
    *("model-float16.tflite", "model-int8.tflite", "model.tflite"),
    *("pictures.json", "runtime.json"),
    *("config.json", "metadata.json"),  # within a Keras file
    *("embeddings.npy", "hashes.npy", "model.npy"),  # within reference.npz
    *("manifest.json", "samples.json", "doubtful.json"),  # of others, of the samples
    *("decisions.csv", "scores.csv"),  # of buttons
    *("error.txt", "own.npz"),  # see STAYS
}
_FILE = re.compile(
    r"[a-z][\w-]*\.(jsonl?|parquet|np[yz]|webp|keras|csv|txt|zip|lock|keys|vectors|tflite|pkl"
    r"|h5|png|firstlight)"
)


@pytest.fixture
def used(project: Project) -> Project:
    everything(project, runs_of(project)[0])
    return project


def paths(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def packed(project: Project, path: Path) -> set[str]:
    save(project, path)
    with zipfile.ZipFile(path) as archive:
        return set(archive.namelist())


def stays(name: str) -> bool:
    return any(re.fullmatch(pattern, name) for pattern in STAYS)


def test_every_file_travels_or_stays_for_a_reason(used: Project, tmp_path: Path) -> None:
    there = paths(used.folder)
    gone = packed(used, tmp_path / "used.firstlight")
    assert {name for name in there if not stays(name)} == gone
    unused = [pattern for pattern in STAYS if not any(re.fullmatch(pattern, n) for n in there)]
    assert unused == [r"runs/[^/]+/own\.npz"]  # which no run of a project has


def test_what_travels_arrives_as_it_was(used: Project, tmp_path: Path) -> None:
    names = packed(used, tmp_path / "used.firstlight")
    (tmp_path / "there").mkdir()
    again = open_file(tmp_path / "used.firstlight", tmp_path / "there", tmp_path / "coming")
    assert paths(again.folder) == names
    for name in names:
        assert (again.folder / name).read_bytes() == (used.folder / name).read_bytes(), name
    (kept,) = field_tests(runs_of(again)[0])
    assert kept.found == field_tests(runs_of(used)[0])[0].found
    assert len(kept.answers()) == 4


def test_every_file_name_in_the_code_is_known() -> None:
    """A feature that keeps a new file has to decide: it travels, it stays, or it is no part."""
    run, test = "runs/head-0123456789abcdef", "field/field-0123456789abcdef"
    unknown = {
        name
        for name in named_in_code() - ELSEWHERE
        if not any(kind_of(f"{place}{name}") for place in ("", f"{run}/", f"{run}/{test}/"))
    }
    assert not unknown, f"not in core.share.contents, not told in {Path(__file__).name}: {unknown}"


def named_in_code() -> set[str]:
    found = set()
    for path in (ROOT / "core").rglob("*.py"):
        if path.is_relative_to(ROOT / "core" / "hosting"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= {node.value} if _FILE.fullmatch(node.value) else set()
    return found


def test_a_field_test_at_work_and_a_run_that_goes_are_left_out(
    used: Project, tmp_path: Path
) -> None:
    run = runs_of(used)[0]
    half = field_tested(run, "field-half")
    (half / "field.json").unlink()
    going = Run.plan(used, run.settings, run.split)
    write(going.folder / DISCARD)
    names = packed(used, tmp_path / "used.firstlight")
    assert not [name for name in names if "field-half" in name or going.id in name]
