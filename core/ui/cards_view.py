"""The model card and the data card: what only a person can tell, a preview, files to take away."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pandas as pd
import streamlit as st

from core.jobs import Run, carding
from core.lessons import lesson
from core.project import Project
from core.share.cards import Card, CardFields, Kind, markdown, page
from core.share.cards import fields as card_fields
from core.share.cards.card import Block, Gap, Plot, Table
from core.share.cards.markdown import block_lines, cell_text, escaped
from core.ui import frame, path_view, problems, tables, trust_view
from core.ui.choice import one_of
from core.ui.plots import plot

_TITLES: Final = {Kind.MODEL: "Model card", Kind.DATA: "Data card"}
_WRITTEN: Final = {Kind.MODEL: card_fields.OF_MODEL, Kind.DATA: card_fields.OF_DATA}
_COLUMNS: Final = 4  # of a table that a telephone shows whole
_FILES: Final = {Kind.MODEL: carding.MODEL_CARD, Kind.DATA: carding.DATA_CARD}


def show(project: Project, run: Run | None) -> None:
    """One of the two cards: its form, its files, itself.

    Args:
        project: the open one.
        run: a finished run of it; None where there is none yet, and so no model card.

    Raises:
        ProjectProblem: what the run found, or a table of the project, is damaged.
    """
    if project.is_empty:
        frame.lead("There are no images yet, so there is no card.", "Go to data", "data", project)
    st.markdown(lesson("cards"))
    kinds = list(Kind) if run else [Kind.DATA]
    kind = one_of("Card", {each: _TITLES[each] for each in kinds}, "card-kind")
    if run is None:
        st.caption("The model card comes once a classifier is trained.")
    _form(project, Kind(kind))
    card = _card(project, run, Kind(kind))
    _files(project, card)
    _preview(card)


def _form(project: Project, kind: Kind) -> None:
    """What a person writes; kept when it is saved."""
    before = card_fields.read(project)
    names = _WRITTEN[kind]
    missing = [name for name in names if not getattr(before, name)]
    told = f"{len(names) - len(missing)} of {len(names)} told"
    with (
        st.expander(f"What only you can tell: {told}", expanded=len(missing) == len(names)),
        st.form(f"card-{kind}", border=False),
    ):
        values = {name: _field(project, before, name) for name in names}
        if st.form_submit_button("Save", icon=":material/save:", type="primary"):
            with problems.shown():
                card_fields.save(project, card_fields.with_values(before, values))
                st.toast("Saved with the project.", icon=":material/check:")
                st.rerun()


def _field(project: Project, before: CardFields, name: str) -> str:
    ask = st.text_area if card_fields.is_long(name) else st.text_input
    written = ask(
        card_fields.label_of(name),
        getattr(before, name),
        max_chars=card_fields.longest(name),
        help=card_fields.help_of(name),
        key=f"card-{project.id}-{name}",
    )
    return str(written or "")


def _card(project: Project, run: Run | None, kind: Kind) -> Card:
    stamp = _stamp(project, run)
    if kind is Kind.MODEL and run is not None:
        return _model_card(str(run.folder), stamp)
    names = st.toggle(
        "Name the files",
        value=True,
        key="card-names",
        help="Names of files can tell about people or places. Without them, the card counts.",
    )
    return _data_card(str(project.folder), str(run.folder) if run else "", names, stamp)


def _stamp(project: Project, run: Run | None) -> str:
    """Changes with whatever the cards tell of."""
    files = (
        *(project.card_file, project.catalogue_file, project.unlabelled_file),
        *(project.rejected_file, project.decisions_file, project.audit_file),
        project.preflight_file,
    )
    return tables.stamp(*files) + (f" {trust_view.stamp_of(project, run)}" if run else "")


@st.cache_resource(max_entries=8, show_spinner=False)
def _model_card(run: str, stamp: str) -> Card:
    return carding.card_of_model(Run(Path(run)))


@st.cache_resource(max_entries=8, show_spinner=False)
def _data_card(project: str, run: str, names: bool, stamp: str) -> Card:
    found = Run(Path(run)) if run else None
    return carding.card_of_data(Project(Path(project)), found, names)


def _files(project: Project, card: Card) -> None:
    """Both forms, each written when somebody presses its button."""
    name = f"{_FILES[card.kind]}-{re.sub(r'[^a-z0-9]+', '-', project.name.lower()).strip('-')}"
    with st.container(horizontal=True):
        st.download_button(
            "Download the page",
            path_view.handed_over(project, lambda: page(card)),
            f"{name.strip('-')}.html",
            "text/html",
            type="primary",
            icon=":material/download:",
            key=f"card-page-{card.kind}",
            on_click="ignore",
            help="One file with the charts; print it from the browser for a PDF.",
        )
        st.download_button(
            "Download as Markdown",
            path_view.handed_over(project, lambda: markdown(card)),
            f"{name.strip('-')}.md",
            "text/markdown",
            icon=":material/download:",
            key=f"card-markdown-{card.kind}",
            on_click="ignore",
            help="For a repository; the charts stand in it as sentences.",
        )


def _preview(card: Card) -> None:
    with st.container(border=True, key=f"card-preview-{card.kind}"):
        st.header(escaped(card.title), anchor=False)
        st.markdown(escaped(card.lead))
        for section in card.sections:
            st.subheader(escaped(section.title), anchor=False)
            for block in section.blocks:
                _block(card, block)


def _block(card: Card, block: Block) -> None:
    match block:
        case Plot():
            st.markdown(f"**{escaped(block.title)}**")
            plot(
                block.figure,
                key=f"card-{card.kind}-{block.key}",
                alt=block.alt,
            )
        case Table() if block.folded:
            with st.expander(f"{escaped(block.title)} ({len(block.rows):,})"):
                _grid(block)
        case Table() if len(block.head) > _COLUMNS:
            if block.title:
                st.markdown(f"**{escaped(block.title)}**")
            _grid(block)
        case Gap():
            st.markdown(
                f":material/help: **Not tested yet.** {escaped(block.what)} {escaped(block.do)}"
            )
        case _:
            st.markdown("\n".join(block_lines(block)))


def _grid(table: Table) -> None:
    """A table that can be pushed sideways, by keyboard too."""
    rows = [[cell_text(cell) for cell in row] for row in table.rows]
    shown = pd.DataFrame(rows, columns=list(table.head))
    st.dataframe(shown, hide_index=True, alt=table.title or ", ".join(table.head))
