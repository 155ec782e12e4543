"""Bad input ends with one line that says why, the code 2, and no traceback."""

import shutil

import pytest

from tests.makers import JUNK, class_files, image_bytes, make_folder, make_zip
from tests.unit.commands.helpers import run


@pytest.fixture
def place(tmp_path):
    """A folder with all kinds of things that are not what is wanted."""
    make_zip(tmp_path / "one class.zip", class_files(["cat"]))
    make_zip(tmp_path / "small.zip", class_files(each=2))
    make_zip(tmp_path / "no images.zip", {"a/1.txt": b"x", "b/1.txt": b"y"})
    make_zip(tmp_path / "good.zip", class_files())
    make_folder(tmp_path / "full", {"file.txt": b"x"})
    (tmp_path / "junk.zip").write_bytes(JUNK)
    (tmp_path / "junk.png").write_bytes(JUNK)
    make_folder(tmp_path / "damaged", {"project.json": b"{"})
    return tmp_path


@pytest.mark.parametrize(
    "line",
    [
        "audit missing.zip",
        "audit junk.zip",
        "audit damaged",
        "audit|one class.zip",
        "audit|no images.zip",
        "audit good.zip --json full/file.txt/x.json",
        "audit good.zip --project full/file.txt/project",
        "train missing.zip --out run",
        "train missing.zip --out run --project project",
        "train small.zip --out run",
        "train good.zip --out full",
        "train good.zip --out junk.png",
        "train good.zip --out full/file.txt/run",
        "train good.zip --out run --epochs 0",
        "train good.zip --out run --learning-rate nan",
        "train good.zip --out run --seed -1",
        "train good.zip --out run --dropout 0.95",
        "train good.zip --out run --augment nonsense",
        "train good.zip --out run --augment junk.png",
        "train good.zip --out run --augment damaged/project.json",
        "train good.zip --out run --augment photos --views 0",
        "train good.zip --out run --views 4",
        "evaluate missing good.zip",
        "evaluate full good.zip",
        "evaluate RUN missing.zip",
        "evaluate RUN junk.zip",
        "evaluate|RUN|no images.zip",
        "predict missing junk.png",
        "predict RUN junk.png",
        "predict RUN missing.png",
        "predict RUN full",
        "train PROJECT --out run --project other",
    ],
)
def test_it_is_told_in_one_line(place, trained, capsys, monkeypatch, line):
    monkeypatch.chdir(place)
    before = sorted(place.rglob("*"))
    words = line.split("|") if "|" in line else line.split()
    places = {"RUN": trained / "run", "PROJECT": trained / "project"}
    assert run(*(places.get(word, word) for word in words)) == 2
    said = capsys.readouterr()
    assert said.out == ""
    *progress, why = said.err.splitlines()
    assert why.startswith("firstlight: ")
    assert len(why) > 30
    assert not [text for text in progress if " of " not in text]
    assert sorted(place.rglob("*")) == before


@pytest.mark.parametrize("line", ["", "dance", "train good.zip", "train x --out y --fit bend"])
def test_a_misspelt_command_is_told_with_the_usage(capsys, line):
    with pytest.raises(SystemExit) as ended:
        run(*line.split())
    assert ended.value.code == 2
    assert "usage: python -m core" in capsys.readouterr().err


def test_a_model_of_other_classes_is_not_taken_for_this_one(trained, tmp_path, capsys):
    shutil.copytree(trained / "run", tmp_path / "run")
    settings = tmp_path / "run" / "settings.json"
    settings.write_text(settings.read_text().replace('"sky"', '"sky", "extra"'))
    (tmp_path / "x.png").write_bytes(image_bytes("PNG"))
    assert run("predict", tmp_path / "run", tmp_path / "x.png") == 2
    assert "tells 3 classes apart, the run has 4" in capsys.readouterr().err


def test_a_file_that_may_not_be_read_is_told(tmp_path, monkeypatch, capsys):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied", "images.zip")

    monkeypatch.setattr("core.commands.run_audit", refuse)
    assert run("audit", tmp_path) == 2
    assert capsys.readouterr().err.startswith("firstlight: [Errno 13] Permission denied")
