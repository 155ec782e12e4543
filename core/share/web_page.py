"""A page that runs the model in the visitor's browser: static files, and no server behind them.

``web/`` holds the page as it leaves, but for the addresses that it may reach.
"""

from __future__ import annotations

import html
import json
import shutil
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image

from core.ingest.fit import fit_image
from core.settings import Fit
from core.share import web_runtime
from core.share.model_folder import ABOUT
from core.share.web_runtime import PARTS, SCRIPT, WASM, Part

INDEX, README, PROGRAMS, RUNTIME = "index.html", "WEB.md", "page", "runtime"
_SOURCES: Final = Path(__file__).parent / "web"
_HOSTS: Final = "{{runtime}}"  # in the page: the address of the runtime, where it is not inside
_CHECK: Final = "check"

_README: Final = """\
# A page that needs no server

`index.html` and what lies beside it are a whole web page. The model runs in the visitor's browser:
no picture leaves the visitor's device, and the page forbids itself to reach any other host{but}.

On your own computer, in this folder:

    python -m http.server 8000 --bind 127.0.0.1

then open http://localhost:8000. Opened as a file, browsers run no model.

For everybody: put all files of this folder on any host of static pages. On GitHub, make a
repository of them, and in its settings under *Pages* choose *Deploy from a branch*. Browsers allow
the camera at https:// addresses and at localhost only.

{runtime} *About this model* on the page has a button
that checks whether this browser prepares pictures and answers as the model did when it was made.
"""
_FETCHED: Final = (
    "ONNX Runtime Web {version} (MIT licence), which runs the model, comes from {host}, and is\n"
    "refused unless it is byte for byte the one that was tested. To do without a network, export\n"
    "with a local copy (`--runtime FOLDER`)."
)
_LAID_IN: Final = (
    "ONNX Runtime Web {version} (© Microsoft, MIT licence: https://github.com/microsoft/onnxruntime)"
    ",\nwhich runs the model, lies in `runtime`, so the page works without the internet."
)


def write_web_page(folder: Path, runtime: Path | None = None) -> list[str]:
    """Add the page to ``folder``, which holds an ONNX model and what stands beside it.

    Args:
        folder: as `core.share.model_folder.write_beside` left it, with `Format.ONNX`.
        runtime: a folder that holds ONNX Runtime Web, which is laid in; without one, the page
            fetches it from a CDN.

    Returns:
        The names of what was added.

    Raises:
        ModelProblem: ``runtime`` does not hold what was tested.
    """
    parts = web_runtime.find(runtime) if runtime else {}
    about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    shutil.copytree(_SOURCES / PROGRAMS, folder / PROGRAMS, dirs_exist_ok=True)
    page = (_SOURCES / INDEX).read_text(encoding="utf-8")
    hosts = "" if runtime else html.escape(web_runtime.CDN)
    _write(folder / INDEX, page.replace(f" {_HOSTS}", f" {hosts}".rstrip()))
    _write(folder / PROGRAMS / "runtime.json", json.dumps(_pinned(local=bool(runtime)), indent=2))
    _write(folder / README, _readme(local=bool(runtime)))
    _write_check(folder, about["input"])
    for part in PARTS if runtime else ():
        (folder / RUNTIME).mkdir(exist_ok=True)
        shutil.copyfile(parts[part.file], folder / RUNTIME / part.file)
    return [INDEX, PROGRAMS, README, *([RUNTIME] if runtime else [])]


def _pinned(local: bool) -> dict[str, Any]:
    def told(part: Part) -> dict[str, Any]:
        return {"file": part.file, "bytes": part.bytes, "integrity": part.integrity}

    return {
        "version": web_runtime.VERSION,
        "local": local,
        "base": f"{RUNTIME}/" if local else web_runtime.CDN,
        "script": told(SCRIPT),
        "wasm": told(WASM),
    }


def _write_check(folder: Path, given: dict[str, Any]) -> None:
    """Pictures that are no squares, and what this program makes of them: the page's own test."""
    size, fit = int(given["size"]), Fit(given["fit"])
    place = folder / PROGRAMS / _CHECK
    place.mkdir(parents=True, exist_ok=True)
    told = []
    for name, shape in (
        ("wide", (2 * size + 37, size // 2 + 11)),
        ("tall", (size // 2 + 11, 2 * size + 37)),
    ):
        image = _rings(*shape)
        image.save(place / f"{name}.png")
        Image.fromarray(fit_image(image, size, fit)).save(place / f"{name}-fitted.png")
        inside = f"{PROGRAMS}/{_CHECK}/{name}"
        told.append({"given": f"{inside}.png", "expected": f"{inside}-fitted.png"})
    _write(place / "pictures.json", json.dumps(told, indent=2))


def _rings(width: int, height: int) -> Image.Image:
    """Rings that get finer outwards, of another width in each colour: no way of scaling is like
    another on them.
    """
    x, y = np.arange(width)[None, :], np.arange(height)[:, None]
    away = x * x + y * y
    rings = [away // each % 256 for each in (40, 53, 67)]
    return Image.fromarray(np.stack(rings, axis=-1).astype(np.uint8))


def _readme(local: bool) -> str:
    text = (_LAID_IN if local else _FETCHED).format(
        version=web_runtime.VERSION, host=web_runtime.CDN.split("/")[2]
    )
    return _README.format(runtime=text, but="" if local else " but the one named below")


def _write(path: Path, text: str) -> None:
    path.write_text(text.rstrip("\n") + "\n", encoding="utf-8")
