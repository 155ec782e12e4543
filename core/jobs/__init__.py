"""Work that takes long: in folders, on an engine of its own, watched from anywhere.

Importing this loads neither TensorFlow nor Streamlit.
"""

from core.jobs.engine import Engine, connect
from core.jobs.folder import JobFolder, State
from core.jobs.hardware import accelerators
from core.jobs.retraining import Mended, mended, retrain
from core.jobs.run import Run, open_run, runs_of
from core.jobs.snapshot import Snapshot
from core.jobs.starting import (
    latest,
    latest_ingest,
    resume,
    start,
    start_first,
    start_ingest,
    start_training,
    train_on,
)

__all__ = [
    "Engine",
    "JobFolder",
    "Mended",
    "Run",
    "Snapshot",
    "State",
    "accelerators",
    "connect",
    "latest",
    "latest_ingest",
    "mended",
    "open_run",
    "resume",
    "retrain",
    "runs_of",
    "start",
    "start_first",
    "start_ingest",
    "start_training",
    "train_on",
]
