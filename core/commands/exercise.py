"""`exercise make` and `exercise score`: detective exercises without a browser."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from core.commands.answer import Report
from core.commands.telling import tell
from core.errors import DataProblem, SettingsProblem
from core.exercise import (
    AnswerKey,
    Fault,
    Order,
    Submission,
    make,
    open_material,
    read_exercise,
    read_key,
    read_submission,
    score,
    stretched,
    submission_of,
)
from core.project import Project
from core.share.project_file import open_file


def run_make(
    source: str,
    out: Path,
    level: int,
    seed: int,
    plant: Sequence[str] | None = None,
    passphrase: str = "",
) -> Report:
    """Make an exercise of ``source``: a zip, a folder, a project, or the name of a sample.

    Args:
        source: what the images come from.
        out: the exercise file.
        level: 1 to 3: how plainly faults show, and without ``plant`` which and how many.
        seed: the same gives the same exercise.
        plant: ``kind=number`` each, in place of the level's own mixture.
        passphrase: without which the answers cannot be read; '' none.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    with open_material(source) as material:
        order = Order.of_level(level, material.size, seed)
        if plant:
            order = Order(planted(plant), level, seed)
        cover = make(
            material,
            order,
            out,
            secret=stretched(passphrase),
            tell=lambda done, total: tell("Making images", done, total),
        )
    counts = {str(fault): number for fault, number in order.plant.items() if number}
    return {"file": str(out), **cover.to_json(), "planted": counts, "bytes": out.stat().st_size}


def run_score(exercises: Sequence[Path], handed_in: Sequence[Path], passphrase: str = "") -> Report:
    """Score what was handed in: project folders, project files, or files of the Detective page.

    Args:
        exercises: exercise files; each submission is held against its own.
        handed_in: see above.
        passphrase: of the exercises, where they have one.
    """
    secret = stretched(passphrase)
    keys = {key.id: key for key in (read_key(read_exercise(path), secret) for path in exercises)}
    return {"scores": [_scored(path, submitted(path), keys) for path in handed_in]}


def planted(texts: Sequence[str]) -> dict[Fault, int]:
    """``kind=number`` each, as a dictionary.

    Raises:
        SettingsProblem: a kind is not known, or a number is none.
    """
    found: dict[Fault, int] = {}
    for text in texts:
        name, _, number = text.partition("=")
        try:
            found[Fault(name)] = int(number or "1")
        except ValueError:
            raise SettingsProblem(
                f"'{text[:60]}' cannot be planted",
                f"Expected kind=number, where kind is one of {', '.join(Fault)}",
            ) from None
    return found


def submitted(path: Path) -> Submission:
    """What the project folder, the project file or the file at ``path`` hands in.

    Raises:
        DataProblem: it is none of these.
        ProjectProblem: the project is no exercise, or damaged.
    """
    if (path / "project.json").is_file():
        return submission_of(Project(path))
    if not path.is_file():
        raise DataProblem(f"{path} was not found", "Expected a project or a file handed in")
    with path.open("rb") as file:
        is_zip = file.read(2) == b"PK"
    if not is_zip:
        return read_submission(path.read_bytes())
    with tempfile.TemporaryDirectory(prefix="firstlight-", ignore_cleanup_errors=True) as place:
        return submission_of(open_file(path, Path(place), Path(place) / "opening"))


def _scored(path: Path, handed_in: Submission, keys: dict[str, AnswerKey]) -> Report:
    key = keys.get(handed_in.exercise)
    if key is None:
        raise DataProblem(
            f"{path.name} was handed in for another exercise",
            f"It is about {handed_in.exercise}, given were {', '.join(keys)}",
            "Name the exercise file that was handed out, too",
        )
    return {"file": path.name, **score(key, handed_in).to_json()}
