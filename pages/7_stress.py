"""Make it hard: worse images, images from elsewhere, and what may be trusted."""

from core.jobs import runs_of
from core.ui import frame, outcome, problems, stress_page
from core.ui.choice import one_of
from core.ui.run_choice import choose_run

project = frame.begin("stress")

runs = outcome.scored(runs_of(project))
if not runs:
    frame.lead_to_a_run("There is nothing to put under stress yet.", project)

with problems.shown():
    run = choose_run(project, runs)
    view = one_of("What to show", list(stress_page.VIEWS), "stress-view")
    stress_page.VIEWS[view](project, run)
