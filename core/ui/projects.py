"""The home page's parts: projects to go on with, and ways to start one."""

from __future__ import annotations

from typing import Final

import streamlit as st

from core import jobs
from core.ingest.samples import Sample, samples
from core.jobs import JobFolder, State
from core.project import Project
from core.ui import frame, outcome, problems, progress, sealed, state, tables, uploads
from core.ui.engine import desk
from core.ui.progress import Look
from core.ui.redrawing import redraw
from core.ui.sheets import contact_sheet
from core.words import ago, count, interval, percent, plain, size

_SHOWN: Final = 5
_UPLOADER: Final = "new-project"
_NAME: Final = "new-name"
_NBSP: Final = "\u00a0"


def path_ahead() -> None:
    """The steps of the path, side by side, each with its purpose."""
    steps = frame.STAGES
    with st.container(key="path-ahead"):
        for place, (number, step) in zip(st.columns(len(steps)), enumerate(steps, 1), strict=True):
            place.markdown(f"**{number}.{_NBSP}{step.title}**  \n{step.purpose}")


def continue_list() -> None:
    """The visitor's projects, the newest first; live while any of them is at work."""
    found = state.workspace().projects()
    if not found:
        return
    st.header("Continue", anchor=False)
    everything = len(found) <= _SHOWN or st.toggle(f"Show all {len(found)} projects")
    shown = found if everything else found[:_SHOWN]
    busy = any(_active(project) for project in shown)

    drawn: list[bool] = []

    def rows() -> None:
        # Not when it is drawn with the page: to run that again then would swallow a click
        if drawn and busy and not any(_active(project) for project in shown):
            st.rerun()
        drawn[:] = [True]
        for project in shown:
            with problems.shown():
                _row(project)

    redraw(rows, 1.0 if busy else None)


def start_own() -> None:
    """Start a project with the visitor's own images."""
    name = st.text_input(
        "Name of the project",
        key=state.uploader_key(_NAME),
        max_chars=80,
        placeholder="For example: Leaves from the school garden",
    )
    file = st.file_uploader(
        "A zip with one folder of images for each class",
        type=["zip", "tm"],
        key=state.uploader_key(_UPLOADER),
    )
    if not st.button("Create project", type="primary", disabled=file is None) or file is None:
        return
    with problems.shown():
        project = state.workspace().create((name or "").strip() or _name_of(file.name))
        uploads.wait(file, project)
        state.renew_uploader(_UPLOADER)
        state.renew_uploader(_NAME)
        frame.go("data", project)


def sample_cards() -> None:
    """The built-in samples: one click starts a project with one."""
    found = samples()
    with st.container(key="stacking-cards"):
        places = st.columns(len(found))
    for place, sample in zip(places, found, strict=True):
        with place.container(border=True, key=f"card-{sample.name}", height="stretch"):
            _card(sample)


def start_sample(sample: Sample) -> None:
    """Start a project with a built-in sample and go to its images."""
    project = state.workspace().create(sample.title)
    jobs.start_ingest(project, sample.path, desk())
    frame.go("data", project)


def _card(sample: Sample) -> None:
    names = ", ".join(sample.classes)
    st.image(contact_sheet(sample.path), width="stretch", alt=f"Some of the images: {names}")
    st.markdown(f"**{plain(sample.title)}**  \n{plain(sample.description)}")
    kind = "Synthetic: made by a program" if sample.synthetic else "Real"
    icon = ":material/auto_awesome:" if sample.synthetic else ":material/photo_camera:"
    st.caption(
        f"{icon} {kind}  \n{count(sample.images, 'image')} · "
        f"{count(len(sample.classes), 'class', 'classes')} · {size(sample.bytes)}"
    )
    if st.button("Start with this", key=f"start-{sample.name}", width="stretch"):
        with problems.shown():
            start_sample(sample)


def _row(project: Project) -> None:
    now = _latest(project)
    with st.container(border=True, key=f"listed-{project.id}"):
        name, contents, standing = st.columns([3, 4, 3], vertical_alignment="center")
        with name:
            frame.link(_where(project), f"**{plain(project.name)}**", project)
        contents.caption(_contents(project))
        standing.markdown(_standing(project, now))


def _where(project: Project) -> str:
    """The step that this project is at."""
    if project.is_empty:
        return "data"
    return "errors" if _scored(project) else "train"


def _contents(project: Project) -> str:
    table = tables.counts(project)
    began = ago(project.created)
    if table.empty:
        return f"No images yet · {began}"
    images = count(int(table["images"].sum()), "image")
    return f"{images} · {count(len(table), 'class', 'classes')} · {began}"


def _standing(project: Project, now: Look | None) -> str:
    if now and now.state is State.QUEUED:
        return ":material/hourglass_top: Waiting to begin"
    if now and now.state is State.RUNNING:
        doing = "Training" if now.job.kind == "train" else "Reading images"
        return f":material/autorenew: {doing}, {percent(now.share, 0)}"
    if now and now.state is State.INTERRUPTED:
        return ":material/pause_circle: Interrupted"
    if now and now.state is State.FAILED:
        return ":material/error: Needs your attention"
    found = _scored(project)
    if found:
        side, figures = found
        between = interval(figures["accuracy_low"], figures["accuracy_high"])
        return (
            f"**{percent(figures['accuracy'])}** right on {sealed.SIDES[side].lower()} ({between})"
        )
    return "No images yet" if project.is_empty else "Ready to train"


def _latest(project: Project) -> Look | None:
    """The last thing that was done in ``project``, if any."""
    runs = jobs.runs_of(project)
    coming = (jobs.latest_ingest(project), jobs.latest(project, "known_set"))
    done: list[JobFolder] = [*runs[:1]] or [job for job in coming if job is not None]
    return progress.look(max(done, key=lambda job: job.created)) if done else None


def _active(project: Project) -> bool:
    now = _latest(project)
    return now is not None and now.state.is_active


def _scored(project: Project) -> tuple[str, dict[str, float]] | None:
    """The newest run's score: on which images, and its figures; None where none has one."""
    found = outcome.scored(jobs.runs_of(project))
    if not found:
        return None
    side = sealed.shown_side(found[0])
    return side, dict(tables.report(found[0].folder)[side])


def _name_of(file: str) -> str:
    """A project's name from that of an uploaded file; only ever shown, never a path."""
    last = file.replace("\\", "/").rpartition("/")[2]
    stem = last.rpartition(".")[0].replace("_", " ").replace("-", " ").strip()
    return stem[:80] or "My images"
