"""What the command line does: the same core as the pages use, without a browser or an engine."""

from core.commands.answer import Report, write_report
from core.commands.audit import run_audit
from core.commands.evaluate import run_evaluate
from core.commands.exercise import run_make, run_score
from core.commands.export import run_export
from core.commands.predict import run_predict
from core.commands.ready import run_ready
from core.commands.train import run_train

__all__ = [
    "Report",
    "run_audit",
    "run_evaluate",
    "run_export",
    "run_make",
    "run_predict",
    "run_ready",
    "run_score",
    "run_train",
    "write_report",
]
