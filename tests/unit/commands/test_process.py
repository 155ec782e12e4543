"""The command line as a shell starts it."""

import os
import signal
import subprocess
import sys

import pytest

from core.jobs import Run, State
from tests.conftest import ROOT
from tests.makers import class_files, make_zip

COMMAND = (sys.executable, "-m", "core")


def test_an_audit_needs_no_tensorflow(images):
    script = (
        "import sys; from core.__main__ import main; code = main(sys.argv[1:]);"
        "assert 'tensorflow' not in sys.modules; sys.exit(code)"
    )
    command = [sys.executable, "-c", script, "audit", str(images)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("24 images in 3 classes")


def test_bad_input_ends_with_2():
    done = subprocess.run(
        [*COMMAND, "audit", "missing.zip"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 2
    assert done.stderr == (
        "firstlight: missing.zip was not found. Expected a zip, a folder or a project.\n"
    )


def test_a_terminal_of_few_letters_ends_nothing(tmp_path):
    files = class_files(["猫", "犬"], each=3)
    source = make_zip(tmp_path / "動物.zip", files)
    done = subprocess.run(
        [*COMMAND, "audit", str(source / "nothing here")],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == 2
    assert rb"\u52d5\u7269.zip" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals are another thing there")
def test_ctrl_c_ends_with_130_and_leaves_no_trace_but_the_run(images, tmp_path):
    (tmp_path / "temporary").mkdir()
    options = ["--out", str(tmp_path / "run"), "--epochs", "500"]
    with subprocess.Popen(
        [*COMMAND, "train", str(images), *options],
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
    # Stopped, where a library has swallowed the interrupt itself
    assert Run(tmp_path / "run").state() in (State.INTERRUPTED, State.STOPPED)
