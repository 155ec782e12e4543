"""Where a result comes from: versions, hashes of what went in and came out, and the hardware."""

from __future__ import annotations

import importlib.metadata
import os
import platform
from hashlib import sha256
from pathlib import Path
from typing import Any

import psutil

from core.jobs.run import Run
from core.ml.devices import accelerators
from core.ml.weights import PUBLISHED

_VERSIONED = (
    *("keras", "keras-cv", "tensorflow", "tensorflow-cpu", "ai-edge-litert"),
    *("numpy", "pillow"),
)


def versions() -> dict[str, str]:
    """Of Python and the packages that decide the numbers."""
    found = {"python": platform.python_version()}
    for package in _VERSIONED:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue  # TensorFlow goes by one name or the other; LiteRT may be absent
    return found


def hashes(run: Run) -> dict[str, str]:
    """Of what went into ``run``, and of the model that came out."""
    return {
        "catalogue": run.catalogue_id,
        "split": of_file(run.folder / "split.parquet"),
        "recipe": run.recipe.id,
        "weights": weights(run),
        "model": of_file(run.model_file),
    }


def weights(run: Run) -> str:
    """Names the published weights of the network that ``run`` stands on."""
    return PUBLISHED[run.settings.backbone].sha256


def hardware() -> dict[str, Any]:
    """Processor, cores, memory in MiB, accelerators."""
    return {
        "system": platform.system(),
        "processor": _processor(),
        "cores": os.cpu_count() or 1,
        "memory_mb": int(psutil.virtual_memory().total >> 20),
        "accelerators": list(accelerators()),
    }


def _processor() -> str:
    """The processor's name; only Linux keeps it in a file, elsewhere Python may know."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def of_file(path: Path) -> str:
    """The SHA-256 of a file.

    Raises:
        OSError: it cannot be read.
    """
    digest = sha256()
    with open(path, "rb") as handle:
        while block := handle.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
