"""A log of decisions goes out as a file, comes back from anywhere, and is carried out again."""

from __future__ import annotations

import csv
import io
import json

import pandas as pd
import pytest

from core import catalogue, files, replay
from core.errors import DataProblem
from core.project import Workspace

CAT, CAT2, DOG, HEN = (f"{number:016x}" for number in range(4))
ROWS = [(CAT, "cat"), (CAT2, "cat"), (DOG, "dog"), (HEN, "hen")]


def make(name, rows=ROWS, shas=None):
    made = Workspace().create(name)
    table = pd.DataFrame(rows, columns=["image_id", "label"])
    table["sha256"] = shas or [image * 4 for image, _ in rows]
    table["source"] = [f"{label}/{number}.jpg" for number, (_, label) in enumerate(rows)]
    files.write_table(made.catalogue_file, table)
    return made


@pytest.fixture
def project(workspace):
    """A project with two cats, a dog and a hen, and a decision of every kind."""
    made = make("Animals")
    catalogue.decide(made, "drop", "Blurry", images=[CAT], check="blurry")
    catalogue.decide(made, "relabel", "", images=[DOG, HEN], labels=["wolf", "cock"])
    wrong = catalogue.decide(made, "drop", images=[HEN])
    catalogue.decide(made, "undo", decision=wrong["number"])
    catalogue.decide(made, "keep", images=[CAT2], check="dark")
    catalogue.decide(made, "rename", label="wolf", to="Wolf")
    return made


def content(project):
    table = catalogue.in_force(project)
    return dict(zip(table["image_id"], table["label"], strict=True))


def line(**fields):
    return json.dumps({"number": 1, "act": "drop", "images": [CAT], **fields}).encode()


def test_on_a_copy_it_gives_the_same_images_and_answers(project):
    copy = make("Copy")
    planned = replay.plan(copy, replay.read(replay.export(project)))
    assert (planned.named, planned.found, planned.skipped) == (4, 4, 0)
    assert (planned.dropped, planned.restored, planned.relabelled, planned.kept) == (1, 0, 2, 1)
    sizes = planned.classes.set_index("label").to_numpy().tolist()
    assert dict(zip(planned.classes["label"], sizes, strict=True)) == {
        "Wolf": [0, 1],
        "cat": [2, 1],
        "cock": [0, 1],
        "dog": [1, 0],
        "hen": [1, 0],
    }
    assert content(copy) == dict(ROWS), "a plan changes nothing"
    entries = replay.carry_out(copy, planned)
    assert content(copy) == content(project)
    assert catalogue.kept(copy) == catalogue.kept(project)
    assert [entry["number"] for entry in entries] == [1, 2, 3, 4]


def test_where_all_of_it_holds_nothing_would_change(project):
    assert not replay.plan(project, replay.read(replay.export(project))).changes


def test_the_projects_own_log_can_be_read_too(project):
    log = replay.read(project.decisions_file.read_bytes())
    assert [entry["act"] for entry in log] == ["drop", "relabel", "keep", "rename"]


def test_images_are_found_by_their_content_where_their_names_differ(project):
    others = [(image[::-1] + "x", label) for image, label in ROWS]
    shas = [image * 4 for image, _ in ROWS]
    other = make("Elsewhere", others, shas)
    replay.carry_out(other, replay.plan(other, replay.read(replay.export(project))))
    assert sorted(content(other).values()) == sorted(content(project).values())


def test_of_twins_only_as_many_are_dropped_as_were(workspace):
    first = make("Twins", shas=["ab" * 32] * 2 + [DOG * 4, HEN * 4])
    catalogue.decide(first, "drop", images=[CAT2])
    others = [("e" * 16, "cat"), ("f" * 16, "cat")]
    other = make("Other twins", others, ["ab" * 32] * 2)
    planned = replay.plan(other, replay.read(replay.export(first)))
    assert planned.dropped == 1


def test_what_is_not_here_is_counted_and_left_out(project):
    other = make("Only the hen", ROWS[3:])
    planned = replay.plan(other, replay.read(replay.export(project)))
    assert (planned.named, planned.found, planned.skipped) == (4, 1, 2)
    assert planned.decisions[0]["images"] == [HEN]
    assert planned.decisions[0]["labels"] == ["cock"]


@pytest.mark.parametrize(
    ("data", "detail"),
    [
        (b"", "It is empty"),
        (b"\n\n", "It is empty"),
        (b"not json", "Line 1 is no JSON"),
        (b"\xff\xfe", "Line 1 is no JSON"),
        (b"[" * 100_000, "Line 1 is no JSON"),
        (b"7", "Line 1 has no number"),
        (line(number=True), "Line 1 has no number"),
        (line(number=10**30), "Line 1 has no number"),
        (line(act="explode"), "Line 1 is no decision"),
        (line(images="all"), "Line 1 is no decision"),
        (line(images=[1]), "Line 1 is no decision"),
        (line(act="relabel"), "Line 1 is no decision"),
        (line(act="relabel", labels=[]), "Line 1 is no decision"),
        (line(act="relabel", label="  "), "Line 1 is no decision"),
        (line(act="undo"), "Line 1 is no decision"),
        (line(act="undo", decision=1), "Line 1 is no decision"),
        (line(sha256=["../../etc/passwd"]), "does not tell the content"),
        (line(sha256=[]), "does not tell the content"),
        (line(check=["blurry"]), "no text"),
        (line(reason={}), "no text"),
        (line(act="relabel", label="x" * 5000), "too long or cannot be shown"),
        (line(act="relabel", label="a\nb"), "too long or cannot be shown"),
        (line() + b"\n" + line(), "do not rise at line 2"),
    ],
)
def test_anything_else_is_a_problem(data, detail):
    with pytest.raises(DataProblem, match="no log of decisions") as problem:
        replay.read(data)
    assert detail in problem.value.detail


def test_its_size_is_bounded(monkeypatch):
    monkeypatch.setattr(replay, "MAX_LINES", 1)
    with pytest.raises(DataProblem, match="1 are the most"):
        replay.read(line() + b"\n" + line(number=2))
    monkeypatch.setattr(replay, "MAX_BYTES", 10)
    with pytest.raises(DataProblem, match="larger than"):
        replay.read(line())


class TestTable:
    def rows(self, project):
        text = replay.export_table(project).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline="")))

    def test_it_has_a_row_for_every_image_of_every_act(self, project):
        rows = self.rows(project)
        assert [(row["what"], row["image"], row["holds"]) for row in rows] == [
            ("drop", "cat/0.jpg", "yes"),
            ("relabel", "dog/2.jpg", "yes"),
            ("relabel", "hen/3.jpg", "yes"),
            ("drop", "hen/3.jpg", "no"),
            ("keep", "cat/1.jpg", "yes"),
            ("rename", "", "yes"),
        ]
        assert (rows[0]["why"], rows[0]["check"]) == ("Blurry", "blurry")
        assert (rows[5]["label"], rows[5]["to"]) == ("wolf", "Wolf")

    def test_no_cell_is_a_formula(self, workspace):
        made = make("Sums", [(CAT, "=1+1")])
        catalogue.decide(made, "relabel", "@now", images=[CAT], label="=2*3")
        row = self.rows(made)[0]
        assert (row["why"], row["label"]) == ("'@now", "'=2*3")
        assert row["image"] == "'=1+1/0.jpg"
