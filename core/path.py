"""The course: which of its steps a project shows to have been done, kept in ``path.jsonl``.

Where a step leaves something in the project, such as a decision or a report, it is seen there.
What leaves nothing, such as a look at a comparison, is noted by the page on which it happens. A
step that was done once stays done, whatever becomes of the run or decision that showed it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from core import alarm, catalogue, files, recipe
from core.errors import ProjectProblem
from core.project import Project, now

HIDDEN, SHOWN = "hidden", "shown"


@dataclass(frozen=True)
class Step:
    """One thing to do on the path.

    Attributes:
        key: names it in the log.
        lesson: the key of the stage whose lesson it belongs to.
        told: what was done, in a few words.
    """

    key: str
    lesson: str
    told: str


STEPS = (
    Step("images", "data", "You brought images in"),
    Step("dropped", "clean", "You dropped an image"),
    Step("pixels", "explore", "You saw one image as numbers"),
    Step("split", "explore", "You compared a leaky split with a grouped one"),
    Step("shortcut", "explore", "You asked whether a shortcut gives the class away"),
    Step("refused", "augment", "You refused an augmentation"),
    Step("trained", "train", "You trained a classifier"),
    Step("compared", "train", "You compared two runs"),
    Step("sure_wrong", "errors", "You opened a mistake that it was sure of"),
    Step("calibration", "errors", "You saw how sure it is, and how often right"),
    Step("stressed", "stress", "You put a classifier under stress"),
    Step("tried", "try", "You showed it a new picture"),
    Step("shared", "share", "You took something with you"),
)
LESSONS = tuple(dict.fromkeys(step.lesson for step in STEPS))
"""The keys of the lessons, in the order of the path."""


@dataclass(frozen=True)
class Progress:
    """How far a learner has come.

    Attributes:
        done: the keys of the steps that were done.
        hidden: whether the learner does not want to see the course.
    """

    done: frozenset[str]
    hidden: bool

    @property
    def at(self) -> str | None:
        """The first lesson of which a step is left; None at the end of the path."""
        return next((step.lesson for step in STEPS if step.key not in self.done), None)

    @property
    def ticks(self) -> int:
        """How many steps were done."""
        return len(self.done)

    def is_done(self, lesson: str) -> bool:
        """Whether every step of ``lesson`` was done."""
        return all(step.key in self.done for step in steps_of(lesson))


def steps_of(lesson: str) -> tuple[Step, ...]:
    """The steps of one lesson, in order."""
    return tuple(step for step in STEPS if step.lesson == lesson)


def kept(project: Project) -> Progress:
    """What the log says, without a look at the rest of the project."""
    known, done, hidden = {step.key for step in STEPS}, set(), False
    for line in files.read_lines(log_file(project))[0]:
        said = line.get("step") if isinstance(line, Mapping) else None
        if said in (HIDDEN, SHOWN):
            hidden = said == HIDDEN
        elif said in known:
            done.add(str(said))
    return Progress(frozenset(done), hidden)


def note(project: Project, step: str) -> bool:
    """Keep that a step was done, or that the course is to be ``HIDDEN`` or ``SHOWN``.

    A full disk must not stop whoever is learning: what cannot be kept is not kept.

    Returns:
        Whether that is news.
    """
    before = kept(project)
    if step in before.done or step == (HIDDEN if before.hidden else SHOWN):
        return False
    try:
        files.append_line(log_file(project), {"step": step, "at": now()})
    except OSError:
        return False
    return True


def look(project: Project) -> Progress:
    """Keep what the project shows of the steps that are left, and tell how far it is."""
    before = kept(project)
    for key, trace in TRACES.items():
        if key not in before.done and _is_shown(trace, project):
            note(project, key)
    return kept(project)


def traces(project: Project, done: frozenset[str]) -> list[Path]:
    """The files that may show a step that is not among ``done``: none changed, none is new."""
    left = (trace for key, trace in TRACES.items() if key not in done)
    return [log_file(project), *(path for trace in left for path in trace.files(project))]


def log_file(project: Project) -> Path:
    """The append-only log of the steps."""
    return project.folder / "path.jsonl"


@dataclass(frozen=True)
class Trace:
    """What a step leaves in a project.

    Attributes:
        files: those that may show it.
        shows: whether they do.
    """

    files: Callable[[Project], Sequence[Path]]
    shows: Callable[[Project], bool]


def _is_shown(trace: Trace, project: Project) -> bool:
    try:
        return trace.shows(project)
    except ProjectProblem:  # told on the page that needs the damaged file
        return False


def _dropped(project: Project) -> bool:
    """Taken back or not: it was done, and seen."""
    return any(entry["act"] == "drop" for entry in catalogue.history(project))


def _refused(project: Project) -> bool:
    """The alarm was told no, or a step that it had tried is not in the recipe any more."""
    if any(not answer.same for answer in alarm.answers(project)):
        return True
    found = alarm.Findings.load(project)
    if found is None:
        return False
    left = {step.name for step in recipe.in_force(project).active}
    return any(looked.name not in left for looked in found.looked)


def _in_runs(name: str) -> Trace:
    """A step that leaves the file ``name`` in a run's folder."""

    def found(project: Project) -> list[Path]:
        return sorted(project.runs.glob(f"*/{name}"))

    return Trace(found, lambda project: bool(found(project)))


TRACES: Mapping[str, Trace] = MappingProxyType(
    {
        "images": Trace(lambda p: [p.catalogue_file], lambda p: not p.is_empty),
        "dropped": Trace(lambda p: [p.decisions_file], _dropped),
        "shortcut": Trace(lambda p: [p.preflight_file], lambda p: p.preflight_file.is_file()),
        "refused": Trace(lambda p: [p.alarm_file, p.answers_file, p.recipe_file], _refused),
        "trained": _in_runs("report.json"),
        "stressed": _in_runs("stress.parquet"),
    }
)
"""By step, where the project itself shows that it was done; of the others the log alone tells."""
