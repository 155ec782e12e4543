"""The catalogue in force is what ingest found, and what was decided since; nothing is lost."""

import time
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest

from core import catalogue, files
from core.errors import DataProblem, ProjectProblem
from core.project import Workspace

IDS = range(40)
CAT, CAT2, DOG, HEN = (f"{number:016x}" for number in range(4))


@pytest.fixture
def project(workspace):
    """A project with two cats, a dog and a hen."""
    made = Workspace().create("Animals")
    rows = [(CAT, "cat"), (CAT2, "cat"), (DOG, "dog"), (HEN, "hen")]
    table = pd.DataFrame(rows, columns=["image_id", "label"])
    table["sha256"] = table["image_id"] * 4
    table["source"] = [f"{label}/{number}.jpg" for number, (_, label) in enumerate(rows)]
    files.write_table(made.catalogue_file, table)
    return made


def labels(project):
    table = catalogue.in_force(project)
    return dict(zip(table["image_id"], table["label"], strict=True))


def test_without_decisions_it_is_what_ingest_found(project):
    found = project.read_table(project.catalogue_file)
    pd.testing.assert_frame_equal(catalogue.in_force(project), found)


def test_a_project_without_images_has_an_empty_one(workspace):
    table = catalogue.in_force(Workspace().create("Nothing yet"))
    assert table.empty
    assert list(table.columns) == ["image_id", "sha256", "label", "source"]
    assert catalogue.class_counts(table).empty


class TestDecisions:
    def test_a_dropped_image_is_left_out(self, project):
        catalogue.decide(project, "drop", images=[CAT, HEN])
        assert labels(project) == {CAT2: "cat", DOG: "dog"}

    def test_a_kept_image_comes_back(self, project):
        catalogue.decide(project, "drop", images=[CAT, HEN])
        catalogue.decide(project, "keep", images=[HEN])
        assert labels(project) == {CAT2: "cat", DOG: "dog", HEN: "hen"}

    def test_an_image_takes_another_label(self, project):
        catalogue.decide(project, "relabel", images=[CAT2], label="dog")
        assert labels(project) == {CAT: "cat", CAT2: "dog", DOG: "dog", HEN: "hen"}

    def test_a_class_takes_another_name(self, project):
        catalogue.decide(project, "rename", label="cat", to="Katze")
        assert labels(project) == {CAT: "Katze", CAT2: "Katze", DOG: "dog", HEN: "hen"}

    def test_the_name_of_another_class_merges_the_two(self, project):
        catalogue.decide(project, "rename", label="hen", to="dog")
        assert labels(project) == {CAT: "cat", CAT2: "cat", DOG: "dog", HEN: "dog"}

    def test_they_follow_one_another(self, project):
        catalogue.decide(project, "relabel", images=[HEN], label="cat")
        catalogue.decide(project, "rename", label="cat", to="pet")
        catalogue.decide(project, "relabel", images=[HEN], label="bird")
        assert labels(project) == {CAT: "pet", CAT2: "pet", DOG: "dog", HEN: "bird"}

    def test_they_leave_what_ingest_found_as_it_is(self, project):
        before = project.catalogue_file.read_bytes()
        catalogue.decide(project, "drop", images=[CAT])
        catalogue.in_force(project)
        assert project.catalogue_file.read_bytes() == before

    def test_each_tells_its_number_time_and_reason(self, project):
        first = catalogue.decide(project, "drop", "blurred", images=[CAT])
        second = catalogue.decide(project, "relabel", images=[DOG], label="wolf")
        assert (first["number"], second["number"]) == (1, 2)
        assert first["reason"] == "blurred"
        assert first["at"] <= second["at"]
        assert catalogue.decisions(project) == [first, second]

    def test_each_image_may_take_a_label_of_its_own(self, project):
        catalogue.decide(project, "relabel", images=[HEN, "?", CAT], labels=["cock", "x", "tom"])
        assert labels(project) == {CAT: "tom", CAT2: "cat", DOG: "dog", HEN: "cock"}

    def test_a_name_that_was_given_up_can_be_given_again(self, project):
        catalogue.decide(project, "rename", label="cat", to="pet")
        catalogue.decide(project, "rename", label="dog", to="cat")
        catalogue.decide(project, "rename", label="pet", to="cat")
        assert labels(project) == {CAT: "cat", CAT2: "cat", DOG: "cat", HEN: "hen"}

    def test_what_a_check_may_not_ask_again_is_known(self, project):
        catalogue.decide(project, "keep", images=[CAT, DOG], check="blurry")
        catalogue.decide(project, "keep", images=[], subjects=["cat"], check="too_few")
        last = catalogue.decide(project, "keep", images=[HEN], check="blurry")
        catalogue.decide(project, "keep", images=[HEN])
        catalogue.decide(project, "drop", images=[CAT2], check="dark")
        catalogue.decide(project, "undo", decision=last["number"])
        assert catalogue.kept(project) == {"blurry": {CAT, DOG}, "too_few": {"cat"}}

    @pytest.mark.parametrize(
        ("act", "details"),
        [
            ("drop", {}),
            ("drop", {"images": "all"}),
            ("relabel", {"images": [CAT]}),
            ("relabel", {"images": [CAT], "labels": []}),
            ("rename", {"label": "cat", "to": " "}),
            ("undo", {"decision": "1"}),
            ("explode", {"images": [CAT]}),
        ],
    )
    def test_half_a_decision_is_refused(self, project, act, details):
        with pytest.raises(ValueError, match="no decision"):
            catalogue.decide(project, act, **details)
        assert not project.decisions_file.exists()

    def test_those_who_decide_at_the_same_moment_get_numbers_of_their_own(self, project):
        with ThreadPoolExecutor(8) as pool:
            made = list(pool.map(lambda n: catalogue.decide(project, "drop", images=[str(n)]), IDS))
        assert sorted(entry["number"] for entry in made) == list(range(1, len(IDS) + 1))
        assert len(catalogue.decisions(project)) == len(IDS)

    def test_ten_thousand_images_and_a_thousand_decisions_take_a_moment(self):
        ids = [f"{number:016x}" for number in range(10_000)]
        table = pd.DataFrame({"image_id": ids, "label": ["a", "b"] * 5_000})
        log = [{"act": "relabel", "images": ids[n : n + 9], "label": f"{n}"} for n in range(1_000)]
        log += [{"act": "rename", "label": f"{n}", "to": f"{n + 1}"} for n in range(998)]
        began = time.perf_counter()
        found = catalogue.apply(table, log)
        assert time.perf_counter() - began < 2.0  # scanning the table each time takes longer
        assert found["label"].iloc[0] == "998"


class TestUndo:
    def test_an_undone_decision_no_longer_holds(self, project):
        catalogue.decide(project, "drop", images=[CAT])
        catalogue.decide(project, "drop", images=[DOG])
        catalogue.decide(project, "undo", decision=1)
        assert set(labels(project)) == {CAT, CAT2, HEN}

    def test_an_undone_undo_brings_it_back(self, project):
        drop = catalogue.decide(project, "drop", images=[CAT])
        undo = catalogue.decide(project, "undo", decision=drop["number"])
        assert CAT in labels(project)
        again = catalogue.decide(project, "undo", decision=undo["number"])
        assert CAT not in labels(project)
        catalogue.decide(project, "undo", decision=again["number"])
        assert CAT in labels(project)

    def test_the_log_forgets_nothing(self, project):
        catalogue.decide(project, "drop", images=[CAT])
        catalogue.decide(project, "undo", decision=1)
        assert len(files.read_lines(project.decisions_file)[0]) == 2


class TestDamage:
    def test_a_line_cut_by_a_crash_takes_only_itself(self, project):
        catalogue.decide(project, "drop", images=[CAT])
        with open(project.decisions_file, "ab") as handle:
            handle.write(b'{"number": 2, "act": "dr')
        catalogue.decide(project, "drop", images=[HEN])
        assert labels(project) == {CAT2: "cat", DOG: "dog"}

    def test_lines_that_are_no_decisions_are_passed_over(self, project):
        catalogue.decide(project, "drop", images=[CAT])
        for odd in (7, "drop", [], {"act": "drop"}):
            files.append_line(project.decisions_file, odd)
        assert set(labels(project)) == {CAT2, DOG, HEN}

    def test_a_decision_without_what_its_act_needs_is_passed_over(self, project):
        catalogue.decide(project, "drop", images=[CAT])
        damaged = [
            {"act": "drop"},
            {"act": "drop", "images": CAT},
            {"act": "drop", "images": [CAT, 7]},
            {"act": "keep", "images": {CAT: 1}},
            {"act": "keep", "images": [], "subjects": 7},
            {"act": "relabel", "images": [DOG]},
            {"act": "relabel", "images": [DOG], "label": ["wolf"]},
            {"act": "relabel", "images": [DOG], "labels": ["wolf", "fox"]},
            {"act": "rename", "label": "dog"},
            {"act": "undo"},
            {"act": "undo", "decision": [1]},
            {"act": ["drop"], "images": [DOG]},
        ]
        for number, line in enumerate(damaged, start=2):
            files.append_line(project.decisions_file, {"number": number, **line})
        assert labels(project) == {CAT2: "cat", DOG: "dog", HEN: "hen"}
        assert len(catalogue.history(project)) == 1
        assert catalogue.decide(project, "drop", images=[HEN])["number"] == len(damaged) + 2

    def test_a_number_is_never_given_twice(self, project):
        for image in (CAT, CAT2, DOG):
            catalogue.decide(project, "drop", images=[image])
        lines = project.decisions_file.read_bytes().splitlines(keepends=True)
        project.decisions_file.write_bytes(lines[0] + b"#" + lines[1] + lines[2])
        assert catalogue.decide(project, "drop", images=[HEN])["number"] == 4

    def test_a_full_disk_is_a_problem(self, project, monkeypatch):
        def full(path, value):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(files, "append_line", full)
        with pytest.raises(ProjectProblem, match=r"could not be saved.*No space left"):
            catalogue.decide(project, "drop", images=[CAT])


def test_class_counts_begin_with_the_largest_and_then_by_name(project):
    counts = catalogue.class_counts(catalogue.in_force(project))
    assert list(counts.itertuples(index=False, name=None)) == [("cat", 2), ("dog", 1), ("hen", 1)]


class TestContentId:
    def test_it_names_images_and_labels(self, project):
        before = catalogue.content_id(catalogue.in_force(project))
        assert len(before) == 16
        catalogue.decide(project, "relabel", images=[CAT], label="dog")
        relabelled = catalogue.content_id(catalogue.in_force(project))
        catalogue.decide(project, "drop", images=[HEN])
        assert len({before, relabelled, catalogue.content_id(catalogue.in_force(project))}) == 3

    def test_it_comes_back_with_the_content(self, project):
        before = catalogue.content_id(catalogue.in_force(project))
        catalogue.decide(project, "drop", images=[CAT])
        catalogue.decide(project, "undo", decision=1)
        assert catalogue.content_id(catalogue.in_force(project)) == before

    def test_the_order_of_the_rows_does_not_matter(self, project):
        table = catalogue.in_force(project)
        assert catalogue.content_id(table[::-1]) == catalogue.content_id(table)


class TestRequireClasses:
    def test_enough_is_enough(self):
        catalogue.require_classes({"cat": 3, "dog": 3}, smallest=3)

    @pytest.mark.parametrize(
        ("different", "title"),
        [
            ({}, "There are no images yet"),
            ({"cat": 9}, "There is only one class"),
            ({"cat": 9, "dog": 2}, "Some classes have fewer than 3 different images"),
        ],
    )
    def test_less_is_a_problem_with_a_way_out(self, different, title):
        with pytest.raises(DataProblem) as raised:
            catalogue.require_classes(different, smallest=3)
        assert raised.value.title == title
        assert raised.value.fix

    def test_the_small_classes_are_named_but_not_endlessly(self):
        with pytest.raises(DataProblem) as raised:
            catalogue.require_classes({f"class {n}": 1 for n in range(500)}, smallest=3)
        assert "class 0 (1), class 1 (1)" in raised.value.detail
        assert "and 490 more" in raised.value.detail
        assert len(raised.value.detail) < 300
