"""A folder of static files on a port of this machine, and the page in it asked by a program."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page

# The page's own model, asked as the page itself asks it
_ASK = """async (address) => {
  const { opened } = await import(new URL("page/app.js", document.baseURI).href);
  const model = await opened;
  const picture = await (await fetch(address)).blob();
  const { square, probabilities, times } = await model.ask(picture);
  let text = "";
  for (const value of square) text += String.fromCharCode(value);
  return { square: btoa(text), probabilities, times };
}"""


@dataclass(frozen=True)
class Said:
    """What a page made of a picture.

    Attributes:
        square: (size, size, 3) uint8, what the model was shown.
        probabilities: (classes,).
        prepare, infer: milliseconds.
    """

    square: NDArray[np.uint8]
    probabilities: NDArray[np.float64]
    prepare: float
    infer: float


def ask(page: Page, address: str) -> Said:
    """What the web page in ``page`` says of the picture at ``address``, which its host serves."""
    found: dict[str, Any] = page.evaluate(_ASK, address)
    values = np.frombuffer(base64.b64decode(found["square"]), np.uint8)
    size = round((len(values) / 3) ** 0.5)
    times = found["times"]
    probabilities = np.array(found["probabilities"], np.float64)
    return Said(values.reshape(size, size, 3), probabilities, times["prepare"], times["infer"])


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads it."""


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address of ``folder``, served as ``python -m http.server`` does."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
