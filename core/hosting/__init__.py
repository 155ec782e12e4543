"""First Light for strangers: a workspace of each visitor's own, and limits to what each may use."""

from core.hosting.admission import admit, admit_project, admit_upload, in_force
from core.hosting.limits import MODE, HostLimits, host_limits, is_hosted
from core.hosting.sweeping import is_at_work, remove, sweep
from core.hosting.visitors import Visitor, new_token, visitor, visitor_of, visitors
from core.hosting.workspace import GuestWorkspace

__all__ = [
    "MODE",
    "GuestWorkspace",
    "HostLimits",
    "Visitor",
    "admit",
    "admit_project",
    "admit_upload",
    "host_limits",
    "in_force",
    "is_at_work",
    "is_hosted",
    "new_token",
    "remove",
    "sweep",
    "visitor",
    "visitor_of",
    "visitors",
]
