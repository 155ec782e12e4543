"""How a waiting upload is read: told in a sentence, and changed with a few choices."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import streamlit as st

from core.errors import SettingsProblem
from core.ingest import LabelsFrom, Reading
from core.ingest.patterns import CLASS, compile_pattern
from core.ingest.preview import Preview
from core.ingest.waiting import Waiting
from core.project import Project
from core.ui import problems, tables
from core.words import count, listing, plain

_TITLES: Final = {
    LabelsFrom.FOLDERS: "Folders",
    LabelsFrom.TABLE: "The table",
    LabelsFrom.NAMES: "File names",
    LabelsFrom.ONE: "One class for all",
    LabelsFrom.NOTHING: "No labels yet",
}
_CAPTIONS: Final = {
    LabelsFrom.FOLDERS: "The class is the folder that an image lies in",
    LabelsFrom.TABLE: "A table in the file tells the class of each image",
    LabelsFrom.NAMES: "The class is a part of the name, such as cat in cat_001.jpg",
    LabelsFrom.ONE: "You say what all of these images show",
    LabelsFrom.NOTHING: "All are kept aside, and you label them on this page",
}
_SIDES: Final = {"train": "training", "validation": "validation", "test": "test"}
_TOP: Final = "The top of the file"


def sentence(found: Preview) -> str:
    """In words: where the classes come from, and what becomes of a given split."""
    reading = found.reading
    match reading.labels:
        case _ if not found.images and not found.aside:
            return (
                "No folder, table or file name tells the classes of these images. "
                "You can say below how to read them."
            )
        case LabelsFrom.FOLDERS:
            where = f" inside *{plain(found.root)}*" if found.root else ""
            text = f"The **folder** of an image{where} tells its class."
        case LabelsFrom.TABLE:
            text = f"The **table** *{plain(reading.table)}* tells the class of each image."
        case LabelsFrom.NAMES:
            text = f"The **name** of each file tells its class: *{plain(reading.pattern)}*."
        case LabelsFrom.ONE:
            text = f"All images are of **one class**, {plain(reading.one)}."
        case LabelsFrom.NOTHING:
            text = "These images have **no labels yet**. They are kept aside until you label them."
    return f"{text} {_split(found)}".strip()


def _split(found: Preview) -> str:
    if not found.sides:
        return ""
    if len(found.sides) == 1 and not found.keeps_split:
        (side,) = found.sides
        return (
            f"All of them are called {_SIDES[side]} images; that divides nothing, so they are "
            "split here."
        )
    parts = listing([f"{number:,} for {_SIDES[side]}" for side, number in found.sides.items()])
    if found.keeps_split:
        return f"They come with a split, which is kept: {parts}."
    return f"They come with a split ({parts}), which is not kept."


def change(project: Project, upload: Waiting, found: Preview) -> Reading | None:
    """The choices of how to read ``upload``.

    Returns the reading that the user asks for where it is another than the present one.
    """
    key = upload.folder.name
    reading = found.reading
    ways = _ways(found)
    place = st.radio(
        "What tells the class of an image?",
        range(len(ways)),
        index=_place(ways, reading),
        format_func=lambda at: _title(ways[at], found),
        captions=[_CAPTIONS[way.labels] for way in ways],
        key=f"{key}-labels-{len(ways)}",
    )
    way = ways[place]
    if not _same_way(way, reading):
        one = way.one or _guess(upload) if way.labels is LabelsFrom.ONE else ""
        return replace(way, keep_split=reading.keep_split, one=one)
    key = f"{key}-{reading.labels}-{reading.table}"
    wanted = _details(project, found, key)
    wanted = _keep_split(found, wanted, key)
    wanted = _some_classes(found, wanted, key)
    return None if wanted == reading else wanted


def _ways(found: Preview) -> list[Reading]:
    """What the user can choose from, in a lasting order."""
    ways = [offer.reading for offer in found.offers if offer.reading.labels is LabelsFrom.FOLDERS]
    ways = ways or [Reading()]
    ways += [offer.reading for offer in found.offers if offer.reading.labels is LabelsFrom.TABLE]
    spelled = [offer.reading for offer in found.offers if offer.reading.labels is LabelsFrom.NAMES]
    ways += spelled[:1] or [Reading(LabelsFrom.NAMES)]
    return [*ways, Reading(LabelsFrom.ONE), Reading(LabelsFrom.NOTHING)]


def _place(ways: list[Reading], reading: Reading) -> int:
    return next((at for at, way in enumerate(ways) if _same_way(way, reading)), 0)


def _same_way(one: Reading, other: Reading) -> bool:
    return one.labels is other.labels and one.table == other.table


def _title(way: Reading, found: Preview) -> str:
    offer = next((offer for offer in found.offers if _same_way(offer.reading, way)), None)
    title = _TITLES[way.labels] + (f" {plain(way.table)}" if way.table else "")
    return f"{title} ({count(offer.classes, 'class', 'classes')})" if offer else title


def _guess(upload: Waiting) -> str:
    """A name for the class of all images, from that of the file."""
    return upload.name.rpartition("/")[2].partition(".")[0].strip() or "images"


def _details(project: Project, found: Preview, key: str) -> Reading:
    """What the chosen way leaves open: the folder, the pattern, or the class of all."""
    reading = found.reading
    if reading.labels is LabelsFrom.FOLDERS and len(found.roots) > 1:
        roots = list(dict.fromkeys([*found.roots, found.root]))
        root = st.selectbox(
            "The folder that holds the class folders",
            roots,
            index=roots.index(found.root),
            format_func=lambda path: path or _TOP,
            key=f"{key}-root",
        )
        if root != found.root:
            return replace(reading, root=root, rename=(), leave_out=())
    if reading.labels is LabelsFrom.NAMES:
        return _pattern(found, key)
    if reading.labels is LabelsFrom.ONE:
        here = [] if project.is_empty else list(tables.counts(project)["label"])
        classes = list(dict.fromkeys([reading.one, *here]))
        one = st.selectbox(
            "The class of all of them",
            classes,
            key=f"{key}-one",
            accept_new_options=True,
            help="Choose one that you have, or type a new one.",
        )
        return replace(reading, one=" ".join((one or reading.one).split()))
    return reading


def _pattern(found: Preview, key: str) -> Reading:
    offered = [o.reading.pattern for o in found.offers if o.reading.labels is LabelsFrom.NAMES]
    patterns = list(dict.fromkeys([found.reading.pattern, *offered]))
    pattern = st.selectbox(
        "The pattern of the names",
        patterns,
        key=f"{key}-pattern",
        accept_new_options=True,
        help=f"**{CLASS}** stands for the class, **#** for a number, **\\*** for anything. "
        f"So **{CLASS}_#** finds *cat* in *cat_001.jpg*, and **IMG-{CLASS}-#** finds it in "
        "*IMG-cat-3.jpg*. Type your own if none fits.",
    )
    if pattern in (None, found.reading.pattern):
        return found.reading
    try:
        compile_pattern(pattern)
    except SettingsProblem as problem:
        problems.show(problem)
        return found.reading
    return replace(found.reading, pattern=pattern, rename=(), leave_out=())


def _keep_split(found: Preview, wanted: Reading, key: str) -> Reading:
    if not found.sides:
        return wanted
    keep = st.toggle(
        "Keep the split that they come with",
        found.keeps_split,
        key=f"{key}-split",
        help="Images for training, validation and test stay what they are. Otherwise all of "
        "them are divided anew, as you choose later.",
    )
    return wanted if keep == found.keeps_split else replace(wanted, keep_split=keep)


def _some_classes(found: Preview, wanted: Reading, key: str) -> Reading:
    """Classes that are left out, and classes that get another name."""
    names = list(found.classes["found"])
    if not names or found.reading.labels is LabelsFrom.ONE:
        return wanted
    calls = dict(zip(found.classes["found"], found.classes["label"], strict=True))
    left_out = st.multiselect(
        "Classes to leave out",
        names,
        default=[name for name in found.reading.leave_out if name in calls],
        key=f"{key}-out",
        placeholder="None",
    )
    if set(left_out) != set(found.reading.leave_out):
        return replace(wanted, leave_out=tuple(left_out))
    row = st.form(f"{key}-rename", border=False, clear_on_submit=True)
    with row.container(horizontal=True, vertical_alignment="bottom"):
        label = st.selectbox("Rename a class", names, format_func=calls.__getitem__)
        to = st.text_input(
            "New name",
            max_chars=80,
            help="The name of another class makes one class of the two.",
        )
        renamed = st.form_submit_button("Rename")
    if renamed and label and to.strip():
        return wanted.renamed(label, to)
    return wanted
