"""`export`: a trained run, or its model, as a folder that needs First Light no more."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from core.commands.answer import Report
from core.errors import DataProblem, ProjectProblem
from core.formats import Format
from core.jobs.carding import write_cards
from core.jobs.run import Run
from core.share import web_runtime
from core.share.demo import write_demo
from core.share.model_folder import preferred
from core.share.script_folder import Trained, write_folder
from core.share.web_page import write_web_page

SCRIPT, DEMO, WEB, CARD = "script", "streamlit", "web", "card"
_ALONE = (SCRIPT, CARD)
_BRINGS = {DEMO: Format.LITERT, WEB: Format.ONNX}


def run_export(
    run_folder: Path, out: Path, forms: Sequence[str], runtime: Path | None = None
) -> Report:
    """Write the run as a Keras script, its model in other formats, or its cards into a new folder.

    The script comes with its images, their table and the pretrained network; a model with what it
    takes to use it, its cards, and how far each file is from it.

    Args:
        run_folder: of a finished run.
        out: a folder that is empty or not there yet.
        forms: `SCRIPT` or `CARD` alone, or some of `core.formats.Format`, `DEMO`,
            which brings LiteRT, and `WEB`, which brings ONNX.
        runtime: a folder with what the web page runs on, to be laid in; without one, the folder
            that the environment names, if it does.

    Raises:
        DataProblem: ``out`` holds something already, or an original is gone.
        ModelProblem: a file does not say what the model said, or ``runtime`` is not what was
            tested.
    """
    run = Run(run_folder)
    folder, table = _images(run)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise DataProblem(
            f"{out} is there already", "A run is exported into a new folder", "Give another name"
        )
    alone = next((form for form in _ALONE if form in forms), None)
    if alone and len(forms) > 1:
        raise DataProblem(
            f"A {alone} leaves alone",
            f"Asked for were {', '.join(map(str, forms))}",
            "Export it into one folder, and the model into another",
        )
    if alone is None:
        return _export_model(run, out, forms, runtime)
    if alone == CARD:
        out.mkdir(parents=True, exist_ok=True)
        return {"folder": str(out), "files": write_cards(run, out, names=True)}
    trained = Trained(table, run.settings, run.recipe, run.classes)
    files = write_folder(trained, folder, out)
    return {"folder": str(out), "files": files, "images": len(table)}


def _export_model(run: Run, out: Path, forms: Sequence[str], runtime: Path | None) -> Report:
    from core.jobs.model_task import export_model

    runtime = (runtime or web_runtime.named()) if WEB in forms else None
    if runtime is not None:
        web_runtime.find(runtime)  # before minutes are spent on a model that then cannot leave
    chosen = [_BRINGS.get(form) or Format(form) for form in forms]
    parities = export_model(run, preferred(chosen), out)
    if DEMO in forms:
        write_demo(out)
    if WEB in forms:
        write_web_page(out, runtime)
    files = sorted(path.name for path in out.iterdir())
    parity = [each.to_dict() for each in parities]
    return {"folder": str(out), "files": files, "images": parities[0].n, "parity": parity}


def _images(run: Run) -> tuple[Path, pd.DataFrame]:
    """The project's folder, and the table of the images."""
    try:
        return run.project.folder, run.images()
    except ProjectProblem as problem:
        raise DataProblem(
            "The images of this run were not kept",
            "A training without a project forgets them when it is over",
            "Train again with --project FOLDER, then export",
        ) from problem
