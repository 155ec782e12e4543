"""The worker's side of the field test: read, answered, compared, and what is left of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from core import catalogue, ingest
from core.errors import DataProblem
from core.field import FieldTest, Level
from core.jobs import Run, field_task, own_images, seal
from core.jobs.field_tests import field_tests, start_field_test
from core.jobs.folder import JobFolder, State
from core.ml.run_model import Answers
from core.project import Workspace
from core.settings import Fit, SplitSettings, TrainSettings
from tests.makers import JUNK, encoded, make_zip, plain
from tests.pages.conftest import finish
from tests.unit.jobs.doubles import Desk, Nobody

CLASSES = ("blight", "healthy", "rust")
COLOURS = {"blight": (200, 180, 60), "healthy": (40, 150, 50), "rust": (150, 60, 30)}
LEAVES = {f"{label}/{n}.png": n for label in CLASSES for n in range(30)}


def leaf(label: str, number: int, light: float = 1.0) -> bytes:
    shade = tuple(int(light * channel) + number for channel in COLOURS[label])
    return encoded(plain(shade, (40, 30)))


class ColourModel:
    """Answers with the class whose colour is nearest; the mean colour is the embedding."""

    size, fit = 32, Fit.SQUASH
    kernel = np.zeros((3, 3), np.float32)

    def answer(
        self, images: Iterable[Callable[[], np.ndarray]], check_stop: Callable[[], None]
    ) -> Answers:
        seen = []
        for image in images:
            check_stop()
            seen.append(image().reshape(-1, 3).mean(axis=0))
        colours = np.array(seen)
        away = np.abs(colours[:, None] - np.array(list(COLOURS.values()))).sum(axis=2)
        nearest = away.argmin(axis=1)
        probabilities = np.full((len(colours), 3), 0.05)
        probabilities[np.arange(len(colours)), nearest] = 0.9
        return Answers(probabilities, colours.astype(np.float32))


@pytest.fixture
def run(workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A finished run on leaves, whose model goes by colour."""
    project = Workspace().create("Leaves")
    files = {name: leaf(name.split("/")[0], n) for name, n in LEAVES.items()}
    with ingest.open_source(make_zip(tmp_path / "leaves.zip", files)) as source:
        ingest.ingest(source, project.folder)
    found = Run.plan(project, TrainSettings(epochs=2), SplitSettings())
    finish(found)
    model = ColourModel()
    monkeypatch.setattr(field_task, "run_model", lambda run: model)

    def embeddings(run: Run, hashes: list[str], job: JobFolder) -> np.ndarray:
        loaders = [
            field_task.loader(ingest.original_path(project.folder, sha), 32, Fit.SQUASH)
            for sha in hashes
        ]
        return model.answer(loaders, job.check_stop).embeddings

    monkeypatch.setattr(own_images, "embeddings_of", embeddings)
    gate = SimpleNamespace(unlike=lambda seen: seen.mean(axis=1) < 40)
    monkeypatch.setattr(field_task, "reference", lambda run, job: SimpleNamespace(gate=gate))
    return found


def night(each: int = 14, **others: bytes) -> dict[str, bytes]:
    """The same leaves in a quarter of the light, by other spellings of the classes."""
    return {f"{c.title()}/{n}.png": leaf(c, n, 0.25) for c in CLASSES for n in range(each)} | others


def tried(run: Run, files: dict[str, bytes], tmp_path: Path) -> JobFolder:
    upload = make_zip(tmp_path / "upload.zip", files)
    return start_field_test(run.project, run, upload, "night.zip", Desk())


def test_the_drop_and_what_changed_are_found(run: Run, tmp_path: Path) -> None:
    job = tried(run, night(), tmp_path)
    assert job.state() is State.FINISHED, job.snapshot().problem
    (kept,) = field_tests(run)
    found = kept.found
    assert (found.name, found.images, found.side) == ("night.zip", 42, "validation")
    assert found.drops.level is Level.WORSE
    assert found.drops.accuracy.after < 0.7
    assert found.shown[0].name == "brightness"
    assert found.apart is not None
    assert found.apart.share == 1.0
    assert found.unlike is not None
    assert found.unlike[1] > found.unlike[0]


def test_it_is_held_against_the_test_images_once_they_are_open(run: Run, tmp_path: Path) -> None:
    seal.open_test(run, seal.SCORE)
    tried(run, night(), tmp_path)
    found = field_tests(run)[0].found
    report = run.report()
    assert report is not None
    assert found.side == "test"
    assert found.drops.accuracy.before == pytest.approx(report["test"]["accuracy"])
    assert len(seal.looks(run)) == 1


def test_nothing_joins_the_project_and_no_original_is_left(run: Run, tmp_path: Path) -> None:
    before = catalogue.in_force(run.project)["image_id"].tolist()
    job = tried(run, night(), tmp_path)
    assert catalogue.in_force(run.project)["image_id"].tolist() == before
    (kept,) = field_tests(run)
    assert sorted(path.name for path in kept.folder.iterdir()) == [
        *("answers.parquet", "field.json", "thumbs")
    ]
    answers = kept.answers()
    assert {"label", "predicted", "correct", "compared", "seeming"} <= set(answers.columns)
    assert all((kept.thumbs / sha[:2] / f"{sha}.webp").is_file() for sha in answers["sha256"])
    assert not (job.folder / "upload.zip").exists()
    kept.delete()
    assert field_tests(run) == []
    assert not kept.folder.exists()


def test_images_that_it_learnt_from_and_unknown_classes_are_not_counted(
    run: Run, tmp_path: Path
) -> None:
    images = run.images()
    learnt = images[images["split"] == "train"]["source"].tolist()[:5]
    others = {name: leaf(name.split("/")[0], LEAVES[name]) for name in learnt}
    fox = {"fox/1.png": encoded(plain((200, 90, 20))), "rust/broken.jpg": JUNK}
    tried(run, night() | others | fox, tmp_path)
    found = field_tests(run)[0].found
    assert (found.images, found.learnt, found.unknown) == (48, 5, {"fox": 1})
    assert found.drops.n_after == 42
    assert found.unreadable == 1


def test_the_images_that_it_is_compared_on_are_not_among_those_compared(
    run: Run, tmp_path: Path
) -> None:
    images = run.images()
    names = images[images["split"] == "validation"]["source"].tolist()[:4]
    same = {name: leaf(name.split("/")[0], LEAVES[name]) for name in names}
    tried(run, night() | same, tmp_path)
    found = field_tests(run)[0].found
    assert (found.images, found.own, found.drops.n_after) == (46, 4, 42)


def test_sealed_test_images_have_no_say_in_what_is_different(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, seen = [], own_images.embeddings_of

    def noted(run: Run, hashes: list[str], job: JobFolder | None) -> np.ndarray:
        asked.extend(hashes)
        return seen(run, hashes, job)

    monkeypatch.setattr(own_images, "embeddings_of", noted)
    sides = run.images().set_index("sha256")["split"]
    tried(run, night(), tmp_path)
    assert set(sides[asked]) == {"validation"}
    asked.clear()
    seal.open_test(run, seal.SCORE)
    tried(run, night(), tmp_path)
    assert set(sides[asked]) == {"validation", "test"}


def test_classes_that_were_renamed_since_are_known_by_their_old_names(
    run: Run, tmp_path: Path
) -> None:
    catalogue.decide(run.project, "rename", label="leafrust", to="rusty")
    catalogue.decide(run.project, "rename", label="rusty", to="rust")
    tried(run, {f"LeafRust/{n}.png": leaf("rust", n, 0.9) for n in range(6)}, tmp_path)
    (row,) = [each for each in field_tests(run)[0].found.drops.classes if each.n_after]
    assert (row.label, row.n_after) == ("rust", 6)


def test_classes_that_were_renamed_since_are_known_by_their_names_of_today(
    run: Run, tmp_path: Path
) -> None:
    catalogue.decide(run.project, "rename", label="rust", to="spots")
    tried(run, {f"Spots/{n}.png": leaf("rust", n, 0.9) for n in range(6)}, tmp_path)
    (row,) = [each for each in field_tests(run)[0].found.drops.classes if each.n_after]
    assert (row.label, row.n_after) == ("rust", 6)


def test_the_name_of_classes_that_were_merged_since_means_none_of_them(
    run: Run, tmp_path: Path
) -> None:
    catalogue.decide(run.project, "rename", label="rust", to="ill")
    catalogue.decide(run.project, "rename", label="blight", to="ill")
    known = {f"healthy/{n}.png": leaf("healthy", n, 0.9) for n in range(6)}
    tried(run, known | {"ill/1.png": leaf("rust", 1, 0.9)}, tmp_path)
    assert field_tests(run)[0].found.unknown == {"ill": 1}


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"fox/1.png": leaf("rust", 1), "owl/1.png": leaf("rust", 2)}, "None of these classes"),
        ({"rust/1.txt": b"x"}, "No images were found"),
        ({name: leaf(name.split("/")[0], n) for name, n in LEAVES.items()}, ""),
    ],
)
def test_images_that_say_nothing_are_told(
    run: Run, tmp_path: Path, files: dict[str, bytes], says: str
) -> None:
    job = tried(run, files, tmp_path)
    if not says:  # the run's own images: those that it did not learn from still count
        assert field_tests(run)[0].found.learnt > 0
        return
    problem = job.snapshot().problem
    assert problem is not None
    assert problem.title.startswith(says)
    assert field_tests(run) == []
    assert not list((run.folder / "field").iterdir())


def test_an_upload_that_came_to_nothing_goes_with_the_next_one(run: Run, tmp_path: Path) -> None:
    upload = make_zip(tmp_path / "a.zip", {"rust/1.txt": b"x"})
    first = start_field_test(run.project, run, upload, "a.zip", Desk())
    assert (first.folder / "upload.zip").is_file()
    upload = make_zip(tmp_path / "b.zip", night())
    second = start_field_test(run.project, run, upload, "b.zip", Nobody())
    assert not (first.folder / "upload.zip").exists()
    assert (second.folder / "upload.zip").is_file()


def test_without_the_runs_own_images_only_the_drop_is_told(run: Run, tmp_path: Path) -> None:
    shutil.rmtree(run.project.originals)
    run.project.measurements_file.unlink(missing_ok=True)
    tried(run, night(), tmp_path)
    found: FieldTest = field_tests(run)[0].found
    assert found.drops.level is Level.WORSE
    assert (found.changes, found.apart, found.unlike) == ((), None, None)
    assert "own images are gone" in found.why_not


def test_a_sample_is_kept_for_a_run_whose_project_goes(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = JobFolder.create(tmp_path / "job", "field", {})
    whole = own_images.own_images(run, job)
    monkeypatch.setattr(own_images, "embeddings_of", lambda run, hashes, job: whole.embeddings)
    own_images.keep(run)
    shutil.rmtree(run.project.originals)

    def gone(*_: object) -> None:
        raise DataProblem("The images are gone")

    monkeypatch.setattr(own_images, "embeddings_of", gone)
    with pytest.raises(DataProblem, match="no images of the run"):
        own_images.own_images(run, job, sides=["train"])
    again = own_images.own_images(run, job)
    assert again.images["sha256"].tolist() == whole.images["sha256"].tolist()
    np.testing.assert_allclose(again.measured, whole.measured, rtol=1e-6)
    np.testing.assert_allclose(again.embeddings, whole.embeddings, rtol=1e-3)
    (run.folder / own_images.FILE).write_bytes(b"damaged")
    with pytest.raises(DataProblem):
        own_images.own_images(run, job)
