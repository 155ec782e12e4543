"""A small set of images, and what `train` made of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.makers import JUNK, make_zip
from tests.unit.commands.helpers import colour_files, run


@pytest.fixture(scope="session")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A zip of three classes, with a file that is no image and a system's file."""
    files = colour_files()
    files |= {"red/broken.jpg": JUNK, "notes.txt": b"hello", "red/.DS_Store": b"x"}
    return make_zip(tmp_path_factory.mktemp("images") / "colours.zip", files)


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory, images: Path) -> Path:
    """A folder with a run, a project and train.json, as `train` left them."""
    folder = tmp_path_factory.mktemp("trained")
    places = ["--out", folder / "run", "--project", folder / "project"]
    options = ["--json", folder / "train.json", "--epochs", "12", "--seed", "4"]
    assert run("train", images, *places, *options) == 0
    return folder
