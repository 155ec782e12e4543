"""`train`: a run from a zip, a folder or a project."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from core import files, recipe, split
from core.audit import CHECKS, Evidence, Needs, examine
from core.catalogue import in_force
from core.commands.answer import Report
from core.commands.sources import project_of
from core.commands.telling import require_finished, told
from core.errors import ProjectProblem, SettingsProblem
from core.jobs import own_images, seal
from core.jobs.memory import peak_rss_mb
from core.jobs.run import Run
from core.jobs.tasks import perform
from core.project import Project
from core.recipe import PRESETS, Recipe
from core.settings import TrainSettings


def run_train(
    source: Path,
    out: Path,
    settings: TrainSettings,
    project_folder: Path | None,
    augment: str | None = None,
) -> Report:
    """Ingest ``source``, train on it, and leave the run in ``out``.

    The images are divided as the project has it, by the seed of the training. With augmented
    views, ``augment`` says how images are altered: the name of a preset, or a file with a
    recipe; None takes the recipe of the project. The figures are those of the test images, which
    counts as a look at them.
    """
    began = time.perf_counter()
    out = out.resolve()  # so that it has a name, whatever way leads to it
    if out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise ProjectProblem(
            f"{out} is no empty folder",
            "A run needs one of its own",
            "Name a new folder with --out",
        )
    given = recipe_of(augment) if augment else None
    with project_of(source, project_folder) as (project, ingest_seconds):
        audit_began = time.perf_counter()
        evidence = Evidence(in_force(project), rejected=project.rejected())
        examine(evidence, [check for check in CHECKS if check.needs is Needs.TABLE])
        audit_seconds = time.perf_counter() - audit_began
        altered = _altered(project, settings, given)
        divided = replace(split.in_force(project), seed=settings.seed)
        run = Run.plan(project, settings, divided, folder=out, recipe=altered)
        with told(run):
            perform(str(out))
        require_finished(run)
        seal.open_test(run, seal.COMMAND_LINE)
        if project_folder is None and project.folder != source:
            own_images.keep(run)  # for `evaluate`: the project goes now
    report = run.report()
    assert report is not None  # a finished run has one
    seconds = {"ingest": ingest_seconds, "audit": audit_seconds, **report["seconds"]}
    seconds["total"] = time.perf_counter() - began
    return _figures(run, report, seconds)


def recipe_of(name: str) -> Recipe:
    """The recipe that ``name`` stands for: a preset's name, or a file that holds one.

    Raises:
        SettingsProblem: it is neither, or the file holds no recipe.
    """
    if name in PRESETS:
        return PRESETS[name]
    path = Path(name)
    if not path.is_file():
        raise SettingsProblem(
            f"'{name}' is no recipe",
            f"Expected one of {', '.join(PRESETS)}, or a file with a recipe",
        )
    try:
        return Recipe.from_json(files.read_json(path))
    except (OSError, ValueError) as error:
        raise SettingsProblem(f"{path} is no recipe", "Expected a file in JSON") from error


def _altered(project: Project, settings: TrainSettings, given: Recipe | None) -> Recipe:
    """The recipe of the training: the one that was given, else the project's."""
    if given is not None and not settings.views:
        raise SettingsProblem(
            "A recipe alters nothing without views",
            "--views is 0",
            "Leave --augment out, or ask for some --views",
        )
    if not settings.views:
        return Recipe()
    found = given or recipe.in_force(project)
    if not found.active:
        raise SettingsProblem(
            "There is no recipe to make augmented views by",
            f"--views is {settings.views}, and nothing says how images are altered",
            f"Name one with --augment: {', '.join(PRESETS)}, or a file",
        )
    return found


def _figures(run: Run, report: dict[str, Any], seconds: dict[str, float]) -> Report:
    test, sizes = report["test"], report["n"]
    return {
        "method": str(run.settings.method),
        "classes": report["classes"],
        "n_train": sizes["train"],
        "n_val": sizes["validation"],
        "n_test": sizes["test"],
        **{
            name: test[name]
            for name in ("accuracy", "accuracy_low", "accuracy_high", "balanced_accuracy")
        },
        "majority_baseline": test["majority_baseline"],
        "seconds": {name: round(value, 3) for name, value in seconds.items()},
        "peak_rss_mb": peak_rss_mb(),
        "val_accuracy": report["validation"]["accuracy"],
        "best_epoch": report["best_epoch"],
        "epochs_run": report["epochs_run"],
        "settings": run.settings.to_dict(),
        "recipe": run.recipe.to_json() if run.settings.views else None,
    }
