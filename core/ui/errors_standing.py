"""What was decided about the images of a run since it was trained."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pandas as pd
import streamlit as st

from core import catalogue
from core.project import Project
from core.renaming import called
from core.ui import tables
from core.ui.errors_scope import Scope
from core.ui.remembered import remembered

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


def label_now(project: Project, image_id: str) -> str:
    """The label of an image as it is now; '' where there is no such image."""
    labels = images_now(project)["label"]
    return str(labels.at[image_id]) if image_id in labels.index else ""


def badges(scope: Scope, images: pd.Series[str]) -> tuple[list[str], list[str]]:
    """The tone and the badge of each of ``images`` (ids) in a gallery."""
    found = [BADGES.get(state, ("", "")) for state in standing(scope).reindex(images)]
    return [tone for tone, _ in found], [badge for _, badge in found]


def classes(project: Project) -> list[str]:
    """The names of the classes as they are now, sorted."""
    return sorted(images_now(project)["label"].dropna().unique())


@st.cache_resource(max_entries=8, show_spinner=False)
def _standing(content: str, _scope: Scope) -> pd.Series[str]:
    answers = _scope.answers
    ids = pd.Index(answers["image_id"].to_numpy(dtype=object))  # looked up faster than arrow's
    now = images_now(_scope.project).reindex(ids)
    found = pd.Series("", index=ids, dtype=object)
    labels = called(answers["label"], tables.names_now(_scope.run))
    differs = (now["label"] != labels.to_numpy()).to_numpy()
    found[ids.isin(_images(_scope.project, "keep", FAIR))] = "fair"
    found[ids.isin(_images(_scope.project, "relabel")) & differs] = "relabelled"
    found[(~now["stays"].eq(True)).to_numpy()] = "dropped"
    return found


def images_now(project: Project) -> pd.DataFrame:
    """Index image_id: ``label`` as it is now, and whether the image ``stays``. Shared."""
    decided = tables.stamp(project.catalogue_file, project.decisions_file)
    return _decided(str(project.folder), decided)


@remembered
def _decided(folder: str, stamp: str) -> pd.DataFrame:
    project = Project(Path(folder))
    table = project.read_table(project.catalogue_file)
    if table.empty:
        return pd.DataFrame({"label": [], "stays": []}, dtype=object)
    labels, stays = catalogue.carry_out(table, tables.decisions(project))
    return pd.DataFrame({"label": labels, "stays": stays}, index=pd.Index(table["image_id"]))


def _images(project: Project, act: str, reason: str = "") -> list[str]:
    """The images of all decisions of this kind and, where one is given, with this reason."""
    entries = (entry for entry in tables.decisions(project) if entry["act"] == act)
    holding = (entry for entry in entries if not reason or entry.get("reason") == reason)
    return [image for entry in holding for image in entry["images"]]
