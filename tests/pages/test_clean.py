"""The clean page: the audit begins by itself, each check asks, every act can be undone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core import audit, catalogue, files, replay
from core.audit import CHECKS, Evidence, Found, Needs
from core.jobs import JobFolder
from core.project import Project, Workspace
from core.ui import actions, cleaning, progress
from tests.pages.conftest import NotingEngine, button, press, shown

OpenPage = Callable[..., AppTest]
CLEAN = "pages/2_clean.py"


@pytest.fixture
def examined(filled_project: Project) -> Project:
    """The filled project with made-up findings: the first five images are dark, one is doubted."""
    images = catalogue.in_force(filled_project)

    def made(check: audit.Check) -> audit.Check:
        many = len(images)
        scores, suggested = np.ones(many), [""] * many
        if check.name == "dark":
            scores[:5] = [0.1, 0.12, 0.14, 0.16, 0.24]
        if check.name == "wrong_labels":
            scores[7], suggested[7] = 0.01, "rust"
        remark = "Every image is small." if check.name == "tiny" else ""
        found = Found(scores, suggested=suggested, remark=remark)
        if check.name == "overlap":
            found = Found(np.array([0.5]), ["Often taken for each other"], ["blight / rust"])
        return audit.Check(check.name, check.title, check.threshold, lambda e: found, check.scope)

    made_up = [made(check) for check in CHECKS if check.needs is not Needs.TABLE]
    audit.examine(Evidence(images), made_up).save(filled_project)
    return filled_project


def ids(project: Project) -> list[str]:
    return project.read_table(project.catalogue_file)["image_id"].tolist()


def choose(app: AppTest, check: str) -> AppTest:
    return app.button(key=f"choose-{check}").click().run()


def test_without_images_it_leads_to_them(open_page: OpenPage, empty_project: Project) -> None:
    app = open_page(CLEAN, project=empty_project.id)
    assert not app.exception
    assert "nothing to clean yet" in shown(app)


def test_the_first_visit_begins_the_audit_and_only_the_first(
    open_page: OpenPage, filled_project: Project, noting_engine: NotingEngine
) -> None:
    app = open_page(CLEAN, project=filled_project.id)
    assert not app.exception
    assert [job.kind for job in noting_engine.jobs] == ["audit"]
    app.run()
    open_page(CLEAN, project=filled_project.id)
    assert len(noting_engine.jobs) == 1
    assert button(app, "Take out of the queue")
    assert "Classes with too few images: 3 classes" in shown(app), "what needs no engine is there"


def test_a_stopped_audit_can_be_gone_on_with(
    open_page: OpenPage, filled_project: Project, noting_engine: NotingEngine
) -> None:
    open_page(CLEAN, project=filled_project.id)
    job = noting_engine.jobs.pop()
    job.emit("started", attempt=job.attempt)
    job.emit("stopped")
    app = open_page(CLEAN, project=filled_project.id)
    assert "You stopped the checks" in shown(app)
    press(app, "Check the rest")
    assert noting_engine.jobs == [job]
    assert not app.exception


def test_a_failed_audit_says_why(
    open_page: OpenPage, filled_project: Project, noting_engine: NotingEngine
) -> None:
    open_page(CLEAN, project=filled_project.id)
    job = noting_engine.jobs.pop()
    job.emit("started", attempt=job.attempt)
    job.emit("failed", title="The disk is full", detail="", fix="Free some space")
    app = open_page(CLEAN, project=filled_project.id)
    assert "The disk is full" in shown(app)
    press(app, "Dismiss")
    assert "The disk is full" not in shown(app)
    assert button(app, "Check again")


def test_what_was_found_elsewhere_is_shown_without_an_audit(
    open_page: OpenPage, examined: Project, noting_engine: NotingEngine
) -> None:
    app = open_page(CLEAN, project=examined.id)
    assert not app.exception
    assert not noting_engine.jobs
    assert "Checked just now" in shown(app)
    press(app, "Check again")
    assert [job.kind for job in noting_engine.jobs] == ["audit"]


def test_images_that_came_since_are_told(open_page: OpenPage, examined: Project) -> None:
    table = examined.read_table(examined.catalogue_file)
    new = table.tail(2).assign(image_id=["e" * 16, "f" * 16])
    files.write_table(examined.catalogue_file, pd.concat([table, new]))
    assert "2 images came in since" in shown(open_page(CLEAN, project=examined.id))


def test_every_check_has_a_topic_and_can_be_looked_at(
    open_page: OpenPage, examined: Project
) -> None:
    listed = [check for _, checks in cleaning.topics() for check in checks]
    assert sorted(check.name for check in listed) == sorted(check.name for check in CHECKS)
    known = {name for names in cleaning.TOPICS.values() for name in names}
    assert {check.name for check in CHECKS} <= known
    app = open_page(CLEAN, project=examined.id)
    for check in CHECKS:
        choose(app, check.name)
        assert not app.exception
        assert check.title in app.header[0].value


def test_what_is_true_of_all_images_is_said_once(open_page: OpenPage, examined: Project) -> None:
    app = choose(open_page(CLEAN, project=examined.id), "tiny")
    assert "Every image is small" in shown(app)
    assert "Every image is small" not in shown(choose(app, "dark"))


def test_the_threshold_moves_the_count_and_is_remembered(
    open_page: OpenPage, examined: Project
) -> None:
    app = choose(open_page(CLEAN, project=examined.id), "dark")
    app.slider[0].set_value(0.15).run()
    assert "Dark images: 3 images" in shown(app)
    assert ":orange-badge[3]" in app.button(key="choose-dark").label
    choose(app, "wrong_labels")
    choose(app, "dark")
    assert app.slider[0].value == 0.15
    app.slider[0].set_value(0.05).run()
    assert "nothing to decide" in shown(app)


def select(monkeypatch: pytest.MonkeyPatch, images: list[str]) -> None:
    """Let galleries report these images as selected, as a browser would."""
    from core.ui import component

    view = {"page": 0, "selected": images, "turn": 1}
    monkeypatch.setattr(component, "reported", lambda key, name: view)


@pytest.mark.parametrize("act", ["Drop 2 images", "Keep 2, never ask again"])
def test_an_act_is_one_decision_and_can_be_undone(
    open_page: OpenPage, examined: Project, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    app = choose(open_page(CLEAN, project=examined.id), "dark")
    app.slider[0].set_value(0.3).run()
    first = ids(examined)[:2]
    select(monkeypatch, first)
    app.run()
    press(app, act)
    assert not app.exception
    (decision,) = catalogue.decisions(examined)
    assert decision["images"] == first
    assert (decision["check"], decision["reason"]) == ("dark", "Dark images")
    assert "Dark images: 3 images" in shown(app)
    assert "Decided so far" in shown(app)
    press(app, "Undo")
    assert catalogue.decisions(examined) == []
    assert "Dark images: 5 images" in shown(app)


def test_a_selection_is_relabelled_with_a_reason(
    open_page: OpenPage, examined: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = choose(open_page(CLEAN, project=examined.id), "dark")
    app.slider[0].set_value(0.3).run()
    select(monkeypatch, ids(examined)[:1])
    app.run()
    assert button(app, "Relabel 1 image").disabled
    box = next(box for box in app.selectbox if box.label == "Class")
    box.set_value("healthy").run()
    app.text_input[0].set_value("It is green").run()
    press(app, "Relabel 1 image")
    (decision,) = catalogue.decisions(examined)
    assert (decision["label"], decision["reason"]) == ("healthy", "It is green")


def test_a_doubted_label_takes_the_suggested_one(
    open_page: OpenPage, examined: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = choose(open_page(CLEAN, project=examined.id), "wrong_labels")
    doubted = ids(examined)[7]
    select(monkeypatch, [doubted])
    app.run()
    press(app, "Relabel 1 as suggested")
    assert catalogue.in_force(examined).set_index("image_id")["label"][doubted] == "rust"
    assert "nothing to decide" in shown(app)


def test_classes_that_overlap_can_be_called_fine(open_page: OpenPage, examined: Project) -> None:
    app = choose(open_page(CLEAN, project=examined.id), "overlap")
    assert "**blight and rust**" in shown(app)
    press(app, "That is fine, never ask again")
    assert catalogue.kept(examined) == {"overlap": {"blight / rust"}}
    assert "nothing to decide" in shown(app)


def test_files_that_were_not_taken_are_listed_and_done_with(
    open_page: OpenPage, examined: Project
) -> None:
    app = choose(open_page(CLEAN, project=examined.id), "unreadable")
    assert sorted(app.dataframe[0].value["File"]) == ["rust/broken.jpg", "rust/notes.txt"]
    press(app, "I have seen these, never ask again")
    assert "nothing to decide" in shown(app)


class TestClasses:
    def open(self, open_page: OpenPage, project: Project) -> AppTest:
        app = open_page(CLEAN, project=project.id)
        return app.segmented_control[0].set_value("classes").run()

    def test_two_classes_become_one(self, open_page: OpenPage, examined: Project) -> None:
        app = self.open(open_page, examined)
        app.selectbox[1].set_value("rust").run()
        assert "become 24 images of *rust*" in shown(app)
        press(app, "Merge")
        assert dict(catalogue.in_force(examined)["label"].value_counts()) == {
            "rust": 24,
            "healthy": 12,
        }
        press(app, "Undo")
        assert set(catalogue.in_force(examined)["label"]) == {"blight", "healthy", "rust"}

    def test_a_class_is_dropped(self, open_page: OpenPage, examined: Project) -> None:
        app = self.open(open_page, examined)
        press(app, "Drop the class: 12 images")
        assert set(catalogue.in_force(examined)["label"]) == {"healthy", "rust"}


class TestDecisions:
    def open(self, open_page: OpenPage, project: Project) -> AppTest:
        app = open_page(CLEAN, project=project.id)
        return app.segmented_control[0].set_value("decisions").run()

    def test_an_act_is_taken_back_and_done_after_all(
        self, open_page: OpenPage, examined: Project
    ) -> None:
        images = ids(examined)[:3]
        catalogue.decide(examined, "drop", "Too dark", images=images, check="dark")
        app = self.open(open_page, examined)
        assert "Dropped 3 images" in shown(app)
        assert "Too dark · Dark images · just now" in shown(app)
        press(app, "Look")
        assert not app.exception
        press(app, "Take back")
        assert len(catalogue.in_force(examined)) == 36
        press(app, "Do it after all")
        assert len(catalogue.in_force(examined)) == 33
        press(app, "Take back")
        assert len(catalogue.in_force(examined)) == 36

    def test_an_exported_log_is_carried_out_after_a_look(
        self, open_page: OpenPage, examined: Project
    ) -> None:
        copy = Workspace().create("Copy")
        files.write_table(copy.catalogue_file, examined.read_table(examined.catalogue_file))
        catalogue.decide(examined, "drop", images=ids(examined)[:3])
        catalogue.decide(examined, "rename", label="rust", to="Rust")
        app = self.open(open_page, copy)
        app.file_uploader[0].set_value(
            ("log.jsonl", replay.export(examined), "application/jsonl")
        ).run()
        assert "names 3 images, of which 3 are here" in shown(app)
        assert len(catalogue.in_force(copy)) == 36
        press(app, "Carry out 2 decisions")
        assert not app.exception
        assert len(catalogue.in_force(copy)) == 33
        press(app, "Undo")
        assert len(catalogue.in_force(copy)) == 36

    def test_nonsense_is_help_not_a_traceback(self, open_page: OpenPage, examined: Project) -> None:
        app = self.open(open_page, examined)
        app.file_uploader[0].set_value(("log.jsonl", b"\xff[[[", "application/jsonl")).run()
        assert not app.exception
        assert "This is no log of decisions" in shown(app)


def test_damaged_findings_are_help_not_a_traceback(open_page: OpenPage, examined: Project) -> None:
    examined.audit_file.write_bytes(b"PAR1")
    app = open_page(CLEAN, project=examined.id)
    assert not app.exception
    assert "cannot be read" in shown(app)


def test_names_of_classes_are_kept_on_one_line_and_short() -> None:
    assert actions.clean_label(" a \n  b ") == "a b"
    assert len(actions.clean_label("x" * 500)) == actions.LABEL_LENGTH
    assert actions.clean_label(None) == ""


def test_a_check_that_ends_while_the_page_is_drawn_is_told_as_done(
    open_page: OpenPage, filled_project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(CLEAN, project=filled_project.id)  # begins it
    look = progress.look

    def end_and_look(job: JobFolder) -> progress.Look:
        if job.kind == "audit":
            images = catalogue.in_force(filled_project)
            fine = [
                audit.Check(c.name, c.title, c.threshold, lambda e: Found(np.ones(len(images))))
                for c in CHECKS
                if c.scope is audit.Scope.IMAGE
            ]
            audit.examine(Evidence(images), fine).save(filled_project)
            job.emit("finished")
        return look(job)

    monkeypatch.setattr(progress, "look", end_and_look)
    app.run()
    assert not app.exception
    assert "Checked" in shown(app)
    assert "Not checked yet" not in shown(app)
