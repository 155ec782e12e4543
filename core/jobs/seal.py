"""The seal on a run's test images: whether it is broken, when, by whom and what for.

A score on test images is honest as long as nothing was chosen by it. So they stay sealed until
somebody opens them on purpose, validation images serve for everything else, and every look is
written down: ``looks.jsonl`` in the run's folder, an append-only log. To look again at what was
seen already teaches nothing new and is not counted again.

What counts against a score are all looks at the same images, whichever run was asked (Dwork and
others, The reusable holdout, Science 349, 2015). The looks of runs that are deleted, or that lie
outside of their project, therefore stand in ``looks.jsonl`` of the project.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core import catalogue, files
from core.errors import ProjectProblem
from core.jobs.run import Run, is_going
from core.project import Project, now
from core.split import Side

FILE = "looks.jsonl"
SCORE, MISTAKES, COMPARISON = "the score", "the mistakes", "a comparison"
COMMAND_LINE = "training by the command line"
_ALIKE = 0.5  # of a run's test images; fewer are shared by chance where a split is drawn anew
_DIGITS = 16  # of a SHA-256: enough to tell images apart, and the log stays small


@dataclass(frozen=True)
class Look:
    """One look at the test images of a run.

    Attributes:
        at: when, ISO 8601.
        why: what was looked at, for people: 'the score', 'the mistakes'.
        run: id of the run.
        name: what the run is, or was, called.
        about: what else tells this look from others, such as the id of another run.
    """

    at: str
    why: str
    run: str
    name: str
    about: str = ""


def is_open(run: Run) -> bool:
    """Whether somebody has opened the test images of ``run``."""
    return bool(looks(run))


def looks(run: Run) -> list[Look]:
    """The looks at the test images of ``run``, the first first; none while they are sealed."""
    return _distinct(_told(_lines(run.folder / FILE), run.id, run.name))


def open_test(run: Run, why: str, about: str = "") -> None:
    """Open the test images of ``run``, or look at more of them; a look is written down once.

    Args:
        run: a finished run.
        why: what is looked at, for people: 'the score'.
        about: what else tells this look from others with the same reason.

    Raises:
        ProjectProblem: the look cannot be written down, so nothing may be shown.
    """
    if any((look.why, look.about) == (why, about) for look in looks(run)):
        return
    try:
        files.append_line(run.folder / FILE, {"at": now(), "why": why, "about": about})
    except OSError as error:
        raise ProjectProblem(
            "The test images could not be opened",
            f"Writing down the look failed: {error.strerror}",
            "Free some space, then try again",
        ) from error
    with suppress(ProjectProblem):  # the project was only there for the training
        if run.folder.resolve().parent != run.project.runs.resolve():
            hand_over(run)


def looks_alike(run: Run) -> list[Look]:
    """All looks at the test images of ``run``, its own and those of runs that share most of them.

    Those of runs that were deleted count as well. The first comes first. Its own alone are known
    where its images or its project are gone.
    """
    found = looks(run)
    with suppress(ProjectProblem):
        for others, _ in _shared(run):
            found += others
    return _distinct(sorted(found, key=lambda look: look.at))


def decided_in_view(run: Run) -> int:
    """How many test images were relabelled or left out after a look at them, before ``run``.

    Whoever does that sees what the classifier said, so what was wrong becomes right more often
    than the other way round, and a score on these images is a little too kind. 0 where the run's
    images or its project are gone.
    """
    with suppress(ProjectProblem):
        first: dict[str, str] = {}
        for told, images in _shared(run):
            at = min((look.at for look in told), default="")
            if at and at < run.created:
                first.update({image: min(at, first.get(image, at)) for image in images})
        return len(_decided(run, first)) if first else 0
    return 0


def _decided(run: Run, first: dict[str, str]) -> set[str]:
    """The images that were decided about between the ``first`` look at each and ``run``."""
    project = run.project
    rows = project.read_table(project.catalogue_file)[["image_id", "sha256"]]
    contents = dict(zip(rows["image_id"], rows["sha256"].str[:_DIGITS], strict=True))
    found: set[str] = set()
    for entry in catalogue.decisions(project):
        if entry["act"] not in ("drop", "relabel", "keep"):
            continue
        at = str(entry.get("at", ""))  # a log may come from anywhere
        seen = {contents.get(each, "") for each in entry["images"]}
        seen = {each for each in seen if each in first and first[each] <= at < run.created}
        found = found - seen if entry["act"] == "keep" else found | seen
    return found


def hand_over(run: Run) -> None:
    """Keep the looks of ``run`` with its project, since the run goes or lies elsewhere.

    As far as that can be: a full disk is no reason to keep a run that somebody wants to delete.
    """
    told = looks(run)
    if not told:
        return
    rows = [{"at": look.at, "why": look.why, "about": look.about} for look in told]
    line = {"run": run.id, "name": run.name, "looks": rows}
    with suppress(ProjectProblem, OSError):
        log, images = run.project.looks_file, sorted(_tested(run))
        files.append_line(log, line | {"images": images})


def _shared(run: Run) -> Iterator[tuple[list[Look], set[str]]]:
    """`_looked_at`, where most of the test images of ``run`` are among those looked at."""
    tested = _tested(run)
    for told, images in _looked_at(run.project):
        if len(tested & images) > _ALIKE * len(tested):
            yield told, images


def _looked_at(project: Project) -> Iterator[tuple[list[Look], set[str]]]:
    """The looks of each run of ``project``, or that was there, with the images looked at."""
    for path in project.runs.glob(f"*/{FILE}"):
        if is_going(path.parent):
            continue
        with suppress(ProjectProblem):  # damaged, or gone meanwhile
            run = Run(path.parent)
            yield looks(run), _tested(run)
    for line in _lines(project.looks_file):
        told, images = line.get("looks"), line.get("images")
        if isinstance(told, list) and isinstance(images, list):
            rows = [row for row in told if isinstance(row, dict)]
            found = _told(rows, str(line.get("run", "")), str(line.get("name", "")))
            yield found, {image for image in images if isinstance(image, str)}


def _tested(run: Run) -> set[str]:
    images = run.images()
    return set(images.loc[images["split"] == Side.TEST, "sha256"].str[:_DIGITS])


def _lines(path: Path) -> list[dict[str, Any]]:
    try:
        values, _ = files.read_lines(path)
    except OSError:
        return []
    return [value for value in values if isinstance(value, dict)]


def _told(rows: list[dict[str, Any]], run: str, name: str) -> list[Look]:
    return [
        Look(row["at"], row["why"], run, name, str(row.get("about") or ""))
        for row in rows
        if isinstance(row.get("at"), str) and isinstance(row.get("why"), str)
    ]


def _distinct(found: list[Look]) -> list[Look]:
    """Each look once: two pages may have written it down, or the run and its project."""
    first: dict[tuple[str, str, str], Look] = {}
    for look in found:
        first.setdefault((look.run, look.why, look.about), look)
    return list(first.values())
