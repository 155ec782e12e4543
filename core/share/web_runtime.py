"""ONNX Runtime Web: the program that runs a model in a browser, in the one version that was tested.

A page fetches it from a public network of servers (a CDN), or finds it beside itself. Either way
it is used only where its bytes are those that are pinned here. For a place without a network:

    python -m core.share.web_runtime FOLDER

fetches it from where the pages would, and ``FIRSTLIGHT_WEB_RUNTIME=FOLDER`` then lays it into every
page. What `npm pack` or `npm install` brings will do as well.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import os
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.error import URLError

from core import files
from core.errors import ModelProblem, Problem

VARIABLE: Final = "FIRSTLIGHT_WEB_RUNTIME"
PACKAGE, VERSION = "onnxruntime-web", "1.30.0"
CDN: Final = f"https://cdn.jsdelivr.net/npm/{PACKAGE}@{VERSION}/dist/"
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


def fetch(folder: Path, source: str = CDN) -> dict[str, Path]:
    """Fetch the runtime into ``folder``, and check it; what is there already is not fetched again.

    Args:
        folder: made where it is not there.
        source: the address of a folder that holds the parts.

    Raises:
        ModelProblem: it cannot be reached, or does not give what was tested.
    """
    try:
        return find(folder)
    except ModelProblem:
        pass  # it is to be fetched
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for part in PARTS:
            files.write_bytes(
                folder / part.file, _download(f"{source.rstrip('/')}/{part.file}", part)
            )
    except (URLError, OSError, http.client.HTTPException) as error:
        raise ModelProblem(
            f"{PACKAGE} {VERSION} could not be fetched",
            f"{error}",
            f"Check the network; or put {' and '.join(part.file for part in PARTS)} there by hand",
        ) from error
    return find(folder)


def _download(address: str, part: Part) -> bytes:
    if not address.startswith(("https://", "http://")):
        raise URLError("its address begins with neither https nor http")
    with urllib.request.urlopen(address, timeout=_PATIENCE) as answer:  # noqa: S310 (seen above)
        content: bytes = answer.read(part.bytes + 1)  # more would be another file
    return content


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
