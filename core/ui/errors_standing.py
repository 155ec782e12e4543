"""What was decided about the images of a run since it was trained."""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st

from core.project import Project
from core.ui import tables
from core.ui.errors_scope import Scope

FAIR: Final = "Fair mistake"  # the reason that such a decision carries
LABELS: Final = "wrong_labels"  # the check that a fair mistake answers: the label is right
BADGES: Final = {
    "dropped": ("wrong", "Dropped"),
    "relabelled": ("ok", "Relabelled"),
    "fair": ("ok", "Fair"),
}


def standing(scope: Scope) -> pd.Series[str]:
    """By image_id of ``scope.answers``: 'dropped', 'relabelled', 'fair', or '' for nothing.

    Shared: leave it as it is.
    """
    project, run = scope.project, scope.run
    decided = tables.stamp(project.catalogue_file, project.decisions_file)
    answered = tables.stamp(run.predictions_file)
    return _standing(f"{run.folder} {scope.side} {answered} {decided}", scope)


def badges(scope: Scope, images: pd.Series[str]) -> tuple[list[str], list[str]]:
    """The tone and the badge of each of ``images`` (ids) in a gallery."""
    found = [BADGES.get(state, ("", "")) for state in standing(scope).reindex(images)]
    return [tone for tone, _ in found], [badge for _, badge in found]


@st.cache_resource(max_entries=8, show_spinner=False)
def _standing(content: str, _scope: Scope) -> pd.Series[str]:
    project, answers = _scope.project, _scope.answers
    ids = pd.Index(answers["image_id"])
    found = pd.Series("", index=ids, dtype=object)
    now = tables.every_image(project)["label"].reindex(ids).to_numpy()
    found[ids.isin(list(_fair(project)))] = "fair"
    found[(now != answers["label"].to_numpy()) & pd.notna(now)] = "relabelled"
    found[~ids.isin(tables.images(project)["image_id"])] = "dropped"
    return found


def _fair(project: Project) -> set[str]:
    """The images whose mistake was called fair."""
    kept = (entry for entry in tables.decisions(project) if entry["act"] == "keep")
    return {image for entry in kept if entry.get("reason") == FAIR for image in entry["images"]}
