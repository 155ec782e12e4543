"""See how good a run is, where it is wrong, why, and what would mend it."""

from core.jobs import runs_of
from core.ui import (
    errors_classes,
    errors_fixes,
    errors_gaze,
    errors_lists,
    errors_mixups,
    errors_scope,
    errors_score,
    errors_slices,
    errors_trust,
    frame,
    outcome,
    problems,
    redrawing,
)
from core.ui.choice import one_of

VIEWS = {
    "Mix-ups": errors_mixups.show,
    "Worth a look": errors_lists.show,
    "Class by class": errors_classes.show,
    "How sure": errors_trust.show,
    "Where it looks": errors_gaze.show,
    "Weak spots": errors_slices.show,
    "What to fix": errors_fixes.show,
}

project = frame.begin("errors")

runs = outcome.scored(runs_of(project))
if not runs:
    frame.lead_to_a_run("There are no mistakes to look at yet.", project)

with problems.shown():
    scope = errors_scope.choose(project, runs)
    errors_score.show(scope)
    errors_fixes.retrain_bar(scope)
    redrawing.part(lambda: VIEWS[one_of("What to show", list(VIEWS), "errors-view")](scope))
