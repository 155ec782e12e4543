"""The explore page: every view, in words, with the images behind what stands out."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pyarrow.parquet as pq
import pytest
from streamlit.testing.v1 import AppTest

from core import jobs
from core.audit import measure
from core.catalogue import decide
from core.ingest import ingest, open_source
from core.project import Project
from core.ui import explore_balance, explore_colours, explore_sizes
from tests.makers import class_files, image_bytes, make_zip
from tests.pages.conftest import press, shown

OpenPage = Callable[..., AppTest]
EXPLORE = "pages/3_explore.py"


def view(app: AppTest, *names: str) -> AppTest:
    """Choose a view, and within it a part; nothing may go wrong on the way."""
    for place, name in enumerate(names):
        app.segmented_control[place].set_value(name).run()
        assert not app.exception
    return app


@pytest.fixture
def measured_project(filled_project: Project) -> Project:
    hashes = filled_project.read_table(filled_project.catalogue_file)["sha256"]
    measure.measure_missing(filled_project, hashes)
    return filled_project


def test_an_empty_project_leads_to_its_images(open_page: OpenPage, empty_project: Project) -> None:
    app = open_page(EXPLORE, project=empty_project.id)
    assert not app.exception
    press(app, "Go to your images")
    assert app.title[0].value == "Data"


def test_even_classes_need_nothing(open_page: OpenPage, filled_project: Project) -> None:
    app = open_page(EXPLORE, project=filled_project.id)
    assert not app.exception
    assert "The classes are even" in shown(app)
    assert "33.3 % of the time" in shown(app)
    assert "every image counts 1" in shown(app)
    assert not app.dataframe


def test_uneven_classes_get_weights_as_training_gives_them(
    open_page: OpenPage, filled_project: Project
) -> None:
    images = filled_project.read_table(filled_project.catalogue_file)
    rusty = images.loc[images["label"] == "rust", "image_id"].tolist()
    decide(filled_project, "drop", images=rusty[:8])
    app = open_page(EXPLORE, project=filled_project.id)
    assert "3 times as many images as *rust*" in shown(app)
    assert "8 more images would make all classes as large" in shown(app)
    assert "2 of *rust*" in shown(app)
    weights = app.dataframe[0].value
    assert weights["Class"].iloc[0] == "rust"
    assert len(set(weights["Together"])) == 1


def test_too_few_images_are_told_as_help(open_page: OpenPage, filled_project: Project) -> None:
    images = filled_project.read_table(filled_project.catalogue_file)
    rusty = images.loc[images["label"] == "rust", "image_id"].tolist()
    decide(filled_project, "drop", images=rusty[1:])
    app = open_page(EXPLORE, project=filled_project.id)
    assert not app.exception
    assert "fewer than 3 different images" in shown(app)
    assert "The classes are uneven" in shown(app)


@pytest.mark.parametrize("trait", ["size", "shape", "bytes", "format"])
def test_every_trait_is_shown_with_its_images(
    open_page: OpenPage, filled_project: Project, trait: str
) -> None:
    app = view(open_page(EXPLORE, project=filled_project.id), "Sizes", trait)
    told = {
        "size": "All of them are smaller than the network's **224 pixels**",
        "shape": "100 % are wider",
        "bytes": "bits a pixel",
        "format": "Every image is **JPEG, colour**",
    }
    assert told[trait] in shown(app)
    assert "(36)" in app.selectbox[0].options[0] or trait == "bytes"
    assert "Select images to drop them" in shown(app)


def test_an_image_of_another_size_is_found(open_page: OpenPage, filled_project: Project) -> None:
    more = class_files(("blight",), each=12)
    more["blight/huge.png"] = image_bytes("PNG", size=(640, 480), seed=77)
    with open_source(make_zip(filled_project.folder / "more.zip", more)) as source:
        ingest(source, filled_project.folder)
    app = view(open_page(EXPLORE, project=filled_project.id), "Sizes", "size")
    options = app.selectbox[0].options
    assert "Far larger than the others (1)" in options
    app.selectbox[0].set_value("huge").run()
    assert not app.exception
    assert "Are they of the same kind as the rest?" in shown(app)


def test_what_was_not_measured_can_be(open_page: OpenPage, filled_project: Project) -> None:
    filled_project.measurements_file.unlink(missing_ok=True)
    app = view(open_page(EXPLORE, project=filled_project.id), "Colours")
    assert "No image has been measured yet" in shown(app)
    press(app, "Check the images now")
    assert not app.exception
    assert jobs.latest(filled_project, "audit") is not None
    assert "No image has been measured yet" not in shown(app)


@pytest.mark.parametrize("part", ["colour", "brightness", "contrast"])
def test_colours_come_with_words_and_images(
    open_page: OpenPage, measured_project: Project, part: str
) -> None:
    app = view(open_page(EXPLORE, project=measured_project.id), "Colours", part)
    assert "The class explains" in shown(app)
    for option in app.selectbox[-1].options[:3]:
        app.selectbox[-1].select(option).run()
        assert not app.exception


def test_the_colours_of_one_class(open_page: OpenPage, measured_project: Project) -> None:
    app = view(open_page(EXPLORE, project=measured_project.id), "Colours", "colour")
    app.selectbox[0].set_value("rust").run()
    assert not app.exception
    numbers = [option.rpartition("(")[2].rstrip(")") for option in app.selectbox[1].options]
    assert sum(int(number) for number in numbers) == 12


def test_images_that_were_not_measured_are_counted(
    open_page: OpenPage, measured_project: Project
) -> None:
    table = pq.read_table(measured_project.measurements_file)
    pq.write_table(table.slice(5), measured_project.measurements_file)
    app = view(open_page(EXPLORE, project=measured_project.id), "Colours")
    assert "5 images have not been measured yet" in shown(app)
    assert "The class explains" in shown(app)


def test_classes_are_compared_by_their_mean_images(
    open_page: OpenPage, filled_project: Project
) -> None:
    app = view(open_page(EXPLORE, project=filled_project.id), "Class by class")
    assert shown(app).count("The mean of 12 images keeps") == 3
    app.multiselect[0].set_value(["rust"]).run()
    assert shown(app).count("The mean of 12 images keeps") == 1
    app.multiselect[0].set_value([]).run()
    assert not app.exception
    assert "Choose a class" in shown(app)


def test_a_class_without_thumbnails_is_told(open_page: OpenPage, filled_project: Project) -> None:
    for thumb in filled_project.thumbs.rglob("*.webp"):
        thumb.write_bytes(b"")
    app = view(open_page(EXPLORE, project=filled_project.id), "Class by class")
    assert "None of its images can be shown" in shown(app)


@pytest.mark.parametrize(
    ("fit", "told"), [("squash", "squashed"), ("crop", "cut out"), ("pad", "padded")]
)
def test_one_image_as_the_network_gets_it(
    open_page: OpenPage, filled_project: Project, fit: str, told: str
) -> None:
    app = view(open_page(EXPLORE, project=filled_project.id), "One image")
    app.selectbox[1].set_value(fit).run()
    assert not app.exception
    assert "has 32 × 24 pixels; the network gets 224 × 224" in shown(app)
    assert told in shown(app)
    assert "Before and after scaling" in shown(app)


def test_an_image_whose_file_is_gone_is_help(open_page: OpenPage, filled_project: Project) -> None:
    for original in filled_project.originals.rglob("*"):
        if original.is_file():
            original.unlink()
    app = view(open_page(EXPLORE, project=filled_project.id), "One image")
    assert "An image of this project is gone" in shown(app)


@pytest.mark.parametrize("name", ["Map", "Split", "Preflight"])
def test_the_views_of_others_are_shown_where_they_are(
    open_page: OpenPage, filled_project: Project, name: str
) -> None:
    app = open_page(EXPLORE, project=filled_project.id)
    if name not in app.segmented_control[0].options:
        pytest.skip(f"{name} is not there")
    view(app, name)


def test_a_trait_that_gives_a_class_away_is_named() -> None:
    small = pd.DataFrame(
        {"label": ["a"] * 10 + ["b"] * 10, "width": [50] * 10 + [500] * 10, "height": 500}
    )
    told = "\n".join(explore_sizes.sizes(small))
    assert "10 images are smaller" in told.replace("\u00a0", " ")
    assert "**100 %** of *a* are small" in told.replace("\u00a0", " ")
    mixed = small.assign(width=[50, 500] * 10)
    assert "for the class" not in "\n".join(explore_sizes.sizes(mixed))


def test_a_class_that_stands_apart_is_named() -> None:
    spread = pd.DataFrame(
        {"label": ["night", "day", "noon"], "q1": [0.1, 0.5, 0.55], "q3": [0.2, 0.7, 0.8]}
    )
    assert explore_colours.apart(spread, "brightness").startswith("*night* stands apart")
    assert "no class stands apart" in explore_colours.apart(spread.iloc[1:].reset_index(), "x")


def test_the_share_that_the_class_explains_comes_in_three_steps() -> None:
    much, some, little = (explore_colours.shortcut(s, "colour") for s in (0.6, 0.2, 0.01))
    assert "That is a lot" in much
    assert "keep in mind" in some
    assert "That is little" in little


def test_few_test_images_are_a_warning() -> None:
    sides = pd.DataFrame({"label": ["a", "b"], "split": "test", "images": [5, 30]})
    assert "*a* is tested on 5" in explore_balance.judged(sides)
    assert "at least 30" in explore_balance.judged(sides.iloc[1:])


def test_weights_are_told_for_the_rarest_and_the_most_frequent_class() -> None:
    told = explore_balance.weights_told({"rare": 10, "usual": 30})
    assert "*rare* counts 2.00, one of *usual* 0.67" in told


def test_a_class_whose_images_are_all_gray_is_named() -> None:
    images = pd.DataFrame({"label": ["old", "old", "new", "new"], "saturation": [0, 0, 0.5, 0.4]})
    assert "All of them are *old*" in explore_colours.grayness(images)
    assert "gives" not in explore_colours.grayness(images.assign(label=["old", "new"] * 2))
    assert "All images are **gray**" in explore_colours.grayness(images.iloc[:2])
    assert explore_colours.grayness(images.iloc[2:]) == ""
