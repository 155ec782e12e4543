"""What the checks of the data found about one image: is it odd in itself?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd
import streamlit as st

from core.audit import CHECKS, Check, Findings, Scope
from core.lessons import glossary
from core.project import Project
from core.renaming import called, renamed
from core.ui import errors_scope, frame, tables
from core.ui.remembered import remembered
from core.words import count, plain

_IMAGES: Final = [check for check in CHECKS if check.scope is Scope.IMAGE]


@dataclass(frozen=True)
class Seen:
    """What one check found about an image.

    Attributes:
        check: the check.
        score: 0 (worst) to 1.
        note: what was found, in words; '' nothing.
        suggested: another label that the image might have; '' none.
    """

    check: Check
    score: float
    note: str
    suggested: str

    @property
    def is_issue(self) -> bool:
        """Whether the check asks about the image, at its usual threshold."""
        return self.score < self.check.threshold


def show(scope: errors_scope.Scope, image_id: str) -> None:
    """The checks that ask about the image, and its score in all of them."""
    st.markdown("**What the checks of your data say**", help=glossary()["threshold"].help)
    found = seen(scope.project, image_id)
    if not found:
        st.caption("They have not looked at this image yet.")
        frame.link("clean", "Go to the checks", scope.project, scope.run.id)
        return
    issues = [one for one in found if one.is_issue]
    if issues:
        st.markdown("\n".join(f"- {_told(one)}" for one in issues))
    else:
        lowest = found[0]
        st.markdown(
            f"None of {count(len(found), 'check')} asks about it. The lowest score, "
            f"{lowest.score:.2f}, is that of *{lowest.check.title}*."
        )
    with st.popover("All scores", type="tertiary", icon=":material/fact_check:"):
        st.caption("0 is the worst, 1 is nothing wrong.")
        rows = [f"| {one.check.title} | {one.score:.2f} |" for one in found]
        st.markdown("\n".join(["| Check | Score |", "|---|---:|", *rows]))


def seen(project: Project, image_id: str) -> list[Seen]:
    """What every check of images found about this one, the worst first; none looked: nothing.

    Raises:
        ProjectProblem: what the checks found is damaged.
    """
    paths = (project.audit_file, project.audit_file.with_suffix(".json"))
    stamp = tables.stamp(*paths, project.catalogue_file, project.decisions_file)
    table = _findings(str(project.folder), stamp)
    if image_id not in table.index:
        return []
    row: Any = table.loc[image_id]
    found: list[Seen] = []
    for check in _IMAGES:
        score = row.get(f"{check.name}_score")
        if score is None or pd.isna(score):
            continue
        note, other = (row.get(f"{check.name}_{name}") for name in ("note", "suggested"))
        found.append(Seen(check, float(score), _text(note), _text(other)))
    return sorted(found, key=lambda one: (not one.is_issue, one.score))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _told(one: Seen) -> str:
    note = f": {plain(one.note)}" if one.note else ""
    other = f". Perhaps it is *{plain(one.suggested)}*" if one.suggested else ""
    return f"**{one.check.title}**, score {one.score:.2f}{note}{other}"


@remembered
def _findings(folder: str, stamp: str) -> pd.DataFrame:
    """What was found about each image: index image_id; classes as they are called now. Shared."""
    project = Project(Path(folder))
    found = Findings.load(project)
    if found is None:
        return pd.DataFrame()
    names, table = renamed(project, found.made), found.images.set_index("image_id")
    suggested = [name for name in table.columns if name.endswith("_suggested")]
    return table.assign(**{name: called(table[name].fillna(""), names) for name in suggested})
