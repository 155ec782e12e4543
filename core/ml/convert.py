"""Convert a backbone once: a Keras file to build models from, a LiteRT file to run it fast.

Both lie in the cache folder under a name that carries everything they depend on. The work is
done in a process of its own, because building and converting take a gigabyte for a moment:

    python -m core.ml.convert efficientnet-lite0 224 FOLDER
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import importlib.util
import io
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core import files
from core.errors import ModelProblem, Stopped
from core.locking import Occupied, locked
from core.ml.weights import PUBLISHED
from core.project import cache_folder
from core.settings import Backbone

_VERSION = 4  # raise it when `backbones` changes the files, or `core.ingest` the pixels
_POLL_SECONDS = 0.2


@dataclass(frozen=True)
class Converted:
    """A backbone on disk, as two files of the same network: RGB 0-255 -> features."""

    folder: Path

    @property
    def keras(self) -> Path:
        """Keras file, to build models from; where LiteRT is missing, to run too."""
        return self.folder / "features.keras"

    @property
    def litert(self) -> Path:
        """LiteRT file, to run fast; besides the features it gives the map half-way."""
        return self.folder / "features-and-map.tflite"

    @property
    def complete(self) -> bool:
        """Whether everything that this machine can use is there."""
        return self.keras.is_file() and (not has_litert() or self.litert.is_file())

    def damaged(self, error: Exception) -> ModelProblem:
        """What to say where a file cannot be loaded."""
        return ModelProblem(
            "The prepared backbone cannot be loaded",
            f"Its files are damaged ({type(error).__name__})",
            f"Delete the folder {self.folder} and train again",
        )


def has_litert() -> bool:
    """Whether ai-edge-litert can be used on this machine."""
    return importlib.util.find_spec("ai_edge_litert") is not None


def key(backbone: Backbone, image_size: int) -> str:
    """Names one converted backbone: what it is, its weights, and what made it."""
    weights = PUBLISHED[backbone].sha256[:8]
    keras_version = importlib.metadata.version("keras")
    return f"{backbone}-{image_size}-{weights}-keras{keras_version}-v{_VERSION}"


def converted(
    backbone: Backbone, image_size: int, should_stop: Callable[[], bool] = lambda: False
) -> Converted:
    """The converted backbone, made now if it is not in the cache.

    Of several processes that need it at once, one makes it, and the others wait.

    Raises:
        ModelProblem: it could not be made.
        ProjectProblem: the cache folder cannot be written.
        EngineProblem: the cache folder lies where nothing can be locked.
        Stopped: ``should_stop`` said so while it was being made.
    """
    result = Converted(cache_folder("backbones", key(backbone, image_size)))
    lock = result.folder.with_name(f"{result.folder.name}.lock")
    while not result.complete:
        try:
            with locked(lock, _POLL_SECONDS):
                if not result.complete:
                    _run([str(backbone), str(image_size), str(result.folder)], should_stop)
                break
        except Occupied:
            if should_stop():
                raise Stopped from None
    return result


def _run(arguments: list[str], should_stop: Callable[[], bool]) -> None:
    apart(__name__, arguments, f"The backbone {arguments[0]}", should_stop)


def apart(module: str, arguments: list[str], what: str, should_stop: Callable[[], bool]) -> None:
    """Run ``python -m module arguments`` and wait; its memory goes back to the system afterwards.

    Args:
        module: whose last line on standard error says what went wrong.
        arguments: of it.
        what: is prepared there, to begin a sentence with.
        should_stop: asked now and then; it may raise, too.

    Raises:
        ModelProblem: it failed.
        Stopped: ``should_stop`` said so.
    """
    command = [sys.executable, "-m", module, *arguments]
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "2"}
    with subprocess.Popen(
        command, cwd=root, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        try:
            errors = _errors_of(process, should_stop)
        except BaseException:  # stopped, or Ctrl-C, which does not always reach that process
            process.kill()
            raise
    if process.returncode != 0:
        lines = errors.decode(errors="replace").strip().splitlines()
        raise ModelProblem(
            f"{what} could not be prepared",
            lines[-1] if lines else f"The converter ended with code {process.returncode}",
            "Check the free disk space and memory, or install the requirements again",
        )


def _errors_of(process: subprocess.Popen[bytes], should_stop: Callable[[], bool]) -> bytes:
    """What ``process`` wrote to standard error, once it has ended."""
    while True:
        try:
            return process.communicate(timeout=_POLL_SECONDS)[1]
        except subprocess.TimeoutExpired:
            if should_stop():
                raise Stopped from None


def convert(backbone: Backbone, image_size: int, folder: Path) -> None:
    """Build the backbone and write both files into ``folder``."""
    from core.ml.backbones import feature_model, map_model

    model = feature_model(backbone, image_size)
    result = Converted(folder)
    if has_litert():
        import tensorflow as tf

        with contextlib.redirect_stdout(io.StringIO()):  # Keras lists every variable
            both = map_model(model)
            content = tf.lite.TFLiteConverter.from_keras_model(both).convert()
        files.write_bytes(result.litert, content)
    with files.replacing(result.keras) as temporary:  # last: where it is, all is
        model.save(temporary)


if __name__ == "__main__":
    try:
        convert(Backbone(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
    except ModelProblem as problem:
        sys.exit(str(problem))
