"""Cards are written from whatever lies in the project and the run's folder."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core import catalogue, files
from core.errors import ProjectProblem
from core.ingest import ingest, open_source
from core.jobs import Run, carding, seal
from core.project import Workspace
from core.settings import SplitSettings, TrainSettings
from core.share.cards import CardFields, Kind, fields, markdown
from tests.conftest import ROOT
from tests.makers import JUNK, class_files, make_zip
from tests.pages.conftest import CLASSES, finish


@pytest.fixture
def run(workspace: Path, tmp_path: Path) -> Run:
    project = Workspace().create("Leaves")
    found = class_files(CLASSES, each=12) | {"rust/broken.jpg": JUNK}
    with open_source(make_zip(tmp_path / "a.zip", found)) as source:
        ingest(source, project.folder)
    made = Run.plan(project, TrainSettings(), SplitSettings())
    finish(made)
    return made


def told(text: str) -> str:
    return text.replace("\xa0", " ").replace("\\", "")


def test_both_cards_are_written_in_both_forms(run: Run, tmp_path: Path) -> None:
    fields.save(run.project, CardFields(purpose="Find rust early", data_licence="CC0"))
    names = carding.write_cards(run, tmp_path)
    assert names == ["MODEL_CARD.md", "MODEL_CARD.html", "DATA_CARD.md", "DATA_CARD.html"]
    for name in names:
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert "blight" in text
        assert ("Find rust early" in text) is name.startswith("MODEL")
        assert "CC0" in text
        assert "broken.jpg" not in text  # no names where they leave with a model


def test_sealed_test_images_are_not_spoken_of_until_they_are_open(run: Run) -> None:
    assert carding.model_facts(run).test is None
    assert "are still sealed" in told(markdown(carding.card_of_model(run)))
    seal.open_test(run, seal.SCORE)
    facts = carding.model_facts(run)
    report = run.report()
    assert report is not None and facts.test == report["test"]
    assert "They were looked at once" in told(markdown(carding.card_of_model(run)))


def test_promises_rest_on_validation_images_alone(run: Run) -> None:
    before = carding.model_facts(run).promises
    seal.open_test(run, seal.SCORE)
    after = carding.model_facts(run).promises
    assert before == after
    assert [promise.rate for promise in before] == [0.01, 0.05, 0.1, 0.2]
    report = run.report()
    assert report is not None and before[0].kept.n == report["validation"]["n"]


def test_the_data_card_tells_what_was_decided_and_what_was_not_taken(run: Run) -> None:
    project = run.project
    first = catalogue.in_force(project)["image_id"].iloc[0]
    catalogue.decide(project, "drop", "out of focus", images=[first])
    card = carding.card_of_data(project, run)
    text = told(markdown(card))
    assert card.kind is Kind.DATA
    assert "out of focus" in text and "Dropped 1 image" in text
    assert "rust/broken.jpg" in text
    assert "have changed since Run 1 was trained" in text
    assert "none is torn apart" in text or "0 groups" in text
    plain = told(markdown(carding.card_of_data(project, run, names=False)))
    assert "broken.jpg" not in plain and ".jpeg" not in plain


def test_a_project_has_a_data_card_before_any_training(run: Run) -> None:
    shutil.rmtree(run.folder)
    text = told(markdown(carding.card_of_data(run.project)))
    assert "36 images in 3 classes" in text and "How the images are divided" not in text


def test_a_run_whose_project_is_gone_has_a_model_card_alone(run: Run, tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    shutil.copytree(run.folder, alone)
    job = files.read_json(alone / "job.json")
    files.write_json(alone / "job.json", job | {"request": {"project": str(tmp_path / "gone")}})
    out = tmp_path / "out"
    out.mkdir()
    assert carding.write_cards(Run(alone), out) == ["MODEL_CARD.md", "MODEL_CARD.html"]


def test_a_run_that_has_not_finished_has_no_card(run: Run, tmp_path: Path) -> None:
    run.report_file.unlink()
    with pytest.raises(ProjectProblem, match="no result yet"):
        carding.write_cards(run, tmp_path)
    assert list(tmp_path.glob("*CARD*")) == []


def test_a_damaged_report_is_a_problem(run: Run) -> None:
    report = run.report()
    assert report is not None
    files.write_json(run.report_file, report | {"seconds": {"total": "long"}})
    with pytest.raises(ProjectProblem, match="cannot be written"):
        carding.card_of_model(run)


def test_writing_them_loads_neither_tensorflow_nor_streamlit(run: Run, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from core.jobs import Run; "
        "from core.jobs.carding import write_cards; "
        f"write_cards(Run(Path({str(run.folder)!r})), Path({str(tmp_path)!r})); "
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert not {"tensorflow", "keras", "streamlit"} & set(done.stdout.split())
    assert (tmp_path / "DATA_CARD.html").exists()
