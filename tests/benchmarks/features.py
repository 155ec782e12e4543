"""Images a second, from pixels and from JPEG files, for each engine in its best way."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from core.ingest import load_fitted
from core.settings import Fit, TrainSettings
from tests.benchmarks import images
from tests.benchmarks.engines import CHECKED
from tests.benchmarks.options import Options
from tests.benchmarks.processes import ROOT, Failed, environment, run_module
from tests.benchmarks.report import Section, Spread, Table, Target, Tell, ratios
from tests.benchmarks.ways import ENGINES, THREADS

OURS, SLOW, SHORT = "First Light", "keras predict", "OpenVINO bf16"
TIMES, NEAR = 3.0, 0.95  # of keras predict, and of the best engine
SAME = 1e-4  # how far features may be from Keras' own and still count as the same numbers
IMAGES, ROUNDS = 128, 7
QUICK_IMAGES, QUICK_ROUNDS = 32, 2


class Peer:
    """One engine in its own process, see `tests.benchmarks.engines`."""

    def __init__(self, name: str, arguments: list[str], home: Path, log: Path) -> None:
        self.name = name
        self.difference: float | None = None
        self.rates: dict[tuple[int, str], list[float]] = {}
        with open(log, "wb") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.benchmarks.engines", name, *arguments],
                cwd=ROOT,
                env=environment(home),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    def __enter__(self) -> Peer:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def answer(self) -> dict[str, Any]:
        """The next answer.

        Raises:
            Failed: it is an error, or the process is gone.
        """
        assert self._process.stdout
        line = self._process.stdout.readline()
        found: dict[str, Any] = json.loads(line) if line else {"error": "its process ended"}
        if "error" in found:
            raise Failed(f"{self.name}: {found['error']}")
        return found

    def ask(self, **order: Any) -> dict[str, Any]:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self.answer()

    def measure(self, way: int, source: str) -> None:
        found = self.ask(do="time", way=way, source=source)
        self.rates.setdefault((way, source), []).append(found["images"] / found["seconds"])

    def speed(self, way: int, source: str) -> Spread:
        return Spread.of(self.rates[way, source])


class _Bench:
    """The files that every engine reads, and the peers."""

    def __init__(self, folder: Path, count: int, tell: Tell) -> None:
        self._folder = folder
        self._home = folder / "home"
        self._tell = tell
        self._reference = folder / "reference.npy"
        tell("preparing the backbone, once for LiteRT and Keras, once as ONNX")
        backbone = run_module("tests.benchmarks.prepare", [], self._home).output.split()[-1]
        onnx, pictures = folder / "features.onnx", folder / "images"
        self.notes = self._write_onnx(backbone, onnx)
        pictures.mkdir()
        _write_images(pictures, count)
        self._arguments = ["--backbone", backbone, "--onnx", str(onnx), "--images", str(pictures)]

    def _write_onnx(self, backbone: str, onnx: Path) -> list[str]:
        try:
            run_module("tests.benchmarks.to_onnx", [backbone, str(onnx)], self._home)
        except Failed as failure:
            return [f"Without ONNX, so without ONNX Runtime and OpenVINO: {failure}"]
        return []

    def start(self, stack: ExitStack, name: str) -> tuple[Peer, list[str]] | None:
        """A peer that is ready, and its ways; None where the engine is not here."""
        peer = stack.enter_context(Peer(name, self._arguments, self._home, self._folder / "log"))
        try:
            return peer, peer.answer()["ways"]
        except Failed as failure:
            self.notes.append(f"{failure}: left out.")
            return None

    def check(self, peer: Peer, way: int) -> None:
        """Compare features with Keras' own; warms the peer up, too. The first peer is Keras."""
        found = self._folder / "features.npy"
        peer.ask(do="check", way=way, out=str(found))
        features = np.load(found)
        if not self._reference.is_file():
            np.save(self._reference, features)
        difference = float(np.abs(features - np.load(self._reference)).max())
        peer.difference = max(difference, peer.difference or 0.0)

    def best_ways(self, rounds: int) -> dict[str, tuple[Peer, int, list[str]]]:
        """Measure every way of every engine from pixels, in turns: the peer, its best way."""
        with ExitStack() as stack:
            peers = self._started(stack, list(ENGINES))
            for peer, ways in peers:
                for way in range(len(ways)):
                    self.check(peer, way)
            for number in range(rounds):
                self._tell(f"from pixels, round {number + 1} of {rounds}")
                for peer, ways in _turned(peers, number):
                    for way in range(len(ways)):
                        peer.measure(way, "pixels")
        best = {}
        for peer, ways in peers:
            way = max(range(len(ways)), key=lambda way: peer.speed(way, "pixels").median)
            best[peer.name] = (peer, way, ways)
        return best

    def from_files(self, ways: dict[str, int], rounds: int) -> dict[str, tuple[Spread, int]]:
        """Speed from JPEG files and the most memory in MiB, each engine in its one way."""
        with ExitStack() as stack:
            peers = self._started(stack, list(ways))
            for peer, _ in peers:
                self.check(peer, ways[peer.name])
            for number in range(rounds):
                self._tell(f"from files, round {number + 1} of {rounds}")
                for peer, _ in _turned(peers, number):
                    peer.measure(ways[peer.name], "files")
            return {
                peer.name: (peer.speed(ways[peer.name], "files"), peer.ask(do="memory")["peak_mb"])
                for peer, _ in peers
            }

    def _started(self, stack: ExitStack, names: list[str]) -> list[tuple[Peer, list[str]]]:
        names = sorted(names, key=lambda name: name != SLOW)  # whose features are the reference
        self._tell(f"starting {', '.join(names)}")
        return [ready for name in names if (ready := self.start(stack, name))]


def run(options: Options, tell: Tell) -> Section:
    """Measure every engine that is here."""
    count = QUICK_IMAGES if options.quick else IMAGES
    rounds = QUICK_ROUNDS if options.quick else ROUNDS
    bench = _Bench(options.folder, count, tell)
    best = bench.best_ways(rounds)
    if OURS not in best or SLOW not in best:
        raise Failed("; ".join(bench.notes))
    files = bench.from_files({name: way for name, (_, way, _) in best.items()}, rounds)
    return _section(best, files, bench.notes, count)


def _turned(peers: list[Any], number: int) -> list[Any]:
    """Each round begins with another peer."""
    start = number % len(peers)
    return peers[start:] + peers[:start]


def _write_images(folder: Path, count: int) -> None:
    size = TrainSettings().backbone.image_size
    pixels = np.empty((count, size, size, 3), np.uint8)
    for number, data in enumerate(images.photos(count)):
        (folder / f"{number:04d}.jpg").write_bytes(data)
        pixels[number] = load_fitted(data, size, Fit.SQUASH)
    np.save(folder / "pixels.npy", pixels)


def _section(
    best: dict[str, tuple[Peer, int, list[str]]],
    files: dict[str, tuple[Spread, int]],
    notes: list[str],
    count: int,
) -> Section:
    pixels = {name: peer.speed(way, "pixels") for name, (peer, way, _) in best.items()}
    jpeg = {name: speed for name, (speed, _) in files.items()}
    same = {n for n, (peer, _, _) in best.items() if (peer.difference or 0.0) <= SAME}
    title = f"Images a second, two threads, 224 px, {count} images a round"
    tables = [
        Table(
            f"{title}: from pixels",
            ["Engine", "best way", "images/s", "First Light is", "off by", "peak MiB"],
            [
                [
                    name if name in same else f"{name} (not the same numbers)",
                    ways[way],
                    pixels[name].text(".0f"),
                    ratios(pixels[OURS], pixels[name]).text(".2f", "× "),
                    f"{peer.difference:.0e}",
                    str(files[name][1]) if name in files else "-",
                ]
                for name, (peer, way, ways) in _by_speed(best, pixels)
            ],
        ),
        Table(
            f"{title}: from JPEG files of 640 x 480",
            ["Engine", "images/s", "First Light is"],
            [
                [name, jpeg[name].text(".0f"), ratios(jpeg[OURS], jpeg[name]).text(".2f", "× ")]
                for name, _ in _by_speed(files, jpeg)
            ],
        ),
        Table(
            "Every way, from pixels",
            ["Engine", "way", "images/s"],
            [
                [name, each, peer.speed(number, "pixels").text(".0f")]
                for name, (peer, _, ways) in best.items()
                for number, each in enumerate(ways)
            ],
        ),
    ]
    rivals = [name for name in best if name in same and name != OURS]
    targets = [Target("features: times keras predict", _beside(pixels, SLOW), TIMES, True)]
    for about, speeds in (("from pixels", pixels), ("from files", jpeg)):
        fastest = max(rivals, key=lambda name: speeds[name].median)
        label = f"features: share of the best other engine, {about} ({fastest})"
        targets.append(Target(label, _beside(speeds, fastest), NEAR, True))
    return Section(
        "Features",
        tables,
        targets,
        [
            *notes,
            (
                f"Each engine ran in a process of its own, on {THREADS} threads and {THREADS} "
                "cores at most, in turns with the others; median (lowest to highest) of the rounds."
            ),
            (
                f"'off by' is the largest difference to Keras' features over {CHECKED} images "
                f"and all ways; above {SAME:g} the numbers do not count as the same."
            ),
            "Peak memory is that of a process that runs the best way alone.",
        ],
        {
            "pixels": {name: speed.to_dict() for name, speed in pixels.items()},
            "files": {name: speed.to_dict() for name, speed in jpeg.items()},
            "peak_mib": {name: peak for name, (_, peak) in files.items()},
            "off_by": {name: peer.difference for name, (peer, _, _) in best.items()},
            "ways": {
                name: {
                    each: peer.speed(number, "pixels").to_dict() for number, each in enumerate(ways)
                }
                for name, (peer, _, ways) in best.items()
            },
        },
    )


def _by_speed(items: dict[str, Any], speeds: dict[str, Spread]) -> list[tuple[str, Any]]:
    return sorted(items.items(), key=lambda item: -speeds[item[0]].median)


def _beside(speeds: dict[str, Spread], name: str) -> float | None:
    return ratios(speeds[OURS], speeds[name]).median if name in speeds else None
