"""A project with everything that a project file may hold."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core import files
from core.audit import Findings, examine
from core.audit.check import Evidence
from core.audit.registry import CHECKS
from core.catalogue import decide, in_force
from core.ingest import ingest, open_source
from core.jobs import Run
from core.jobs.watching import Watch
from core.project import Project
from core.recipe import PRESETS
from core.recipe import keep as keep_recipe
from core.recipe import save as save_recipe
from core.settings import SplitSettings, TrainSettings
from tests.makers import JUNK, class_files, make_zip


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Images, rejected files, decisions, findings, a run with a model, features, a split."""
    made = Project.create(tmp_path / "here", "Leaves from the garden")
    found = class_files(("blight", "healthy", "rust"), each=8) | {"rust/broken.jpg": JUNK}
    with open_source(make_zip(tmp_path / "leaves.zip", found)) as source:
        ingest(source, made.folder)
    images = in_force(made)
    decide(made, "drop", "not a leaf", images=[images["image_id"].iloc[0]])
    decide(made, "rename", "clearer", label="rust", to="leaf rust")
    findings(made).save(made)
    positions = pd.DataFrame({"image_id": images["image_id"], "x": 0.5, "y": 1.5})
    files.write_table(made.map_file, positions)
    files.write_json(made.split_file, SplitSettings().to_dict())
    save_recipe(made, PRESETS["photos"])
    keep_recipe(made, PRESETS["photos"])
    run = Run.plan(made, TrainSettings(), SplitSettings())
    run.queue()
    run.emit("started", attempt=1)
    Watch(run).epoch(1, np.eye(3)[[0] * int((run.images()["split"] == "validation").sum())])
    run.emit("finished")
    files.write_bytes(run.model_file, b"a model, not opened by anybody here" * 1000)
    files.write_json(run.report_file, {"schema": 1, "test": {"accuracy": 0.5}})
    store = made.features / "some-network-224-squash"
    store.mkdir(parents=True)
    (store / "0123456789abcdef.keys").write_text("".join(f"{sha}\n" for sha in images["sha256"]))
    (store / "0123456789abcdef.vectors").write_bytes(bytes(16 * len(images)))
    return made


def findings(project: Project) -> Findings:
    names = ("exact_duplicates", "too_few", "imbalance")
    evidence = Evidence(images=in_force(project), rejected=project.rejected())
    return examine(evidence, [check for check in CHECKS if check.name in names])
