"""The web page that leaves with a model: used in a real browser, and held against Python."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from PIL import Image, ImageCms
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from core.formats import Format
from core.ingest.decode import decode
from core.ingest.fit import fit_image, load_fitted
from core.jobs.model_task import export_model
from core.settings import Fit
from core.share import web_runtime
from core.share.web_page import write_web_page
from tests import find_runtime, looking, web_site
from tests.browser.axe import grave
from tests.browser.conftest import CHROMIUM_FLAGS, PATIENCE
from tests.makers import encoded, exif, picture

CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
_PASTE = """async (address) => {
  const data = new DataTransfer();
  const blob = await (await fetch(address)).blob();
  data.items.add(new File([blob], "copied.png", { type: "image/png" }));
  document.body.dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""
_DROP = """async (address) => {
  const data = new DataTransfer();
  const blob = await (await fetch(address)).blob();
  data.items.add(new File([blob], "dropped.png", { type: "image/png" }));
  document.body.dispatchEvent(
    new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
}"""
_SEND = """(address) => fetch(address, { mode: "no-cors" }).then(() => "sent", () => "refused")"""


def grainy(size: tuple[int, int], seed: int) -> Image.Image:
    """A picture on which no two ways of scaling agree."""
    noise = np.random.default_rng(seed).integers(0, 256, (*size[::-1], 3), dtype=np.uint8)
    return Image.blend(picture(size, seed), Image.fromarray(noise), 0.4)


def clear(size: tuple[int, int], seed: int) -> Image.Image:
    """A picture that is the more transparent, the farther to the right."""
    image = grainy(size, seed).convert("RGBA")
    image.putalpha(Image.linear_gradient("L").rotate(90).resize(size))
    return image


def pictures() -> dict[str, bytes]:
    """Files as people have them: all kinds, shapes and sizes, larger and smaller than the model."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    odd = [(640, 480), (60, 410), (500, 33), (50, 40), (96, 96), (97, 95), (1, 1), (3, 300)]
    found = {f"odd-{n}.png": encoded(grainy(size, n)) for n, size in enumerate(odd)}
    found |= {
        f"turned-{turn}.jpg": encoded(grainy((150, 90), turn), "JPEG", exif=exif(turn))
        for turn in range(1, 9)
    }
    found |= {
        f"photo-{n}.jpg": encoded(picture(size, n), "JPEG", quality=85)
        for n, size in enumerate([(640, 480), (1200, 1600), (33, 44)])
    }
    found |= {
        f"stamped-{n}.png": encoded(looking.image(900 + n, n % 2 == 0).resize((110 + n, 130)))
        for n in range(8)
    }
    return found | {
        "clear.png": encoded(clear((200, 120), 1)),
        "clear-small.png": encoded(clear((40, 70), 2)),
        "grey-clear.png": encoded(clear((120, 100), 3).convert("LA")),
        "grey.png": encoded(grainy((130, 100), 4).convert("L")),
        "palette.png": encoded(grainy((130, 100), 5).quantize(64)),
        "profile.jpg": encoded(picture((130, 100), 10), "JPEG", icc_profile=srgb),
        "grey.jpg": encoded(picture((130, 100), 6, "L"), "JPEG"),
        "exact.webp": encoded(grainy((130, 170), 7), "WEBP", lossless=True),
        "plain.bmp": encoded(grainy((130, 170), 8), "BMP"),
        "still.gif": encoded(grainy((130, 170), 9).quantize(128), "GIF"),
    }


# By how many levels of 255 squares may differ: where transparency is put on white in whole numbers,
# and where a colour profile is applied that Python leaves, as it changes no colour by more than 2.
LEVELS = {"clear": 1, "grey-clear": 1, "profile": 2}


@pytest.fixture(scope="module")
def runtime() -> Path:
    """A copy of what the page runs on; `make test` fetches one."""
    found = find_runtime.find()
    if found is None:
        pytest.skip("no ONNX Runtime Web: 'make test' fetches it, FIRSTLIGHT_WEB_RUNTIME names one")
    return found


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model as ONNX, with what stands beside it; no page yet."""
    root = tmp_path_factory.mktemp("exported")
    export_model(looking.finished_run(root), [Format.ONNX], root / "out")
    return root / "out"


@pytest.fixture(scope="module")
def site(exported: Path, runtime: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a host with three pages, one for each way to make a square, and `pictures`."""
    root = tmp_path_factory.mktemp("site")
    for fit in Fit:
        folder = shutil.copytree(exported, root / str(fit))
        about = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        about["input"]["fit"] = str(fit)
        (folder / "model.json").write_text(json.dumps(about), encoding="utf-8")
        write_web_page(folder, runtime)
    (root / "try").mkdir()
    for name, data in pictures().items():
        (root / "try" / name).write_bytes(data)
    with web_site.serving(root) as address:
        yield address


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    expect.set_options(timeout=PATIENCE)
    made = browser.new_context(viewport={"width": 1280, "height": 800})
    made.set_default_timeout(PATIENCE)
    yield made
    made.close()


@pytest.fixture
def visit(context: BrowserContext, site: str) -> Iterator[Page]:
    """The page, open; the test fails if it reached another host, or a script of it threw."""
    reached: list[str] = []
    thrown: list[str] = []
    context.on("request", lambda request: reached.append(request.url))
    page = context.new_page()
    page.on("pageerror", lambda error: thrown.append(error.message))
    page.goto(f"{site}/squash/")
    yield page
    assert not [url for url in reached if not url.startswith((site, f"blob:{site}"))]
    assert not thrown, thrown


def answered(page: Page, headline: str) -> None:
    expect(page.get_by_role("heading", name=headline, exact=True)).to_be_visible()
    expect(page.get_by_role("list", name="The likeliest classes")).to_contain_text(headline)


@pytest.mark.parametrize("fit", Fit)
def test_it_prepares_pictures_and_answers_as_python_does(
    fit: Fit, context: BrowserContext, site: str, exported: Path
) -> None:
    page = context.new_page()
    page.goto(f"{site}/{fit}/")
    session = onnxruntime.InferenceSession(exported / "model.onnx")

    def probabilities(square: np.ndarray) -> np.ndarray:
        return session.run(None, {"image": square[None].astype(np.float32)})[0][0]

    apart: dict[str, int] = {}
    for name, data in pictures().items():
        said = web_site.ask(page, f"{site}/try/{name}")
        whole = fit_image(decode(data), looking.SIDE, fit).astype(int)
        apart[name] = int(np.abs(said.square - whole).max())
        assert np.abs(said.probabilities - probabilities(said.square)).max() < 1e-5, name
        learnt = probabilities(load_fitted(data, looking.SIDE, fit))
        assert said.probabilities.argmax() == learnt.argmax(), name
    assert not {name: n for name, n in apart.items() if n > LEVELS.get(name.split(".")[0], 0)}


def test_a_visitor_uploads_a_picture_and_is_answered(
    visit: Page, tmp_path: Path, screenshot: Callable[[Page, str], None]
) -> None:
    photo = tmp_path / "new.jpg"
    photo.write_bytes(encoded(looking.image(4711, stamped=True), "JPEG", quality=95))
    visit.get_by_label("Choose a picture").set_input_files(photo)
    answered(visit, "stamped")
    expect(visit.get_by_role("status").filter(has_text="stamped")).to_have_count(1)
    expect(visit.get_by_role("img", name="Your picture as the model sees it")).to_be_visible()
    expect(visit.get_by_text("nothing is sent anywhere")).to_be_visible()
    screenshot(visit, "web-page-light")


@pytest.mark.parametrize(("way", "name", "label"), [(_PASTE, 0, "stamped"), (_DROP, 1, "plain")])
def test_a_picture_can_be_pasted_or_dropped(
    way: str, name: int, label: str, visit: Page, site: str
) -> None:
    visit.evaluate(way, f"{site}/try/stamped-{name}.png")
    answered(visit, label)


def test_an_example_is_asked_about_by_keyboard(visit: Page) -> None:
    example = visit.get_by_role("button", name="Example 1")
    example.focus()
    visit.keyboard.press("Enter")
    expect(visit.get_by_text("This example is of")).to_be_visible()


def test_what_is_no_picture_is_told_kindly(visit: Page, tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"this is no picture")
    visit.get_by_label("Choose a picture").set_input_files(broken)
    expect(visit.get_by_role("alert").filter(has_text="cannot be read")).to_be_visible()


def test_it_says_that_it_does_not_know_by_the_thresholds_that_travel(
    visit: Page, site: str, exported: Path
) -> None:
    about = json.loads((exported / "model.json").read_text(encoding="utf-8"))
    about["i_do_not_know"]["thresholds"] = {"0.05": 0.0, "0.1": 0.01, "0.2": 0.5}
    visit.route("**/model.json", lambda route: route.fulfill(json=about))
    visit.reload()
    visit.evaluate(_PASTE, f"{site}/try/stamped-1.png")
    expect(visit.get_by_role("heading", name="I don't know")).to_be_visible()
    expect(visit.get_by_text("It may be plain or stamped.", exact=True)).to_be_visible()
    about["i_do_not_know"]["thresholds"] = dict.fromkeys(("0.05", "0.1", "0.2"), 1.0)
    visit.reload()
    visit.evaluate(_PASTE, f"{site}/try/stamped-1.png")
    nothing = visit.get_by_text("It is like nothing that I know well.", exact=True)
    expect(nothing).to_be_visible()


def test_names_of_classes_are_text_whatever_they_hold(
    visit: Page, site: str, exported: Path
) -> None:
    about = json.loads((exported / "model.json").read_text(encoding="utf-8"))
    about["classes"] = ["<img src=x onerror=alert(1)>", "a & b"]
    visit.route("**/model.json", lambda route: route.fulfill(json=about))
    visit.reload()
    visit.evaluate(_PASTE, f"{site}/try/stamped-0.png")
    answered(visit, "a & b")
    expect(visit.locator("img[src='x']")).to_have_count(0)
    expect(visit.get_by_text("<img src=x onerror=alert(1)>", exact=True)).to_be_visible()


def test_the_page_checks_itself(visit: Page, screenshot: Callable[[Page, str], None]) -> None:
    visit.get_by_text("About this model").click()
    visit.get_by_role("button", name="Check this page").click()
    expect(visit.get_by_text("✓ 6 samples: every answer is the same")).to_be_visible()
    screenshot(visit, "web-page-about")


@pytest.mark.parametrize("fit", Fit)
def test_it_checks_its_own_scaling_for_every_fit(
    fit: Fit, context: BrowserContext, site: str
) -> None:
    page = context.new_page()
    page.goto(f"{site}/{fit}/")
    page.get_by_text("About this model").click()
    page.get_by_role("button", name="Check this page").click()
    expect(page.get_by_text("Pictures are prepared as the model learnt them")).to_be_visible()


def test_neither_the_page_nor_its_worker_can_send_anything(
    visit: Page, browser: Browser, site: str, tmp_path: Path
) -> None:
    expect(visit.get_by_text("Show it a picture, and")).to_be_visible()
    lawless = browser.new_context(bypass_csp=True)
    without = lawless.new_page()
    without.goto(f"{site}/squash/")
    with web_site.serving(tmp_path) as elsewhere:
        assert visit.evaluate(_SEND, elsewhere) == "refused"
        assert visit.workers[0].evaluate(_SEND, elsewhere) == "refused"
        assert without.evaluate(_SEND, elsewhere) == "sent"  # it is the page that forbids it
    lawless.close()


def test_the_camera_is_asked_frame_by_frame_and_can_be_held(
    browser: Browser, chromium_path: str, site: str
) -> None:
    flags = [*CHROMIUM_FLAGS, *CAMERA]
    started = browser.browser_type.launch(executable_path=chromium_path, args=flags)
    try:
        page = started.new_page()
        page.goto(f"{site}/crop/")
        page.get_by_role("button", name="Use the camera").click()
        hold = page.get_by_role("button", name="Hold this picture")
        expect(hold).to_be_visible()
        expect(page.locator("#headline")).not_to_be_empty()
        hold.click()
        expect(page.get_by_label("What the camera sees")).to_be_hidden()
        expect(page.locator("#headline")).to_be_visible()
    finally:
        started.close()


def test_a_camera_that_is_refused_is_told(visit: Page) -> None:
    visit.evaluate(
        """() => { navigator.mediaDevices.getUserMedia = () =>
            Promise.reject(new DOMException("no", "NotAllowedError")); }"""
    )
    visit.get_by_role("button", name="Use the camera").click()
    expect(visit.get_by_role("alert").filter(has_text="was not allowed")).to_be_visible()


@pytest.fixture
def far(exported: Path, tmp_path: Path) -> Iterator[str]:
    """The address of a page without its runtime, which is to come from the CDN."""
    folder = shutil.copytree(exported, tmp_path / "far")
    write_web_page(folder)
    with web_site.serving(tmp_path) as address:
        yield f"{address}/far/"


@pytest.mark.parametrize("tampered", [False, True])
def test_the_runtime_comes_from_the_cdn_only_as_it_was_tested(
    tampered: bool, context: BrowserContext, far: str, runtime: Path, exported: Path
) -> None:
    parts = web_runtime.find(runtime)

    def answer(route: Route) -> None:
        data = parts[route.request.url.rsplit("/", 1)[1]].read_bytes()
        headers = {"Access-Control-Allow-Origin": "*"}
        route.fulfill(body=data + b" " if tampered else data, headers=headers)

    context.route(f"{web_runtime.CDN}*", answer)
    page = context.new_page()
    page.goto(far)
    if tampered:
        told = page.get_by_role("alert").filter(has_text="is not the one that this page was tested")
        expect(told).to_be_visible()
        return
    page.get_by_role("button", name="Example 2").click()
    expect(page.get_by_text("This example is of")).to_be_visible()


def test_opened_as_a_file_it_says_what_to_do(context: BrowserContext, exported: Path) -> None:
    write_web_page(exported)
    page = context.new_page()
    page.goto((exported / "index.html").as_uri())
    expect(page.get_by_text("python -m http.server")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_telephone(
    scheme: str, browser: Browser, site: str, screenshot: Callable[[Page, str], None]
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{site}/squash/")
    page.get_by_role("button", name="Example 1").click()
    expect(page.get_by_text("This example is of")).to_be_visible()
    wide = page.evaluate("() => document.documentElement.scrollWidth")
    assert wide <= 390
    assert not grave(page)
    screenshot(page, f"web-page-phone-{scheme}")
    context.close()
