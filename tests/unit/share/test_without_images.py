"""A project saved without its images: no picture in it, figures whole, images brought back."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from core.catalogue import in_force
from core.errors import ArchiveProblem, DataProblem
from core.ingest import ingest, open_source, original_path
from core.ingest.lost import FIX, Lost, lost
from core.jobs import retrain, runs_of, start, start_training
from core.jobs.field_tests import field_tests
from core.jobs.starting import jobs_of
from core.ml.features import loader
from core.project import Project
from core.settings import Fit, SplitSettings, TrainSettings
from core.share.listing import size_of
from core.share.project_file import open_file, save
from tests.makers import class_files, make_zip
from tests.unit.jobs.doubles import Nobody
from tests.used import everything

PICTURES = (b"RIFF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM")


@pytest.fixture
def used(project: Project) -> Project:
    everything(project, runs_of(project)[0])
    return project


@pytest.fixture
def bare(used: Project, tmp_path: Path) -> Path:
    save(used, tmp_path / "bare.firstlight", images=False)
    return tmp_path / "bare.firstlight"


@pytest.fixture
def opened(bare: Path, tmp_path: Path) -> Project:
    (tmp_path / "there").mkdir()
    return open_file(bare, tmp_path / "there", tmp_path / "coming")


def paths(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_no_picture_is_in_the_file_and_every_table_is(
    used: Project, bare: Path, tmp_path: Path
) -> None:
    save(used, tmp_path / "whole.firstlight")
    with zipfile.ZipFile(bare) as archive, zipfile.ZipFile(tmp_path / "whole.firstlight") as whole:
        names = set(archive.namelist())
        assert not [name for name in names if archive.read(name).startswith(PICTURES)]
        left_out = set(whole.namelist()) - names
    assert left_out == {
        name
        for name in whole.namelist()
        if name.startswith(("originals/", "thumbs/")) or name.endswith(".webp")
    }
    assert any("/field/" in name for name in left_out)
    assert any("/gaze/" in name for name in left_out)
    assert {"map.webp", "alarm-rotate.webp"} <= left_out


def test_the_size_that_is_told_follows_the_choice(used: Project, tmp_path: Path) -> None:
    for images in (True, False):
        plain, features = size_of(used, images)
        path = tmp_path / f"{images}.firstlight"
        made = save(used, path, features=False, images=images)
        assert abs(made - plain) < 0.2 * plain
        assert save(used, path, images=images) - made == pytest.approx(features, rel=0.2)
    assert size_of(used, True)[0] > size_of(used, False)[0]


def test_it_opens_with_all_that_is_no_picture(used: Project, opened: Project) -> None:
    assert in_force(opened).equals(in_force(used))
    assert lost(used.folder).missing == 0
    found = lost(opened.folder)
    assert found.all
    assert found.known == found.missing == in_force(used)["sha256"].nunique() + 1  # one is dropped
    run, again = runs_of(used)[0], runs_of(opened)[0]
    assert again.report() == run.report()
    assert field_tests(again)[0].found == field_tests(run)[0].found
    assert not field_tests(again)[0].thumbs.exists()


def test_saved_again_it_is_the_same_file(opened: Project, bare: Path, tmp_path: Path) -> None:
    save(opened, tmp_path / "again.firstlight")
    assert (tmp_path / "again.firstlight").read_bytes() == bare.read_bytes()


def test_the_same_zip_brings_every_image_back(
    used: Project, opened: Project, tmp_path: Path
) -> None:
    before = opened.catalogue_file.read_bytes()
    with open_source(tmp_path / "leaves.zip") as source:
        result = ingest(source, opened.folder)
    assert result.added == 0
    assert lost(opened.folder) == Lost(0, lost(used.folder).known)
    for folder in ("originals", "thumbs"):
        assert paths(opened.folder / folder) == paths(used.folder / folder)
        for name in paths(used.folder / folder):
            there, here = opened.folder / folder / name, used.folder / folder / name
            assert there.read_bytes() == here.read_bytes()
    assert in_force(opened).equals(in_force(used))
    assert opened.catalogue_file.read_bytes() == before


def test_another_zip_brings_none_back(opened: Project, tmp_path: Path) -> None:
    other = {f"new/{name}": data for name, data in class_files(("rust",), each=2).items()}
    known = lost(opened.folder).known
    with open_source(make_zip(tmp_path / "other.zip", other)) as source:
        ingest(source, opened.folder)
    found = lost(opened.folder)
    assert not found.all
    assert 0 < found.missing <= known


def test_what_needs_the_images_is_refused_with_what_helps(opened: Project) -> None:
    run = runs_of(opened)[0]
    for kind in ("stress", "gaze", "model", "export", "alarm", "worth", "sight", "preflight"):
        with pytest.raises(DataProblem, match="did not come along") as caught:
            start(opened, kind, Nobody(), {"run": run.id})
        assert caught.value.fix == FIX
        assert jobs_of(opened, kind) == []
    with pytest.raises(DataProblem, match="did not come along"):
        start_training(opened, TrainSettings(), SplitSettings(), Nobody())
    with pytest.raises(DataProblem, match="did not come along"):
        retrain(run, Nobody())
    assert len(runs_of(opened)) == 1
    start(opened, "map", Nobody())  # features may have come along
    start(opened, "pack", Nobody())


def test_one_image_that_is_not_here_says_how_it_comes_back(opened: Project) -> None:
    sha = str(in_force(opened)["sha256"].iloc[0])
    with pytest.raises(DataProblem, match="is gone") as caught:
        loader(original_path(opened.folder, sha), 32, Fit.SQUASH)()
    assert caught.value.fix == FIX


def test_it_is_no_zip_of_images(bare: Path) -> None:
    with pytest.raises(ArchiveProblem, match="saved project"):
        open_source(bare)
