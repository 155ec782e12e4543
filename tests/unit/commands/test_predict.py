"""`predict`: what a run says of single images."""

import os
import sys

import numpy as np
import pytest

from tests.makers import encoded, image_bytes, plain
from tests.unit.commands.helpers import COLOURS, read, run


def test_each_image_has_its_class_and_all_probabilities(trained, tmp_path, capsys):
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


def test_many_images_are_taken_a_few_at_a_time(trained, tmp_path, monkeypatch):
    from core.commands import models

    paths = [tmp_path / f"{number}.png" for number in range(5)]
    for number, path in enumerate(paths):
        path.write_bytes(image_bytes("PNG", seed=number))
    monkeypatch.setattr(models, "AT_A_TIME", 64)
    assert run("predict", trained / "run", *paths, "--json", tmp_path / "one.json") == 0
    monkeypatch.setattr(models, "AT_A_TIME", 2)
    assert run("predict", trained / "run", *paths, "--json", tmp_path / "more.json") == 0
    one, more = (
        [list(answer["probabilities"].values()) for answer in read(file)["predictions"]]
        for file in (tmp_path / "one.json", tmp_path / "more.json")
    )
    np.testing.assert_allclose(one, more, atol=1e-5)


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names are text there")
def test_a_name_that_is_no_text_is_no_trouble(trained, tmp_path, capsys):
    path = tmp_path / os.fsdecode(b"caf\xe9.png")
    path.write_bytes(encoded(plain(COLOURS["red"])))
    assert run("predict", trained / "run", path, "--json", tmp_path / "p.json") == 0
    assert read(tmp_path / "p.json")["predictions"][0]["file"] == str(path)
    assert "red" in capsys.readouterr().out
