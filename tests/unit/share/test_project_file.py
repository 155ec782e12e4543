"""A project as one file: nothing is lost on the way, and a stranger's file is not trusted."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from core.audit import Findings
from core.audit.measure import measure_missing, read_measurements
from core.catalogue import in_force
from core.errors import ArchiveProblem, Problem, ProjectProblem, Stopped
from core.jobs import Run, runs_of
from core.project import SCHEMA_VERSION, Project, Workspace
from core.settings import Method
from core.share.contents import kind_of
from core.share.listing import size_of
from core.share.project_file import open_file, save
from tests.makers import JUNK, image_bytes, make_zip

Contents = dict[str, bytes]
SHA = "ab" * 32


@pytest.fixture
def packed(project: Project, tmp_path: Path) -> Path:
    save(project, tmp_path / "garden.firstlight")
    return tmp_path / "garden.firstlight"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "there").mkdir()
    return tmp_path / "there"


def opened(path: Path, root: Path) -> Project:
    return open_file(path, root, root / ".opening" / "job" / "project")


def contents(folder: Path) -> Contents:
    """Every file that belongs to a project, by its path."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    named = {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
    return {name: data for name, data in named.items() if not name.endswith("lock")}


def read(path: Path) -> Contents:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed(packed: Path, change: Callable[[Contents], object]) -> Path:
    """The project file with something in it changed."""
    found = read(packed)
    change(found)
    return make_zip(packed.with_name("changed.firstlight"), found, zipfile.ZIP_STORED)


def refusal(path: Path, root: Path) -> Problem:
    """Why the file is refused; nothing may be left behind."""
    with pytest.raises(Problem) as caught:
        opened(path, root)
    assert Workspace(root).projects() == []
    assert not (root / ".opening" / "job" / "project").exists()
    return caught.value


def test_nothing_is_lost(project: Project, packed: Path, root: Path) -> None:
    again = opened(packed, root)
    assert contents(again.folder) == contents(project.folder)
    assert again.id != project.id
    assert again.name == project.name
    assert [found.id for found in Workspace(root).projects()] == [again.id]
    pd.testing.assert_frame_equal(in_force(again), in_force(project))
    assert Findings.load(again) is not None
    assert [run.id for run in runs_of(again)] == [run.id for run in runs_of(project)]
    assert runs_of(again)[0].project.folder == again.folder


def test_nothing_is_packed_and_the_same_project_gives_the_same_file(
    project: Project, packed: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(packed) as archive:
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}
        assert archive.namelist()[0] == "project.json"
    save(project, tmp_path / "again.firstlight")
    assert (tmp_path / "again.firstlight").read_bytes() == packed.read_bytes()


def test_measurements_are_taken_along(project: Project, tmp_path: Path, root: Path) -> None:
    measure_missing(project, project.read_table(project.catalogue_file)["sha256"])
    save(project, tmp_path / "measured.firstlight")
    again = opened(tmp_path / "measured.firstlight", root)
    assert again.measurements_file.read_bytes() == project.measurements_file.read_bytes()
    assert read_measurements(again).equals(read_measurements(project))


def test_features_can_be_left_out(project: Project, tmp_path: Path, root: Path) -> None:
    without, features = size_of(project)
    assert save(project, tmp_path / "small.firstlight", features=False) < without + 40_000
    assert features > 1000
    again = opened(tmp_path / "small.firstlight", root)
    assert not again.features.exists()
    assert in_force(again).equals(in_force(project))


def test_an_empty_project_can_be_saved_and_opened(tmp_path: Path, root: Path) -> None:
    project = Project.create(tmp_path / "here", "Nothing yet")
    save(project, tmp_path / "empty.firstlight")
    assert opened(tmp_path / "empty.firstlight", root).is_empty


def test_progress_ends_at_all_of_it(project: Project, tmp_path: Path, root: Path) -> None:
    told: list[tuple[int, int]] = []
    path = tmp_path / "told.firstlight"
    save(project, path, tell=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] > 0
    assert told == sorted(told)
    told.clear()
    staging = root / ".opening" / "a"
    open_file(path, root, staging, tell=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] > 0


def test_saving_can_be_stopped_and_leaves_no_file(project: Project, tmp_path: Path) -> None:
    with pytest.raises(Stopped):
        save(project, tmp_path / "none.firstlight", should_stop=lambda: True)
    assert not list(tmp_path.glob("*none*"))


def test_opening_can_be_stopped_and_leaves_nothing(packed: Path, root: Path) -> None:
    with pytest.raises(Stopped):
        open_file(packed, root, root / ".opening" / "a", should_stop=lambda: True)
    assert Workspace(root).projects() == []
    assert not (root / ".opening" / "a").exists()


def test_what_a_killed_opening_left_is_no_project_and_in_nobodys_way(
    packed: Path, root: Path
) -> None:
    staging = root / ".opening" / "job" / "project"
    staging.mkdir(parents=True)
    (staging / "project.json").write_bytes(read(packed)["project.json"])
    (staging / "half.tmp").write_bytes(b"half")
    assert Workspace(root).projects() == []
    assert [found.name for found in [opened(packed, root)]] == ["Leaves from the garden"]


def test_a_full_disk_is_told_before_anything_is_written(
    project: Project, packed: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(root)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    assert "not enough room" in refusal(packed, root).title
    with pytest.raises(ProjectProblem, match="not enough room"):
        save(project, packed)


def test_a_newer_version_is_told(packed: Path, root: Path) -> None:
    def newer(found: Contents) -> None:
        content = json.loads(found["project.json"]) | {"schema": SCHEMA_VERSION + 1}
        found["project.json"] = json.dumps(content).encode()

    problem = refusal(changed(packed, newer), root)
    assert "newer version" in problem.title
    assert "Update First Light" in problem.fix


def test_a_zip_of_images_is_no_project_file(tmp_path: Path, root: Path) -> None:
    path = make_zip(tmp_path / "cats.zip", {"cat/1.jpg": image_bytes()})
    assert "not a First Light project file" in refusal(path, root).title


@pytest.mark.parametrize("data", [b"", JUNK, b"PK\3\4" + bytes(100)])
def test_no_zip_at_all(data: bytes, tmp_path: Path, root: Path) -> None:
    path = tmp_path / "x.firstlight"
    path.write_bytes(data)
    assert isinstance(refusal(path, root), ArchiveProblem)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.999])
def test_a_file_that_was_cut_short(share: float, packed: Path, root: Path) -> None:
    data = packed.read_bytes()
    packed.write_bytes(data[: int(len(data) * share)])
    refusal(packed, root)


@pytest.mark.parametrize(
    "name",
    [
        "../escape.txt",
        "originals/../../escape",
        "/etc/cron.d/x",
        "C:/x",
        "notes.txt",
        "originals/ab/" + "AB" * 32,
        "originals/cd/" + SHA,
        f"originals/ab/{SHA}.exe",
        f"thumbs/ab/{SHA}.html",
        "runs/Odd Name/job.json",
        "runs/a/b/job.json",
        "runs/../job.json",
        "runs/a/evil.py",
        "runs/a/model.pkl",
        "features/../x/0123456789abcdef.keys",
        "features/net/code.py",
        "jobs/ingest-1/job.json",
        ".streamlit/secrets.toml",
        "catalogue.parquet/x",
        "project.json\n",
    ],
)
def test_only_known_paths_are_taken(name: str, packed: Path, root: Path) -> None:
    refusal(changed(packed, lambda found: found.update({name: b"{}"})), root)
    assert {path.name for path in root.iterdir()} <= {".opening"}


def test_an_image_must_be_what_its_name_promises(packed: Path, root: Path) -> None:
    def swap(found: Contents) -> None:
        name = next(name for name in found if name.startswith("originals/"))
        found[name] = image_bytes(seed=99)

    assert "is not the image that its name promises" in refusal(changed(packed, swap), root).detail


def test_an_image_that_is_missing_is_told(packed: Path, root: Path) -> None:
    def drop(found: Contents) -> None:
        del found[next(name for name in found if name.startswith("originals/"))]

    assert "which is missing" in refusal(changed(packed, drop), root).detail


def test_a_thumbnail_must_be_one(packed: Path, root: Path) -> None:
    def swap(found: Contents) -> None:
        found[next(name for name in found if name.startswith("thumbs/"))] = b"<script>"

    assert "is no thumbnail" in refusal(changed(packed, swap), root).detail


@pytest.mark.parametrize(
    "name", ["project.json", "split.json", "audit.json", "decisions.jsonl", "/job.json", ".keys"]
)
@pytest.mark.parametrize("data", [b"[]\n", b"nonsense\n", b"\xff\xfe\n", b"[" * 100_000 + b"\n"])
def test_damaged_texts_are_refused(name: str, data: bytes, packed: Path, root: Path) -> None:
    def spoil(found: Contents) -> None:
        found[next(path for path in found if name in path)] = data

    refusal(changed(packed, spoil), root)


@pytest.mark.parametrize(
    "request_", [{"project": "/"}, {"project": "../.."}, {"path": "/etc/passwd"}]
)
def test_a_run_cannot_point_elsewhere(request_: dict[str, str], packed: Path, root: Path) -> None:
    def lead_away(found: Contents) -> None:
        name = next(path for path in found if path.endswith("job.json"))
        found[name] = json.dumps(json.loads(found[name]) | {"request": request_}).encode()

    assert "does not describe a run" in refusal(changed(packed, lead_away), root).detail


def test_a_last_line_that_was_cut_off_is_what_a_crash_leaves(packed: Path, root: Path) -> None:
    def cut(found: Contents) -> None:
        found["decisions.jsonl"] = found["decisions.jsonl"] + b'{"act": "dr'

    assert not opened(changed(packed, cut), root).is_empty


def test_a_run_must_be_whole(packed: Path, root: Path) -> None:
    def drop(found: Contents) -> None:
        del found[next(path for path in found if path.endswith("settings.json"))]

    assert "is missing" in refusal(changed(packed, drop), root).detail


def test_a_run_that_is_being_written_is_left_out(
    project: Project, tmp_path: Path, root: Path
) -> None:
    half = project.runs / "head-half"
    half.mkdir()
    (half / "split.parquet").write_bytes(b"PAR1")
    save(project, tmp_path / "x.firstlight")
    assert [run.id for run in runs_of(opened(tmp_path / "x.firstlight", root))] == [
        run.id for run in runs_of(project)
    ]


def test_every_file_that_a_project_keeps_is_known() -> None:
    folder = Path("p")
    project = Project.__new__(Project)
    project.folder = folder
    kept = [
        *(project.catalogue_file, project.rejected_file, project.unlabelled_file),
        *(project.measurements_file, project.audit_file, project.audit_file.with_suffix(".json")),
        *(project.preflight_file, project.decisions_file, project.split_file),
        *(project.map_file, project.map_file.with_suffix(".webp")),
        *(project.recipe_file, project.recipes_file),
    ]
    run = Run.__new__(Run)
    run.folder = project.runs / "head-0123456789abcdef"
    kept += [run.model_file, run.predictions_file, run.report_file]
    kept += [run.folder / f"{method}.npz" for method in Method]
    unknown = [path for path in kept if kind_of(path.relative_to(folder).as_posix()) is None]
    assert not unknown
