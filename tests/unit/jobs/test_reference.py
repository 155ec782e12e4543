"""What a run learnt from, as its own network sees it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from core.errors import Stopped
from core.ingest import original_path
from core.jobs import Run
from core.jobs import reference as module
from core.jobs.folder import JobFolder
from core.jobs.reference import embeddings_of, reference
from core.ml.features import loader
from core.ml.run_model import run_model
from tests import looking


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return looking.finished_run(tmp_path_factory.mktemp("reference"))


@pytest.fixture
def forgotten() -> None:
    """Nothing is kept in this process."""
    module._kept.cache_clear()


def test_it_holds_the_training_images_alone_in_their_order(run: Run) -> None:
    found, images = reference(run), run.images()
    learnt = images[images["split"] == "train"]
    assert list(found.image_ids) == learnt["image_id"].tolist()
    assert list(found.labels) == learnt["label"].tolist()
    assert found.embeddings.shape == (len(learnt), 2)
    assert [found.classes[number] for number in found.numbers] == list(found.labels)


def test_an_embedding_is_what_the_model_makes_of_the_image(run: Run) -> None:
    found, model = reference(run), run_model(run)
    load = loader(original_path(run.project.folder, found.hashes[0]), model.size, model.fit)
    np.testing.assert_allclose(model.answer([load]).embeddings[0], found.embeddings[0], atol=1e-6)


def test_an_image_is_nearest_to_itself(run: Run) -> None:
    rng = np.random.default_rng(0)
    many = rng.random((len(reference(run).image_ids), 24), dtype=np.float32)
    found = dataclasses.replace(reference(run), embeddings=many)
    first, second = found.nearest(found.embeddings[2], 2)
    assert first.image_id == found.image_ids[2]
    assert first.similarity == pytest.approx(1, abs=1e-6)
    assert second.similarity <= first.similarity
    assert len(found.nearest(found.embeddings[2], 1000)) == len(found.image_ids)


def test_gate_and_conformal_sets_come_from_the_validation_images(run: Run) -> None:
    found = reference(run)
    held = run.predictions().query("split == 'validation'")
    assert len(found.validation) == len(held)
    assert len(found.conformal.scores) == len(held)
    own = found.validation_probabilities[np.arange(len(held)), found.validation_labels]
    np.testing.assert_allclose(found.conformal.scores, np.sort(1 - own))
    assert not found.gate.unlike(found.validation).any()
    elsewhere = found.embeddings.mean(axis=0) + 100 * found.embeddings.std(axis=0)
    assert found.gate.unlike(elsewhere[None]).all()


def test_what_was_seen_is_kept_with_the_run(
    run: Run, forgotten: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = reference(run).embeddings
    assert (run.folder / "reference.npz").is_file()
    module._kept.cache_clear()

    def never(*_: object) -> None:
        raise AssertionError("it is on disk")

    with monkeypatch.context() as patch:
        patch.setattr(module, "embeddings_of", never)
        np.testing.assert_array_equal(reference(run).embeddings, before)


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\5\6" + bytes(18)])
def test_a_damaged_file_is_made_anew(run: Run, forgotten: None, content: bytes) -> None:
    before = reference(run).embeddings
    (run.folder / "reference.npz").write_bytes(content)
    module._kept.cache_clear()
    np.testing.assert_allclose(reference(run).embeddings, before, atol=1e-6)


def test_a_job_is_told_and_can_stop_it(run: Run) -> None:
    job = JobFolder.create(run.project.jobs / "telling", "check", {})
    hashes = run.images()["sha256"].tolist()
    embeddings_of(run, hashes, job)
    told = [event for event in job.events()[0] if event["event"] == "progress"]
    assert told[-1]["done"] == told[-1]["total"] == len(hashes)
    job.request_stop()
    with pytest.raises(Stopped):
        embeddings_of(run, hashes, job)
