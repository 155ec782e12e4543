"""The label-changing alarm on the augment page: pairs side by side, a question, and a way out."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st

from core import alarm
from core.alarm import Answer, Findings, Level, Looked, Suspicion, Verdict, words
from core.augmentations import AUGMENTATIONS
from core.catalogue import content_id, in_force
from core.charts.worth import describe_flip_bars, flip_bars
from core.lessons import glossary, lesson
from core.project import Project
from core.recipe import Recipe, Step
from core.ui import augment_edit, frame, problems, state, tables, tending
from core.ui.pairs import Beside, pairs
from core.ui.plots import plot
from core.ui.remembered import remembered
from core.words import ago, count, listing, percent, plain

KIND: Final = "alarm"
_WORDS: Final = tending.Words(
    "Stop looking", "You stopped the alarm", "What the network saw so far is kept."
)
_ICONS: Final = {
    Level.CHANGED: ":material/error:",
    Level.HARD: ":material/fitness_center:",
    Level.FINE: ":material/check_circle:",
}


def show(project: Project, recipe: Recipe) -> None:
    """What each step of ``recipe`` does to the answers, and what the user has to decide."""
    busy = tending.tend(project, KIND, _WORDS)
    steps = [step for step in recipe.active if not AUGMENTATIONS[step.name].mixes]
    mixing = [words.title(step.name) for step in recipe.active if step not in steps]
    found, stale = _findings(project)
    given = alarm.answers(project)
    if not steps:
        st.markdown(lesson("alarm"))
        _mixing(mixing)
        frame.lead_on(
            "Add an augmentation to the recipe, then it can be tried here.",
            "Choose augmentations",
            ":material/add:",
            state.choose_widget,
            ("augment-view", "Recipe"),
        )
        return
    known = [one for one in found.verdicts if _is_of(one, steps)] if found else []
    todo = [step for step in steps if not any(_is_of(one, [step]) for one in known)]
    if found is None or not known:
        st.markdown(lesson("alarm"))
        _refused(given, todo)
        if not busy and st.button(
            "Try my recipe", type="primary", icon=":material/notification_important:"
        ):
            tending.begin(project, KIND)
        return
    _age(project, found, stale, todo, busy)
    _refused(given, todo)
    known.sort(key=lambda one: [step.name for step in steps].index(one.looked.name))
    _overview(known)
    for verdict in known:
        for change in verdict.changes:
            _change(project, verdict.looked, change, given)
    _chart(known)
    _mixing(mixing)


def _is_of(verdict: Verdict, steps: list[Step]) -> bool:
    return Step(verdict.looked.name, verdict.looked.strength) in steps


def _findings(project: Project) -> tuple[Findings | None, bool]:
    when = tables.stamp(project.alarm_file, project.catalogue_file, project.decisions_file)
    return _read(str(project.folder), when)


@remembered
def _read(folder: str, stamp: str) -> tuple[Findings | None, bool]:
    """What was found in the project, and whether its images or labels changed since."""
    project = Project(Path(folder))
    found = Findings.load(project)
    return found, found is not None and found.catalogue != content_id(in_force(project))


def _age(project: Project, found: Findings, stale: bool, todo: list[Step], busy: bool) -> None:
    draws = max(one.draws for one in found.looked)
    asked = count(found.asked, "image")
    if found.asked < found.images:
        asked = f"{found.asked:,} of {count(found.images, 'image')}"
    text = f"{asked} were altered {draws} times each, {ago(found.made)}."
    if stale:
        text += " Images or labels changed since."
    if todo:
        text += f" Not tried yet: {listing([_named(step) for step in todo])}."
    with st.container(horizontal=True, vertical_alignment="center", key="alarm-age"):
        st.caption(text, width="content", help=glossary()["probe"].help)
        label = "Try what is new" if todo and not stale else "Try again"
        if not busy and st.button(label, icon=":material/refresh:", type="tertiary"):
            tending.begin(project, KIND)


def _named(step: Step) -> str:
    return f"{words.title(step.name)} at {step.strength:.2g}"


def _overview(known: list[Verdict]) -> None:
    st.header("Are they still the same?", anchor=False, help=glossary()["label_changing"].help)
    for verdict in known:
        name = plain(words.title(verdict.looked.name))
        st.markdown(
            f"{_ICONS[verdict.level]} **{name}** at strength {verdict.looked.strength:.2g} "
            f"**{words.TITLES[verdict.level]}.** {plain(words.of_verdict(verdict))}"
        )


def _chart(known: list[Verdict]) -> None:
    plot(flip_bars(known), alt=describe_flip_bars(known), key="flips")
    st.caption(
        "Each bar: how many answers become others, out of those that were right before.",
        help=glossary()["hard_augmentation"].help,
    )


def _change(project: Project, looked: Looked, change: Suspicion, given: list[Answer]) -> None:
    key = f"{looked.name}-{change.was}-{change.became}"
    said = alarm.answered(given, looked, change)
    with st.container(border=True, key=f"alarm-{key}"):
        was, became = plain(change.was), plain(change.became)
        st.subheader(f"{words.title(looked.name)}: {was} or {became}?", anchor=False)
        st.markdown(plain(words.of_change(looked, change)))
        by_luck = "below 0.001" if change.p_value < 0.001 else f"= {change.p_value:.3f}"
        st.caption(f"p {by_luck}", help=glossary()["p_value"].help)
        _pictures(project, looked, change, key)
        st.markdown(f"**{plain(words.question(change))}**")
        if said is None:
            _ask(project, looked, change, key)
        else:
            _answered(project, looked, change, said, key)


def _pictures(project: Project, looked: Looked, change: Suspicion, key: str) -> None:
    path = alarm.pictures(project, looked.name)
    try:
        picture = path.read_bytes()
    except OSError:
        st.caption("The pictures are gone. Try again to have them made anew.")
        return
    first, rows = 0, sum(len(one.pairs) for one in looked.suspicions)
    for one in looked.suspicions:
        if (one.was, one.became) == (change.was, change.became):
            break
        first += len(one.pairs)
    shown = [
        Beside(
            first + place,
            f"taken for {change.was}, {percent(pair.before, 0)} sure",
            f"taken for {change.became}, {percent(pair.after, 0)} sure",
        )
        for place, pair in enumerate(change.pairs)
    ]
    title = f"Images of {change.was} before and after {words.title(looked.name)}"
    pairs(picture, rows, shown, title, key=f"pairs-{key}")


def _ask(project: Project, looked: Looked, change: Suspicion, key: str) -> None:
    with st.container(horizontal=True, key=f"acts-{key}"):
        for same, label, icon in (
            (True, f"Yes, still {plain(change.was)}", ":material/check:"),
            (False, "No, not any more", ":material/close:"),
        ):
            st.button(
                label,
                icon=icon,
                key=f"answer-{key}-{same}",
                on_click=_keep,
                args=(project, _answer(looked, change, same)),
            )


def _answered(project: Project, looked: Looked, change: Suspicion, said: Answer, key: str) -> None:
    name = words.title(looked.name)
    if said.same:
        st.success(f"You said yes: {name} may stay as it is.", icon=":material/check:")
    else:
        st.warning(
            f"You said no: {name} teaches the classifier something untrue here.",
            icon=":material/close:",
        )
    with st.container(horizontal=True, key=f"acts-{key}"):
        if not said.same:
            _ways_out(project, looked, key)
        st.button(
            "Take back my answer",
            type="tertiary",
            key=f"back-{key}",
            on_click=_forget,
            args=(project, said),
        )


def _ways_out(project: Project, looked: Looked, key: str) -> None:
    """Take the step out, or weaken it: to where nothing was seen, else by half."""
    name = words.title(looked.name)
    st.button(
        f"Take out {name}",
        type="primary",
        icon=":material/delete:",
        key=f"out-{key}",
        on_click=_take_out,
        args=(project, looked.name),
    )
    weaker = looked.weaker or round(looked.strength / 2, 2)
    if weaker > 0:
        st.button(
            f"Weaken to {weaker:.2g}",
            icon=":material/trending_down:",
            key=f"weaken-{key}",
            help=words.of_weaker(looked) or "Not tried at that strength yet",
            on_click=augment_edit.set_strength,
            args=(project, looked.name, weaker),
        )


def _take_out(project: Project, name: str) -> None:
    from core import recipe as recipes

    if any(step.name == name for step in recipes.in_force(project).steps):
        augment_edit.toggle(project, name)


def _answer(looked: Looked, change: Suspicion, same: bool) -> Answer:
    return Answer(looked.name, looked.strength, change.was, change.became, same)


def _keep(project: Project, given: Answer) -> None:
    with problems.shown():
        alarm.answer(project, given)


def _forget(project: Project, given: Answer) -> None:
    with problems.shown():
        alarm.take_back(project, given)


def _refused(given: list[Answer], todo: list[Step]) -> None:
    """Steps that were not tried as strong as they are, and to which the user once said no."""
    for step in todo:
        for one in given:
            if one.name == step.name and not one.same and step.strength >= one.strength:
                st.warning(
                    f"You said that {words.title(step.name)} at strength {one.strength:.2g} makes "
                    f"{plain(one.was)} something else. It is in the recipe at "
                    f"{step.strength:.2g}.",
                    icon=":material/close:",
                )


def _mixing(names: list[str]) -> None:
    if names:
        st.caption(
            f"{listing(names)} cannot lie in this way: the label is mixed like the images.",
            help=glossary()["mixing"].help,
        )
