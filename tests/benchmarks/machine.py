"""The machine and the versions that figures belong to."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
from pathlib import Path
from typing import Any

import psutil

PACKAGES = (
    *("tensorflow", "tensorflow-cpu", "keras", "keras-cv", "ai-edge-litert"),
    *("onnxruntime", "openvino", "numpy", "pillow", "streamlit", "distributed"),
)


def facts() -> dict[str, Any]:
    """Processor, cores, memory, system, versions, and how busy it is already."""
    return {
        "processor": processor(),
        "cores": usable_cores(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": {name: version for name in PACKAGES if (version := _version(name))},
        "load_before": [round(load, 1) for load in psutil.getloadavg()],
    }


def lines(found: dict[str, Any]) -> list[str]:
    """The same for a person to read."""
    versions = ", ".join(f"{name} {version}" for name, version in found["versions"].items())
    return [
        f"{found['processor']}, {found['cores']} cores, {found['memory_gb']} GB of memory",
        f"{found['system']}, Python {found['python']}",
        versions,
        f"load before the start: {found['load_before'][0]} (1 minute)",
    ]


def usable_cores() -> int:
    """The cores that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def processor() -> str:
    """The processor's name, with what matters to engines among its abilities."""
    info = Path("/proc/cpuinfo")
    if info.is_file():
        fields = dict(_fields(info.read_text(encoding="utf-8")))
        name = fields.get("model name", platform.machine())
        model = (
            f" (family {fields['cpu family']}, model {fields['model']})"
            if "model" in fields
            else ""
        )
        flags = set(fields.get("flags", "").split())
        wide = [flag for flag in ("avx2", "avx512f", "avx512_bf16", "amx_bf16") if flag in flags]
        return f"{name}{model}{', ' if wide else ''}{', '.join(wide)}"
    if platform.system() == "Darwin":
        command = ["sysctl", "-n", "machdep.cpu.brand_string"]
        return subprocess.run(command, capture_output=True, text=True).stdout.strip()
    return platform.processor() or platform.machine()


def _fields(text: str) -> list[tuple[str, str]]:
    pairs = [line.partition(":") for line in text.splitlines() if ":" in line]
    return [(name.strip(), value.strip()) for name, _, value in pairs]


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None
