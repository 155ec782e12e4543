"""Find Chromium or Chrome for the browser tests, or install one.

``python tests/find_browser.py --install`` prints the path of a browser. It takes the one that
``CHROMIUM`` names, one that is installed, or one that Playwright fetched earlier; else it
installs one: Debian's package as root on Debian and Ubuntu, Playwright's own build elsewhere.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
)


def find() -> str | None:
    """The path of a browser that starts, or None.

    Raises:
        SystemExit: ``CHROMIUM`` names one that does not start.
    """
    named = os.environ.get("CHROMIUM")
    if named:
        path = shutil.which(named)
        if path is None or not starts(path):
            raise SystemExit(f"CHROMIUM names {named!r}, which is no browser that starts.")
        return path
    candidates = [shutil.which(name) for name in NAMES]
    candidates += [place for place in PLACES if Path(place).is_file()]
    candidates.append(playwrights_own())
    return next((path for path in candidates if path and starts(path)), None)


def starts(path: str) -> bool:
    """Whether the program at ``path`` tells its version: a stub of a missing snap does not."""
    if os.name == "nt":  # there the question would open a window
        return True
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def playwrights_own() -> str | None:
    """The browser that Playwright fetched for this version of itself, if it did."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).is_file() else None


def install() -> None:
    """Install a browser; what the installers say goes to standard error."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        say("Installing Chromium for the browser tests ...")
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in ("update", "install -y --no-install-recommends chromium"):
            run(["apt-get", "-qq", *command.split()], quiet)
        if find():
            return
    say("Fetching Playwright's Chromium for the browser tests ...")
    run([sys.executable, "-m", "playwright", "install", "chromium"], dict(os.environ))


def run(command: list[str], environment: dict[str, str]) -> None:
    """Run an installer; one that fails has said why, and the search afterwards decides."""
    subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main(arguments: list[str]) -> int:
    path = find()
    if path is None and "--install" in arguments:
        install()
        path = find()
    if path is None:
        say(
            "No Chromium or Chrome was found. Install one, or name its program in CHROMIUM, "
            "and try again."
        )
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
