"""What all checks found, as tables; and how they are kept in a project."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import pandas as pd

from core import files
from core.audit.check import Check, Evidence, Found, Scope
from core.audit.registry import CHECKS
from core.catalogue import content_id
from core.errors import ProjectProblem
from core.project import Project, now

SCHEMA = 1
_EXTRAS = {"notes": "note", "groups": "group", "suggested": "suggested"}


@dataclass(frozen=True)
class Findings:
    """What checks found.

    Attributes:
        images: one row an image, indexed from 0: image_id, and for each check of images
            ``NAME_score`` (0 worst .. 1), ``is_NAME_issue`` at the check's own threshold and,
            where the check tells them, ``NAME_note``, ``NAME_group``, ``NAME_suggested``.
        others: the scores of classes and files: check, subject, score, note.
        catalogue: the `content_id` of the images that were looked at.
        made: when, ISO 8601 in UTC.
        done: the names of the checks that ran.
        remarks: by the name of a check, what it says about all images together, if anything.
    """

    images: pd.DataFrame
    others: pd.DataFrame
    catalogue: str
    made: str
    done: tuple[str, ...]
    remarks: Mapping[str, str] = field(default_factory=dict)

    def issues(self, check: Check, threshold: float | None = None) -> pd.DataFrame:
        """Subjects below the threshold, the worst first: subject, score, note, group, suggested.

        Args:
            check: any; one that did not run has found nothing.
            threshold: in place of the check's own.
        """
        table = self.scores(check)
        limit = check.threshold if threshold is None else threshold
        return table[table["score"] < limit].reset_index(drop=True)

    def scores(self, check: Check) -> pd.DataFrame:
        """Every subject with a score, the worst first; columns as in `issues`."""
        if check.scope is Scope.IMAGE:
            score = f"{check.name}_score"
            if score not in self.images.columns:
                return _no_subjects()
            names = {"image_id": "subject", score: "score"}
            names |= {f"{check.name}_{extra}": extra for extra in _EXTRAS.values()}
            table = self.images[[name for name in names if name in self.images.columns]]
            table = table.rename(columns=names)
        else:
            table = self.others[self.others["check"] == check.name].drop(columns="check")
        table = table[table["score"].notna()].sort_values("score", kind="stable")
        return table.reindex(columns=_no_subjects().columns, fill_value="").reset_index(drop=True)

    def save(self, project: Project) -> None:
        """Write it into ``project``: ``audit.parquet``, then ``audit.json``.

        Raises:
            OSError: the disk is full or may not be written.
        """
        files.write_table(project.audit_file, self.images)
        content = {
            "schema": SCHEMA,
            "catalogue": self.catalogue,
            "made": self.made,
            "done": list(self.done),
            "others": self.others.to_dict("records"),
            "remarks": dict(self.remarks),
        }
        files.write_json(project.audit_file.with_suffix(".json"), content)

    @classmethod
    def load(cls, project: Project) -> Self | None:
        """What was found in ``project``; None where nobody looked yet.

        Raises:
            ProjectProblem: the tables are damaged.
        """
        path = project.audit_file.with_suffix(".json")
        if not path.is_file():
            return None
        try:
            content = files.read_json(path)
            others = pd.DataFrame(content["others"], columns=list(_no_others().columns))
            return cls(
                files.read_table(project.audit_file),
                others,
                str(content["catalogue"]),
                str(content["made"]),
                tuple(content["done"]),
                dict(content.get("remarks", {})),
            )
        except Exception as error:  # pyarrow raises many kinds
            raise ProjectProblem(
                "The result of the checks cannot be read",
                f"audit.parquet or audit.json is damaged ({type(error).__name__})",
                "Check the images again",
            ) from error


def examine(
    evidence: Evidence,
    checks: Iterable[Check] = CHECKS,
    tell: Callable[[str, int, int], None] = lambda title, done, total: None,
) -> Findings:
    """Run ``checks`` on ``evidence``.

    Args:
        evidence: what there is to look at; it is left as it is.
        checks: those that need what the evidence lacks are for the caller to leave out.
        tell: called with the title of each check before it begins, how many are done, of how many.
    """
    checks = list(checks)
    columns: dict[str, Any] = {"image_id": evidence.images["image_id"].to_numpy()}
    others, remarks = [_no_others()], {}
    for place, check in enumerate(checks):
        tell(check.title, place, len(checks))
        found = check.score(evidence)
        if found.remark:
            remarks[check.name] = found.remark
        if check.scope is Scope.IMAGE:
            columns |= _columns(check, found)
        elif found.subjects:
            notes = found.notes or [""] * len(found.subjects)
            rows = {"subject": list(found.subjects), "score": found.scores, "note": list(notes)}
            others.append(pd.DataFrame({"check": check.name, **rows}))
    return Findings(
        pd.DataFrame(columns),
        pd.concat([table for table in others if len(table)] or others[:1], ignore_index=True),
        content_id(evidence.images),
        now(),
        tuple(check.name for check in checks),
        remarks,
    )


def report(
    findings: Findings, images: pd.DataFrame, worst: int = 1000, checks: Iterable[Check] = CHECKS
) -> dict[str, Any]:
    """``findings`` as plain JSON values.

    Returns:
        images, classes (name -> images), and checks: name -> title, scope, threshold, count,
        remark, worst (source, score, note and, where there is one, group and suggested), and
        for a check that finds images that belong together, groups (lists of sources).
    """
    counts = images["label"].value_counts().sort_index()
    source = dict(zip(images["image_id"], images["source"], strict=True))
    answer: dict[str, Any] = {
        "images": len(images),
        "classes": {str(label): int(count) for label, count in counts.items()},
        "checks": {},
    }
    for check in checks:
        if check.name not in findings.done:
            continue
        issues = findings.issues(check)
        rows = issues.head(worst).to_dict("records")
        answer["checks"][check.name] = {
            "title": check.title,
            "scope": str(check.scope),
            "threshold": check.threshold,
            "count": len(issues),
            "remark": findings.remarks.get(check.name, ""),
            "worst": [_row(row, source) for row in rows],
        }
        if f"{check.name}_group" in findings.images.columns:
            answer["checks"][check.name]["groups"] = _groups(issues, source)
    return answer


def _groups(issues: pd.DataFrame, source: dict[Any, Any]) -> list[list[str]]:
    """The sources of every group, the group with the worst score first."""
    found: dict[str, list[str]] = {}
    for subject, group in zip(issues["subject"], issues["group"], strict=True):
        if group:
            found.setdefault(str(group), []).append(str(source.get(subject, subject)))
    return list(found.values())


def _row(row: dict[Any, Any], source: dict[Any, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"source": str(source.get(row["subject"], row["subject"]))}
    found |= {"score": round(float(row["score"]), 6), "note": str(row["note"])}
    return found | {name: str(row[name]) for name in ("group", "suggested") if row[name]}


def _columns(check: Check, found: Found) -> dict[str, Any]:
    scores = np.asarray(found.scores, dtype=np.float32)
    columns: dict[str, Any] = {
        f"{check.name}_score": scores,
        f"is_{check.name}_issue": scores < check.threshold,
    }
    for attribute, name in _EXTRAS.items():
        values = getattr(found, attribute)
        if values is not None:
            columns[f"{check.name}_{name}"] = pd.Series(list(values), dtype="str")
    return columns


def _no_subjects() -> pd.DataFrame:
    texts = {name: pd.Series(dtype="str") for name in ("note", "group", "suggested")}
    return pd.DataFrame(
        {"subject": pd.Series(dtype="str"), "score": pd.Series(dtype="float64"), **texts}
    )


def _no_others() -> pd.DataFrame:
    table = _no_subjects()[["subject", "score", "note"]]
    table.insert(0, "check", pd.Series(dtype="str"))
    return table
