"""The clean page's parts: the audit at work, and the list of what the checks ask."""

from __future__ import annotations

from typing import Final

import streamlit as st

from core import jobs
from core.audit import CHECKS, Asked, Check, Scope, Standing
from core.jobs import State
from core.project import Project
from core.ui import problems, progress, state, tables, tending
from core.ui.choice import one_of
from core.ui.engine import desk
from core.ui.progress import Look
from core.words import ago, count

TOPICS: Final = {
    "The same picture twice": ("exact_duplicates", "near_duplicates"),
    "Hard to see": (
        *("dark", "bright", "low_contrast", "blurry", "low_information", "tiny"),
        *("jpeg_blocking", "borders"),
    ),
    "Odd among its kind": ("odd_size", "odd_aspect_ratio", "odd_colour", "rotated", "outliers"),
    "Labels in doubt": ("wrong_labels",),
    "Classes": ("overlap", "too_few", "imbalance"),
    "Files": ("unreadable",),
}
VIEWS: Final = {"checks": "Checks", "classes": "Classes", "decisions": "Decisions"}
_WORDS: Final = tending.Words(
    "Stop checking",
    "You stopped the checks",
    "What was found so far is kept. The rest can be checked at any time.",
    "Check the rest",
)


def choose_view() -> str:
    """What to look at: 'checks', 'classes' or 'decisions'."""
    return one_of("What to show", VIEWS, "clean-view", first="checks")


def work(project: Project) -> bool:
    """The audit: begun where none ever was, shown while it runs, and what became of it.

    Returns whether it is at work.
    """
    job = jobs.latest(project, "audit")
    intake = jobs.latest_ingest(project)
    if intake is not None and progress.look(intake).state.is_active:
        st.info("Images are still coming in. They are checked when all of them are here.")
        return False
    if job is None:
        found = tables.standing(project)
        if found.made:  # looked at elsewhere: on the command line, or in a project that was opened
            _age(project, found)
            return False
        job = jobs.start_first(project, "audit", desk())
    now = progress.look(job)
    standing = now.state
    found = tables.standing(project)  # after the look: what ended has saved all of it
    if standing.is_active:
        _watch(project, now)
    elif standing is State.FINISHED or tending.is_dismissed(job):
        _age(project, found)
    else:
        tending.ended_early(job, standing, _WORDS)
    return standing.is_active


def _watch(project: Project, first: Look) -> None:
    """A job at work; the page runs again as soon as it has saved a first part."""
    seen = tables.stamp(project.audit_file.with_suffix(".json"))

    def draw(now: Look) -> None:
        if tables.stamp(project.audit_file.with_suffix(".json")) != seen:
            st.rerun()
        progress.bar(now)
        progress.stop_button(now, _WORDS.stop)

    with st.container(border=True, key="audit"):
        progress.live(first, draw)


def _age(project: Project, found: Standing) -> None:
    """When the images were checked, what came or changed since, and a way to check again."""
    since = []
    if found.came:
        since.append(f"{count(found.came, 'image')} came in since and were not looked at yet")
    if found.changed:
        since.append(f"you dropped or relabelled {count(found.changed, 'image')} since")
    missing = sum(not asked.ran for asked in found.asked.values())
    if missing and found.made:
        since.append(f"{count(missing, 'check')} did not run yet")
    text = f"Checked {ago(found.made)}." if found.made else "Not checked yet."
    if since:
        text += f" {since[0][0].upper()}{'; '.join(since)[1:]}."
    with st.container(horizontal=True, vertical_alignment="center", key="audit-age"):
        late = bool(found.came or missing)
        if late:
            st.markdown(f":material/update: {text}", width="content")
        else:
            st.caption(text, width="content")
        if st.button(
            "Check again", icon=":material/refresh:", type="secondary" if late else "tertiary"
        ):
            with problems.shown():
                jobs.start(project, "audit", desk())
                st.rerun()


def chosen_check(project: Project, found: Standing) -> Check:
    """The check that was chosen last, else the first in the list that asks something."""
    wanted = state.recall(_chosen(project))
    checks = [check for _, checks in topics() for check in checks]
    waiting = [check for check in checks if found.asked[check.name].count() > 0]
    return next((check for check in checks if check.name == wanted), (waiting or checks)[0])


def overview(project: Project, found: Standing, shown: Check, at_work: bool) -> None:
    """Every check by topic: how many it asks about, done ones ticked; a click shows one."""
    with st.container(key="checks", gap="small"):
        for topic, checks in topics():
            with st.container(key=f"topic-{topic.lower().replace(' ', '-')}", gap=None):
                st.markdown(f":small[:gray[{topic}]]")
                asked = [found.asked[check.name] for check in checks]
                for one in sorted(asked, key=_size, reverse=True):
                    _entry(project, one, one.check == shown, at_work)


def topics() -> list[tuple[str, list[Check]]]:
    """The checks there are, by topic; one that has no topic stands by what it scores."""
    homes = {name: topic for topic, names in TOPICS.items() for name in names}
    usual = {Scope.IMAGE: "Odd among its kind", Scope.CLASS: "Classes", Scope.FILE: "Files"}
    found: dict[str, list[Check]] = {topic: [] for topic in TOPICS}
    for check in CHECKS:
        found[homes.get(check.name, usual[check.scope])].append(check)
    return [(topic, checks) for topic, checks in found.items() if checks]


def threshold(project: Project, check: Check) -> float:
    """The threshold of a check as it was moved in this session, else its own."""
    kept = state.recall(_threshold(project, check))
    return float(kept) if kept else check.threshold


def keep_threshold(project: Project, check: Check, value: float) -> None:
    """Remember a threshold for this session."""
    state.keep(_threshold(project, check), repr(value))


def _size(asked: Asked) -> int:
    """How much a check found in all: answers do not change it, so the list keeps its order."""
    return asked.count() + asked.count_answered()


def _entry(project: Project, asked: Asked, is_shown: bool, at_work: bool) -> None:
    check = asked.check
    number = asked.count(threshold(project, check))
    if not asked.ran:
        icon = ":material/hourglass_top:" if at_work else ":material/remove:"
        label = f":gray[{check.title}]"
    elif number:
        icon, label = ":material/flag:", f"{check.title} :orange-badge[{number:,}]"
    else:
        icon, label = ":material/check:", check.title
    st.button(
        label,
        key=f"choose-{check.name}",
        icon=icon,
        type="secondary" if is_shown else "tertiary",
        on_click=state.keep,
        args=(_chosen(project), check.name),
        width="stretch",
    )


def _chosen(project: Project) -> str:
    return f"check-{project.id}"


def _threshold(project: Project, check: Check) -> str:
    return f"threshold-{project.id}-{check.name}"
