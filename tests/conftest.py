"""What all tests share: a workspace of their own, the real data sets, and no network."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


# Files of browser tests that take longest: begun last, they would be waited for.
LONG = ("test_accessible.py", "test_path.py", "test_main_path.py", "test_augment.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the browser tests, and run them last, long files first: the quick tests speak first."""
    browser = ROOT / "tests" / "browser"
    for item in items:
        if browser in item.path.parents:
            item.add_marker(pytest.mark.browser)

    def place(item: pytest.Item) -> tuple[bool, bool]:
        is_last = item.get_closest_marker("browser") is not None
        return is_last, is_last and item.path.name not in LONG

    items.sort(key=place)


@pytest.fixture(scope="session", autouse=True)
def _away_from_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep every test out of the user's own projects, and off a cluster they may have set.

    Whatever home a test takes, converted backbones are shared, also by the processes that test side
    by side: making one takes a while.
    """
    base = tmp_path_factory.getbasetemp()
    cache = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "cache"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FIRSTLIGHT_HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv("FIRSTLIGHT_CACHE", str(cache))
        patch.delenv("FIRSTLIGHT_SCHEDULER", raising=False)
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """Let this process connect to this machine alone; anything else is as if offline."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def check(used: socket.socket, address: object) -> None:
        inet = used.family in (socket.AF_INET, socket.AF_INET6)
        # A datagram socket sends nothing when it connects; Dask learns its own address that way.
        if inet and used.type == socket.SOCK_STREAM and not is_local(address[0]):
            raise ConnectionRefusedError(f"tests use no network, and {address} is not here")

    def guarded(used: socket.socket, address: object) -> None:
        check(used, address)
        connect(used, address)

    def guarded_ex(used: socket.socket, address: object) -> int:
        check(used, address)
        return connect_ex(used, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        patch.setattr(socket.socket, "connect_ex", guarded_ex)
        yield


def is_local(host: str) -> bool:
    """Whether ``host`` names this machine."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == socket.gethostname()


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that ``FIRSTLIGHT_HOME`` names during the test."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("FIRSTLIGHT_HOME", str(home))
    monkeypatch.delenv("FIRSTLIGHT_SCHEDULER", raising=False)
    return home


@pytest.fixture(scope="session")
def datasets() -> Path:
    """The folder of real data sets, as zips; the test is skipped where there is none.

    Mark the test with ``datasets`` too, so that it can be left out by name.
    """
    folder = Path(os.environ.get("FIRSTLIGHT_DATASETS") or ROOT.parent / "shared" / "datasets")
    if not any(folder.glob("*.zip")):
        pytest.skip("no real data sets: FIRSTLIGHT_DATASETS names no folder with zips")
    return folder
