"""A cluster of two machines with a shared folder, as two network namespaces of this one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from core.ingest import ingest, open_source
from core.jobs import record
from core.jobs.features import PART
from core.project import Project, Workspace
from tests.engine.helpers import PATIENCE, process, scheduler_address, wait_for
from tests.makers import class_files, make_zip

LONG = 12 * PATIENCE
PARTS = 3
FIRST, SECOND = "10.77.41.1", "10.77.41.2"

# What a page does, on the first machine: two trainings, the later with its images shared out
PAGE = """
import json, os, sys, time
from importlib import import_module
from pathlib import Path
from distributed import Client
from core.jobs import connect, start_training
from core.project import Project
from core.settings import SplitSettings, TrainSettings

with connect(timeout=120) as engine:
    while len(engine.describe()["workers"]) < 2:
        time.sleep(0.3)
    with Client(os.environ["FIRSTLIGHT_SCHEDULER"], set_as_default=False) as client:
        client.run(import_module, "core.jobs.train_task")  # both are ready to look at images
    run = start_training(
        Project(Path(sys.argv[1])), TrainSettings(epochs=2), SplitSettings(), engine
    )
    while run.state(engine.knows(run)).is_active:
        time.sleep(0.3)
    events = [event for event in run.events()[0] if event["event"] in ("shared", "started")]
    hosts = sorted(worker["address"] for worker in engine.describe()["workers"])
    print(json.dumps({"state": run.state(), "events": events, "workers": hosts}))
"""


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True, timeout=30)


@pytest.fixture
def machines() -> Iterator[tuple[str, str]]:
    """Two namespaces that reach each other and nothing else."""
    if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("network namespaces need Linux, root and the command ip")
    one, other = f"fl{os.getpid()}a", f"fl{os.getpid()}b"
    with ExitStack() as stack:
        for name in (one, other):
            try:
                _ip("netns", "add", name)
            except subprocess.CalledProcessError as error:
                pytest.skip(f"no network namespaces here: {error.stderr.decode().strip()}")
            stack.callback(_ip, "netns", "del", name)
        _ip("link", "add", one, "netns", one, "type", "veth", "peer", "name", other, "netns", other)
        for name, address in ((one, FIRST), (other, SECOND)):
            _ip("-n", name, "address", "add", f"{address}/24", "dev", name)
            _ip("-n", name, "link", "set", "lo", "up")
            _ip("-n", name, "link", "set", name, "up")
        yield one, other


@pytest.fixture
def project(tmp_path: Path) -> Project:
    files = class_files(("ant", "bee"), each=PARTS * PART // 2)
    project = Workspace(tmp_path / "shared").create("Many small animals")
    with open_source(make_zip(tmp_path / "images.zip", files)) as source:
        ingest(source, project.folder)
    return project


def test_two_machines_share_the_images_of_one_run(
    machines: tuple[str, str], project: Project, home: Path, tmp_path: Path
) -> None:
    on = [("ip", "netns", "exec", name) for name in machines]
    found = tmp_path / "scheduler.json"
    options = [
        "--host",
        FIRST,
        "--port",
        "0",
        "--no-dashboard",
        "--dashboard-address",
        f"{FIRST}:0",
    ]
    options += ["--scheduler-file", str(found)]
    with ExitStack() as stack:
        begin = stack.enter_context
        begin(process("distributed.cli.dask_scheduler", *options, cwd=tmp_path, inside=on[0]))
        wait_for(found.exists, "the scheduler")
        address = scheduler_address(found)
        for inside in on:
            begin(process("core.jobs", "--worker", address, cwd=record.ROOT, inside=inside))
        page = subprocess.run(
            [*on[0], sys.executable, "-c", PAGE, str(project.folder)],
            cwd=record.ROOT,
            env={**os.environ, "FIRSTLIGHT_SCHEDULER": address},
            capture_output=True,
            text=True,
            timeout=LONG,
        )
    assert page.returncode == 0, page.stderr
    told = json.loads(page.stdout.splitlines()[-1])
    assert told["state"] == "finished"
    assert [address.split(":")[1] for address in told["workers"]] == [f"//{FIRST}", f"//{SECOND}"]
    [shared] = [event for event in told["events"] if event["event"] == "shared"]
    assert shared["workers"] == 2
    assert shared["parts"] == PARTS
    assert shared["elsewhere"] > 0
