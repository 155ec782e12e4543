"""The engines that compute features, each in its own process: python -m tests.benchmarks.engines.

The process reads one JSON order a line and answers each with one JSON line, so that several
engines can be measured in turns. All compute on two threads and from the same pixels.

    {"do": "check", "way": 0, "out": FILE}          the features of the first images
    {"do": "time", "way": 0, "source": "pixels"}    the seconds that all images take, and the
                                                    processor's seconds in all threads
    {"do": "memory"}                                the most memory so far, in MiB
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.ingest import load_fitted
from core.jobs.memory import peak_rss_mb
from core.settings import Fit
from tests.benchmarks.ways import ENGINES, THREADS, Engine, Loader

CHECKED = 32  # images whose features are compared; a multiple of every batch


class Work:
    """The images, and what is done with them on order."""

    def __init__(self, engine: Engine, images: Path) -> None:
        self._engine = engine
        self._pixels: NDArray[np.uint8] = np.load(images / "pixels.npy")
        self._size = self._pixels.shape[1]
        self._files = [path.read_bytes() for path in sorted(images.glob("*.jpg"))]

    def answer(self, order: dict[str, Any]) -> dict[str, Any]:
        match order["do"]:
            case "check":
                features = self._engine.features(order["way"], self._loaders("pixels")[:CHECKED])
                np.save(order["out"], features)
                return {}
            case "time":
                loaders = self._loaders(order["source"])
                began, worked = time.perf_counter(), time.process_time()
                count = len(self._engine.features(order["way"], loaders))
                return {
                    "seconds": time.perf_counter() - began,
                    "cpu_seconds": time.process_time() - worked,
                    "images": count,
                }
            case "memory":
                return {"peak_mb": peak_rss_mb()}
            case unknown:
                return {"error": f"no such order: {unknown}"}

    def _loaders(self, source: str) -> list[Loader]:
        if source == "pixels":
            return [self._decoded(index) for index in range(len(self._pixels))]
        return [self._encoded(data) for data in self._files]

    def _decoded(self, index: int) -> Loader:
        return lambda: self._pixels[index]

    def _encoded(self, data: bytes) -> Loader:
        return lambda: load_fitted(data, self._size, Fit.SQUASH)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("engine", choices=ENGINES)
    parser.add_argument("--backbone", type=Path, required=True, help="folder of the converted one")
    parser.add_argument("--onnx", type=Path, required=True)
    parser.add_argument("--images", type=Path, required=True)
    options = parser.parse_args()
    say = _answers()
    _two_cores()
    try:
        make: Callable[[Path, Path], Engine] = ENGINES[options.engine]
        engine = make(options.backbone, options.onnx)
        work = Work(engine, options.images)
    except Exception as error:  # not installed here, or not for this processor
        say({"error": in_one_line(error)})
        return
    say({"ways": engine.ways})
    for line in sys.stdin:
        try:
            say(work.answer(json.loads(line)))
        except Exception as error:
            say({"error": in_one_line(error)})


def in_one_line(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:300]


def _answers() -> Callable[[dict[str, Any]], None]:
    """Standard output for answers alone: what libraries print there goes to standard error."""
    channel = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def say(answer: dict[str, Any]) -> None:
        channel.write(json.dumps(answer) + "\n")
        channel.flush()

    return say


def _two_cores() -> None:
    """Stay on two cores, so that a library that ignores its number of threads gains nothing."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:THREADS])


if __name__ == "__main__":
    main()
