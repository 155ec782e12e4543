"""A training run: a job whose folder also holds what went in and what came out."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pandas as pd

from core import files
from core.catalogue import content_id, in_force
from core.errors import ProjectProblem, SettingsProblem
from core.jobs import notes
from core.jobs.folder import JobFolder
from core.project import Project, new_id, now
from core.recipe import Recipe
from core.recipe import in_force as in_force_recipe
from core.resplit import divide_again
from core.settings import Method, SplitSettings, TrainSettings
from core.split import divide, groups_of

KIND = "train"
GOING = ".deleted-"  # begins the name of a run's folder while it is deleted
DISCARD = "DISCARD"  # a file that tells that a run goes as soon as it has stopped


class Run(JobFolder):
    """One training run.

    ``settings.json`` and ``split.parquet`` are written before it is queued: the run sees the
    images as they stood when it was asked for, whatever is decided afterwards.

    Args:
        folder: of a run that was created before.

    Attributes:
        like: id of the run that it repeats on mended images; None where it repeats none.
        as_of: the moment whose images and labels it sees, ISO 8601 in UTC.

    Raises:
        ProjectProblem: the folder holds no run, or a damaged one.
    """

    def __init__(self, folder: Path) -> None:
        if not (folder / "job.json").is_file():
            raise ProjectProblem("There is no such run", f"{folder.name or folder} holds none")
        super().__init__(folder)
        try:
            content = files.read_json(folder / "settings.json")
            self.settings = TrainSettings.from_dict(content["train"])
            self.split = SplitSettings.from_dict(content["split"])
            self.classes = [str(name) for name in content["classes"]]
            self.catalogue_id = str(content["catalogue"])
            self.recipe = Recipe.from_json(content["recipe"]) if "recipe" in content else Recipe()
            self.given_name = str(content["name"])
            self.as_of = str(content.get("as_of") or self.created)  # older versions wrote none
            like = str(content.get("like") or "")
            self.like = like if like and like == Path(like).name else None  # from anywhere
        except SettingsProblem as problem:
            raise ProjectProblem(
                "The run cannot be read",
                f"{folder.name} was trained in a way that this version does not know: "
                f"{problem.title}",
                "Open it with the version of First Light that made it",
            ) from problem
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ProjectProblem(
                "The run cannot be read", f"settings.json in {folder.name} is damaged or missing"
            ) from error
        written = notes.read(folder)
        self.name = written.name or self.given_name
        self.note = written.note

    @classmethod
    def plan(
        cls,
        project: Project,
        settings: TrainSettings,
        split: SplitSettings,
        folder: Path | None = None,
        recipe: Recipe | None = None,
        continues: Run | None = None,
        like: Run | None = None,
    ) -> Run:
        """Write down a new run of ``project``; nothing is trained yet.

        Args:
            project: whose images are used, as they stand now.
            settings: how the model is trained.
            split: how the images are divided.
            folder: where the run goes; by default into the project's runs.
            recipe: how augmented views are made; by default as the project has it.
            continues: the run that this one goes on from: it takes over the images, the recipe
                and where the training stood.
            like: the run that this one repeats on the images as they stand now: it takes over
                the recipe, and every image stays on the side that it had.

        Raises:
            DataProblem: the images cannot be divided: too few, or only one class.
            ProjectProblem: the folder cannot be written, or holds a run already; or what the
                check of the images found cannot be read; or there is nothing to go on from.
        """
        folder = folder or project.runs / new_id(settings.method)
        # Kept from the project folder, so that a project can be moved
        elsewhere = folder.resolve().parent != project.runs.resolve()
        request = {"project": str(project.folder.resolve())} if elsewhere else {}
        if continues is None:
            table, content = _new(project, split, like)
            chosen = recipe or (like.recipe if like else in_force_recipe(project))
            content["recipe"] = (chosen if settings.views else Recipe()).to_json()
        else:
            table, content = continues.images(), continues.origin()
        content["name"] = notes.next_name(run.given_name for run in runs_of(project))
        content |= {"train": settings.to_dict(), "split": split.to_dict()}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if (folder / "job.json").exists():
                raise ProjectProblem(
                    "There is a run already", f"{folder.name} holds one", "Name a new folder"
                )
            for path in continues.checkpoints() if continues else []:
                shutil.copyfile(path, folder / path.name)
            files.write_table(folder / "split.parquet", table)
            files.write_json(folder / "settings.json", content)
        except OSError as error:
            raise ProjectProblem(
                "The run could not be saved",
                f"Writing to {folder} failed: {error.strerror}",
                "Free some space, or choose another place",
            ) from error
        return cls.create(folder, KIND, request)

    def origin(self) -> dict[str, Any]:
        """What a run that goes on from this one has in common with it."""
        return {
            "catalogue": self.catalogue_id,
            "classes": self.classes,
            "as_of": self.as_of,
            "recipe": self.recipe.to_json(),
            "continues": self.id,
        }

    def checkpoints(self) -> list[Path]:
        """Where the training stood, one file for each stage of it.

        Raises:
            ProjectProblem: there is none.
        """
        found = sorted(self.folder.glob("[!.]*.npz"))  # no half-written one of a killed process
        if not found:
            raise ProjectProblem(
                "There is nothing to go on from",
                f"{self.name} has no saved state of its training",
                "Train anew, with more epochs",
            )
        return found

    @property
    def project(self) -> Project:
        """The project whose images the run uses."""
        elsewhere = self.request.get("project")
        return Project(Path(elsewhere) if elsewhere else self.folder.parents[1])

    @property
    def model_file(self) -> Path:
        """The trained model, RGB 0-255 at its size -> probabilities."""
        return self.folder / "model.keras"

    @property
    def predictions_file(self) -> Path:
        """What the model says of the validation and test images."""
        return self.folder / "predictions.parquet"

    @property
    def report_file(self) -> Path:
        """All figures; written last, so where it stands the run is whole."""
        return self.folder / "report.json"

    def written(self) -> list[Path]:
        """What the training writes, at one stroke each."""
        states = [self.folder / f"{method}.npz" for method in (Method.HEAD, self.settings.method)]
        watched = self.folder / "watched.parquet"
        return [*states, watched, self.model_file, self.predictions_file, self.report_file]

    def images(self) -> pd.DataFrame:
        """image_id, sha256, source, label, split of every image that the run uses.

        Raises:
            ProjectProblem: the table is damaged or missing.
        """
        return _read_table(self.folder / "split.parquet")

    def predictions(self) -> pd.DataFrame:
        """See `core.results.predictions`; empty where the run has none yet.

        Raises:
            ProjectProblem: the table is damaged.
        """
        if not self.predictions_file.is_file():
            return pd.DataFrame()
        return _read_table(self.predictions_file)

    def report(self) -> dict[str, Any] | None:
        """All figures, or None where the run has none yet.

        Raises:
            ProjectProblem: the report is damaged.
        """
        if not self.report_file.is_file():
            return None
        try:
            content: dict[str, Any] = files.read_json(self.report_file)
        except (OSError, ValueError) as error:
            raise _damaged(self.report_file) from error
        return content


def _new(
    project: Project, split: SplitSettings, like: Run | None
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The images of ``project`` divided, and what they are."""
    as_of = now()  # before they are read: what is decided meanwhile came later
    catalogue = in_force(project)
    groups = groups_of(project, catalogue, split)
    if like is None:
        sides = divide(catalogue, split, groups)
    else:
        before = like.images().set_index("image_id")["split"]
        sides = divide_again(catalogue, before, split, groups)
    table = catalogue[["image_id", "sha256", "source", "label"]]
    table = table.assign(split=table["image_id"].map(sides))
    classes = sorted(catalogue["label"].unique())
    content = {"catalogue": content_id(catalogue), "classes": classes, "as_of": as_of}
    return table, content if like is None else content | {"like": like.id}


def _read_table(path: Path) -> pd.DataFrame:
    try:
        return files.read_table(path)
    except Exception as error:  # pyarrow raises many kinds
        raise _damaged(path) from error


def _damaged(path: Path) -> ProjectProblem:
    return ProjectProblem(
        f"{path.name} of run {path.parent.name} cannot be read",
        "The file is damaged or missing",
        "Train again; the images are kept",
    )


def is_going(folder: Path) -> bool:
    """Whether the run in ``folder`` is being deleted, or will be once it has stopped."""
    return folder.name.startswith(GOING) or (folder / DISCARD).exists()


def runs_of(project: Project) -> list[Run]:
    """All readable runs of ``project``, the newest first."""
    found = []
    for folder in project.runs.iterdir() if project.runs.is_dir() else ():
        if is_going(folder):
            continue
        try:
            found.append(Run(folder))
        except ProjectProblem:
            continue  # being written this moment, or damaged
    return sorted(found, key=lambda run: run.created, reverse=True)


def open_run(project: Project, run_id: str) -> Run:
    """The run of ``project`` with this id.

    Raises:
        ProjectProblem: there is none.
    """
    for run in runs_of(project):
        if run.id == run_id:
            return run
    raise ProjectProblem(
        "There is no such run",
        f"Project '{project.name}' has no {run_id[:60]}; it may have been deleted",
        "Choose another run",
    )
