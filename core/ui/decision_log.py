"""The log of decisions: every act with its reason, taken back, exported, carried out again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd
import streamlit as st

from core import audit, catalogue, replay
from core.errors import DataProblem
from core.project import Project
from core.ui import actions, problems, state, tables
from core.ui.gallery import gallery
from core.words import ago, count, plain

_A_PAGE: Final = 12
_IMAGES: Final = 24
_UPLOADER: Final = "decisions"
_ICONS: Final = {
    "drop": ":material/delete:",
    "keep": ":material/verified:",
    "relabel": ":material/label:",
    "rename": ":material/merge:",
}


def show(project: Project) -> None:
    """All acts, the newest first, and the ways to take the log along."""
    log = tables.history(project)
    acts = [entry for entry in reversed(log) if entry["act"] != "undo"]
    undone = catalogue.taken_back(log)
    actions.offer_undo(project)
    if not acts:
        st.markdown(
            "Nothing was decided yet. Whatever you drop, relabel, keep or rename is listed here, "
            "with its reason, and can be taken back. The originals never change."
        )
        st.button(
            "See what the checks ask",
            type="primary",
            icon=":material/flag:",
            on_click=state.choose_widget,
            args=("clean-view", "checks"),
        )
    else:
        back = sum(entry["number"] in undone for entry in acts)
        st.caption(
            count(len(acts), "decision")
            + (f", {back:,} of them taken back. " if back else ". ")
            + "Decisions are applied when the images are read; the originals never change."
        )
        _list(project, acts, undone, log)
        _exports(project)
    _again(project)


def _list(
    project: Project,
    acts: Sequence[Mapping[str, Any]],
    undone: set[int],
    log: Sequence[Mapping[str, Any]],
) -> None:
    """One page of acts, each with its buttons, and the images of the one that is looked at."""
    pages = (len(acts) - 1) // _A_PAGE + 1
    page = min(int(state.recall(_page(project)) or 0), pages - 1)
    looked_at = state.recall(_looked_at(project))
    for entry in acts[page * _A_PAGE : (page + 1) * _A_PAGE]:
        is_shown = str(entry["number"]) == looked_at
        with st.container(border=True, key=f"listed-act-{entry['number']}"):
            _act(project, entry, entry["number"] in undone, is_shown, log)
    if pages > 1:
        with st.container(horizontal=True, vertical_alignment="center"):
            _turn(project, "Newer", ":material/chevron_left:", page - 1, page > 0)
            st.markdown(f"Page {page + 1} of {pages}", width="content")
            _turn(project, "Older", ":material/chevron_right:", page + 1, page + 1 < pages)


def _turn(project: Project, label: str, icon: str, to: int, can: bool) -> None:
    args = (_page(project), str(to))
    st.button(label, icon=icon, disabled=not can, on_click=state.keep, args=args)


def _act(
    project: Project,
    entry: Mapping[str, Any],
    is_undone: bool,
    is_shown: bool,
    log: Sequence[Mapping[str, Any]],
) -> None:
    number = entry["number"]
    with st.container(horizontal=True, vertical_alignment="center", key=f"act-{number}"):
        text = f"{_ICONS[entry['act']]} {actions.describe(entry)}"
        st.markdown(
            f"~~{text}~~ :gray-badge[Taken back]" if is_undone else f"**{text}**", width="content"
        )
        st.caption(_why(entry), width="stretch")
        if entry.get("images"):
            st.button(
                "Hide" if is_shown else "Look",
                key=f"look-{number}",
                type="tertiary",
                on_click=state.keep,
                args=(_looked_at(project), None if is_shown else str(number)),
            )
        label = "Do it after all" if is_undone else "Take back"
        icon = ":material/redo:" if is_undone else ":material/undo:"
        if st.button(label, key=f"undo-{number}", icon=icon):
            with problems.shown():
                actions.undo(project, [undone_by(log, number) if is_undone else number])
                st.rerun()
    if is_shown:
        _images(project, entry)


def undone_by(log: Sequence[Mapping[str, Any]], number: int) -> int:
    """The number of the undoing, itself in force, that took decision ``number`` back."""
    undone = catalogue.taken_back(log)
    holding = (e for e in log if e["act"] == "undo" and e["number"] not in undone)
    return max(int(entry["number"]) for entry in holding if entry["decision"] == number)


def _why(entry: Mapping[str, Any]) -> str:
    """Reason, check and time of an act."""
    parts = [plain(str(entry.get("reason") or ""))]
    title = _title(entry.get("check"))
    if title and title != entry.get("reason"):
        parts.append(plain(title))
    try:
        parts.append(ago(entry["at"]))
    except (KeyError, TypeError, ValueError):  # a log from elsewhere
        pass
    return " · ".join(part for part in parts if part)


def _title(check: object) -> str:
    try:
        return audit.check_named(check).title if isinstance(check, str) else ""
    except KeyError:
        return ""


def _images(project: Project, entry: Mapping[str, Any]) -> None:
    every = tables.every_image(project)
    there = [image for image in entry["images"] if image in every.index]
    rows = every.loc[there].reset_index()
    rows = rows.assign(caption=rows["label"].astype(str) + "\n" + rows["source"].astype(str))
    empty = "These images are not in this project any more."
    gallery(rows, project.thumbs, f"act-images-{entry['number']}", _IMAGES, empty=empty)


def _exports(project: Project) -> None:
    with st.container(horizontal=True):
        st.download_button(
            "Export the log",
            lambda: replay.export(project),
            "decisions.jsonl",
            "application/jsonl",
            icon=":material/download:",
            on_click="ignore",
            help="The decisions that hold, to be carried out again here or in another project",
        )
        st.download_button(
            "As a table",
            lambda: replay.export_table(project),
            "decisions.csv",
            "text/csv",
            icon=":material/table:",
            on_click="ignore",
            help="Every decision and every image that it concerned, for a spreadsheet",
        )


def _again(project: Project) -> None:
    """An exported log, looked at before it is carried out here."""
    st.header("Carry out an exported log", anchor=False)
    st.caption(
        "From this project or another one with the same pictures. You see what would change first."
    )
    file = st.file_uploader(
        "An exported log",
        type=["jsonl"],
        key=state.uploader_key(_UPLOADER),
        max_upload_size=replay.MAX_BYTES // 2**20,
        label_visibility="collapsed",
    )
    if file is None:
        return
    with problems.shown():
        if file.size > replay.MAX_BYTES:
            raise DataProblem("This file is too large for a log of decisions")
        planned = _planned(project, file.getvalue())
        _preview(planned)
        if st.button(
            f"Carry out {count(len(planned.decisions), 'decision')}",
            type="primary",
            icon=":material/play_arrow:",
            disabled=not planned.changes,
        ):
            entries = replay.carry_out(project, planned)
            state.renew_uploader(_UPLOADER)
            actions.done(entries, project)


def _planned(project: Project, data: bytes) -> replay.Plan:
    return replay.plan(project, replay.read(data))


def _preview(planned: replay.Plan) -> None:
    """What a log would do, in words and in the sizes of the classes."""
    st.markdown(
        f"It names {count(planned.named, 'image')}, of which {planned.found:,} are here. "
        + (f"{count(planned.skipped, 'decision')} find nothing here. " if planned.skipped else "")
    )
    if not planned.changes:
        st.info("Nothing would change: all of it holds here already, or finds nothing here.")
        return
    parts = [
        (planned.dropped, "would be dropped"),
        (planned.restored, "would come back"),
        (planned.relabelled, "would change their label"),
        (planned.kept, "would not be asked about again"),
    ]
    st.markdown("\n".join(f"- {number:,} {what}" for number, what in parts if number))
    if len(planned.classes):
        st.dataframe(
            pd.DataFrame(
                {
                    "Class": planned.classes["label"],
                    "Images now": planned.classes["before"],
                    "Images then": planned.classes["after"],
                }
            ),
            hide_index=True,
            key="replay-classes",
            alt="The classes that would change their size",
        )


def _page(project: Project) -> str:
    return f"log-page-{project.id}"


def _looked_at(project: Project) -> str:
    return f"log-look-{project.id}"
