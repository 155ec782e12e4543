"""The alarm on real pixels: arrows that a flip turns round, and steps that do no harm."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from core import alarm, catalogue, recipe
from core.alarm import Findings, Level
from core.ingest import ingest, open_source
from core.jobs import JobFolder, State
from core.jobs.alarm_task import sample
from core.jobs.tasks import perform
from core.project import Project
from core.recipe import Recipe, Step
from tests.makers import encoded, make_folder

EACH = 28
FLIP, BRIGHTNESS, MIX = Step("flip_horizontal", 1.0), Step("brightness", 0.3), Step("mix_up", 0.5)


def arrow(points_left: bool, seed: int) -> Image.Image:
    """An arrow of some size and colour at some place, on a speckled ground."""
    rng = np.random.default_rng(seed)
    ground = rng.integers(200, 256, (64, 64, 3), dtype=np.uint8)
    image = Image.fromarray(ground)
    length, height = rng.uniform(16, 26), rng.uniform(7, 11)
    x, y = rng.uniform(28, 36, 2)
    ink = tuple(int(value) for value in rng.integers(0, 90, 3))
    pen = ImageDraw.Draw(image)
    pen.line([(x - length, y), (x + length / 2, y)], ink, 4)
    pen.polygon([(x + length, y), (x, y - height), (x, y + height)], ink)
    return image.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if points_left else image


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Arrows to the left and to the right, and a recipe that was looked at."""
    folder = tmp_path_factory.mktemp("arrows")
    files = {
        f"{label}/{n}.png": encoded(arrow(label == "left", 2 * n + (label == "left")))
        for label in ("left", "right")
        for n in range(EACH)
    }
    made = Project.create(folder / "projects", "Arrows")
    with open_source(make_folder(folder / "images", files)) as source:
        ingest(source, made.folder)
    recipe.save(made, Recipe("", (FLIP, BRIGHTNESS, MIX)))
    assert look(made, "alarm-1").state() is State.FINISHED
    return made


def look(project: Project, name: str, **request: object) -> JobFolder:
    job = JobFolder.create(project.jobs / name, "alarm", request)
    perform(str(job.folder))
    return job


def found_in(project: Project) -> Findings:
    found = Findings.load(project)
    assert found is not None
    return found


def test_a_flip_turns_arrows_round_and_brightness_does_not(project: Project) -> None:
    flip, brightness = found_in(project).verdicts
    assert flip.level is Level.CHANGED
    assert {(one.was, one.became) for one in flip.changes} == {
        ("left", "right"),
        ("right", "left"),
    }
    assert brightness.level is Level.FINE
    assert not brightness.changes


def test_mixing_is_not_asked_about(project: Project) -> None:
    assert [one.name for one in found_in(project).looked] == ["flip_horizontal", "brightness"]


def test_the_pictures_show_each_pair_before_and_after(project: Project) -> None:
    flip = found_in(project).verdicts[0]
    rows = sum(len(one.pairs) for one in flip.looked.suspicions)
    with Image.open(alarm.pictures(project, "flip_horizontal")) as sheet:
        wide, high = sheet.size
        pixels = np.asarray(sheet.convert("L"), float).reshape(rows, high // rows, 2, -1)
    assert wide == 2 * (high // rows)
    before, after = pixels[:, :, 0], pixels[:, :, 1]
    assert np.abs(before - after[:, :, ::-1]).mean() < 12 < np.abs(before - after).mean()


def test_it_tells_its_stages_in_order(project: Project) -> None:
    events = JobFolder(project.jobs / "alarm-1").events()[0]
    stages = [event for event in events if event["event"] == "stage"]
    assert [event["name"] for event in stages if event["name"] != "prepare"] == [
        *("features", "probe", "step-flip_horizontal", "step-brightness")
    ]
    assert events[-1]["changed"] == 1


def test_what_was_looked_at_before_is_not_looked_at_again(project: Project) -> None:
    before = found_in(project)
    wanted = Recipe("", (BRIGHTNESS, FLIP)).to_json()
    job = look(project, "alarm-2", recipe=wanted)
    after = found_in(project)
    assert [one.name for one in after.looked] == ["brightness", "flip_horizontal"]
    assert set(after.looked) == set(before.looked)
    assert [event for event in job.events()[0] if event["event"] == "progress"][-1]["total"] == 56
    before.save(project)


def test_it_stops_when_asked(project: Project) -> None:
    before = found_in(project)
    job = JobFolder.create(project.jobs / "alarm-3", "alarm", {"seed": 5})
    job.request_stop()
    perform(str(job.folder))
    assert job.state() is State.STOPPED
    assert found_in(project) == before


@pytest.mark.parametrize("wanted", [Recipe(), Recipe("", (MIX,)), Recipe("", (Step("hue", 0.0),))])
def test_a_recipe_without_steps_that_keep_labels_is_told(project: Project, wanted: Recipe) -> None:
    job = look(project, f"alarm-{wanted.id}-{len(wanted.steps)}", recipe=wanted.to_json())
    assert job.state() is State.FAILED
    assert "nothing to look at" in str(job.snapshot().problem)


def test_no_two_images_of_a_group_are_altered(tmp_path: Path) -> None:
    made = Project.create(tmp_path / "projects", "Twins")
    files = {f"{label}/{n}.png": encoded(arrow(False, n)) for label in "ab" for n in range(12)}
    files |= {f"a/{n} again.png": files[f"a/{n}.png"] for n in range(6)}
    with open_source(make_folder(tmp_path / "images", files)) as source:
        ingest(source, made.folder)
    asked = sample(made, catalogue.in_force(made), 0)
    assert len(asked.images) == 30
    hashes = asked.images["sha256"].iloc[asked.rows]
    assert hashes.is_unique
    assert len(hashes) == 12
    assert sample(made, catalogue.in_force(made), 0).key == asked.key
    assert sample(made, catalogue.in_force(made), 1).key != asked.key
