"""How fast heat is made, how faithful it is, and whether a planted sticker is found by it."""

from __future__ import annotations

import json
import sys
import time
import zipfile
from collections.abc import Iterator
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from core import gaze, jobs
from core.gaze import Gaze, Way, words
from core.ingest import ingest, open_source, original_path, understand
from core.jobs import JobFolder, Run, State, explaining
from core.jobs.tasks import perform
from core.ml.explain import Explainer
from core.ml.features import Pixels, loader
from core.ml.run_model import RunModel, run_model
from core.project import Project, Workspace, new_id
from core.settings import SplitSettings, TrainSettings
from tests import makers
from tests.benchmarks import images
from tests.benchmarks.options import Options
from tests.benchmarks.processes import prepare_backbone, run_module
from tests.benchmarks.report import Section, Spread, Table, Target, Tell

LIMIT_MS = 150.0
MOST = 0.5  # of the heat of the class with the sticker is to lie on it
EACH, QUICK_EACH = 100, 30
TIMED, JUDGED, QUICK_JUDGED = 20, 60, 8
REMOVED = (0.1, 0.25, 0.5)  # of the picture, its hottest part
KEPT = 0.2
SIDE, PLACE = 24 / 224, 24 / 224  # of the sticker, and how far it stands from the corner
COLOUR = (240, 200, 0)
_DEPTHS = {
    "stage 3": ("block3b_add",),
    "stage 5": ("block5c_add",),
    "stage 6": ("block6d_add",),
    "top": ("top_activation",),
    "stage 6 and top": ("block6d_add", "top_activation"),
}


def run(options: Options, tell: Tell) -> Section:
    """Train with a sticker on one class, then ask where the run looks."""
    home = options.folder / "home"
    tell("preparing")
    prepare_backbone(home)
    part = images.data(options.folder, options.data, QUICK_EACH if options.quick else EACH)
    label = stickered(part.path, options.folder / "stickered.zip")
    judged = QUICK_JUDGED if options.quick else JUDGED
    tell(f"heat, with a sticker on class {label}")
    ended = run_module(__name__, [str(options.folder / "stickered.zip"), str(judged)], home)
    found: dict[str, Any] = json.loads(ended.output.splitlines()[-1])
    return _section(found, label, part.about)


def _section(found: dict[str, Any], label: str, about: str) -> Section:
    times = {way: Spread.of(values["then"]) for way, values in found["milliseconds"].items()}
    speed = [
        [way, f"{found['milliseconds'][way]['first']:.0f}", times[way].text(".0f")] for way in times
    ]
    faith = [
        [name, *(f"{value:.2f}" for value in (*one["removed"], one["kept"]))]
        for name, one in found["faith"].items()
    ]
    share = found["share"] if found["spotted"] == [label] else None
    sticker = [[found["words"], _text(share)]]
    return Section(
        "Heat",
        [
            Table("Milliseconds an image, its picture made", ["way", "first", "then"], speed),
            Table(
                "Mean probability of the answer, of 1",
                ["map", *(f"hottest {part:.0%} blurred" for part in REMOVED), f"{KEPT:.0%} kept"],
                faith,
            ),
            Table("The sticker", ["class by class", "share of the heat"], sticker),
        ],
        [
            Target("Grad-CAM of one image", times["grad-cam"].median, LIMIT_MS, False, ".0f", "ms"),
            Target("heat on the sticker, named in words", share, MOST, True, ".2f"),
        ],
        [
            f"{about}, a sticker of 24 of 224 pixels on every image of class {label}.",
            "A good map: the answer suffers without its hottest part, and not where that is left.",
        ],
        found,
    )


def _text(share: float | None) -> str:
    return "not found" if share is None else f"{share:.2f}"


def stickered(source: Path, target: Path) -> str:
    """Copy a zip with a sticker on every image of one class; returns that class."""
    with open_source(source) as archive, zipfile.ZipFile(target, "w") as written:
        entries = understand([member.name for member in archive.members]).entries
        labels = sorted({entry.label for entry in entries})
        label = labels[min(3, len(labels) - 1)]
        for entry in entries:
            data = archive.read(archive.members[entry.index])
            written.writestr(entry.name, _with_sticker(data) if entry.label == label else data)
    return label


def _with_sticker(data: bytes) -> bytes:
    image = ImageOps.exif_transpose(Image.open(BytesIO(data))).convert("RGB")
    left, top = (PLACE * side for side in image.size)
    right, bottom = ((PLACE + SIDE) * side for side in image.size)
    ImageDraw.Draw(image).rectangle((left, top, right, bottom), fill=COLOUR)
    return makers.encoded(image, "JPEG", quality=92)


def measure(archive: Path, judged: int) -> dict[str, Any]:
    """Everything, in a process of its own."""
    project = Workspace().create("Heat")
    with open_source(archive) as source:
        ingest(source, project.folder)
    trained = Run.plan(project, TrainSettings(), SplitSettings())
    _done(trained)
    held = trained.predictions().query("split == 'validation'").sort_values("sha256")
    hashes = held["sha256"].astype(str).tolist()
    milliseconds = {str(way): _timed(trained, hashes, way) for way in Way}
    model = run_model(trained)
    pixels = np.stack([_load(project, model, sha) for sha in hashes[:judged]])
    look = JobFolder.create(project.jobs / new_id("gaze"), "gaze", {"run": trained.id})
    _done(look)
    found = Gaze.load(trained.folder)
    assert found is not None
    return {
        "milliseconds": milliseconds,
        "faith": dict(_faith(model, pixels)),
        "words": words.of_all(found),
        "spotted": [one.label for one in found.spotted],
        "share": found.spotted[0].spot.share.mean if found.spotted else None,
    }


def _done(job: jobs.JobFolder) -> None:
    perform(str(job.folder))
    if job.state() is not State.FINISHED:
        raise job.snapshot().problem or RuntimeError("it did not finish")


def _timed(trained: Run, hashes: list[str], way: Way) -> dict[str, Any]:
    found = []
    for sha in hashes[: TIMED + 1]:
        began = time.perf_counter()
        explaining.heat(str(trained.folder), sha, "", str(way))
        found.append(1000 * (time.perf_counter() - began))
    return {"first": found[0], "then": found[1:]}


def _load(project: Project, model: RunModel, sha: str) -> Pixels:
    return loader(original_path(project.folder, sha), model.size, model.fit)()


def _faith(model: RunModel, pixels: Pixels) -> Iterator[tuple[str, dict[str, Any]]]:
    """What becomes of the answers without the hottest part, and with that alone."""
    said = _said(model, list(pixels))
    targets = said.argmax(axis=1)
    heats = {
        f"{way}, {name}": Explainer(model.keras, layers)(pixels, targets, way)
        for name, layers in _DEPTHS.items()
        for way in (Way.GRAD_CAM, Way.GRAD_CAM_PLUS)
    }
    heats["chance"] = np.random.default_rng(0).random((len(pixels), 7, 7)).astype(np.float32)
    radius = model.size / 20
    blurred = [
        np.asarray(Image.fromarray(image).filter(ImageFilter.GaussianBlur(radius)))
        for image in pixels
    ]
    rows = np.arange(len(pixels))
    for name, heat in heats.items():
        large = [_enlarged(each, model.size) for each in heat]

        def asked(share: float, without: bool, large: list[Any] = large) -> float:
            masks = [each > np.quantile(each, 1 - share) for each in large]
            altered = [
                np.where((mask == without)[..., None], blur, image)
                for mask, blur, image in zip(masks, blurred, pixels, strict=True)
            ]
            return float(_said(model, altered)[rows, targets].mean())

        removed = [asked(share, True) for share in REMOVED]
        yield name, {"removed": removed, "kept": asked(KEPT, False)}


def _said(model: RunModel, pixels: list[Pixels]) -> np.ndarray:
    return model.answer([partial(np.asarray, image) for image in pixels]).probabilities


def _enlarged(heat: np.ndarray, size: int) -> np.ndarray:
    image = Image.fromarray(gaze.normal(heat).astype(np.float32))
    return np.asarray(image.resize((size, size), Image.Resampling.BILINEAR))


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), int(sys.argv[2]))))
