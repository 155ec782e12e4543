"""Find ONNX Runtime Web for the tests of the web page, or fetch it.

``python -m tests.find_runtime --install`` prints its folder: the one that
``FIRSTLIGHT_WEB_RUNTIME`` names, or one inside ``.venv``, which npm or the CDN fills. It always
ends well: where nothing can be fetched, the tests that need it say so and are skipped.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from core.errors import ModelProblem
from core.share import web_runtime

KEPT = Path(__file__).resolve().parent.parent / ".venv" / web_runtime.PACKAGE


def find() -> Path | None:
    """A folder with the very files that are pinned, or None."""
    for folder in filter(None, (web_runtime.named(), KEPT)):
        try:
            web_runtime.find(folder)
        except ModelProblem:
            continue
        return folder
    return None


def _pack() -> bool:
    """Have npm fetch the package into `KEPT`; whether it did and it is the one that is pinned."""
    npm = shutil.which("npm")
    if npm is None:
        return False
    KEPT.mkdir(parents=True, exist_ok=True)
    wanted = f"{web_runtime.PACKAGE}@{web_runtime.VERSION}"
    with tempfile.TemporaryDirectory() as folder:
        command = [npm, "pack", wanted, "--silent", "--pack-destination", folder]
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=300)
        for packed in Path(folder).glob("*.tgz") if done.returncode == 0 else ():
            with tarfile.open(packed) as archive:
                for part in web_runtime.PARTS:
                    archive.extract(f"package/dist/{part.file}", KEPT, filter="data")
    return find() is not None


def main(arguments: list[str]) -> int:
    if find() is None and "--install" in arguments:
        print("Fetching ONNX Runtime Web for the tests of the web page ...", file=sys.stderr)
        try:
            _pack() or web_runtime.fetch(KEPT)
        except ModelProblem as problem:
            print(f"They will be skipped: {problem}", file=sys.stderr)
    print(find() or "")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
