"""What two runs have in common: the images by which they may be compared, and what differs."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.renaming import called
from core.settings import Settings
from core.split import Side


class Pool(StrEnum):
    """The images by which two runs are compared."""

    TEST = "test"
    VALIDATION = "validation"
    UNLEARNT = "unlearnt"  # test or validation, of either


@dataclass(frozen=True)
class Common:
    """The predictions of two runs for the images by which they may be compared.

    Attributes:
        a, b: the predictions of either for these images.
        learnt: images left out since one of them learnt from it.
        kin: images left out since one of them learnt from another of the same group.
        moved: images left out since they are test images of one, and validation images of the
            other.
        unknown: images left out since one of them never saw them.
        relabelled: images left out since their label changed in between.
        merged: classes that one of them tells apart from another and the other does not.
    """

    a: pd.DataFrame
    b: pd.DataFrame
    learnt: int
    kin: int
    moved: int
    unknown: int
    relabelled: int
    merged: int = 0

    @property
    def n(self) -> int:
        """How many images are left."""
        return len(self.a)


@dataclass(frozen=True)
class Judged:
    """One run as far as a comparison needs it.

    Attributes:
        predictions: of its validation and test images, as `core.results.predictions` has them.
        images: all that it used: image_id, sha256, split.
        merged: classes of its answers that `called` made one with another.
    """

    predictions: pd.DataFrame
    images: pd.DataFrame
    merged: int = 0

    def called(self, names: Mapping[str, str]) -> Judged:
        """The same run in other ``names`` of its classes, such as those of a newer run.

        Where two of its classes were merged since, an answer that named either counts as the
        merged class, and so does a label: the image stays comparable, and to have taken one for
        the other is no mistake any more. It is the answer that was given: probabilities are not
        added up, though their sum may have made the merged class the likeliest.

        Args:
            names: see `core.renaming.renamed`.
        """
        if not names:
            return self
        answers = self.predictions
        label, said = (called(answers[each], names) for each in ("label", "predicted"))
        classes = {*answers["label"], *answers["predicted"]}
        return dataclasses.replace(
            self,
            predictions=answers.assign(label=label, predicted=said, correct=label == said),
            merged=len(classes) - len({names.get(each, each) for each in classes}),
        )


def common(a: Judged, b: Judged, pool: Pool, groups: pd.Series | None = None) -> Common:
    """The images of ``pool`` that both judged and neither learnt from.

    An image is also out where one of them learnt from the same file under another name, or from
    an image of its group: who has seen the twin knows the answer.

    Args:
        a: the one run.
        b: the other, its classes called by the same names; see `Judged.called`.
        pool: which images to look at.
        groups: image_id -> name of its group, as far as it is known; see `core.grouping`.
    """
    own = {"a": a, "b": b}
    sides = {x: run.images.set_index("image_id")["split"].astype(str) for x, run in own.items()}
    asked = {x: _in_pool(run.predictions, pool) for x, run in own.items()}
    ids = asked["a"]["image_id"]
    candidates = pd.Index(ids).union(pd.Index(asked["b"]["image_id"]), sort=True)
    where = pd.DataFrame({x: side.reindex(candidates) for x, side in sides.items()})
    learnt = (where == Side.TRAIN).any(axis=1)
    unknown = where.isna().any(axis=1) & ~learnt
    both = candidates.isin(ids) & candidates.isin(asked["b"]["image_id"])
    moved = ~both & ~learnt & ~unknown
    left = pd.Index(candidates[both])
    kin = _kin(left, own.values(), groups)
    left = left[~kin]
    rows = {x: table.set_index("image_id").loc[left] for x, table in asked.items()}
    same = rows["a"]["label"].astype(str) == rows["b"]["label"].astype(str)
    return Common(
        rows["a"][same].reset_index(),
        rows["b"][same].reset_index(),
        learnt=int(learnt.sum()),
        kin=int(kin.sum()),
        moved=int(moved.sum()),
        unknown=int(unknown.sum()),
        relabelled=int((~same).sum()),
        merged=a.merged + b.merged,
    )


def _in_pool(predictions: pd.DataFrame, pool: Pool) -> pd.DataFrame:
    if pool is Pool.UNLEARNT:
        return predictions
    return predictions[predictions["split"] == str(pool)]


def _kin(left: pd.Index, runs: Collection[Judged], groups: pd.Series | None) -> NDArray[np.bool_]:
    """Which of the images ``left`` share a file or a group with one that a run learnt from."""
    names = {} if groups is None else groups.to_dict()
    everything = pd.concat([run.images[["image_id", "sha256", "split"]] for run in runs])
    everything["group"] = [names.get(image, image) for image in everything["image_id"]]
    taught = everything[everything["split"] == str(Side.TRAIN)]
    tainted = everything["sha256"].isin(taught["sha256"]) | everything["group"].isin(
        taught["group"]
    )
    return np.asarray(left.isin(everything.loc[tainted, "image_id"]))


@dataclass(frozen=True)
class Changed:
    """A setting that two runs do not share: its name, its label, and either value."""

    name: str
    label: str
    a: Any
    b: Any


def differing(a: Settings, b: Settings) -> list[Changed]:
    """The settings in which ``a`` and ``b``, of the same kind, differ, in their order."""
    fields = dataclasses.fields(a)
    pairs = [(field, getattr(a, field.name), getattr(b, field.name)) for field in fields]
    return [
        Changed(field.name, str(field.metadata.get("label", field.name)), one, other)
        for field, one, other in pairs
        if one != other
    ]


@dataclass(frozen=True)
class DataChange:
    """What happened to the images between two runs.

    Attributes:
        only_a, only_b: images that one of them alone used.
        relabelled: images of both whose label changed.
        moved: images of both that stand on another side.
    """

    only_a: int
    only_b: int
    relabelled: int
    moved: int


def data_change(a: pd.DataFrame, b: pd.DataFrame) -> DataChange:
    """What differs in the images of two runs: image_id, label and split of each.

    Labels are to be in the names of one of them, since a class that took another name changes
    nothing.
    """
    columns = ["image_id", "label", "split"]
    both = a[columns].merge(b[columns], on="image_id", suffixes=("_a", "_b"))
    return DataChange(
        len(a) - len(both),
        len(b) - len(both),
        int((both["label_a"].astype(str) != both["label_b"].astype(str)).sum()),
        int((both["split_a"].astype(str) != both["split_b"].astype(str)).sum()),
    )
