"""A model from a stranger is looked at before Keras sees any of it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import pytest

from core.errors import ModelProblem
from core.ml import classifier
from core.ml.plain import require_plain
from tests import looking

Change = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "model.keras"
    classifier.save(looking.network(), path)
    return path


def changed(saved: Path, target: Path, change: Change, **more: bytes) -> Path:
    """A copy of ``saved`` whose description went through ``change``, with ``more`` members."""
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            content = source.read(name)
            if name == "config.json":
                config = json.loads(content)
                change(config)
                content = json.dumps(config).encode()
            copy.writestr(name, content)
        for name, content in more.items():
            copy.writestr(name, content)
    return target


def nothing(config: dict[str, Any]) -> None:
    """Leave it as it is."""


def layer(config: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        each for each in config["config"]["layers"] if each["class_name"] == name
    )
    return found


def a_lambda(config: dict[str, Any]) -> None:
    layer(config, "Rescaling")["class_name"] = "Lambda"


def a_foreign_module(config: dict[str, Any]) -> None:
    layer(config, "Dense").update(module="os", class_name="system")


def a_registered_name(config: dict[str, Any]) -> None:
    layer(config, "Dense")["registered_name"] = "evil>Dense"


def a_function_as_activation(config: dict[str, Any]) -> None:
    layer(config, "Dense")["config"]["activation"] = {
        "module": "builtins",
        "class_name": "function",
        "config": "eval",
        "registered_name": "function",
    }


def a_giant(config: dict[str, Any]) -> None:
    layer(config, "Dense")["config"]["units"] = 10**12


def a_layer_hidden_deep(config: dict[str, Any]) -> None:
    hidden: Any = {"module": "keras.layers", "class_name": "TFSMLayer", "config": {}}
    for _ in range(200):
        hidden = [hidden]
    layer(config, "Dense")["config"]["bias_constraint"] = hidden


def test_our_own_models_are_plain(saved: Path, tmp_path: Path) -> None:
    require_plain(saved)
    require_plain(changed(saved, tmp_path / "copy.keras", nothing))


@pytest.mark.parametrize(
    "change",
    [
        a_lambda,
        a_foreign_module,
        a_registered_name,
        a_function_as_activation,
        a_giant,
        a_layer_hidden_deep,
    ],
)
def test_what_our_models_do_not_have_is_refused_before_keras_sees_it(
    saved: Path, tmp_path: Path, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    def seen(*arguments: object, **options: object) -> None:
        raise AssertionError("Keras was given the file")

    monkeypatch.setattr(keras.saving, "load_model", seen)
    with pytest.raises(ModelProblem, match="not one that First Light made"):
        classifier.load(changed(saved, tmp_path / "model.keras", change))


def test_a_file_with_more_in_it_is_refused(saved: Path, tmp_path: Path) -> None:
    path = changed(saved, tmp_path / "model.keras", nothing, **{"assets/run.py": b"print()"})
    with pytest.raises(ModelProblem, match=r"assets/run\.py"):
        classifier.load(path)


@pytest.mark.parametrize("content", [b"", b"PK", b"no zip at all"])
def test_what_is_no_model_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "model.keras"
    path.write_bytes(content)
    with pytest.raises(ModelProblem):
        classifier.load(path)
