"""What the classes of a run are called now, or by another run that is compared with it."""

from __future__ import annotations

from core.jobs.run import Run
from core.renaming import renamed


def names_now(run: Run) -> dict[str, str]:
    """What classes of ``run`` are called now, by its own names for them; see `renamed`.

    Its results keep their names: they are a record. What is done about today's images, such as
    giving one the label that the run named, goes by these.

    Raises:
        ProjectProblem: the catalogue is damaged.
    """
    return renamed(run.project, run.as_of)


def names_in_common(a: Run, b: Run) -> tuple[dict[str, str], dict[str, str]]:
    """What the newer of two runs calls the classes of either, by the own names of each.

    The newer one's names stay, whatever was renamed after both, so that its figures in a
    comparison are those of its report.

    Raises:
        ProjectProblem: the catalogue is damaged.
    """
    older, newer = sorted((a, b), key=lambda run: run.as_of)
    names = renamed(newer.project, older.as_of, until=newer.as_of)
    return (names, {}) if older is a else ({}, names)
