"""Everything that can go wrong for a user, as one small tree.

Exception
├── Problem             something the user can mend: title, detail, fix
│   ├── DataProblem     the images or labels cannot be used
│   │   └── ArchiveProblem  the archive is unsafe, damaged or too large
│   ├── ProjectProblem  a project is missing, damaged or from a newer version
│   ├── SettingsProblem a setting is outside its range, or a recipe makes no sense
│   ├── ModelProblem    a model or its weights cannot be loaded or used
│   ├── LimitProblem    a hosted server gives one visitor no more than this
│   └── EngineProblem   the engine cannot be reached, or died during the work
└── Stopped             the user asked to stop; not an error
"""


class Problem(Exception):
    """Something went wrong that the user can mend.

    A page shows it as help, the command line as one line and exit code 2.

    Args:
        title: what happened, as a short sentence without a full stop.
        detail: what was found and what was expected.
        fix: how to mend it.
    """

    def __init__(self, title: str, detail: str = "", fix: str = "") -> None:
        super().__init__(title, detail, fix)
        self.title = title
        self.detail = detail
        self.fix = fix

    def __str__(self) -> str:
        """The whole problem on one line."""
        texts = (" ".join(text.split()) for text in (self.title, self.detail, self.fix))
        parts = [text.removesuffix(".") for text in texts]
        return ". ".join(part for part in parts if part) + "."


class DataProblem(Problem):
    """The images or their labels cannot be used."""


class ArchiveProblem(DataProblem):
    """The archive is unsafe, damaged or too large."""


class ProjectProblem(Problem):
    """A project is missing, damaged, or was made by a newer version."""


class SettingsProblem(Problem):
    """A setting lies outside its range, or settings contradict each other."""


class ModelProblem(Problem):
    """A model or its weights cannot be loaded or used."""


class LimitProblem(Problem):
    """A hosted server gives one visitor no more than this."""


class EngineProblem(Problem):
    """The engine cannot be reached, or died during the work."""


class Stopped(Exception):
    """The user asked to stop. Work unwinds at once and keeps what is complete."""
