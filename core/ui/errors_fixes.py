"""What to fix first, on the mistakes page; and the way back, which every view of it shows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd
import streamlit as st

from core import catalogue, fixes
from core.comparison import Verdict, points
from core.fixes import DROP, RELABEL, Fix, Fixes
from core.jobs import Run, seal
from core.lessons import glossary, lesson
from core.renaming import renamed
from core.ui import (
    actions,
    asking,
    errors_retrain,
    frame,
    problems,
    sealed,
    tables,
    tending,
)
from core.ui.errors_scope import Scope
from core.ui.gallery import gallery
from core.ui.remembered import remembered
from core.words import ago, count, percent

KIND: Final = "fixes"
WHY: Final = "what the fixes are worth"  # why the seal is broken
REASON: Final = "Proposed among what to fix first"
_WORDS: Final = tending.Words(
    "Stop trying", "You stopped it", "Nothing was kept: it takes some seconds only."
)
_JUDGED: Final = "core.jobs.fixes_task:judged"
_OPEN: Final = (
    "These fixes and their order were found without the test images, so those can tell what the "
    "fixes are worth. To ask them is a look at the test set: it is counted, and stands beside "
    "every score on it from then on."
)
_VERDICTS: Final = {
    Verdict.SHOWN: "chance is a poor explanation",
    Verdict.CLOSE: "chance may be the explanation, if only just",
    Verdict.NOT_SHOWN: "chance cannot be ruled out",
}


def retrain_bar(scope: Scope) -> None:
    """What was mended since the run was trained, the retraining, and what it brought."""
    errors_retrain.bar(scope)


def show(scope: Scope) -> None:
    """The fixes that matter most, or a way to find them."""
    busy = tending.tend(scope.project, KIND, _WORDS, scope.run.id)
    decided = (scope.project.catalogue_file, scope.project.decisions_file)
    found = _read(str(scope.run.folder), tables.stamp(scope.run.folder / fixes.FILE, *decided))
    st.header("What to fix first", anchor=False, help=glossary()["fix_gain"].help)
    if found is None:
        st.markdown(lesson("fixes"))
        if not busy and st.button(
            "Find the fixes that matter most", type="primary", icon=":material/low_priority:"
        ):
            tending.begin(scope.project, KIND, {"run": scope.run.id})
        return
    now = _labels(scope)
    left = [fix for fix in found.fixes if _is_open(fix, now)]
    _age(scope, found, busy)
    st.markdown(said(found))
    if not found.fixes:
        return
    selected = _gallery(scope, found, now)
    _carry_out(scope, [fix for fix in left if fix.image_id in selected] or left, bool(selected))
    _judge(scope, found)


def said(found: Fixes) -> str:
    """What the ranking comes to, in words."""
    if not found.proposed:
        return "**Nothing was proposed.** No training image looks mislabelled or bad."
    tried = f"{count(found.proposed, 'proposal')} {'was' if found.proposed == 1 else 'were'} tried"
    if not found.fixes:
        return f"**None of them helps.** {tried}, and the validation images got none the better."
    first = (
        f"**{count(len(found.fixes), 'fix', 'fixes')}, the one that matters most first.** {tried}. "
    )
    right = found.fixes[-1].right
    if right == found.right:
        return (
            f"{first}With all of these the probe gets as many validation images right as without, "
            f"{right:,} of {found.n:,}, and is a little surer of what is right."
        )
    more = f"{right - found.right:+,}".replace("-", "\u2212")
    return (
        f"{first}With all of these the probe gets {right:,} of {found.n:,} validation images right "
        f"instead of {found.right:,} ({more})."
    )


@remembered
def _read(folder: str, stamp: str) -> Fixes | None:
    """What was found, in today's names of the classes: one that was given up would come back."""
    found = Fixes.load(Path(folder))
    return found and found.called(renamed(Run(Path(folder)).project, found.made))


def _labels(scope: Scope) -> dict[str, str]:
    """The label of every image that is in force."""
    images = tables.images(scope.project)
    return dict(zip(images["image_id"], images["label"].astype(str), strict=True))


def _is_open(fix: Fix, now: dict[str, str]) -> bool:
    """Whether nobody has decided about the image since, by itself or with its class."""
    return now.get(fix.image_id) == fix.label and fix.changes


def _age(scope: Scope, found: Fixes, busy: bool) -> None:
    text = f"Ranked {ago(found.made)} by {count(found.n, 'validation image')}."
    if not errors_retrain.is_current(scope.project, found.catalogue):
        text += " Images or labels changed since."
    with st.container(horizontal=True, vertical_alignment="center", key="fixes-age"):
        st.caption(text, width="content")
        if not busy and st.button("Rank again", icon=":material/refresh:", type="tertiary"):
            tending.begin(scope.project, KIND, {"run": scope.run.id})
    if not found.checked:
        with st.container(horizontal=True, vertical_alignment="center", key="fixes-unchecked"):
            st.caption(
                "The images were not checked yet; that finds more to propose, such as blurry ones."
            )
            frame.link("clean", "Check the images", scope.project)


def _gallery(scope: Scope, found: Fixes, now: dict[str, str]) -> list[str]:
    """The images in the order of their fixes; the ids of those that are selected."""
    rows = pd.DataFrame(
        {
            "image_id": [fix.image_id for fix in found.fixes],
            "sha256": [fix.sha256 for fix in found.fixes],
            "caption": [caption(place, fix) for place, fix in enumerate(found.fixes, start=1)],
            "tone": ["" if _is_open(fix, now) else "ok" for fix in found.fixes],
            "badge": ["" if _is_open(fix, now) else "Decided" for fix in found.fixes],
        }
    )
    key = f"fixes-{scope.run.id}-{found.made}"
    return gallery(rows, scope.project.thumbs, key, fixes.MOST, select=True).selected


def caption(place: int, fix: Fix) -> str:
    """A fix below its image: its place, what to do, and why."""
    what = f"{fix.label}: leave it out" if fix.act == DROP else f"{fix.label} \u2192 {fix.to}"
    return f"{place}. {what}\n{fix.why}\ngain {fix.gain:.4f}"


def _carry_out(scope: Scope, chosen: Sequence[Fix], selected: bool) -> None:
    if not chosen:
        st.caption(":material/check: You have decided about all of them.")
        actions.offer_undo(scope.project)
        return
    number = count(len(chosen), "fix", "fixes")
    with st.container(horizontal=True, vertical_alignment="center", key="fixes-acts"):
        label = f"Carry out {number}" if selected else f"Carry out all {number}"
        if len(chosen) == 1:
            label = f"Carry out {number}"
        if st.button(label, type="primary", icon=":material/auto_fix_high:"):
            actions.done(_decided(scope, chosen), scope.project)
        if not selected:
            st.caption("Look at them first. Select some to carry out these alone.")
    actions.offer_undo(scope.project)


def _decided(scope: Scope, chosen: Sequence[Fix]) -> list[dict[str, Any]]:
    """Write down the decisions: one for all relabels, one for all drops."""
    entries = []
    better = [fix for fix in chosen if fix.act == RELABEL]
    if better:
        images, labels = [fix.image_id for fix in better], [fix.to for fix in better]
        entries.append(
            catalogue.decide(scope.project, "relabel", REASON, images=images, labels=labels)
        )
    bad = [fix.image_id for fix in chosen if fix.act == DROP]
    if bad:
        entries.append(catalogue.decide(scope.project, "drop", REASON, images=bad))
    return entries


def _judge(scope: Scope, found: Fixes) -> None:
    """What the fixes are worth on the test images, once somebody has asked for it."""
    run = scope.run
    st.subheader("What are they worth?", anchor=False)
    if not errors_retrain.is_current(scope.project, found.catalogue):
        st.caption(
            "Images or labels changed since these were ranked. Retrain above and compare before "
            "and after, or rank them again."
        )
        return
    about = found.made
    if not any((look.why, look.about) == (WHY, about) for look in seal.looks(run)):
        with st.popover("Ask the test images", icon=":material/lock:"), problems.shown():
            st.markdown(_OPEN, help=glossary()["sealed"].help)
            label = "Ask them, and count this look"
            if st.button(label, type="primary", icon=":material/lock_open:", key="ask-test"):
                seal.open_test(run, WHY, about=about)
                st.rerun()
        return
    asked = asking.question(_JUDGED, str(run.folder), about)
    answer = asking.answered(asked)
    if answer is None:
        asking.look_again(asked)
        return
    st.markdown(worth(fixes.Judged(**answer)), help=glossary()["paired"].help)
    st.caption(sealed.story(scope.project, run, tables.report(run.folder)[sealed.TEST]))


def worth(judged: fixes.Judged) -> str:
    """What the test images say of the fixes."""
    if not judged.n:
        return "None of the test images is in force any more, so they have nothing to say."
    before, after = (percent(right / judged.n) for right in (judged.before, judged.after))
    return (
        f"On {count(judged.n, 'test image')}, the probe gets **{after}** right with all of these "
        f"fixes and {before} without: {points(judged.difference)} points, 95 % interval "
        f"{points(judged.low)} to {points(judged.high)}; {_VERDICTS[judged.verdict]}."
    )
