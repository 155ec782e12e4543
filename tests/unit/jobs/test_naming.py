"""Two runs that know the classes by other names are brought to those of the newer one."""

from core import catalogue
from core.jobs.naming import names_in_common, names_now
from core.jobs.run import Run
from core.project import Project
from core.settings import SplitSettings, TrainSettings


def planned(project: Project) -> Run:
    return Run.plan(project, TrainSettings(), SplitSettings())


def test_a_run_leads_to_the_names_of_today(project):
    run = planned(project)
    assert names_now(run) == {}
    catalogue.decide(project, "rename", label="dog", to="wolf")
    assert names_now(run) == {"dog": "wolf"}
    assert names_now(planned(project)) == {}


def test_the_newer_of_two_runs_gives_the_names(project):
    older = planned(project)
    catalogue.decide(project, "rename", label="dog", to="wolf")
    newer = planned(project)
    catalogue.decide(project, "rename", label="wolf", to="fox")  # after both
    assert names_in_common(older, newer) == ({"dog": "wolf"}, {})
    assert names_in_common(newer, older) == ({}, {"dog": "wolf"})


def test_a_merge_after_both_leaves_their_figures_as_they_are(project):
    runs = planned(project), planned(project)
    catalogue.decide(project, "rename", label="dog", to="cat")
    assert names_in_common(*runs) == ({}, {})
