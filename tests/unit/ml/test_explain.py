"""Heat lies where the answer comes from, whichever way it is made."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from core import gaze
from core.errors import ModelProblem
from core.gaze import Way
from core.ml import explain
from core.ml.explain import Explainer, heat_of, looked_at
from core.ml.run_model import RunModel, run_model
from tests import looking

PLAIN, STAMPED = 0, 1


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> RunModel:
    return run_model(looking.finished_run(tmp_path_factory.mktemp("explain")))


def stamped(seed: int = 7) -> np.ndarray:
    return np.array(looking.image(seed, stamped=True))


@pytest.mark.parametrize("way", list(Way))
def test_the_sticker_has_the_heat_of_the_class_that_is_known_by_it(
    model: RunModel, way: Way
) -> None:
    heat = heat_of(model, stamped(), STAMPED, way)
    assert heat.min() >= 0
    share = gaze.on_grid(heat)[:6, :6].sum()  # the sticker lies within
    assert share > 0.9, share


def test_every_way_moves_with_the_sticker(model: RunModel) -> None:
    moved = np.roll(stamped(), (60, 60), axis=(0, 1))
    for way in Way:
        grid = gaze.on_grid(heat_of(model, moved, STAMPED, way))
        assert grid[-7:, -7:].sum() > 0.9, way


def test_gradients_speak_of_the_class_that_is_asked_about(model: RunModel) -> None:
    images = np.stack([stamped(), stamped()])
    own, other = model.explainer(images, np.array([STAMPED, PLAIN]), Way.GRAD_CAM)
    assert gaze.on_grid(own)[:4, :4].sum() > 0.9
    assert gaze.on_grid(other)[:4, :4].sum() < 0.3  # what is bright speaks for it, wherever


def test_an_image_has_the_same_heat_alone_and_among_others(model: RunModel) -> None:
    images = np.stack([stamped(seed) for seed in range(20)])  # more than go at once
    targets = np.full(20, STAMPED)
    together = model.explainer(images, targets, Way.GRAD_CAM_PLUS)
    alone = model.explainer(images[17:18], targets[:1], Way.GRAD_CAM_PLUS)
    np.testing.assert_allclose(together[17], alone[0], rtol=1e-4, atol=1e-6)


def test_what_nothing_speaks_for_has_no_heat(model: RunModel) -> None:
    black = np.zeros((1, looking.SIDE, looking.SIDE, 3), np.uint8)
    for way in (Way.GRAD_CAM, Way.GRAD_CAM_PLUS):
        assert model.explainer(black, np.array([STAMPED]), way).max() == 0
    assert explain.occlusion(model, black[0], STAMPED).max() == 0


def test_a_model_without_a_map_is_refused() -> None:
    given = keras.Input((8,))
    flat = keras.Model(given, keras.layers.Softmax()(keras.layers.Dense(2)(given)))
    with pytest.raises(ModelProblem, match="no feature map"):
        Explainer(flat)


def test_a_network_from_scratch_is_looked_at_before_its_last_pooling() -> None:
    from core.ml import scratch
    from core.ml.methods import Start
    from core.settings import TrainSettings

    start = Start(2, TrainSettings())
    trained = scratch.network(start, ((32, 32, 3),))
    assert looked_at(scratch.whole(trained, start)) == ("stage3_relu",)
