"""A project is a folder; a workspace is a folder of projects."""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import platformdirs

from core import files
from core.errors import ProjectProblem

SCHEMA_VERSION = 1
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_NAME_LENGTH = 80


def home() -> Path:
    """The folder of everything that is kept: FIRSTLIGHT_HOME, or the user's data folder."""
    chosen = os.environ.get("FIRSTLIGHT_HOME")
    if chosen:
        return Path(chosen).expanduser().resolve()
    return Path(platformdirs.user_data_dir("firstlight", appauthor=False))


def cache_folder(*parts: str) -> Path:
    """What can be made again, shared by all projects: FIRSTLIGHT_CACHE, or a folder in `home`.

    Args:
        parts: names of folders below it; all are made where they are missing.

    Raises:
        ProjectProblem: the folder cannot be made.
    """
    chosen = os.environ.get("FIRSTLIGHT_CACHE")
    folder = Path(chosen).expanduser().resolve() if chosen else home() / "cache"
    folder = folder.joinpath(*parts)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ProjectProblem(
            "The cache folder cannot be made",
            f"Making {folder} failed: {error.strerror}",
            "Free some space, or choose another folder with FIRSTLIGHT_CACHE",
        ) from error
    return folder


def now() -> str:
    """The present moment as an ISO 8601 string in UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def is_moment(text: str) -> bool:
    """Whether ``text`` is a moment as `now` gives it: ISO 8601 with a time zone."""
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def new_id(name: str) -> str:
    """An id for ``name``: readable at the front, unguessable at the end."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40].strip("-")
    return f"{slug or 'project'}-{secrets.token_hex(8)}"


class Workspace:
    """The projects of one person, as folders under one root."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = root or home() / "projects"

    def create(self, name: str) -> Project:
        """A new, empty project called ``name``.

        Raises:
            ProjectProblem: the name is empty or too long, or the folder cannot be written.
        """
        return Project.create(self.root, name)

    def open(self, project_id: str) -> Project:
        """The project with this id.

        Raises:
            ProjectProblem: there is none, or it is damaged or from a newer version.
        """
        if not _ID.fullmatch(project_id):
            raise ProjectProblem(
                "There is no such project", f"'{project_id[:60]}' is no project id"
            )
        return Project(self.root / project_id)

    def projects(self) -> list[Project]:
        """All readable projects, the newest first."""
        found = list(_readable(self.root, self.open, "project.json"))
        return sorted(found, key=lambda project: project.created, reverse=True)


def _readable(root: Path, read: Callable[[str], Any], marker: str) -> Iterator[Any]:
    if not root.is_dir():
        return
    for entry in root.iterdir():
        if (entry / marker).is_file():
            try:
                yield read(entry.name)
            except ProjectProblem:
                continue


@dataclass(frozen=True)
class _Identity:
    name: str
    created: str


class Project:
    """One project: a folder with the images, what was decided about them, and the runs.

    Args:
        folder: an existing project folder.

    Raises:
        ProjectProblem: the folder is no project, or is damaged or from a newer version.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.id = folder.name
        identity = _read_identity(folder)
        self.name = identity.name
        self.created = identity.created

    @classmethod
    def create(cls, root: Path, name: str) -> Project:
        """Make a new project under ``root``; see `Workspace.create`."""
        return cls.create_at(root / new_id(name), name)

    @classmethod
    def create_at(cls, folder: Path, name: str) -> Project:
        """Make a new project in ``folder``, which may exist but hold no project yet.

        Raises:
            ProjectProblem: as for `Workspace.create`, or the folder holds a project.
        """
        name = " ".join(name.split())
        if not name or len(name) > _NAME_LENGTH:
            raise ProjectProblem(
                "The project needs a name",
                f"It has {len(name)} characters, expected 1 to {_NAME_LENGTH}",
            )
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if (folder / "project.json").exists():
                raise ProjectProblem("There is a project already", f"{folder.name} holds one")
            content = {"schema": SCHEMA_VERSION, "name": name, "created": now()}
            files.write_json(folder / "project.json", content)
        except OSError as error:
            raise ProjectProblem(
                "The project could not be saved",
                f"Writing to {folder.parent} failed: {error.strerror}",
                "Free some space, or choose another folder with FIRSTLIGHT_HOME",
            ) from error
        return cls(folder)

    def __repr__(self) -> str:
        return f"Project({str(self.folder)!r})"

    # Where things are

    @property
    def originals(self) -> Path:
        """Folder of the images as they came, named by SHA-256."""
        return self.folder / "originals"

    @property
    def thumbs(self) -> Path:
        """Folder of the thumbnails, named by SHA-256."""
        return self.folder / "thumbs"

    @property
    def features(self) -> Path:
        """Folder of the cached features."""
        return self.folder / "features"

    @property
    def views(self) -> Path:
        """Folder of what networks saw in altered images; can be computed again."""
        return self.folder / "views"

    @property
    def pixels(self) -> Path:
        """Folder of images brought to a model's size; can be made again."""
        return self.folder / "pixels"

    @property
    def catalogue_file(self) -> Path:
        """One row an image that was taken."""
        return self.folder / "catalogue.parquet"

    @property
    def rejected_file(self) -> Path:
        """One row a file that was not taken, and why."""
        return self.folder / "rejected.parquet"

    @property
    def unlabelled_file(self) -> Path:
        """One row an image that was kept aside because it has no label yet."""
        return self.folder / "unlabelled.parquet"

    @property
    def measurements_file(self) -> Path:
        """The numbers of every image, by SHA-256."""
        return self.folder / "measurements.parquet"

    @property
    def audit_file(self) -> Path:
        """What the checks found, one row an image; ``audit.json`` beside it tells the rest."""
        return self.folder / "audit.parquet"

    @property
    def preflight_file(self) -> Path:
        """What the questions to the data before training found."""
        return self.folder / "preflight.json"

    @property
    def alarm_file(self) -> Path:
        """What the alarm found of the recipe's steps; ``alarm-STEP.webp`` beside it shows it."""
        return self.folder / "alarm.json"

    @property
    def answers_file(self) -> Path:
        """What the user answered the alarm, an append-only log."""
        return self.folder / "alarm-answers.jsonl"

    @property
    def worth_file(self) -> Path:
        """What the recipe was found to cost and to buy."""
        return self.folder / "worth.json"

    @property
    def sight_file(self) -> Path:
        """What was said of each image by its pixels, and what by its features."""
        return self.folder / "sight.parquet"

    @property
    def map_file(self) -> Path:
        """Where each image stands on the map of features."""
        return self.folder / "map.parquet"

    @property
    def decisions_file(self) -> Path:
        """The append-only log of what the user decided about images and classes."""
        return self.folder / "decisions.jsonl"

    @property
    def looks_file(self) -> Path:
        """The looks at test images of runs that are deleted or lie elsewhere, a log."""
        return self.folder / "looks.jsonl"

    @property
    def split_file(self) -> Path:
        """The split settings in force."""
        return self.folder / "split.json"

    @property
    def recipe_file(self) -> Path:
        """The augmentation recipe in force."""
        return self.folder / "recipe.json"

    @property
    def recipes_file(self) -> Path:
        """The recipes that the user saved under a name."""
        return self.folder / "recipes.json"

    @property
    def exercise_file(self) -> Path:
        """The cover and the sealed answer key of the exercise that the project was made of."""
        return self.folder / "exercise.json"

    @property
    def card_file(self) -> Path:
        """What a person wrote for the model card and the data card."""
        return self.folder / "card.json"

    @property
    def runs(self) -> Path:
        """Folder of the training runs."""
        return self.folder / "runs"

    @property
    def jobs(self) -> Path:
        """Folder of the other jobs: ingest, later audit and export."""
        return self.folder / "jobs"

    # What it holds

    @property
    def is_empty(self) -> bool:
        """Whether no image has been taken yet."""
        return not self.catalogue_file.is_file()

    def read_table(self, path: Path) -> pd.DataFrame:
        """The table in ``path``; an empty one where it was not written yet.

        Raises:
            ProjectProblem: the file is damaged.
        """
        if not path.is_file():
            return pd.DataFrame()
        try:
            return files.read_table(path)
        except Exception as error:  # pyarrow raises many kinds
            raise ProjectProblem(
                f"{path.name} of project '{self.name}' cannot be read",
                f"The file is damaged ({type(error).__name__})",
                "Make a new project and add the images again",
            ) from error

    def rejected(self) -> pd.DataFrame:
        """Every file that was not taken: source, reason, detail, bytes."""
        return self.read_table(self.rejected_file)

    def delete(self) -> None:
        """Remove the project and all that it holds, for good.

        Raises:
            ProjectProblem: something in it cannot be removed, or is in use.
        """
        try:
            shutil.rmtree(self.folder)
        except OSError as error:
            raise ProjectProblem(
                f"Project '{self.name}' could not be removed whole",
                f"Removing {Path(error.filename or self.folder).name} failed: {error.strerror}",
                "Stop what is running in it, close programs that show its files, and try again",
            ) from error


def _read_identity(folder: Path) -> _Identity:
    path = folder / "project.json"
    if not path.is_file():
        raise ProjectProblem("There is no such project", f"No project.json in {folder.name}")
    try:
        content = files.read_json(path)
        schema, name, created = int(content["schema"]), content["name"], content["created"]
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise ProjectProblem(
            "The project cannot be read", f"project.json in {folder.name} is damaged"
        ) from error
    if schema > SCHEMA_VERSION:
        raise ProjectProblem(
            f"Project '{name}' comes from a newer version",
            f"It has schema {schema}, this version reads up to {SCHEMA_VERSION}",
            "Update First Light to open it",
        )
    return _Identity(str(name), str(created))
