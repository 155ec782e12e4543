"""The command line: what it writes, what it keeps, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.__main__ import main
from core.jobs import Run, State
from tests.conftest import ROOT
from tests.makers import JUNK, class_files, encoded, image_bytes, make_folder, make_zip, plain

COLOURS = {"green": (40, 160, 60), "red": (190, 50, 40), "sky": (90, 150, 220)}


def colour_files(each: int = 8, classes=COLOURS) -> dict[str, bytes]:
    """Pictures of nearly one colour, which a head tells apart at once."""
    found = {}
    for label in classes:
        for number in range(each):
            shade = tuple(channel + 3 * number for channel in COLOURS[label])
            found[f"{label}/{number}.png"] = encoded(plain(shade, (40, 30)))
    return found


@pytest.fixture(scope="module")
def images(tmp_path_factory) -> Path:
    """A zip of three classes, with a file that is no image and a system's file."""
    files = colour_files()
    files |= {"red/broken.jpg": JUNK, "notes.txt": b"hello", "red/.DS_Store": b"x"}
    return make_zip(tmp_path_factory.mktemp("images") / "colours.zip", files)


@pytest.fixture(scope="module")
def trained(tmp_path_factory, images) -> Path:
    """A folder with a run, a project and train.json, as `train` left them."""
    folder = tmp_path_factory.mktemp("trained")
    places = ["--out", folder / "run", "--project", folder / "project"]
    options = ["--json", folder / "train.json", "--epochs", "12", "--seed", "4"]
    assert run("train", images, *places, *options) == 0
    return folder


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


def read(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


class TestTrain:
    def test_it_writes_exactly_these_figures(self, trained):
        report = read(trained / "train.json")
        assert list(report) == [
            *("method", "classes", "n_train", "n_val", "n_test"),
            *("accuracy", "accuracy_low", "accuracy_high", "balanced_accuracy"),
            *("majority_baseline", "seconds", "peak_rss_mb"),
        ]
        assert list(report["seconds"]) == [
            *("ingest", "audit", "features", "train", "evaluate", "total")
        ]

    def test_they_are_true(self, trained):
        report = read(trained / "train.json")
        assert report["method"] == "head"
        assert report["classes"] == sorted(COLOURS)
        assert (report["n_train"], report["n_val"], report["n_test"]) == (18, 3, 3)
        assert report["accuracy"] == report["balanced_accuracy"] == 1.0
        assert report["accuracy_low"] < 0.5
        assert report["accuracy_high"] == 1.0
        assert report["majority_baseline"] == pytest.approx(1 / 3)
        seconds = report["seconds"]
        assert all(value >= 0 for value in seconds.values())
        assert seconds["total"] >= sum(seconds.values()) - seconds["total"] - 0.01
        assert 100 < report["peak_rss_mb"] < 10_000

    def test_the_run_is_whole(self, trained):
        finished = Run(trained / "run")
        assert finished.state() is State.FINISHED
        assert finished.settings.seed == finished.split.seed == 4
        assert finished.model_file.is_file()
        assert set(finished.predictions()["split"]) == {"validation", "test"}
        report = finished.report()
        assert report is not None
        assert report["test"]["accuracy"] == 1.0
        assert {"python", "keras", "numpy"} <= report["versions"].keys()

    def test_progress_goes_to_standard_error_and_the_outcome_to_standard_output(
        self, images, trained, tmp_path, capsys
    ):
        options = ["--project", trained / "project", "--epochs", "2"]
        assert run("train", images, "--out", tmp_path / "run", *options) == 0
        said = capsys.readouterr()
        assert said.out.startswith("Test accuracy ")
        assert "95 % interval" in said.out
        assert "Reading images: 25 of 25" in said.err
        assert "Looking at the images: 24 of 24" in said.err
        assert "Training: 2 of 2" in said.err

    def test_a_project_is_kept_and_its_features_used_again(
        self, images, trained, tmp_path, monkeypatch
    ):
        from core.ml import feature_store

        segments = sorted((trained / "project" / "features").rglob("*"))
        monkeypatch.setattr(
            feature_store, "_append", lambda *_: pytest.fail("something was computed again")
        )
        for source, more in (
            (images, ["--project", trained / "project"]),
            (trained / "project", []),
        ):
            out, report = tmp_path / source.name, tmp_path / f"{source.name}.json"
            options = ["--out", out, "--json", report, "--epochs", "12", "--seed", "4"]
            assert run("train", source, *options, *more) == 0
            again, first = read(report), read(trained / "train.json")
            for figures in (again, first):
                del figures["seconds"], figures["peak_rss_mb"]
            assert again == first
        assert sorted((trained / "project" / "features").rglob("*")) == segments

    def test_without_a_project_nothing_but_the_run_is_left(
        self, images, tmp_path, monkeypatch, capsys
    ):
        (tmp_path / "temporary").mkdir()
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
        assert run("train", images, "--out", tmp_path / "run", "--epochs", "1") == 0
        assert list((tmp_path / "temporary").iterdir()) == []
        assert run("predict", tmp_path / "run", self.a_red_image(tmp_path)) == 0

    @staticmethod
    def a_red_image(folder: Path) -> Path:
        (folder / "x.png").write_bytes(encoded(plain(COLOURS["red"])))
        return folder / "x.png"

    def test_a_folder_without_a_name_is_named_all_the_same(self, tmp_path, monkeypatch):
        make_folder(tmp_path / ("long" * 30), colour_files(3))
        monkeypatch.chdir(tmp_path / ("long" * 30))
        assert run("audit", ".") == 0

    @pytest.mark.parametrize("cached", [True, False])
    def test_an_original_that_is_gone_is_told(self, images, trained, tmp_path, capsys, cached):
        import shutil

        shutil.copytree(trained / "project", tmp_path / "project")
        shutil.rmtree(tmp_path / "project" / "originals")
        if not cached:
            shutil.rmtree(tmp_path / "project" / "features")
        assert run("train", tmp_path / "project", "--out", tmp_path / "run") == 2
        last = capsys.readouterr().err.splitlines()[-1]
        assert last.startswith("firstlight: An image of this project is gone.")


class TestEvaluate:
    @pytest.fixture
    def report(self, trained, tmp_path):
        """Evaluated on colours, one of them under a wrong name, and an unknown class."""
        files = colour_files(4) | {"red/10.png": encoded(plain(COLOURS["sky"]))}
        files |= {"zebra/1.png": encoded(plain(COLOURS["green"])), "red/broken.jpg": JUNK}
        files |= {"notes.txt": b"hello"}
        source = make_folder(tmp_path / "more", files)
        assert run("evaluate", trained / "run", source, "--json", tmp_path / "e.json") == 0
        return read(tmp_path / "e.json")

    def test_it_writes_accuracy_with_its_interval(self, report):
        assert report["n"] == 14
        assert report["accuracy"] == pytest.approx(12 / 14)
        assert report["accuracy_low"] < report["accuracy"] < report["accuracy_high"]
        assert report["balanced_accuracy"] == pytest.approx((1 + 1 + 4 / 5) / 3)

    def test_it_writes_each_class(self, report):
        classes = {row.pop("label"): row for row in report["per_class"]}
        assert classes == {
            "green": {"precision": pytest.approx(4 / 5), "recall": 1.0, "n": 4},
            "red": {"precision": 1.0, "recall": pytest.approx(4 / 5), "n": 5},
            "sky": {"precision": pytest.approx(4 / 5), "recall": 1.0, "n": 4},
        }

    def test_it_writes_the_files_that_it_could_not_read(self, report):
        assert {entry["file"] for entry in report["unreadable"]} == {"red/broken.jpg", "notes.txt"}
        assert all(entry["reason"] for entry in report["unreadable"])
        assert report["unknown_classes"] == ["zebra"]

    def test_its_keys_are_these(self, report):
        assert list(report) == [
            *("n", "accuracy", "accuracy_low", "accuracy_high", "balanced_accuracy"),
            *("per_class", "unknown_classes", "unreadable"),
        ]

    def test_one_class_alone_can_be_evaluated(self, trained, tmp_path, capsys):
        source = make_zip(tmp_path / "red.zip", colour_files(3, ["red"]))
        assert run("evaluate", trained / "run", source) == 0
        assert "Accuracy 100.0%" in capsys.readouterr().out

    def test_the_test_images_give_the_accuracy_of_the_training(self, trained, tmp_path):
        """The saved model, fed through the same fit, says what was measured."""
        predictions = Run(trained / "run").predictions()
        test = predictions[predictions["split"] == "test"]
        files = colour_files()
        source = make_zip(tmp_path / "test.zip", {name: files[name] for name in test["source"]})
        assert run("evaluate", trained / "run", source, "--json", tmp_path / "e.json") == 0
        accuracy = read(tmp_path / "e.json")["accuracy"]
        assert accuracy == read(trained / "train.json")["accuracy"]


class TestPredict:
    def test_each_image_has_its_class_and_all_probabilities(self, trained, tmp_path, capsys):
        paths = []
        for label, colour in COLOURS.items():
            paths.append(tmp_path / f"{label}.png")
            paths[-1].write_bytes(encoded(plain(colour)))
        assert run("predict", trained / "run", *paths, "--json", tmp_path / "p.json") == 0
        answers = read(tmp_path / "p.json")["predictions"]
        assert [answer["file"] for answer in answers] == [str(path) for path in paths]
        assert [answer["predicted"] for answer in answers] == list(COLOURS)
        for answer in answers:
            assert list(answer) == ["file", "predicted", "confidence", "probabilities"]
            assert list(answer["probabilities"]) == sorted(COLOURS)
            assert sum(answer["probabilities"].values()) == pytest.approx(1, abs=1e-5)
            assert answer["confidence"] == max(answer["probabilities"].values())
        assert capsys.readouterr().out.splitlines()[0].startswith(f"{paths[0]}: green (")

    def test_many_images_are_taken_a_few_at_a_time(self, trained, tmp_path, monkeypatch):
        from core import commands

        paths = [tmp_path / f"{number}.png" for number in range(5)]
        for number, path in enumerate(paths):
            path.write_bytes(image_bytes("PNG", seed=number))
        monkeypatch.setattr(commands, "_CHUNK", 64)
        assert run("predict", trained / "run", *paths, "--json", tmp_path / "one.json") == 0
        monkeypatch.setattr(commands, "_CHUNK", 2)
        assert run("predict", trained / "run", *paths, "--json", tmp_path / "more.json") == 0
        one, more = (
            [list(answer["probabilities"].values()) for answer in read(file)["predictions"]]
            for file in (tmp_path / "one.json", tmp_path / "more.json")
        )
        np.testing.assert_allclose(one, more, atol=1e-5)

    @pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names are text there")
    def test_a_name_that_is_no_text_is_no_trouble(self, trained, tmp_path, capsys):
        path = tmp_path / os.fsdecode(b"caf\xe9.png")
        path.write_bytes(encoded(plain(COLOURS["red"])))
        assert run("predict", trained / "run", path, "--json", tmp_path / "p.json") == 0
        assert read(tmp_path / "p.json")["predictions"][0]["file"] == str(path)
        assert "red" in capsys.readouterr().out


class TestAudit:
    @pytest.fixture
    def report(self, tmp_path):
        files = colour_files(4)
        files |= {"red/same.png": files["green/0.png"], "red/broken.jpg": JUNK}
        source = make_zip(tmp_path / "a.zip", files)
        assert run("audit", source, "--json", tmp_path / "a.json") == 0
        return read(tmp_path / "a.json")

    def test_it_writes_the_count_and_the_worst_of_every_check(self, report):
        assert report["images"] == 13
        assert report["classes"] == {"green": 4, "red": 5, "sky": 4}
        checks = report["checks"]
        assert {name: check["count"] for name, check in checks.items()} == {
            "unreadable": 1,
            "exact_duplicates": 2,
            "class_counts": 3,
        }
        assert checks["unreadable"]["worst"][0]["source"] == "red/broken.jpg"
        duplicates = [found["source"] for found in checks["exact_duplicates"]["worst"]]
        assert duplicates == ["green/0.png", "red/same.png"]

    def test_a_project_can_be_audited_too(self, trained, tmp_path, capsys):
        assert run("audit", trained / "project", "--json", tmp_path / "a.json") == 0
        assert read(tmp_path / "a.json")["images"] == 24
        assert capsys.readouterr().out.startswith("24 images in 3 classes\n")


class TestBadInput:
    """One line says why, the code is 2, and there is no traceback."""

    @pytest.fixture
    def place(self, tmp_path):
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
    def test_it_is_told_in_one_line(self, place, trained, capsys, monkeypatch, line):
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
    def test_a_misspelt_command_is_told_with_the_usage(self, capsys, line):
        with pytest.raises(SystemExit) as ended:
            run(*line.split())
        assert ended.value.code == 2
        assert "usage: python -m core" in capsys.readouterr().err

    def test_a_model_of_other_classes_is_not_taken_for_this_one(self, trained, tmp_path, capsys):
        import shutil

        shutil.copytree(trained / "run", tmp_path / "run")
        settings = tmp_path / "run" / "settings.json"
        settings.write_text(settings.read_text().replace('"sky"', '"sky", "extra"'))
        (tmp_path / "x.png").write_bytes(image_bytes("PNG"))
        assert run("predict", tmp_path / "run", tmp_path / "x.png") == 2
        assert "tells 3 classes apart, the run has 4" in capsys.readouterr().err

    def test_a_file_that_may_not_be_read_is_told(self, tmp_path, monkeypatch, capsys):
        def refuse(*_, **__):
            raise PermissionError(13, "Permission denied", "images.zip")

        monkeypatch.setattr("core.commands.run_audit", refuse)
        assert run("audit", tmp_path) == 2
        assert capsys.readouterr().err.startswith("firstlight: [Errno 13] Permission denied")


class TestProcess:
    """As a shell starts it."""

    COMMAND = (sys.executable, "-m", "core")

    def test_an_audit_needs_no_tensorflow(self, images):
        script = (
            "import sys; from core.__main__ import main; code = main(sys.argv[1:]);"
            "assert 'tensorflow' not in sys.modules; sys.exit(code)"
        )
        command = [sys.executable, "-c", script, "audit", str(images)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("24 images in 3 classes")

    def test_bad_input_ends_with_2(self):
        done = subprocess.run(
            [*self.COMMAND, "audit", "missing.zip"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 2
        assert done.stderr == (
            "firstlight: missing.zip was not found. Expected a zip, a folder or a project.\n"
        )

    def test_a_terminal_of_few_letters_ends_nothing(self, tmp_path):
        files = class_files(["猫", "犬"], each=3)
        source = make_zip(tmp_path / "動物.zip", files)
        done = subprocess.run(
            [*self.COMMAND, "audit", str(source / "nothing here")],
            cwd=ROOT,
            env={**os.environ, "PYTHONIOENCODING": "ascii"},
            capture_output=True,
            timeout=120,
        )
        assert done.returncode == 2
        assert rb"\u52d5\u7269.zip" in done.stderr
        assert b"Traceback" not in done.stderr

    @pytest.mark.skipif(sys.platform == "win32", reason="signals are another thing there")
    def test_ctrl_c_ends_with_130_and_leaves_no_trace_but_the_run(self, images, tmp_path):
        (tmp_path / "temporary").mkdir()
        options = ["--out", str(tmp_path / "run"), "--epochs", "500"]
        with subprocess.Popen(
            [*self.COMMAND, "train", str(images), *options],
            cwd=ROOT,
            env={**os.environ, "TMPDIR": str(tmp_path / "temporary")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stderr is not None
            seen = []
            for line in process.stderr:
                seen.append(line)
                if line.strip().startswith("Looking at the images"):
                    break
            process.send_signal(signal.SIGINT)
            out, rest = process.communicate(timeout=60)
        assert process.returncode == 130, "".join(seen) + rest
        assert rest.splitlines()[-1] == "firstlight: interrupted"
        assert "Traceback" not in rest
        assert out == ""
        assert list((tmp_path / "temporary").iterdir()) == []
        assert Run(tmp_path / "run").state() is State.INTERRUPTED
