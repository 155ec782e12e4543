"""Pages without a browser: projects made by the real classes, an engine that only notes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from core import files, results
from core.errors import Problem
from core.ingest import ingest, open_source
from core.jobs import JobFolder, Run, runs_of
from core.project import Project, Workspace
from core.settings import SplitSettings, TrainSettings
from core.ui import asking, component, engine
from tests.conftest import ROOT
from tests.makers import JUNK, class_files, image_bytes, make_zip

CLASSES = ("blight", "healthy", "rust")
OpenPage = Callable[..., AppTest]


class NotingEngine:
    """Takes jobs and does nothing with them."""

    def __init__(self) -> None:
        self.jobs: list[JobFolder] = []

    def submit(self, job: JobFolder) -> None:
        job.queue()
        self.jobs.append(job)

    def withdraw(self, job: JobFolder) -> None:
        self.jobs.remove(job)

    def queue(self) -> NotingEngine:
        return self

    def knows(self, job: JobFolder) -> bool:
        return job in self.jobs

    def position(self, job: JobFolder) -> int | None:
        return self.jobs.index(job) if job in self.jobs else None

    def describe(self) -> dict[str, object]:
        return {}


@pytest.fixture
def noting_engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[NotingEngine]:
    """The engine that pages reach, connected."""
    noting = NotingEngine()
    monkeypatch.setattr(engine, "connect", lambda: noting)
    engine.desk.clear()
    assert engine.desk()._order(lambda found: found).result(5) is noting
    yield noting
    engine.desk.clear()


def settle() -> None:
    """Wait until the engine has taken what the page ordered."""
    engine.desk()._order(lambda found: found).result(5)


@pytest.fixture
def empty_project(workspace: Path) -> Project:
    return Workspace().create("Leaves")


@pytest.fixture
def filled_project(empty_project: Project, tmp_path: Path) -> Project:
    """A project with 12 images in each of three classes, and two files that were not taken."""
    found = class_files(CLASSES, each=12)
    found |= {"rust/broken.jpg": JUNK, "rust/notes.txt": b"not an image"}
    with open_source(make_zip(tmp_path / "leaves.zip", found)) as source:
        ingest(source, empty_project.folder)
    return empty_project


@pytest.fixture
def trained_project(filled_project: Project) -> Project:
    """The filled project with a finished run, which calls one rusty leaf healthy."""
    finish(Run.plan(filled_project, TrainSettings(epochs=4), SplitSettings()))
    return filled_project


@pytest.fixture
def open_page(noting_engine: NotingEngine) -> OpenPage:
    """Open a page at an address: ``open_page("pages/5_train.py", project=..., run=...)``."""

    def open_it(page: str, **address: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
        if page != "streamlit_app.py":
            app.switch_page(page)
        for name, value in address.items():
            app.query_params[name] = value
        return app.run()

    return open_it


class ExplainingEngine(NotingEngine):
    """Explains every answer in the same way, or as it is told."""

    def __init__(self, project: Project) -> None:
        super().__init__()
        self.asked: list[tuple[Any, ...]] = []
        self.problem: Problem | None = None
        images = runs_of(project)[0].images()
        learnt = images[images["split"] == "train"]
        near = [*learnt[learnt["label"] == "healthy"].index[:4], *learnt.index[:1]]
        self.nearest = learnt.loc[near, ["image_id", "sha256", "label"]].assign(similarity=0.9)

    def ask(self, function: str, *arguments: Any) -> Any:
        name = function.rpartition(":")[2]
        self.asked.append((name, *arguments[2:]))
        if self.problem:
            raise self.problem
        if name == "heat":
            return {"overlay": image_bytes(), "heat": b"", "border": 0.125, "outside": 0.4}
        return self.nearest.to_dict("records")


@pytest.fixture
def explaining(
    monkeypatch: pytest.MonkeyPatch, open_page: OpenPage, trained_project: Project
) -> Iterator[ExplainingEngine]:
    """The engine that pages reach, which explains; nothing was asked before."""
    found = ExplainingEngine(trained_project)
    monkeypatch.setattr(engine, "connect", lambda: found)
    monkeypatch.setattr("core.ui.errors_why._PATIENCE", 5.0)
    engine.desk.clear()
    asking._question.clear()
    assert engine.desk()._order(lambda connected: connected).result(5) is found
    yield found
    asking._question.clear()


def the_mistake(project: Project) -> str:
    """The id of the one mistake among the validation images."""
    answers = runs_of(project)[0].predictions()
    wrong = answers[(answers["split"] == "validation") & ~answers["correct"]]
    return str(wrong["image_id"].iat[0])


@pytest.fixture
def mistake(trained_project: Project, monkeypatch: pytest.MonkeyPatch) -> str:
    """The id of the one mistake among the validation images, which is opened on the page."""
    image = the_mistake(trained_project)
    report = component.reported

    def opened(key: str, name: str) -> dict[str, object]:
        return {"opened": image} if key.startswith("answers-") else report(key, name)

    monkeypatch.setattr(component, "reported", opened)
    return image


def select(monkeypatch: pytest.MonkeyPatch, image: str) -> None:
    """Have ``image`` selected among several, from the next run of the page on."""
    report = component.reported

    def selected(key: str, name: str) -> dict[str, object]:
        return {"selected": [image]} if key.startswith("several-") else report(key, name)

    monkeypatch.setattr(component, "reported", selected)


def begin(run: Run, epochs: int = 2) -> None:
    """Write down that ``run`` was queued, begun, and went through some epochs."""
    run.queue()
    run.emit("started", attempt=run.attempt)
    run.stage("train", "Training", 3, 4)
    for epoch in range(1, epochs + 1):
        figures = {"loss": 1 / epoch, "accuracy": 1 - 0.5 / epoch}
        run.emit(
            "epoch",
            epoch=epoch,
            of=run.settings.epochs,
            **figures,
            **{f"val_{name}": value for name, value in figures.items()},
        )


def finish(run: Run, mistaken_for: str = "healthy") -> None:
    """Write down that ``run`` was done: events, predictions and report, one mistake a side.

    The mistake is an image of rust ``mistaken_for`` another class.
    """
    begin(run, run.settings.epochs)
    images = run.images()
    images = images[images["split"] != "train"]
    columns = ["image_id", "sha256", "source", "split", "label"]
    truth = np.array([run.classes.index(label) for label in images["label"]])
    said = truth.copy()
    for side in ("validation", "test"):
        rusty = (images["split"] == side) & (images["label"] == "rust")
        said[np.flatnonzero(rusty)[0]] = run.classes.index(mistaken_for)
    probabilities = np.full((len(images), len(run.classes)), 0.1)
    probabilities[np.arange(len(images)), said] = 0.8
    table = results.predictions(images[columns], probabilities, run.classes)
    files.write_table(run.predictions_file, table)
    sides = {side: table[table["split"] == side] for side in ("validation", "test")}
    report = {
        "schema": 1,
        "classes": run.classes,
        "n": dict(run.images()["split"].value_counts()),
        **{side: results.metrics(rows, run.classes) for side, rows in sides.items()},
        "best_epoch": run.settings.epochs,
        "epochs_run": run.settings.epochs,
        "seconds": {"total": 4.2},
    }
    report["n"] = {side: int(number) for side, number in report["n"].items()}
    files.write_json(run.report_file, report)
    run.emit("finished")


def shown(app: AppTest) -> str:
    """Every text on the page, to look for words in; those that lead to the glossary are plain."""
    elements = (*app.title, *app.header, *app.subheader, *app.markdown, *app.caption)
    boxes = (*app.error, *app.warning, *app.info, *app.success)
    texts = [element.value for element in (*elements, *boxes)]
    texts += [getattr(box.proto, "title", "") for box in boxes]
    text = re.sub(r'\[([^\]]+)\]\(glossary\?term=\w+ "[^"]*"\)', r"\1", "\n".join(texts))
    return text.replace("\\", "").replace("\u00a0", " ")


def address(app: AppTest) -> dict[str, str]:
    """The parameters in the address line."""
    found = {name: app.query_params[name] for name in app.query_params}
    return {name: value if isinstance(value, str) else value[-1] for name, value in found.items()}


def button(app: AppTest, label: str) -> Button:
    """The button with this label."""
    return next(one for one in app.button if one.label.replace("\u00a0", " ") == label)


def press(app: AppTest, label: str) -> None:
    """Click a button and let the page run."""
    button(app, label).click().run()
