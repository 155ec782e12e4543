"""What every page shares: its place on the path, its title, the project, the engine's state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

import streamlit as st

from core.errors import Problem
from core.jobs import runs_of
from core.project import Project
from core.ui import garbage, guests, path_view, pictures, problems, projector, state
from core.ui.engine import Status, desk
from core.ui.redrawing import redraw, say_now
from core.words import plain

ROOT: Final = Path(__file__).parents[2]
APP: Final = "First Light"
_READY: Final = "The engine does the heavy work: reading images and training."
_STARTING: Final = "It takes a few seconds. You can go on; work that you start waits for it."


@dataclass(frozen=True)
class Stage:
    """One step of the path: a page of its own."""

    key: str
    file: str
    title: str
    icon: str
    purpose: str


HOME: Final = Stage("home", "streamlit_app.py", "Home", ":material/home:", "Your projects")
STAGES: Final = (
    Stage("data", "pages/1_data.py", "Data", ":material/photo_library:", "Bring in your images"),
    Stage("clean", "pages/2_clean.py", "Clean", ":material/cleaning_services:", "Mend what is odd"),
    Stage("explore", "pages/3_explore.py", "Explore", ":material/insights:", "See what you have"),
    Stage(
        "augment", "pages/4_augment.py", "Augment", ":material/auto_awesome_motion:", "Vary them"
    ),
    Stage("train", "pages/5_train.py", "Train", ":material/model_training:", "Learn from them"),
    Stage("errors", "pages/6_errors.py", "Mistakes", ":material/rule:", "See where it is wrong"),
    Stage("stress", "pages/7_stress.py", "Stress", ":material/thunderstorm:", "Make it hard"),
    Stage("try", "pages/8_try.py", "Try it", ":material/photo_camera:", "Show it something new"),
    Stage("share", "pages/9_share.py", "Share", ":material/share:", "Take it with you"),
)
LEARN: Final = Stage("learn", "pages/10_learn.py", "Learn", ":material/school:", "Nine lessons")
GLOSSARY: Final = Stage(
    "glossary", "pages/12_glossary.py", "Glossary", ":material/menu_book:", "Every term explained"
)
EXERCISE: Final = Stage(
    "exercise", "pages/11_exercise.py", "Detective", ":material/search:", "Find the faults"
)
GUIDE: Final = Stage(
    "guide", "pages/13_guide.py", "Guide", ":material/tour:", "From pictures to mistakes"
)
INSIDE: Final = Stage(
    "inside", "pages/14_inside.py", "How it sees", ":material/visibility:", "Inside the network"
)
TEACH: Final = Stage(
    "teach", "pages/15_teach.py", "For teachers", ":material/co_present:", "Plans for a class"
)
# Pages that are no steps of the path
BESIDE: Final = (
    LEARN,
    GUIDE,
    INSIDE,
    EXERCISE,
    GLOSSARY,
    TEACH,
)


def stage(key: str) -> Stage:
    """The step with this key."""
    return next(stage for stage in (HOME, *STAGES, *BESIDE) if stage.key == key)


def after(key: str) -> Stage:
    """The step that comes after step ``key``; itself where it is the last."""
    keys = [step.key for step in STAGES]
    place = keys.index(key)
    return STAGES[min(place + 1, len(keys) - 1)]


def begin_home() -> None:
    """Set up the home page; leaves whatever project was open."""
    state.close_project()
    _set_up(HOME.title, None)


def begin(key: str) -> Project:
    """Set up the page of step ``key`` and return the project that it is about.

    Where there is none, shows what to do and ends the page.
    """
    project, problem = _open(key)
    if project is None:
        _lead_home(problem)
    pictures.tell(project)
    path_view.lesson(project, key)
    return project


def begin_beside(key: str) -> Project | None:
    """Set up a page that is no step of the path; returns the project that is open, if any."""
    project, problem = _open(key)
    if problem:
        problems.show(problem)
    if project is not None:
        pictures.tell(project)
    return project


def _open(key: str) -> tuple[Project | None, Problem | None]:
    """Set up the page with ``key``; the project that it is about, or why there is none."""
    here = stage(key)
    project, problem = None, None
    try:
        project = state.open_project()
    except Problem as found:
        problem = found
    _set_up(here.title, project)
    st.title(here.title, anchor=False)
    return project, problem


def link(
    key: str, label: str, project: Project | None, run: str | None = None, icon: str = ""
) -> None:
    """A link to the page of step ``key`` that keeps the project, and the run where one is given."""
    here = stage(key)
    st.page_link(
        here.file, label=label, icon=icon or here.icon, query_params=state.address(project, run)
    )


def lead(text: str, label: str, key: str, project: Project | None = None) -> NoReturn:
    """Say what is missing on this page, offer the step where it is found, and end the page."""
    here = stage(key)
    st.markdown(text)
    if st.button(label, type="primary", icon=here.icon):
        st.switch_page(here.file, query_params=state.address(project))
    st.stop()


def lead_to_a_run(text: str, project: Project) -> NoReturn:
    """End a page that needs a finished run: say what is missing, and offer the step that is next.

    A project without images is sent for them at once, not to a page that would send it on.
    """
    if project.is_empty:
        text = f"{text} Bring in your images first, then train a classifier."
        lead(text, "Go to your images", "data", project)
    now = (run.state(desk().knows(run)) for run in runs_of(project))
    if any(each.is_active for each in now):
        lead(f"{text} Your first classifier is still learning.", "Watch it", "train", project)
    lead(f"{text} Train a classifier first.", "Go to training", "train", project)


def lead_on(
    text: str, label: str, icon: str, act: Callable[..., None], args: tuple[Any, ...] = ()
) -> None:
    """Say what is missing in a view, and offer what leads on; the page goes on below.

    Args:
        text: what is missing, and what to do.
        label: of the button.
        icon: of the button.
        act: its callback.
        args: what the callback gets.
    """
    st.info(text)
    st.button(label, type="primary", icon=icon, on_click=act, args=args)


def go(key: str, project: Project, run: str | None = None) -> None:
    """Leave this page for the page of step ``key``."""
    st.switch_page(stage(key).file, query_params=state.address(project, run))


def _lead_home(problem: Problem | None) -> NoReturn:
    if problem:
        problems.show(problem)
        text = "It may have been deleted, or the address may be incomplete."
    else:
        text = "Choose a project first, or start a new one. It takes one click."
    lead(text, "Go to your projects", HOME.key)


def _set_up(title: str, project: Project | None) -> None:
    name = f"{title} · {project.name}" if project else title
    page_title = APP if title == HOME.title else f"{name} · {APP}"
    st.set_page_config(page_title, page_icon=ROOT / "core" / "ui" / "icon.svg", layout="wide")
    st.html(ROOT / "core" / "ui" / "style.css")
    projector.grow()
    garbage.keep_out_of_the_way(title)
    say_now()
    try:
        who = guests.receive()
    except Problem as problem:  # the server's own settings make no sense
        problems.show(problem)
        st.stop()
    with st.sidebar:
        _path(project)
        _beside(project)
        projector.switch_off()
        _engine_state()
        if who is not None:
            guests.keep_secret()
            guests.notice(who)


def _path(project: Project | None) -> None:
    st.page_link(HOME.file, label=f"**{APP}**", icon=":material/wb_twilight:", width="stretch")
    with st.container(key="path", gap=None):
        if project:
            st.markdown(f":small[:gray[Project]]  \n**{plain(project.name)}**")
        for step in STAGES:
            st.page_link(
                step.file,
                label=step.title,
                icon=step.icon,
                help=step.purpose if project else "Open a project first",
                disabled=project is None,
                query_params=state.address(project, state.run_id()),
                width="stretch",
            )


def _beside(project: Project | None) -> None:
    """The course with how far the learner is, and what else there is to learn and teach from."""
    found = path_view.progress(project) if project else None
    learn = path_view.standing(found) if found and not found.hidden else LEARN.title
    with st.container(key="beside", gap=None):
        for step in BESIDE:
            st.page_link(
                step.file,
                label=learn if step is LEARN else step.title,
                icon=step.icon,
                help=step.purpose,
                query_params=state.address(project),
                width="stretch",
            )


def _engine_state() -> None:
    before = desk().status
    drawn: list[Status] = []

    def note() -> None:
        # At first it is drawn with the page: to run that again then would swallow a click
        status = desk().status if drawn else before
        drawn[:] = [status]
        if status is not before:
            st.rerun()
        if status is Status.READY:
            st.caption(":green[:material/check_circle:] Engine ready", help=_READY)
        elif status is Status.STARTING:
            st.caption(":material/hourglass_top: Engine is starting", help=_STARTING)
        else:
            st.caption(":red[:material/error:] Engine out of reach", help=str(desk().problem))

    with st.container(key="engine"):
        redraw(note, 1.0 if before is Status.STARTING else None)
        if before is Status.UNREACHABLE:
            st.button("Try again", on_click=desk().retry, icon=":material/refresh:")
