"""Write core/exercise/doubtful.json: the images of the samples that exercises leave out.

    python -m tests.benchmarks.doubtful

Which images those are, `core.exercise.material` says.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from core import files
from core.audit import standing
from core.exercise.material import DOUBT
from core.ingest.samples import samples
from core.project import Project
from tests.benchmarks.detective import do
from tests.benchmarks.processes import ROOT

TARGET = ROOT / "core" / "exercise" / "doubtful.json"


def main() -> int:
    """Check every sample, and write the names down."""
    found = {}
    for sample in samples():
        with tempfile.TemporaryDirectory(prefix="firstlight-doubtful-") as folder:
            project = Project.create_at(Path(folder), sample.title)
            do(project, "ingest", {"path": str(sample.path), "keep": True})
            do(project, "audit", {"features": True})
            rows = standing(project).asked["wrong_labels"].rows(DOUBT)
            images = project.read_table(project.catalogue_file).set_index("image_id")["source"]
            found[sample.name] = sorted(images[list(rows["subject"])])
        print(f"{sample.name}: {len(found[sample.name])} of {sample.images}")
    files.write_json(TARGET, found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
