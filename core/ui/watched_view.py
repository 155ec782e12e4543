"""The validation images whose answers change while a run learns, as a sheet."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st

from core.errors import ProjectProblem
from core.jobs import Run, watching
from core.jobs.watching import Story
from core.lessons import glossary
from core.ui import tables
from core.ui.gallery import gallery
from core.ui.remembered import remembered
from core.words import count

_NEWEST: Final = 12
_A_PAGE: Final = 18


def newest(run: Run) -> None:
    """While it learns: the images whose answers changed last."""
    told = _stories(run)
    if told:
        st.markdown("**Answers that change**", help=glossary()["changing_answers"].help)
        st.caption(f"{count(len(told), 'validation image')} so far, the latest change first.")
        _sheet(run, told[:_NEWEST], f"newest-{run.id}")


def restless(run: Run) -> None:
    """Once it has ended: the images whose answers changed most often."""
    told = watching.restless(_stories(run))
    if not told:
        st.markdown("No answer changed after the first epoch.")
        return
    said = f"{count(len(told), 'validation image')} changed sides, the most restless first."
    st.caption(f"{said} Hard images and wrong labels are often among them.")
    _sheet(run, told, f"restless-{run.id}")


def _sheet(run: Run, told: list[Story], key: str) -> None:
    try:
        images = tables.run_images(run.folder)
    except ProjectProblem:
        return
    known = [story for story in told if story.image_id in images.index]
    rows = images.loc[[story.image_id for story in known]].reset_index()
    rows["caption"] = [_caption(story) for story in known]
    rows["tone"] = ["ok" if story.correct else "wrong" for story in known]
    gallery(rows, run.project.thumbs, key, _A_PAGE)


def _caption(story: Story) -> str:
    """The last answers, one a line; what came before in a number."""
    *before, last = story.answers
    lines = [_answer(*answer) for answer in (*before[-1:], last)]
    if story.changes > 1:
        lines.append(f"changed {story.changes} times")
    return "\n".join(lines)


def _answer(epoch: int, name: str) -> str:
    return f"epoch {epoch}: {name}"


def _stories(run: Run) -> list[Story]:
    return _told(str(run.folder), tables.stamp(run.folder / watching.NAME))


@remembered
def _told(folder: str, stamp: str) -> list[Story]:
    return watching.stories(watching.read(Path(folder)))
