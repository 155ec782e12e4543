"""First Light's core: from a zip of pictures to a classifier that can be trusted.

The few names that pages and scripts need. Importing this loads neither TensorFlow nor
Streamlit; heavy work is asked of `core.jobs`.
"""

from core.errors import Problem
from core.project import Project, Workspace
from core.settings import Backbone, Balance, Fit, Method, SplitSettings, TrainSettings

__version__ = "0.1.0"

__all__ = [
    "Backbone",
    "Balance",
    "Fit",
    "Method",
    "Problem",
    "Project",
    "SplitSettings",
    "TrainSettings",
    "Workspace",
    "__version__",
]
