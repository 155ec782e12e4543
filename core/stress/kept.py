"""What a stress test found, in a run's folder: one row for each image, corruption and severity.

``stress.parquet`` grows by whole corruptions, so what was measured before somebody stopped is
there. ``stress.json`` tells which images were asked for, in order: a larger sample begins with
the smaller one, so that asking for more images keeps what is known of the first.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import files
from core.corruptions import CORRUPTIONS, SEVERITIES, VERSION
from core.errors import ProjectProblem
from core.project import now
from core.renaming import called

ROWS, NOTE = "stress.parquet", "stress.json"
USUAL = 200  # images that are asked for
MOST = 1000  # the same at most: they are held in memory at the model's size
CLEAN = "clean"  # stands in the place of a corruption for the images as they are
COLUMNS = ("image_id", "corruption", "severity", "predicted", "confidence")
_NO_ROWS = pd.DataFrame({name: [] for name in COLUMNS})
Bools = NDArray[np.bool_]
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Stress:
    """What a stress test found of a run, on n images.

    Attributes:
        side: 'validation' or 'test': which of the run's images were asked.
        made: when it was asked for last, ISO 8601 in UTC.
        asked: how many images were asked for; n is smaller until all corruptions have them.
        available: how many images that side has.
        classes: the names, in the order of their numbers.
        images: image_id, sha256, source and label of the n images.
        truth: (n,) numbers of their classes.
        names: the corruptions that were measured, in the order of `CORRUPTIONS`.
        clean_said: (n,) numbers of the classes that were named for the images as they are.
        said: (n, corruptions, severities) the same for the corrupted images.
        sure: (n, corruptions, severities) the confidence of these answers, 0..1.
    """

    side: str
    made: str
    asked: int
    available: int
    classes: tuple[str, ...]
    images: pd.DataFrame
    truth: Numbers
    names: tuple[str, ...]
    clean_said: Numbers
    said: Numbers
    sure: NDArray[np.float32]

    @property
    def n(self) -> int:
        """How many images the figures rest on."""
        return len(self.images)

    @property
    def is_whole(self) -> bool:
        """Whether every corruption was measured on all images that were asked for."""
        return len(self.names) == len(CORRUPTIONS) and self.n == self.asked

    @property
    def clean(self) -> Bools:
        """(n,) whether the image as it is was answered right."""
        found: Bools = self.clean_said == self.truth
        return found

    @property
    def right(self) -> Bools:
        """(n, corruptions, severities) whether the corrupted image was answered right."""
        found: Bools = self.said == self.truth[:, None, None]
        return found

    def called(self, names: Mapping[str, str]) -> Stress:
        """The same in other ``names`` of the classes, see `core.renaming.renamed`.

        Classes that were merged count as one: to take the one for the other is no mistake.
        """
        if not names:
            return self
        renamed = [names.get(name, name) for name in self.classes]
        classes = tuple(sorted(set(renamed)))
        numbers = np.array([classes.index(name) for name in renamed], np.int64)
        return replace(
            self,
            classes=classes,
            images=self.images.assign(label=called(self.images["label"], names)),
            truth=numbers[self.truth],
            clean_said=numbers[self.clean_said],
            said=numbers[self.said],
        )

    def of(self, name: str) -> Bools:
        """(n, severities): `right` for one corruption."""
        return self.right[:, self.names.index(name)]


def sample(images: pd.DataFrame, most: int) -> pd.DataFrame:
    """The first ``most`` of ``images`` in an order that is fair to every class.

    At any point the classes have the shares that they have among all images, as far as whole
    images allow. Within a class the order hangs on the image alone, so that another run with
    the same images is asked about the same ones.

    Args:
        images: image_id, sha256 and label, and whatever else.
        most: how many are wanted.
    """
    keys = [zlib.crc32(f"stress {sha256}".encode()) for sha256 in images["sha256"]]
    order = images.assign(_key=keys).sort_values(["_key", "image_id"], kind="stable")
    within = order.groupby("label").cumcount() + 0.5
    share = within / order["label"].map(order["label"].value_counts())
    chosen = order.assign(_share=share).sort_values(["_share", "_key"], kind="stable")
    return chosen.drop(columns=["_key", "_share"]).head(most).reset_index(drop=True)


def rows_of(folder: Path) -> pd.DataFrame:
    """Everything that was measured in the run's ``folder``: `COLUMNS`; no row where nothing was.

    What another version of the corruptions measured does not count.

    Raises:
        ProjectProblem: a file is damaged.
    """
    if not (folder / ROWS).is_file() or _note(folder).get("version") != VERSION:
        return _NO_ROWS.copy()
    try:
        return files.read_table(folder / ROWS, columns=COLUMNS)
    except Exception as error:  # pyarrow raises many kinds
        raise _damaged(ROWS, error) from error


def save_rows(folder: Path, rows: pd.DataFrame) -> None:
    """Keep what was measured; see `rows_of`.

    Raises:
        OSError: the disk is full or may not be written.
    """
    files.write_table(folder / ROWS, rows)


def begin(folder: Path, side: str, images: Sequence[str]) -> pd.DataFrame:
    """Write down that the stress test is asked for ``images`` of ``side``, in this order.

    Where more were asked for before, that stays. What cannot be read any more is thrown away:
    it can be measured again.

    Returns:
        What is known already, of other images too; see `rows_of`.

    Raises:
        OSError: the disk is full or may not be written.
    """
    try:
        content, rows = _note(folder), rows_of(folder)
    except ProjectProblem:
        content, rows = {}, _NO_ROWS.copy()
    if content.get("version") != VERSION:
        (folder / ROWS).unlink(missing_ok=True)
        content = {}
    sides = dict(content.get("sides", {}))
    before = sides[side]["images"] if side in sides else []
    wanted = before if before[: len(images)] == list(images) else list(images)
    sides[side] = {"made": now(), "images": wanted}
    files.write_json(folder / NOTE, {"version": VERSION, "sides": sides})
    return rows


def load(folder: Path, images: pd.DataFrame, classes: Sequence[str], side: str) -> Stress | None:
    """What was found on the images of ``side``; None where nothing was measured yet.

    Args:
        folder: of the run.
        images: all images of the run: image_id, sha256, source, label, split.
        classes: of the run, in order.
        side: 'validation' or 'test'.

    Raises:
        ProjectProblem: a file is damaged.
    """
    rows, told = rows_of(folder), _note(folder).get("sides", {}).get(side)
    if rows.empty or told is None:
        return None
    try:
        own = images[images["split"].astype(str) == side].set_index("image_id", drop=False)
        asked = [image for image in told["images"] if image in own.index]
        table = _table(rows[rows["image_id"].isin(asked)], list(classes))
        names, n = _covered(table, asked)
        if not n:
            return None
        kept = own.loc[asked[:n]].reset_index(drop=True)
        told_of = _Answers(table, asked[:n])
        severities = len(SEVERITIES)
        return Stress(
            side=side,
            made=str(told["made"]),
            asked=len(asked),
            available=len(own),
            classes=tuple(classes),
            images=kept[["image_id", "sha256", "source", "label"]],
            truth=pd.Index(classes).get_indexer(pd.Index(kept["label"])).astype(np.int64),
            names=names,
            clean_said=told_of.cube("said", (CLEAN,), 1)[:, 0, 0].astype(np.int64),
            said=told_of.cube("said", names, severities).astype(np.int64),
            sure=told_of.cube("confidence", names, severities).astype(np.float32),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _damaged(NOTE, error) from error


def measured(rows: pd.DataFrame, name: str) -> set[str]:
    """The ids of the images of which all severities of corruption ``name`` are known."""
    own = rows.loc[rows["corruption"] == name, "image_id"]
    times = own.value_counts()
    return set(times[times >= (1 if name == CLEAN else len(SEVERITIES))].index.astype(str))


def _table(rows: pd.DataFrame, classes: list[str]) -> pd.DataFrame:
    """The rows with the number of the class that was said."""
    said = pd.Index(classes).get_indexer(pd.Index(rows["predicted"].astype(str)))
    return rows.assign(said=said).drop_duplicates(["image_id", "corruption", "severity"])


def _covered(rows: pd.DataFrame, asked: list[str]) -> tuple[tuple[str, ...], int]:
    """The corruptions that were measured, and how many of the first images all of them have."""
    lengths = {name: _beginning(asked, measured(rows, name)) for name in (CLEAN, *CORRUPTIONS)}
    names = tuple(name for name in CORRUPTIONS if lengths[name])
    return names, min([lengths[CLEAN], *(lengths[name] for name in names)])


def _beginning(asked: list[str], known: set[str]) -> int:
    """How many of the first images are known."""
    return next((i for i, image in enumerate(asked) if image not in known), len(asked))


class _Answers:
    """Looks rows up as arrays, for some images in their order."""

    def __init__(self, rows: pd.DataFrame, images: list[str]) -> None:
        self._rows = rows.set_index(["image_id", "corruption", "severity"])
        self._images = images

    def cube(self, column: str, names: Sequence[str], severities: int) -> NDArray[Any]:
        """(images, names, severities): the values of ``column``."""
        levels = [0] if severities == 1 else list(SEVERITIES)
        wanted = pd.MultiIndex.from_product([self._images, list(names), levels])
        values = self._rows[column].reindex(wanted).to_numpy()
        if pd.isna(values).any():
            raise ValueError("an answer is missing")
        return values.reshape(len(self._images), len(names), severities)


def _note(folder: Path) -> dict[str, Any]:
    path = folder / NOTE
    if not path.is_file():
        return {}
    try:
        content = files.read_json(path)
        sides = {str(side): _told(told) for side, told in dict(content["sides"]).items()}
        return {"version": content["version"], "sides": sides}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(NOTE, error) from error


def _told(told: dict[str, Any]) -> dict[str, Any]:
    """What a side tells, each part of its type: the file may come from a stranger."""
    made = datetime.fromisoformat(told["made"]).astimezone(UTC)
    images = [str(image) for image in list(told["images"])]
    return {"made": made.isoformat(), "images": images}


def _damaged(name: str, error: Exception) -> ProjectProblem:
    return ProjectProblem(
        "What the stress test found cannot be read",
        f"{name} is damaged ({type(error).__name__})",
        "Run the stress test again",
    )
