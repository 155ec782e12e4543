"""The house keeps its walls: who may import whom, what loads what, how long a file may be."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT

# From the top floor down. A part imports what stands below it, or beside it as long as the
# neighbour does not import it back. `core` alone is the façade.
FLOORS = (
    ("pages", "core.__main__", "core.commands", "core.options"),
    ("core.ui",),
    ("core",),
    ("core.jobs", "core.charts", "core.lessons", "core.share", "core.ready"),
    ("core.ml",),
    ("core.trust",),
    ("core.field",),
    ("core.path", "core.preflight", "core.atlas", "core.exercise", "core.sight"),
    ("core.alarm", "core.worth", "core.stress", "core.slices", "core.fixes"),
    ("core.calibration", "core.conformal", "core.curves", "core.gate", "core.gaze"),
    (
        "core.comparison",
        "core.confusion",
        "core.diagnosis",
        "core.in_common",
        "core.parity",
        "core.results",
        "core.recipe",
        "core.split",
        "core.resplit",
        "core.audit",
    ),
    (
        "core.grouping",
        "core.probe",
        "core.refit",
        "core.replay",
        "core.balance",
        "core.looks",
        "core.traits",
    ),
    ("core.hosting",),
    ("core.catalogue", "core.ingest", "core.renaming"),
    ("core.project",),
    (
        *("core.settings", "core.errors", "core.files", "core.locking"),
        *("core.augmentations", "core.formats", "core.effort", "core.words"),
    ),
    ("core.corruptions",),
)
FLOOR = {part: depth for depth, parts in enumerate(FLOORS) for part in parts}

SHOWS = {"streamlit"}
SHOWN_BY = ("core.ui", "pages", "streamlit_app")
LEARNS = {"ai_edge_litert", "keras", "keras_cv", "tensorflow"}
LEARNT_BY = ("core.ml",)
# Who may open the door to core.ml: what runs in the worker, and the command line.
ML_USERS = (
    *("core.__main__", "core.commands", "core.jobs.features", "core.jobs.worker"),
    "core.jobs.hardware",  # asked by the worker once it is warm
    *("core.jobs.augment_sheet", "core.jobs.explaining", "core.jobs.seeing"),  # short questions
    *("core.jobs.reference", "core.jobs.trying", "core.jobs.own_images", "core.jobs.clustering"),
    *("core.jobs.material", "core.jobs.origins", "core.jobs.saving"),  # parts of a training
    *("core.jobs.alarm_task", "core.jobs.altered", "core.jobs.worth_task"),
    "core.jobs.model_task",
    *("core.ml", "core.share"),
)

LINES = 400


@dataclass(frozen=True)
class Import:
    """One import: the module that asks, the line, and the dotted name that it asks for."""

    module: str
    line: int
    target: str

    def __str__(self) -> str:
        return f"{self.module}, line {self.line}, imports {self.target}"


def sources() -> dict[str, Path]:
    """Every Python file of the house by its module's name."""
    paths = [ROOT / "streamlit_app.py"]
    for folder in ("core", "data", "pages"):
        paths += sorted((ROOT / folder).rglob("*.py"))
    return {module_name(path): path for path in paths if path.exists()}


def module_name(path: Path) -> str:
    """The dotted name that the file at ``path`` has as a module."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports() -> list[Import]:
    """All imports of the house, those inside functions included."""
    modules = sources()
    found = []
    for module, path in modules.items():
        package = module if path.name == "__init__.py" else module.rpartition(".")[0]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            found += [Import(module, node.lineno, name) for name in targets(node, package, modules)]
    return found


def targets(node: ast.AST, package: str, modules: dict[str, Path]) -> Iterator[str]:
    """The dotted names that ``node`` imports; a submodule where ``from`` names one."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        parents = package.split(".")[: len(package.split(".")) - node.level + 1]
        base = ".".join([*parents, *filter(None, [node.module])]) if node.level else node.module
        for alias in node.names:
            inner = f"{base}.{alias.name}"
            yield inner if inner in modules else base
    elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else node.func
        name = called.id if isinstance(called, ast.Name) else called
        if name == "import_module" and isinstance(node.args[0].value, str):
            yield node.args[0].value


def part(name: str) -> str:
    """The part of the house that a module belongs to: core.ingest.zip is of core.ingest."""
    if within(name, "streamlit_app", "pages"):
        return "pages"
    return ".".join(name.split(".")[:2])


def within(name: str, *places: str) -> bool:
    """Whether a dotted name is one of ``places`` or lies inside one."""
    return any(name == place or name.startswith(f"{place}.") for place in places)


def listed(wrong: list[Import]) -> str:
    return "\n".join(str(each) for each in wrong)


def test_every_part_has_its_floor():
    homeless = {part(name) for name in sources() if not within(name, "data")} - FLOOR.keys()
    assert not homeless, f"no floor for {sorted(homeless)}: see FLOORS"


def test_imports_run_downwards():
    wrong = [
        each
        for each in imports()
        if within(each.target, "core") and not within(each.module, "data")
        if FLOOR[part(each.target)] < FLOOR[part(each.module)]
    ]
    assert not wrong, listed(wrong)


def test_neighbours_do_not_import_each_other():
    graph: dict[str, set[str]] = {}
    for each in imports():
        here, there = part(each.module), part(each.target)
        if here != there and there in FLOOR:
            graph.setdefault(here, set()).add(there)
    circles = {
        tuple(sorted((here, there)))
        for here, below in graph.items()
        for there in below
        if here in reachable(graph, there)
    }
    assert not circles, sorted(circles)


def reachable(graph: dict[str, set[str]], start: str) -> set[str]:
    """Every part that ``start`` imports, directly or through others."""
    found: set[str] = set()
    todo = [start]
    while todo:
        for there in graph.get(todo.pop(), set()) - found:
            found.add(there)
            todo.append(there)
    return found


def test_only_ui_and_pages_import_streamlit():
    wrong = [
        each
        for each in imports()
        if within(each.target, *SHOWS) and not within(each.module, *SHOWN_BY)
    ]
    assert not wrong, listed(wrong)


def test_only_ml_imports_keras_and_its_kin():
    wrong = [
        each
        for each in imports()
        if within(each.target, *LEARNS) and not within(each.module, *LEARNT_BY)
    ]
    assert not wrong, listed(wrong)


def test_only_what_runs_in_the_worker_imports_ml():
    wrong = [
        each
        for each in imports()
        if within(each.target, "core.ml")
        if not within(each.module, *ML_USERS) and not is_task(each.module)
    ]
    assert not wrong, listed(wrong)


def is_task(module: str) -> bool:
    """Whether ``module`` is what the worker runs: core.jobs.train_task, say."""
    return within(module, "core.jobs") and module.endswith("_task")


def test_data_imports_nothing_of_the_house():
    wrong = [
        each
        for each in imports()
        if within(each.module, "data") and within(each.target, "core", "pages")
    ]
    assert not wrong, listed(wrong)


def test_core_loads_neither_tensorflow_nor_streamlit():
    script = "import core, sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert run.returncode == 0, run.stderr
    loaded = set(run.stdout.split())
    assert "core" in loaded
    assert not loaded & (SHOWS | LEARNS)


def test_files_are_short():
    tests = {module_name(path): path for path in (ROOT / "tests").rglob("*.py")}
    long = {
        module: lines
        for module, path in {**sources(), **tests}.items()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LINES
    }
    assert not long, f"longer than {LINES} lines; give each subject its own file: {long}"


def test_what_is_drawn_anew_by_itself_goes_through_one_place():
    for path in sources().values():
        if path != ROOT / "core" / "ui" / "redrawing.py":
            assert "st.fragment" not in path.read_text(encoding="utf-8"), path


def test_charts_are_drawn_in_one_place():
    for path in sources().values():
        if path != ROOT / "core" / "ui" / "plots.py":
            assert ".plotly_chart(" not in path.read_text(encoding="utf-8"), path
