"""Whatever is decided can be undone, and carried out again on a copy."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from core import catalogue, files, replay
from core.project import Project, Workspace

IDS = [f"{number:016x}" for number in range(8)]
IMAGES = st.lists(st.sampled_from([*IDS, "f" * 16]), max_size=5)
LABEL = st.sampled_from(["a", "b", "c", "d / e", "f"])
CHECK = st.sampled_from(["blurry", "dark"])


def act(name: str, **details: st.SearchStrategy[object]) -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries({"act": st.just(name), **details})


ACTS = st.one_of(
    act("drop", images=IMAGES),
    act("keep", images=IMAGES),
    act("keep", images=IMAGES, check=CHECK),
    act("relabel", images=IMAGES, label=LABEL),
    IMAGES.flatmap(
        lambda images: act(
            "relabel",
            images=st.just(images),
            labels=st.lists(LABEL, min_size=len(images), max_size=len(images)),
        )
    ),
    act("rename", label=LABEL, to=LABEL),
)


def make(root: Path, name: str) -> Project:
    project = Workspace(root).create(name)
    table = pd.DataFrame({"image_id": IDS, "label": ["a", "b", "c", "a"] * 2})
    table["sha256"] = [image * 4 for image in IDS]
    table["source"] = IDS
    files.write_table(project.catalogue_file, table)
    return project


def naive(table: pd.DataFrame, log: list[dict[str, object]]) -> list[tuple[str, str]]:
    """Decisions carried out one image at a time, as slowly and plainly as can be."""
    labels = dict(zip(table["image_id"], table["label"], strict=True))
    gone: set[str] = set()
    for entry in log:
        images = [image for image in entry.get("images", []) if image in labels]
        if entry["act"] == "drop":
            gone |= set(images)
        elif entry["act"] == "keep":
            gone -= set(images)
        elif "labels" in entry:
            labels |= {
                image: label
                for image, label in zip(entry["images"], entry["labels"], strict=True)
                if image in labels
            }
        elif entry["act"] == "relabel":
            labels |= dict.fromkeys(images, entry["label"])
        else:
            renamed = {i: entry["to"] for i, label in labels.items() if label == entry["label"]}
            labels |= renamed
    return [(image, label) for image, label in labels.items() if image not in gone]


def content(project: Project) -> list[tuple[str, str]]:
    table = catalogue.in_force(project)
    return list(zip(table["image_id"], table["label"], strict=True))


@given(before=st.lists(ACTS, max_size=4), then=ACTS)
def test_what_is_undone_never_was(before: list[dict[str, object]], then: dict[str, object]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        project = make(Path(folder), "One")
        for entry in before:
            catalogue.decide(project, **entry)
        was = content(project), catalogue.kept(project)
        made = catalogue.decide(project, **then)
        catalogue.decide(project, "undo", decision=made["number"])
        assert (content(project), catalogue.kept(project)) == was


@given(log=st.lists(ACTS, max_size=8))
def test_the_quick_way_gives_what_the_plain_way_gives(log: list[dict[str, object]]) -> None:
    table = pd.DataFrame({"image_id": IDS, "label": ["a", "b", "c", "a"] * 2})
    found = catalogue.apply(table, log)
    assert list(zip(found["image_id"], found["label"], strict=True)) == naive(table, log)


@given(log=st.lists(ACTS, max_size=6), undone=st.integers(0, 5))
def test_on_a_copy_a_log_gives_the_same(log: list[dict[str, object]], undone: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        project, copy = make(Path(folder), "One"), make(Path(folder), "Copy")
        numbers = [catalogue.decide(project, **entry)["number"] for entry in log]
        if undone < len(numbers):
            catalogue.decide(project, "undo", decision=numbers[undone])
        exported = replay.export(project)
        if exported:
            planned = replay.plan(copy, replay.read(exported))
            replay.carry_out(copy, planned)
        assert content(copy) == content(project)
        there = {check: found & set(IDS) for check, found in catalogue.kept(project).items()}
        assert {c: f for c, f in catalogue.kept(copy).items() if f} == {
            check: found for check, found in there.items() if found
        }
