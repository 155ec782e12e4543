"""Every page by axe-core's rules, in all its looks, full and empty; the main path by keyboard."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from core.ingest import ingest, open_source
from core.jobs import Run
from core.project import Project, Workspace
from core.settings import SplitSettings, TrainSettings
from core.ui.frame import BESIDE, HOME, STAGES, Stage
from tests import used
from tests.browser.axe import grave
from tests.browser.conftest import PATIENCE, Server
from tests.makers import JUNK, class_files, make_zip
from tests.pages.conftest import CLASSES, finish

GROUP = {"errors": 1}  # which choice is that of the views; elsewhere it is the first
PAGES = (HOME, *STAGES, *BESIDE)
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
# The views of a page share them, so that each page is seen in all four.
LOOKS = ((DESK, "light"), (PHONE, "dark"), (DESK, "dark"), (PHONE, "light"))
SIDEBAR = ("[data-testid=stSidebar]",)
RESTS = """() => document.querySelector('[data-testid=stApp]').dataset.testScriptState
        === 'notRunning' && !document.querySelector('[data-testid=stSkeleton], [data-stale=true]')
    && [...document.querySelectorAll('.stMain details[open]')].every(
        (box) => box.querySelector('[data-testid=stElementContainer]'))"""
STOPS = 120  # presses of Tab that lead around the longest page here
# What had the focus, and how it and what is near it looked then and looks now.
FOCUS = """() => {
    let has = document.activeElement;
    while (has.shadowRoot?.activeElement) has = has.shadowRoot.activeElement;
    const near = (one) => [one, one.parentElement, one.parentElement?.parentElement]
        .filter(Boolean).flatMap((each) => [each, ...[...each.children].slice(0, 6)]);
    const looks = (one) => JSON.stringify(near(one).map((each) => {
        const style = getComputedStyle(each);
        return [style.outline, style.boxShadow, style.border, style.background, style.color];
    }));
    const last = window.hadFocus;
    // A canvas draws its own; and what has left the page shows nothing any more
    const unseen = last?.one.isConnected && last.one !== has && last.one.tagName !== "CANVAS"
        && last.looks === looks(last.one);
    window.hadFocus = has === document.body ? null : { one: has, looks: looks(has) };
    return unseen ? last.one.outerHTML.slice(0, 200) : "";
}"""


@pytest.fixture(scope="module")
def full(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project in which every feature was used, with copies to be found and two runs."""
    found = class_files(CLASSES, each=12) | {"rust/broken.jpg": JUNK}
    found |= {name.replace(".", "-again."): found[name] for name in list(found)[:6]}
    project = Workspace(server.home / "projects").create("Leaves for all")
    with open_source(make_zip(tmp_path_factory.mktemp("zip") / "leaves.zip", found)) as source:
        ingest(source, project.folder)
    runs = [Run.plan(project, TrainSettings(epochs=4, seed=n), SplitSettings()) for n in (1, 2)]
    for run in runs:
        finish(run)
    used.everything(project, runs[0])
    return project


@pytest.fixture(scope="module")
def empty(server: Server) -> Project:
    return Workspace(server.home / "projects").create("Nothing yet")


@pytest.mark.parametrize("stage", PAGES, ids=lambda stage: stage.key)
def test_a_page_can_be_read_and_used_by_everybody(stage: Stage, page: Page, full: Project) -> None:
    open_page(page, stage, full)
    views = main(page).get_by_role("radiogroup").nth(GROUP.get(stage.key, 0)).get_by_role("radio")
    names = [""] if stage == HOME else views.all_inner_texts() or [""]
    for place, name in enumerate(names):
        if place:
            choose(page, views.nth(place))
        unfold(page)
        for size, scheme in LOOKS[place % len(LOOKS) :: len(names)]:
            look(page, size, scheme)
            found = grave(page, without=SIDEBAR if place else ())
            assert not found, f"{name} at {size['width']}, {scheme}:\n" + "\n".join(found)
        for popover in (
            main(page).get_by_test_id("stPopoverButton").and_(page.locator(":enabled")).all()
        ):
            found = behind(page, popover)
            assert not found, f"{name}, what opens there:\n" + "\n".join(found)


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.key)
def test_so_can_a_page_that_has_nothing_to_show_yet(
    stage: Stage, page: Page, empty: Project
) -> None:
    look(page, PHONE, "light")
    open_page(page, stage, empty)
    assert not grave(page)
    # Nobody is left there: what comes next is one press away
    assert main(page).get_by_role("button").and_(page.locator(":enabled")).count()


@pytest.mark.slow
def test_the_main_path_needs_no_mouse(page: Page, full: Project) -> None:
    open_page(page, STAGES[0], full)
    press(page, page.get_by_role("button", name="Next: clean"))
    heading(page, "Clean")
    tiles = page.locator(".tile")
    expect(tiles.first).to_be_visible()
    press(page, tiles, "Space")
    press(page, page.get_by_role("button", name="Drop 1 image"))
    done = page.locator(".st-key-just-done")
    expect(done.get_by_role("button", name="Undo")).to_be_visible()

    press(page, page.get_by_role("link", name="Train", exact=True))
    heading(page, "Train")
    press(page, page.get_by_role("button", name="Train again", exact=True))
    expect(page.get_by_role("progressbar")).to_be_visible()

    press(page, page.get_by_role("link", name="Mistakes", exact=True))
    heading(page, "Mistakes")
    expect(tiles.first).to_be_visible()
    cells = page.locator("td button")
    reach(page, cells)
    page.keyboard.press("ArrowRight")
    expect(cells.nth(1)).to_be_focused()
    press(page, tiles)
    expect(page.get_by_text(re.compile("^It said .* The label is"))).to_be_visible()


def press(page: Page, target: Locator, key: str = "Enter") -> None:
    reach(page, target)
    page.keyboard.press(key)


def reach(page: Page, target: Locator) -> None:
    """Press Tab until one of ``target`` has the focus, which must be seen wherever it goes."""
    expect(target.first).to_be_visible()
    rest(page)
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        unseen = page.evaluate(FOCUS)
        assert not unseen, f"nothing shows that the focus is here: {unseen}"
        if target.evaluate_all("all => all.some(one => one.getRootNode().activeElement === one)"):
            return
    pytest.fail(f"Tab does not lead to {target}")


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", name=text, exact=True, level=1)).to_be_visible()


def open_page(page: Page, stage: Stage, project: Project) -> None:
    name = re.sub(r"^\d+_", "", Path(stage.file).stem)
    page.goto("/" if stage == HOME else f"/{name}?project={project.id}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    # Colours on their way to others, and what fades while it is drawn anew, are none of ours
    page.add_style_tag(
        content="*, ::before, ::after { transition: none !important }"
        "[data-stale] { opacity: 1 !important }"
    )
    rest(page)


def choose(page: Page, view: Locator) -> None:
    """Open another view of the page, and wait until it is drawn."""
    before = main(page).inner_text()
    view.click()
    page.wait_for_function(
        "before => document.querySelector('.stMain').innerText !== before", arg=before
    )
    rest(page)


def unfold(page: Page) -> None:
    """Open whatever is folded on the page."""
    page.evaluate(
        "document.querySelectorAll('.stMain details:not([open]) > summary')"
        ".forEach((each) => each.click())"
    )
    rest(page)


def behind(page: Page, popover: Locator) -> list[str]:
    """What is wrong with what ``popover`` shows once it is open."""
    popover.click()
    expect(page.get_by_test_id("stPopoverBody")).to_be_visible()
    rest(page)
    found = grave(page, within="[data-testid=stPopoverBody]")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)
    return found


def rest(page: Page) -> None:
    """Wait until the page, and what is drawn in its components, is as it will stay."""
    page.wait_for_function(RESTS)
    expect(page.locator('[aria-busy="true"]')).to_have_count(0, timeout=3 * PATIENCE)


def look(page: Page, size: dict[str, int], scheme: str) -> None:
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")


def main(page: Page) -> Locator:
    return page.get_by_test_id("stMain")
