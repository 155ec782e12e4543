"""A finished run answers fast, and says what its saved model says."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from core.errors import ModelProblem, Stopped
from core.ml import classifier, run_convert, run_model
from core.ml.convert import Converted
from core.ml.features import Pixels
from core.ml.head import Head, loaded, on_features
from core.ml.run_model import RunModel
from core.settings import TrainSettings
from tests import looking


@dataclass
class Finished:
    """As much of a run as its model needs."""

    folder: Path
    classes: list[str]
    settings: TrainSettings
    kept: str

    @property
    def model_file(self) -> Path:
        return self.folder / "model.keras"

    def report(self) -> dict[str, Any]:
        return {"kept": self.kept}

    def __hash__(self) -> int:
        return hash(self.folder)


def loads(pixels: list[Pixels]) -> list[partial[Pixels]]:
    return [partial(np.asarray, image) for image in pixels]


@pytest.fixture(scope="module")
def head_run(lite0: Converted, tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """A run of the Head method with five classes."""
    folder = tmp_path_factory.mktemp("head")
    rng = np.random.default_rng(0)
    head = Head(
        (3 * rng.normal(size=(2840, 5))).astype(np.float32), rng.normal(size=5).astype(np.float32)
    )
    classifier.save(on_features(loaded(lite0), head), folder / "model.keras")
    return Finished(folder, list("abcde"), TrainSettings(), "head")


@pytest.fixture
def scratch_run(tmp_path: Path) -> Finished:
    """A run with a network of its own, made by hand."""
    classifier.save(looking.network(), tmp_path / "model.keras")
    from core.settings import Method

    settings = TrainSettings(method=Method.SCRATCH)
    return Finished(tmp_path, ["plain", "stamped"], settings, "scratch")


def stamps(count: int) -> list[Pixels]:
    return [np.array(looking.image(seed, seed % 2 == 1)) for seed in range(count)]


class TestAHead:
    def test_it_says_what_the_saved_model_says(
        self, head_run: Finished, pixels: list[Pixels]
    ) -> None:
        found = RunModel(head_run).answer(loads(pixels))
        saved = classifier.predict(classifier.load(head_run.model_file), pixels)
        np.testing.assert_allclose(found.probabilities, saved, atol=1e-4)
        assert found.embeddings.shape == (len(pixels), 2840)
        assert len(set(saved.argmax(axis=1))) > 1  # answers that differ, or this would show little

    def test_nothing_is_converted_and_keras_is_not_asked(
        self, head_run: Finished, pixels: list[Pixels], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def never(*_: object) -> None:
            raise AssertionError("that takes seconds")

        monkeypatch.setattr(classifier, "load", never)
        monkeypatch.setattr(run_model, "converted_run", never)
        model = RunModel(head_run)
        assert model.frozen
        assert len(model.answer(loads(pixels)).probabilities) == len(pixels)

    def test_of_nothing_it_says_nothing(self, head_run: Finished) -> None:
        found = RunModel(head_run).answer([])
        assert found.probabilities.shape == (0, 5)
        assert found.embeddings.shape == (0, 2840)

    def test_embeddings_that_nobody_wants_are_not_kept(
        self, head_run: Finished, pixels: list[Pixels]
    ) -> None:
        found = RunModel(head_run).answer(loads(pixels[:2]), embeddings=False)
        assert found.embeddings.shape == (0, 2840)
        assert len(found.probabilities) == 2


class TestANetworkOfItsOwn:
    @pytest.fixture
    def converts(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """Converts here, not in another process; what was asked for."""
        asked: list[str] = []

        def here(module: str, arguments: list[str], what: str, should_stop: object) -> None:
            asked.append(module)
            run_convert.convert(*map(Path, arguments))

        monkeypatch.setattr(run_convert, "apart", here)
        return asked

    def test_few_images_are_answered_without_converting(
        self, scratch_run: Finished, converts: list[str]
    ) -> None:
        model = RunModel(scratch_run)
        images = stamps(6)
        found = model.answer(loads(images))
        assert not converts
        assert not model.frozen
        saved = classifier.predict(classifier.load(scratch_run.model_file), images)
        np.testing.assert_allclose(found.probabilities, saved, atol=1e-4)
        assert found.probabilities.argmax(axis=1).tolist() == [0, 1] * 3
        assert found.embeddings.shape == (6, 2)

    def test_many_are_answered_by_the_converted_network_which_says_the_same(
        self, scratch_run: Finished, converts: list[str]
    ) -> None:
        images = stamps(70)
        found = RunModel(scratch_run).answer(loads(images))
        assert converts == ["core.ml.run_convert"]
        saved = classifier.predict(classifier.load(scratch_run.model_file), images)
        np.testing.assert_allclose(found.probabilities, saved, atol=1e-4)
        again = RunModel(scratch_run).answer(loads(images[:3]))
        assert len(converts) == 1  # it lies in the run's folder now
        np.testing.assert_allclose(again.embeddings, found.embeddings[:3], atol=1e-6)

    def test_another_model_in_the_same_folder_is_converted_anew(
        self, scratch_run: Finished, converts: list[str]
    ) -> None:
        first = run_model.run_model(scratch_run)
        first.answer(loads(stamps(70)))
        other = looking.network()
        kernel, bias = other.get_layer("head").get_weights()
        other.get_layer("head").set_weights([-kernel, -bias])
        classifier.save(other, scratch_run.model_file)
        second = run_model.run_model(scratch_run)
        assert second is not first
        assert second.answer(loads(stamps(70))).probabilities.argmax(axis=1).tolist() == [1, 0] * 35
        assert len(converts) == 2
        assert len(list(scratch_run.folder.glob("*.tflite"))) == 1

    def test_a_damaged_conversion_is_told_and_made_anew(
        self, scratch_run: Finished, converts: list[str]
    ) -> None:
        run_convert.place_of(scratch_run.model_file).write_bytes(b"no network")
        with pytest.raises(ModelProblem, match="cannot be loaded"):
            RunModel(scratch_run).answer(loads(stamps(2)))
        assert len(RunModel(scratch_run).answer(loads(stamps(70))).probabilities) == 70

    def test_a_stop_reaches_the_converting_process(
        self, scratch_run: Finished, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def asks(module: str, arguments: list[str], what: str, should_stop: Any) -> None:
            should_stop()

        def stop() -> None:
            raise Stopped

        monkeypatch.setattr(run_convert, "apart", asks)
        with pytest.raises(Stopped):
            RunModel(scratch_run).answer(loads(stamps(70)), check_stop=stop)


def test_it_is_kept_in_the_process(head_run: Finished) -> None:
    assert run_model.run_model(head_run) is run_model.run_model(head_run)


def test_a_stop_ends_it_within_an_image(head_run: Finished, pixels: list[Pixels]) -> None:
    seen = []

    def stop() -> None:
        seen.append(1)
        if len(seen) > 2:
            raise Stopped

    with pytest.raises(Stopped):
        RunModel(head_run).answer(loads(pixels * 4), check_stop=stop)
    assert len(seen) == 3


def test_what_an_image_raises_is_raised(head_run: Finished) -> None:
    def gone() -> Pixels:
        raise FileNotFoundError("gone")

    with pytest.raises(FileNotFoundError, match="gone"):
        RunModel(head_run).answer([gone])


def test_an_unusual_file_is_read_by_keras(scratch_run: Finished) -> None:
    given = keras.Input((96, 96, 3))
    x = keras.layers.GlobalAveragePooling2D()(given)
    x = keras.layers.Dense(4, name="between")(x)
    model = keras.Model(given, keras.layers.Softmax()(keras.layers.Dense(2, name="last")(x)))
    classifier.save(model, scratch_run.model_file)
    found = RunModel(scratch_run)
    np.testing.assert_array_equal(found.kernel, model.get_layer("last").get_weights()[0])


@pytest.mark.parametrize("content", [b"", b"no model", None])
def test_a_missing_or_damaged_model_is_a_problem(
    scratch_run: Finished, content: bytes | None
) -> None:
    if content is None:
        scratch_run.model_file.unlink()
    else:
        scratch_run.model_file.write_bytes(content)
    with pytest.raises(ModelProblem):
        run_model.run_model(scratch_run)


def test_a_real_run_with_a_network_of_its_own_is_not_frozen(tmp_path: Path) -> None:
    run = looking.finished_run(tmp_path)
    assert not run_model.is_frozen(run)
