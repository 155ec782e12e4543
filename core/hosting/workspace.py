"""A visitor's projects: a workspace that asks before it grows."""

from __future__ import annotations

from core.hosting.admission import admit_project
from core.hosting.visitors import Visitor
from core.project import Project, Workspace


class GuestWorkspace(Workspace):
    """The projects of one visitor of a hosted server."""

    def __init__(self, who: Visitor) -> None:
        super().__init__(who.projects)
        self.visitor = who

    def create(self, name: str) -> Project:
        """A new, empty project called ``name``; see `Workspace.create`.

        Raises:
            LimitProblem: the visitor has as many as one may, or there is no room.
        """
        admit_project(self.root, len(self.projects()))
        return super().create(name)
