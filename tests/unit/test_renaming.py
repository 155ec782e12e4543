"""A name that was kept is found again after renames, merges and undoing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from core import catalogue, files
from core.project import Project, Workspace
from core.renaming import called, follow, renamed

LABELS = ("cat", "dog", "hen")


def make(folder: Path) -> Project:
    """A project with two images a class; the second is there to be relabelled."""
    project = Workspace(folder).create("Animals")
    rows = [(f"{label}{n}", label) for label in LABELS for n in (1, 2)]
    table = pd.DataFrame(rows, columns=["image_id", "label"])
    table["sha256"] = table["source"] = table["image_id"]
    files.write_table(project.catalogue_file, table)
    return project


def rename(label: str, to: str) -> dict[str, Any]:
    return {"act": "rename", "label": label, "to": to}


def relabel(image: str, label: str) -> dict[str, Any]:
    return {"act": "relabel", "images": [image], "label": label}


def undo(number: int) -> dict[str, Any]:
    return {"act": "undo", "decision": number}


@pytest.fixture
def project(workspace: Path, tmp_path: Path) -> Project:
    return make(tmp_path / "here")


def moment(number: int) -> str:
    return f"2026-05-01T10:00:{number:02d}.000+00:00"


def decide(project: Project, *acts: dict[str, Any]) -> None:
    """Take decisions, number 1 at moment 1 and so on."""
    before = len(catalogue.history(project))
    timed = enumerate(acts, start=before + 1)
    catalogue.append(project, [{"reason": "", "at": moment(n), **act} for n, act in timed])


def test_nothing_is_called_otherwise_at_first(project: Project) -> None:
    decide(project, relabel("cat1", "dog"), {"act": "drop", "images": ["dog2"]})
    assert renamed(project, moment(0)) == {}


def test_a_class_is_followed_through_its_names(project: Project) -> None:
    decide(project, rename("dog", "hound"), rename("hound", "wolf"))
    assert renamed(project, moment(0))["dog"] == "wolf"
    assert renamed(project, moment(1)) == {"hound": "wolf"}
    assert renamed(project, moment(2)) == {}
    assert renamed(project, moment(0), until=moment(1)) == {"dog": "hound"}


def test_merged_classes_have_one_name(project: Project) -> None:
    decide(project, rename("dog", "wolf"), rename("hen", "wolf"), rename("wolf", "animal"))
    found = renamed(project, moment(0))
    assert (found["dog"], found["hen"]) == ("animal", "animal")
    assert "cat" not in found


def test_names_that_were_exchanged_are_told_apart(project: Project) -> None:
    decide(project, rename("cat", "x"), rename("dog", "cat"), rename("x", "dog"))
    found = renamed(project, moment(0))
    assert (found["cat"], found["dog"]) == ("dog", "cat")


def test_what_was_renamed_before_stays_as_it_is(project: Project) -> None:
    decide(project, rename("cat", "pet"), rename("dog", "cat"), rename("hen", "bird"))
    assert renamed(project, moment(2)) == {"hen": "bird"}  # its cats are the former dogs


def test_a_name_given_anew_is_another_class(project: Project) -> None:
    decide(project, rename("dog", "wolf"), relabel("cat2", "dog"), rename("dog", "fox"))
    assert renamed(project, moment(0))["dog"] == "wolf"
    assert renamed(project, moment(2))["dog"] == "fox"


def test_a_renaming_that_was_undone_never_was(project: Project) -> None:
    decide(project, rename("dog", "wolf"), undo(1))
    assert renamed(project, moment(0)) == {}


def test_one_that_held_and_was_undone_since_leads_back(project: Project) -> None:
    decide(project, rename("dog", "wolf"), rename("wolf", "fox"), undo(1))
    assert renamed(project, moment(1))["wolf"] == "dog"
    assert renamed(project, moment(2))["fox"] == "dog"


def test_one_that_was_undone_and_holds_again_since_counts(project: Project) -> None:
    decide(project, rename("dog", "wolf"), undo(1), undo(2))
    assert renamed(project, moment(2)) == {"dog": "wolf"}


def test_classes_that_are_two_again_keep_the_name_of_both(project: Project) -> None:
    decide(project, rename("dog", "cat"), undo(1))
    assert renamed(project, moment(1)) == {}  # an answer "cat" may have meant either


def test_labels_are_called_by_their_names_now() -> None:
    labels = pd.Series(["dog", "cat", "dog"], index=[3, 5, 4])
    now = called(labels, {"dog": "wolf"})
    assert now.to_dict() == {3: "wolf", 5: "cat", 4: "wolf"}
    assert labels.to_list() == ["dog", "cat", "dog"]


def test_every_former_name_is_known() -> None:
    log = [rename("a", "b"), relabel("x", "a"), rename("b", "c")]
    assert follow(log) == {"a": "c", "b": "c"}
