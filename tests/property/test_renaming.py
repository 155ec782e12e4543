"""Whatever is renamed, merged and undone: a class is called as its images are labelled."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from core import catalogue
from core.renaming import renamed
from tests.unit.test_renaming import LABELS, decide, make, moment, relabel, rename, undo

NAMES = st.sampled_from([*LABELS, "wolf", "x"])
IMAGES = st.sampled_from([f"{label}2" for label in LABELS])
ACTS = st.lists(
    st.one_of(
        st.builds(rename, NAMES, NAMES),
        st.builds(relabel, IMAGES, NAMES),
        st.builds(undo, st.integers(1, 6)),
    ),
    max_size=8,
)


@given(acts=ACTS, since=st.integers(0, 8))
def test_a_class_is_called_as_its_images_are_labelled(
    acts: list[dict[str, Any]], since: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        project = make(Path(folder))
        decide(project, *acts)
        names, images = renamed(project, moment(since)), project.read_table(project.catalogue_file)
        history = catalogue.history(project)
        then = catalogue.holding([entry for entry in history if entry["number"] <= since])
        before, _ = catalogue.carry_out(images, then)
        after, _ = catalogue.carry_out(images, only_renamed_since(history, then))
        now: dict[str, set[str]] = {}
        for was, is_now in zip(before, after, strict=True):
            now.setdefault(was, set()).add(is_now)
        for label, called in now.items():
            if len(called) == 1:  # otherwise a merge was undone
                assert {names.get(label, label)} == called


def only_renamed_since(
    history: list[dict[str, Any]], then: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The renamings that hold now, and the new labels of images that held then."""
    renames = [entry for entry in catalogue.holding(history) if entry["act"] == "rename"]
    relabels = [entry for entry in then if entry["act"] == "relabel"]
    return sorted([*renames, *relabels], key=lambda entry: entry["number"])
