"""The trust report on the stress page: in plain words, with the way to whatever is missing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import streamlit as st

from core import trust
from core.jobs import Run
from core.jobs.trusting import known
from core.lessons import glossary, lesson
from core.project import Project
from core.trust import Report, Section
from core.ui import frame, sealed, tables
from core.ui.remembered import remembered
from core.words import sentence

_ICONS: Final = {"limits": ":material/block:", "short": ":material/summarize:"}
_FILES: Final = (
    *("report.json", "predictions.parquet", "split.parquet", "notes.json", "looks.jsonl"),
    *("stress.parquet", "stress.json", "gaze.json"),
)


def show(project: Project, run: Run) -> None:
    """What is known of ``run``, and what is not; to read, and to take away.

    Args:
        project: the open one.
        run: a finished run of it.

    Raises:
        ProjectProblem: what the run found is damaged.
    """
    st.markdown(lesson("trust"), help=glossary()["trust_report"].help)
    report = report_of(project, run)
    st.download_button(
        "Download as Markdown",
        trust.markdown(report),
        file_name=f"trust-report-{_slug(run.name)}.md",
        mime="text/markdown",
        icon=":material/download:",
        key="trust-download",
        on_click="ignore",
    )
    for section in report.sections:
        _section(project, run, section)


def report_of(project: Project, run: Run) -> Report:
    """The trust report of ``run`` as things stand. Shared: leave it as it is.

    Raises:
        ProjectProblem: what the run found is damaged.
    """
    return _report(str(run.folder), stamp_of(project, run))


def stamp_of(project: Project, run: Run) -> str:
    """Changes with whatever is known of ``run``."""
    files = [run.folder / name for name in _FILES]
    fields = sorted((run.folder / "field").glob("*/field.json"))
    measured = (project.measurements_file, project.catalogue_file, project.preflight_file)
    return f"{tables.stamp(*files, *measured, *fields)} {len(sealed.looks(project, run))}"


@remembered
def _report(folder: str, stamp: str) -> Report:
    return trust.write(known(Run(Path(folder))))


def _section(project: Project, run: Run, section: Section) -> None:
    with st.container(border=section.key in _ICONS, key=f"trust-{section.key}"):
        icon = _ICONS.get(section.key, "")
        st.header(f"{icon} {section.title}".strip(), anchor=False)
        if section.lines:
            st.markdown("\n".join(f"- {sentence(line)}" for line in section.lines))
        for gap in section.missing:
            with st.container(
                horizontal=True, vertical_alignment="center", key=f"gap-{section.key}-{gap.do}"
            ):
                st.markdown(
                    f":material/help: **Not tested yet:** {sentence(gap.what)}", width="content"
                )
                frame.link(gap.page, gap.do, project, run.id)


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "run"
