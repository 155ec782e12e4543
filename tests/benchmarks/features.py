"""Images a second, from pixels and from JPEG files, for each engine in its best way."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.ingest import load_fitted
from core.settings import Fit, TrainSettings
from tests.benchmarks import images
from tests.benchmarks.engines import CHECKED
from tests.benchmarks.options import Options
from tests.benchmarks.peers import FILES, PIXELS, Peer
from tests.benchmarks.processes import Failed, run_module
from tests.benchmarks.report import Section, Spread, Table, Target, Tell, ratios
from tests.benchmarks.ways import ENGINES, THREADS

OURS, SLOW, SHORT = "First Light", "keras predict", "OpenVINO bf16"
TIMES, NEAR = 3.0, 0.95  # of keras predict, and of the best engine
SAME = 1e-4  # how far features may be from Keras' own and still count as the same numbers
IMAGES, TRIALS, ROUNDS = 128, 3, 9  # images a measurement; rounds of all ways, of the best ways
QUICK_IMAGES, QUICK_TRIALS, QUICK_ROUNDS = 32, 1, 2


@dataclass(frozen=True)
class Compared:
    """One engine in its best way."""

    way: str
    pixels: Spread
    files: Spread
    work: Spread
    peak_mib: int
    difference: float

    @property
    def is_same(self) -> bool:
        """Whether its features count as those of Keras."""
        return self.difference <= SAME


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
            return [f"Without ONNX: {failure}"]
        return []

    def trials(self, rounds: int) -> list[Peer]:
        """Measure every way of every engine from pixels, in turns."""
        with ExitStack() as stack:
            peers = self._started(stack, dict.fromkeys(ENGINES))
            for number in range(rounds):
                self._tell(f"every way, round {number + 1} of {rounds}")
                for peer in _turned(peers, number):
                    for way in range(len(peer.ways)):
                        peer.measure(way, PIXELS)
        return peers

    def compare(self, ways: dict[str, int], rounds: int) -> dict[str, Compared]:
        """Measure each engine in its one way anew, so that none profits from many tries."""
        with ExitStack() as stack:
            peers = self._started(stack, ways)
            for number in range(rounds):
                self._tell(f"best ways, round {number + 1} of {rounds}")
                for source in (PIXELS, FILES):
                    for peer in _turned(peers, number):
                        peer.measure(ways[peer.name], source)
            return {peer.name: _compared(peer, ways[peer.name]) for peer in peers}

    def _check(self, peer: Peer, way: int) -> None:
        """Compare features with Keras' own; warms the peer up, too. The first peer is Keras."""
        found = self._folder / "features.npy"
        peer.ask(do="check", way=way, out=str(found))
        features = np.load(found)
        if not self._reference.is_file():
            np.save(self._reference, features)
        difference = float(np.abs(features - np.load(self._reference)).max())
        peer.difference = max(difference, peer.difference)

    def _started(self, stack: ExitStack, ways: Mapping[str, int | None]) -> list[Peer]:
        """The peers that are here and work, checked in one way or (None) in all of theirs.

        Keras comes first: its features are the reference.
        """
        self._tell(f"starting {', '.join(ways)}")
        ready = []
        for name in sorted(ways, key=lambda name: name != SLOW):
            log = self._folder / f"{name}.log"
            peer = stack.enter_context(Peer(name, self._arguments, self._home, log))
            chosen = ways[name]
            try:
                peer.wait()
                for way in range(len(peer.ways)) if chosen is None else [chosen]:
                    self._check(peer, way)
                ready.append(peer)
            except Failed as failure:
                self.notes.append(f"{failure}: left out.")
        return ready


def run(options: Options, tell: Tell) -> Section:
    """Measure every engine that is here."""
    count = QUICK_IMAGES if options.quick else IMAGES
    bench = _Bench(options.folder, count, tell)
    peers = bench.trials(QUICK_TRIALS if options.quick else TRIALS)
    if not {OURS, SLOW} <= {peer.name for peer in peers}:
        raise Failed("; ".join(bench.notes))
    ways = {peer.name: _best_way(peer) for peer in peers}
    found = bench.compare(ways, QUICK_ROUNDS if options.quick else ROUNDS)
    return _section(found, peers, bench.notes, count)


def _best_way(peer: Peer) -> int:
    return max(range(len(peer.ways)), key=lambda way: peer.speed(way, PIXELS).median)


def _compared(peer: Peer, way: int) -> Compared:
    return Compared(
        way=peer.ways[way],
        pixels=peer.speed(way, PIXELS),
        files=peer.speed(way, FILES),
        work=peer.work(way, PIXELS),
        peak_mib=peer.ask(do="memory")["peak_mb"],
        difference=peer.difference,
    )


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
    found: dict[str, Compared], peers: list[Peer], notes: list[str], count: int
) -> Section:
    ours = found[OURS]
    by_speed = sorted(found.items(), key=lambda item: -item[1].pixels.median)
    title = f"Images a second, two threads, 224 px, {count} images a round"
    tables = [
        Table(
            f"{title}: from pixels",
            ["Engine", "best way", "images/s", "First Light is", "CPU ms/image", "off by", "MiB"],
            [
                [
                    name if one.is_same else f"{name} (not the same numbers)",
                    one.way,
                    one.pixels.text(".0f"),
                    ratios(ours.pixels, one.pixels).text(".2f", "× "),
                    one.work.text(".2f"),
                    f"{one.difference:.0e}",
                    str(one.peak_mib),
                ]
                for name, one in by_speed
            ],
        ),
        Table(
            f"{title}: from JPEG files of 640 x 480",
            ["Engine", "images/s", "First Light is"],
            [
                [name, one.files.text(".0f"), ratios(ours.files, one.files).text(".2f", "× ")]
                for name, one in sorted(found.items(), key=lambda item: -item[1].files.median)
            ],
        ),
        Table(
            "Every way, from pixels, to choose the best",
            ["Engine", "way", "images/s"],
            [
                [peer.name, way, peer.speed(number, PIXELS).text(".0f")]
                for peer in peers
                for number, way in enumerate(peer.ways)
            ],
        ),
    ]
    figures = {
        "best_ways": {
            name: {
                **asdict(one),
                **{key: getattr(one, key).to_dict() for key in (PIXELS, FILES, "work")},
            }
            for name, one in found.items()
        },
        "every_way": {
            peer.name: {
                way: peer.speed(number, PIXELS).to_dict() for number, way in enumerate(peer.ways)
            }
            for peer in peers
        },
    }
    return Section("Features", tables, _targets(found), [*notes, *_NOTES], figures)


def _targets(found: dict[str, Compared]) -> list[Target]:
    ours, slow = found[OURS], found[SLOW]
    times = ratios(ours.pixels, slow.pixels).median
    targets = [Target("features: times keras predict", times, TIMES, True)]
    rivals = {name: one for name, one in found.items() if one.is_same and name != OURS}
    for about, source in (("from pixels", PIXELS), ("from files", FILES)):
        speeds: dict[str, Spread] = {name: getattr(one, source) for name, one in rivals.items()}
        best = max(speeds.items(), key=lambda item: item[1].median)
        share = ratios(getattr(ours, source), best[1]).median
        label = f"features: share of the best other engine, {about} ({best[0]})"
        targets.append(Target(label, share, NEAR, True))
    return targets


_NOTES = (
    (
        f"Each engine ran in a process of its own, on {THREADS} threads and {THREADS} cores at "
        "most, in turns with the others; median (lowest to highest) of the rounds. The best way "
        "of each was chosen before, in rounds of their own."
    ),
    "'CPU ms/image' is the processor's time in all threads: a busy machine changes it less.",
    (
        f"'off by' is the largest difference to Keras' features over {CHECKED} images; above "
        f"{SAME:g} the numbers do not count as the same. 'MiB' is the peak of the process."
    ),
)
