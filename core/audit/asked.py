"""What the checks still ask, after all that was decided since they looked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import catalogue, renaming
from core.audit.check import Check, Evidence, Needs, Scope
from core.audit.findings import Findings, examine
from core.audit.registry import CHECKS
from core.project import Project

ABOUT_LABELS: Final = ("wrong_labels", "outliers")  # a new label, whoever gave it, answers these
OPEN, KEPT, RELABELLED, DROPPED, ALONE = range(5)
ANSWERS: Final = {KEPT: "kept", RELABELLED: "relabelled", DROPPED: "dropped"}
_BETWEEN: Final = " / "  # between two classes that a check names together
_SHOWN: Final = ("subject", "score", "note", "group", "suggested", "answer")

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Asked:
    """What one check asks about. Places are rows of ``table``, the worst first.

    A set of twins is asked about as long as two of it are left, and as a whole: each has the
    score of the worst, so that a threshold never parts them.

    Attributes:
        check: the check.
        ran: whether it looked at all.
        table: its findings; columns as `Findings` names them.
        open: places that wait for an answer.
        open_scores: their scores, ascending.
        closed: places that were answered.
        closed_scores: their scores, ascending.
        status: by row of ``table``: OPEN, KEPT, RELABELLED, DROPPED or ALONE.
        renamed: what classes are called now, by what they were called when it looked.
    """

    check: Check
    ran: bool
    table: pd.DataFrame
    open: Ints
    open_scores: NDArray[np.float64]
    closed: Ints
    closed_scores: NDArray[np.float64]
    status: NDArray[np.int8]
    renamed: Mapping[str, str] = field(default_factory=dict)

    def count(self, threshold: float | None = None) -> int:
        """How many subjects below the threshold, or the check's own, wait for an answer."""
        return int(np.searchsorted(self.open_scores, self._limit(threshold), side="left"))

    def count_answered(self, threshold: float | None = None) -> int:
        """How many below it were answered."""
        return int(np.searchsorted(self.closed_scores, self._limit(threshold), side="left"))

    def rows(self, threshold: float | None = None) -> pd.DataFrame:
        """Those that wait: subject, score, note, group, suggested, and answer, which is ''."""
        count = self.count(threshold)
        return self._rows(self.open[:count], self.open_scores[:count])

    def answered_rows(self, threshold: float | None = None) -> pd.DataFrame:
        """Those that were answered; ``answer`` is 'kept', 'relabelled' or 'dropped'."""
        count = self.count_answered(threshold)
        return self._rows(self.closed[:count], self.closed_scores[:count])

    @property
    def scores(self) -> NDArray[np.float64]:
        """The scores of all that it looked at and that is still there, answered or not."""
        column = f"{self.check.name}_score" if self.check.scope is Scope.IMAGE else "score"
        scores: NDArray[np.float64] = self.table[column].to_numpy(dtype=np.float64)
        return np.asarray(scores[self.status != DROPPED])

    @property
    def groups(self) -> bool:
        """Whether it finds images that belong together."""
        return f"{self.check.name}_group" in self.table.columns

    def _limit(self, threshold: float | None) -> float:
        return self.check.threshold if threshold is None else threshold

    def _rows(self, places: Ints, scores: NDArray[np.float64]) -> pd.DataFrame:
        part = self.table.iloc[places]
        if self.check.scope is Scope.IMAGE:
            prefix = f"{self.check.name}_"
            names = {f"{prefix}{name}": name for name in ("note", "group", "suggested")}
            part = part.rename(columns={**names, "image_id": "subject"})
        answers = [ANSWERS.get(status, "") for status in self.status[places]]
        part = part.assign(score=scores, answer=answers)
        part = part.reindex(columns=list(_SHOWN), fill_value="").reset_index(drop=True)
        return part.assign(suggested=renaming.called(part["suggested"].fillna(""), self.renamed))


@dataclass(frozen=True)
class Standing:
    """Where the cleaning of a project stands.

    Attributes:
        asked: by the name of each check, what it asks.
        decided: by check, how many subjects each act answered: drop, relabel, keep.
        made: when the images were looked at, ISO 8601; '' where they were not yet.
        complete: whether every check has run.
        came: images in force that no check has seen; all of them where none was seen.
        changed: images that were dropped or took another label since they were looked at.
        remarks: by check, what it says about all images together, if anything.
    """

    asked: Mapping[str, Asked]
    decided: Mapping[str, Mapping[str, int]]
    made: str
    complete: bool
    came: int
    changed: int
    remarks: Mapping[str, str]


def standing(project: Project, checks: Sequence[Check] = CHECKS) -> Standing:
    """What every check asks about ``project`` now.

    Checks that read nothing but the catalogue are run on the spot, so they are never late.

    Raises:
        ProjectProblem: a table of the project is damaged.
    """
    images, log = catalogue.in_force(project), catalogue.decisions(project)
    found = Findings.load(project)
    evidence = Evidence(images[list(catalogue.COLUMNS)], rejected=project.rejected())
    tables = examine(evidence, [check for check in checks if check.needs is Needs.TABLE])
    kept, made = catalogue.kept(project), found.made if found else ""
    since = [entry for entry in log if str(entry.get("at", "")) > made] if made else []
    there = set(images["image_id"])
    labels = set(images["label"].unique())
    names = renaming.renamed(project, made) if made else {}
    asked = {}
    for check in checks:
        is_new = check.needs is Needs.TABLE  # it looks at the images as they are
        source, acts = (tables, []) if is_new else (found, since)
        one = _asked(check, source, kept.get(check.name, set()), acts, there, labels)
        asked[check.name] = one if is_new else replace(one, renamed=names)
    seen = found.images["image_id"] if found is not None else pd.Series(dtype=str)
    came = ~_among(images["image_id"], set(seen))
    gone = int((~_among(seen, there)).sum())
    relabelled = set().union(*(entry["images"] for entry in since if entry["act"] == "relabel"))
    changed = gone + int((_among(images["image_id"], relabelled) & ~came).sum())
    complete = found is not None and all(
        check.name in found.done for check in checks if check.needs is not Needs.TABLE
    )
    remarks = {**(found.remarks if found else {}), **tables.remarks}
    return Standing(asked, _decided(log), made, complete, int(came.sum()), changed, remarks)


def _asked(
    check: Check,
    found: Findings | None,
    kept: set[str],
    since: Sequence[Mapping[str, Any]],
    there: set[str],
    labels: set[str],
) -> Asked:
    """What ``check`` asks; ``there`` are the images in force, ``labels`` their classes."""
    is_image = check.scope is Scope.IMAGE
    ran = found is not None and check.name in found.done
    table = _table(check, found) if found is not None and ran else _no_table(check)
    subjects = table["image_id" if is_image else "subject"]
    scores = table[f"{check.name}_score" if is_image else "score"].to_numpy(dtype=np.float64)
    status = np.full(len(table), OPEN, dtype=np.int8)
    group = f"{check.name}_group"
    if group not in table.columns:
        status[_among(subjects, _relabelled(since, check))] = RELABELLED
    status[_among(subjects, kept)] = KEPT
    if is_image:
        status[~_among(subjects, there)] = DROPPED
    if check.scope is Scope.CLASS:
        status[[not classes_in(str(subject), labels) for subject in subjects]] = ALONE
    order = np.lexsort((np.arange(len(scores)), scores))
    if group in table.columns:
        scores, order = _as_sets(scores, status, table[group])
    known = order[~np.isnan(scores[order])]
    waits = known[status[known] == OPEN]
    closed = known[(status[known] != OPEN) & (status[known] != ALONE)]
    return Asked(check, ran, table, waits, scores[waits], closed, scores[closed], status)


def _among(column: pd.Series, names: Set[str]) -> NDArray[np.bool_]:
    """Whether each text of ``column`` is one of ``names``; pandas' own `isin` takes long."""
    texts = column.to_numpy(dtype=object)
    return np.fromiter((text in names for text in texts), dtype=bool, count=len(texts))


def _table(check: Check, found: Findings) -> pd.DataFrame:
    if check.scope is not Scope.IMAGE:
        return found.others[found.others["check"] == check.name].reset_index(drop=True)
    names = ("score", "note", "group", "suggested")
    columns = ["image_id", *(f"{check.name}_{name}" for name in names)]
    return found.images[[name for name in columns if name in found.images.columns]]


def _no_table(check: Check) -> pd.DataFrame:
    score = f"{check.name}_score" if check.scope is Scope.IMAGE else "score"
    subject = "image_id" if check.scope is Scope.IMAGE else "subject"
    return pd.DataFrame({subject: pd.Series(dtype="str"), score: pd.Series(dtype="float64")})


def _as_sets(
    scores: NDArray[np.float64], status: NDArray[np.int8], group: pd.Series[str]
) -> tuple[NDArray[np.float64], Ints]:
    """Scores shared within every set, and the order in which sets stand together.

    Marks in ``status`` as ALONE what has no open twin left.
    """
    codes, names = pd.factorize(group.fillna("").to_numpy(dtype=object))
    single = np.flatnonzero(np.asarray(names, dtype=object) == "")
    is_set = ~np.isin(codes, single)
    waits = is_set & (status == OPEN)
    left = np.bincount(codes[waits], minlength=len(names))
    status[waits & (left[codes] < 2)] = ALONE
    shared = scores.copy()
    worst = np.full(len(names), np.inf)
    np.fmin.at(worst, codes, scores)
    shared[is_set] = worst[codes[is_set]]
    return shared, np.lexsort((np.arange(len(scores)), scores, codes, shared))


def _relabelled(since: Sequence[Mapping[str, Any]], check: Check) -> set[str]:
    """The images that took another label since the check looked, and so answered it."""
    found: set[str] = set()
    for entry in since:
        about = entry.get("check") == check.name or check.name in ABOUT_LABELS
        if entry["act"] == "relabel" and about:
            found.update(entry["images"])
    return found


def classes_in(subject: str, labels: set[str]) -> list[str]:
    """The classes that a subject names: one, or two of a pair; a name may hold the divider."""
    if subject in labels:
        return [subject]
    parts = subject.split(_BETWEEN)
    for place in range(1, len(parts)):
        pair = [_BETWEEN.join(parts[:place]), _BETWEEN.join(parts[place:])]
        if set(pair) <= labels:
            return pair
    return []


def _decided(log: Sequence[Mapping[str, Any]]) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for entry in log:
        check = entry.get("check")
        if isinstance(check, str) and entry["act"] in ("drop", "relabel", "keep"):
            number = len(entry["images"]) + len(entry.get("subjects", ()))
            found.setdefault(check, Counter())[entry["act"]] += number
    return found
