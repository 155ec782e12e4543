"""A project is saved as a file and opened again, in a real browser with the real engine."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect

from core import jobs
from core.catalogue import decide, in_force
from core.ingest import ingest, open_source
from core.project import Project, Workspace
from tests.browser.apps.serving import opened, served
from tests.browser.conftest import end, works_in
from tests.makers import class_files, make_zip

WORK = 120_000  # milliseconds that the engine may take, its start included
Screenshot = Callable[[Page, str], None]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("project-file") / "home"
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FIRSTLIGHT_HOME", str(folder))
        patch.setenv("FIRSTLIGHT_WARM_UP", "0")
        yield folder


@pytest.fixture(scope="module")
def app(home: Path) -> Iterator[str]:
    with served("sources_app.py", home.parent / "log") as url:
        yield url
    while found := [process for process in psutil.process_iter() if works_in(process, home)]:
        end(found)


@pytest.fixture
def page(browser: Browser, app: str) -> Iterator[Page]:
    with opened(browser, app) as page:
        yield page


@pytest.fixture(scope="module")
def project(home: Path) -> Project:
    made = Workspace().create("Leaves of the garden")
    found = class_files(("blight", "healthy", "rust"), each=20)
    with open_source(make_zip(home.parent / "leaves.zip", found)) as source:
        ingest(source, made.folder)
    decide(made, "drop", "blurred", images=[in_force(made)["image_id"].iloc[0]])
    return made


def test_a_project_is_saved_downloaded_and_opened(
    page: Page, project: Project, tmp_path: Path, screenshot: Screenshot
) -> None:
    page.goto(f"/?show=save&project={project.id}")
    page.get_by_role("button", name="Make a project file").click()
    expect(page.get_by_role("button", name="Download the file")).to_be_visible(timeout=WORK)
    screenshot(page, "project-save")
    path = downloaded(page, tmp_path)
    assert path.name == "Leaves-of-the-garden.firstlight"

    again = project_of(page, path)
    screenshot(page, "project-open")
    assert again.id != project.id
    assert in_force(again).equals(in_force(project))
    assert again.decisions_file.read_bytes() == project.decisions_file.read_bytes()


def test_without_its_images_a_project_holds_no_picture(
    page: Page, project: Project, tmp_path: Path
) -> None:
    before = jobs.latest(project, "pack")
    page.goto(f"/?show=save&project={project.id}")
    page.get_by_text("With the images").click()
    page.get_by_role("button", name="Make a project file").click()
    if before is not None:  # its file is offered until the new one is begun
        earlier = page.locator(f".st-key-download-{before.id}")
        expect(earlier).to_have_count(0, timeout=WORK)
    path = downloaded(page, tmp_path)
    assert path.name == "Leaves-of-the-garden-without-images.firstlight"

    again = project_of(page, path)
    assert in_force(again).equals(in_force(project))
    assert not again.originals.exists()
    assert not list(again.folder.rglob("*.webp"))


def downloaded(page: Page, folder: Path) -> Path:
    """The project file that the page offers, once it does."""
    offered = page.get_by_role("button", name="Download the file")
    expect(offered).to_be_visible(timeout=WORK)
    with page.expect_download() as found:
        offered.click()
    path = folder / found.value.suggested_filename
    found.value.save_as(path)
    return path


def project_of(page: Page, path: Path) -> Project:
    """The project that the page makes of the file at ``path``."""
    page.goto("/?show=open")
    page.locator("input[type=file]").set_input_files(path)
    told = page.get_by_text(re.compile("Opened Leaves of the garden, "))
    expect(told).to_be_visible(timeout=WORK)
    return Workspace().open(told.inner_text().split()[-1])


def test_a_file_that_is_no_project_is_help(
    page: Page, project: Project, tmp_path: Path, screenshot: Screenshot
) -> None:
    path = make_zip(tmp_path / "holiday.firstlight", class_files())
    page.goto("/?show=open")
    page.locator("input[type=file]").set_input_files(path)
    expect(page.get_by_text("This is not a First Light project file")).to_be_visible(timeout=WORK)
    screenshot(page, "project-refused")


def test_the_known_sets_and_the_ways_to_add_to_a_class(
    page: Page, project: Project, tmp_path: Path, screenshot: Screenshot
) -> None:
    page.goto("/?show=known")
    expect(page.get_by_role("button", name="Choose")).to_have_count(14)
    screenshot(page, "known-sets")
    page.get_by_role("button", name="Choose").first.click()
    expect(page.get_by_text("angular_leaf_spot, bean_rust and healthy")).to_be_visible()
    screenshot(page, "known-set")

    page.goto(f"/?show=files&project={project.id}")
    field = page.get_by_role("combobox", name="Class")
    field.fill("mildew")
    field.press("Enter")
    page.locator("input[type=file]").set_input_files(_written(tmp_path))
    add = page.get_by_role("button", name=re.compile("Add 3.images to 'mildew'"))
    expect(add).to_be_enabled()
    screenshot(page, "add-files")
    add.click()
    deadline = time.monotonic() + WORK / 1000
    while "mildew" not in set(in_force(project)["label"]) and time.monotonic() < deadline:
        page.wait_for_timeout(100)
    assert in_force(project)["label"].value_counts()["mildew"] == 3


def _written(folder: Path) -> list[Path]:
    found = class_files(("m",), each=3)
    paths = [folder / name.replace("/", "-") for name in found]
    for path, data in zip(paths, found.values(), strict=True):
        path.write_bytes(data)
    return paths
