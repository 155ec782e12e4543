"""The demo that leaves with a model: started by itself, and used in a real browser."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from core.formats import Format
from core.jobs.model_task import export_model
from core.share.demo import write_demo
from tests import looking
from tests.browser.axe import grave
from tests.browser.conftest import end_all, free_port, stand_still, wait_until_healthy
from tests.makers import encoded


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a demo, running in its own folder."""
    root = tmp_path_factory.mktemp("demo")
    run = looking.finished_run(root)
    export_model(run, [Format.LITERT], root / "out")
    write_demo(root / "out")
    port, log = free_port(), root / "server.log"
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
    command += ["--server.headless", "true", "--server.address", "127.0.0.1"]
    command += ["--server.port", str(port)]
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("STREAMLIT_", "PYTHONPATH"))}
    with open(log, "wb") as output:
        process = subprocess.Popen(
            command,
            cwd=root / "out",
            env=kept | {"FIRSTLIGHT_HOME": str(root / "home")},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until_healthy(f"{url}/_stcore/health", process, log)
        yield url
    finally:
        end_all(process.pid, root / "home")
        process.wait()


@pytest.fixture
def visit(browser: Browser, demo: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    stand_still(context)
    page = context.new_page()
    page.goto(demo)
    yield page
    context.close()


def test_a_visitor_shows_it_a_picture_and_is_answered(visit: Page, tmp_path: Path) -> None:
    picture = tmp_path / "new.png"
    picture.write_bytes(encoded(looking.image(4711, stamped=True)))
    visit.locator("input[type=file]").first.set_input_files(picture)
    expect(visit.get_by_role("heading", name="stamped", exact=True)).to_be_visible(timeout=20_000)
    expect(visit.get_by_text("Your picture is not kept")).to_be_visible()
    assert not grave(visit)
    visit.emulate_media(color_scheme="dark")
    expect(visit.get_by_test_id("stApp")).to_have_css("color-scheme", "dark")
    visit.add_style_tag(content="* { transition: none !important }")
    assert not grave(visit)


def test_what_is_no_picture_is_told_kindly(visit: Page, tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"this is no picture")
    visit.locator("input[type=file]").first.set_input_files(broken)
    expect(visit.get_by_text("This picture cannot be read")).to_be_visible(timeout=20_000)


def test_its_examples_need_no_picture_of_ones_own(visit: Page) -> None:
    visit.get_by_role("radio", name="An example").click()
    expect(visit.get_by_text("As the model sees it")).to_be_visible(timeout=20_000)
