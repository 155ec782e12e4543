"""A backbone is converted once, in a process of its own, whole or not at all."""

import subprocess

import numpy as np
import pytest

from core.errors import ModelProblem, ProjectProblem, Stopped
from core.locking import locked
from core.ml import convert
from core.ml.convert import Converted, converted, key
from core.ml.features import KerasExtractor, LiteRTExtractor
from core.settings import Backbone


@pytest.fixture
def empty_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("FIRSTLIGHT_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def started(monkeypatch):
    """The processes that were started."""
    seen = []

    class Seen(subprocess.Popen):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            seen.append(self)

    monkeypatch.setattr(subprocess, "Popen", Seen)
    return seen


@pytest.mark.skipif(not convert.has_litert(), reason="no LiteRT on this machine")
def test_litert_and_keras_give_the_same_features(lite0, pixels):
    images = [lambda image=image: image for image in pixels]
    quick = np.stack(list(LiteRTExtractor(lite0.litert, threads=2)(images)))
    plain = np.stack(list(KerasExtractor(lite0.keras)(images)))
    np.testing.assert_allclose(quick, plain, atol=1e-5, rtol=0)


def test_what_is_in_the_cache_is_not_made_again(lite0, started):
    assert converted(Backbone.LITE0, Backbone.LITE0.image_size) == lite0
    assert started == []


def test_what_another_process_is_making_is_waited_for(empty_cache, started):
    made = key(Backbone.LITE0, 224)
    asked = []

    def stop():
        asked.append(None)
        return len(asked) == 2

    (empty_cache / "backbones").mkdir(parents=True)
    with locked(empty_cache / "backbones" / f"{made}.lock"), pytest.raises(Stopped):
        converted(Backbone.LITE0, 224, stop)
    assert len(asked) == 2
    assert started == []


def test_nothing_but_the_files_is_left_in_the_cache(lite0):
    expected = {lite0.keras, lite0.litert} if convert.has_litert() else {lite0.keras}
    assert set(lite0.folder.iterdir()) == expected


def test_the_name_tells_apart_what_differs():
    names = {
        key(Backbone.LITE0, 224),
        key(Backbone.LITE0, 192),
        key(Backbone.LITE2, 224),
    }
    assert len(names) == 3


def test_without_litert_the_keras_file_is_enough(tmp_path, monkeypatch):
    (tmp_path / "features.keras").touch()
    monkeypatch.setattr(convert, "has_litert", lambda: False)
    assert Converted(tmp_path).complete
    monkeypatch.setattr(convert, "has_litert", lambda: True)
    assert not Converted(tmp_path).complete


def test_a_stop_ends_the_work_at_once(empty_cache, started):
    with pytest.raises(Stopped):
        converted(Backbone.LITE0, 32, should_stop=lambda: True)
    assert started[0].returncode not in (None, 0)
    assert not Converted(empty_cache / "backbones" / key(Backbone.LITE0, 32)).complete


def test_ctrl_c_leaves_no_process_behind(empty_cache, started):
    def interrupt():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        converted(Backbone.LITE0, 32, should_stop=interrupt)
    assert started[0].wait(timeout=10) != 0


def test_what_goes_wrong_is_told_in_one_line(tmp_path):
    with pytest.raises(ModelProblem) as raised:
        convert._run(["no-such-backbone", "32", str(tmp_path)], lambda: False)
    assert raised.value.title == "The backbone no-such-backbone could not be prepared"
    assert raised.value.detail == "ValueError: 'no-such-backbone' is not a valid Backbone"


def test_a_cache_that_cannot_be_written_is_a_problem(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("FIRSTLIGHT_CACHE", str(tmp_path / "file"))
    with pytest.raises(ProjectProblem, match="cache folder cannot be made"):
        converted(Backbone.LITE0, 32)
