"""A project in which every feature has been used: what each leaves behind, written by hand.

Figures are made up; files are written by the functions that the features themselves use.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd

from core import alarm, files, fixes, gaze, path, stress, worth
from core.alarm import Answer
from core.audit.measure import measure_missing
from core.catalogue import in_force
from core.exercise import AnswerKey, Cover
from core.exercise.seal import OPEN
from core.exercise.sealed import written
from core.fixes import Fix, Fixes
from core.gaze import ClassGaze, Example, Gaze, Share, Spot, Swap
from core.ingest import thumb_path
from core.ingest.tables import Row, to_table
from core.ingest.tried import Visit
from core.jobs import JobFolder, Run, clustering, notes, seal
from core.jobs.field_tests import ANSWERS, place_of
from core.preflight import Preflight
from core.project import Project, new_id, now
from core.recipe import PRESETS
from core.settings import Method
from core.share.cards import fields as cards
from core.worth import Compared
from tests.makers import image_bytes
from tests.unit.field.test_found import field_test

MEAN = tuple(tuple(1 / 196 for _ in range(14)) for _ in range(14))


def everything(project: Project, run: Run) -> None:
    """Use all there is of ``project`` and of ``run``, one of its finished runs."""
    _look_at_images(project)
    _look_at_recipe(project)
    _ask_about(run)
    field_tested(run)
    path.look(project)
    path.note(project, "compared")
    _leave_lying_about(project, run)


def field_tested(run: Run, name: str = "field-0123456789abcdef") -> Path:
    """A field test of ``run``: some of its own images once more. Returns its folder."""
    place = place_of(run, name)
    own = run.images().head(4)
    said = {f"p_{number}": float(number == 0) for number in range(len(run.classes))}
    answers = own.assign(
        predicted=run.classes[0],
        correct=own["label"] == run.classes[0],
        confidence=1.0,
        loss=0.5,
        **said,
        compared=True,
        seeming=np.linspace(0, 1, len(own)),
    )
    place.mkdir(parents=True)
    files.write_table(place / ANSWERS, answers.drop(columns="split"))
    for sha in answers["sha256"]:
        write(thumb_path(place, str(sha)), image_bytes("WEBP"))
    field_test().save(place)
    return place


def gazed(run: Run) -> Gaze:
    """Where ``run`` looks, with pictures."""
    picture = gaze.keep_picture(run.folder, image_bytes("WEBP"))
    share = Share(0.4, 0.35, 0.45)
    spot = Spot(0.0, 0.0, 4 / 14, share, 1.0, 0.03)
    plain = ClassGaze(run.classes[0], 12, share, share, MEAN, picture)
    example = Example(str(run.images()["image_id"].iloc[0]), plain.label, picture)
    other = dataclasses.replace(
        plain, label=run.classes[1], examples=(example,), spot=spot, swap=Swap(1, 12, 20, 24)
    )
    found = Gaze(now(), "0123abcd", "grad-cam", 24, (plain, other))
    found.save(run.folder)
    return found


def write(path: Path, data: bytes = b"") -> None:
    """Write a file and the folders that lead to it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _look_at_images(project: Project) -> None:
    images = in_force(project)
    measure_missing(project, images["sha256"])
    files.write_bytes(project.map_file.with_suffix(".webp"), image_bytes("WEBP"))
    places = pd.DataFrame({"image_id": images["image_id"], "x": 0.5, "y": 1.5})
    files.write_table(project.map_file, places)
    answers = dict.fromkeys(("near_pixels", "near_features"), images["image_id"])
    answers |= dict.fromkeys(("said_pixels", "said_features"), images["label"])
    seen = images[["image_id", "sha256", "source", "label"]].assign(**answers, catalogue="")
    files.write_table(project.sight_file, seen)
    files.write_table(project.unlabelled_file, to_table([], Row))
    Preflight("", now(), 36, 36, (), {}, None, (), None, (), {}).save(project)
    cards.save(project, cards.CardFields())
    cover = Cover("0123456789ab", "Case", 1, 36, (), {}, False)
    sealed = written(cover, AnswerKey(cover.id, (), frozenset()), OPEN)
    files.write_bytes(project.exercise_file, sealed)
    for folder in (project.views, project.pixels):
        write(folder / "0123456789abcdef" / "0123456789abcdef.vectors", bytes(8))


def _look_at_recipe(project: Project) -> None:
    alarm.Findings("", now(), 36, 36, "key", (), 1.0).save(project)
    files.write_bytes(alarm.pictures(project, "rotate"), image_bytes("WEBP"))
    alarm.answer(project, Answer("rotate", 0.5, "rust", "blight", False))
    compared = Compared(0.9, 0.92, 0.005, 0.035)
    worth.Worth("", now(), PRESETS["photos"], 4, 36, 18, compared, 72, 9.0).save(project)


def _ask_about(run: Run) -> None:
    folder, images = run.folder, run.images()
    held = [str(image) for image in images.loc[images["split"] == "validation", "image_id"]]
    stress.begin(folder, "validation", held)
    answers = {"corruption": stress.CLEAN, "severity": 0, "predicted": run.classes[0]}
    stress.save_rows(folder, pd.DataFrame({"image_id": held, **answers, "confidence": 1.0}))
    image = images.iloc[0]
    told = (str(image["image_id"]), str(image["sha256"]), str(image["label"]))
    fix = Fix(*told, fixes.DROP, "", "too dark", 0.01, 3)
    Fixes("0123", now(), 4, len(held), 2, True, (fix,)).save(folder)
    gazed(run)
    files.write_json(folder / clustering.FILE, {"model": "0123abcd", "clusters": {told[1]: 0}})
    hashes = images["sha256"].tolist()
    seen = np.zeros((len(hashes), 4), np.float32)
    np.savez(folder / "reference.npz", model="0123abcd", hashes=hashes, embeddings=seen)
    notes.save(folder, "A good one", "Trained on a Sunday.")
    seal.open_test(run, seal.SCORE)
    for method in Method:
        write(folder / f"{method}.npz", b"a checkpoint")


def _leave_lying_about(project: Project, run: Run) -> None:
    """What is there for a while, or for this computer alone."""
    for name in ("STOP", "FINISH", "lock", "error.txt"):
        write(run.folder / name)
    write(run.folder / ".model.0123abcd.tmp.keras", b"half")
    JobFolder.create(project.jobs / new_id("rate"), "rate", {})
    write(project.jobs / "ingest.lock")
    write(project.folder / "decisions.lock")
    Visit(project.folder, "0123456789abcdef").take("me.png", image_bytes("PNG"))
    write(project.folder / "camera" / "0123456789abcdef" / "shot.jpg", image_bytes())
    write(project.folder / "waiting" / "upload-1" / "upload.zip", b"PK")
    write(project.folder / "upload-0123456789abcdef.zip", b"PK")
