"""Why an image was answered so: where the model looked, and what it has seen that is alike."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import Any, Final

import pandas as pd
import streamlit as st

from core.errors import Problem
from core.gaze import BORDER_AREA, OUTSIDE_AREA, Way
from core.ui import asking
from core.ui.asking import Question
from core.ui.choice import one_of
from core.ui.errors_scope import Scope
from core.ui.gallery import gallery
from core.words import count, listing, percent, plain

PHOTO: Final = "photo"
_USUAL: Final = Way.GRAD_CAM
WAYS: Final[dict[str, str]] = {
    PHOTO: "Photo",
    Way.GRAD_CAM: "Grad-CAM",
    Way.GRAD_CAM_PLUS: "Grad-CAM++",
    Way.OCCLUSION: "Occlusion",
}
NEAREST: Final = 6
_PATIENCE: Final = 0.05  # seconds for both answers: the page is drawn, and again with them
_HEAT: Final = "core.jobs.explaining:heat"
_ALIKE: Final = "core.jobs.explaining:nearest"
_HEAT_COMES: Final = (  # as long as what comes in its place, so that nothing below it jumps
    ":material/hourglass_top: Finding out what spoke for *{target}*. It comes by itself, in a "
    "moment, or a little later while other work goes on."
)
_ALIKE_COME: Final = ":material/hourglass_top: Looking for them among the training images."
_HELP: Final = (
    "**Photo**: the image as it is. **Grad-CAM** paints warm where the picture spoke for a class, "
    "by the network's own gradients; **Grad-CAM++** does so more evenly where there are several "
    "such places. **Occlusion** covers one patch after the other and sees where the answer "
    "suffers: slower, and a check on the other two. What all three agree on is worth believing."
)


def begin(scope: Scope, row: pd.Series[Any]) -> None:
    """Have the worker seek what is alike to an image while the rest of it is drawn."""
    with suppress(Problem):  # `nearest` tells of it
        _alike(scope, row).answer(0)


def picture(scope: Scope, row: pd.Series[Any], photo: bytes | None) -> Question | None:
    """The image, or the heat over it in the way that the user chose; the question that is open.

    Args:
        scope: what the page looks at.
        row: the image's row of ``scope.answers``.
        photo: the image; None where it cannot be read.
    """
    name = str(row["source"])
    if photo is None:
        st.caption("This image cannot be shown: its file is gone or damaged.")
        return None
    place = st.container()
    way, target = _choices(row)
    if way == PHOTO:
        place.image(photo, width="stretch", alt=f"{name}, labelled {row['label']}")
        return None
    asked = asking.question(_HEAT, str(scope.run.folder), str(row["sha256"]), target, str(way))
    with place:
        found = asking.answered(asked, patience=_PATIENCE)
        if not found:
            st.image(photo, width="stretch", alt=f"{name}, labelled {row['label']}")
            if asking.is_on_its_way(asked):
                st.caption(_HEAT_COMES.format(target=plain(target)))
            return asked
        alt = f"{name}: {WAYS[way]}, warm where the picture speaks for {target}"
        st.image(found["overlay"], width="stretch", alt=alt)
        st.caption(_where(float(found["border"]), float(found["outside"]), target))
    return None


def nearest(scope: Scope, row: pd.Series[Any]) -> Question | None:
    """The training images that look most alike to the model, and what they say."""
    asked = _alike(scope, row)
    st.markdown("**Nearest training images**", help=_NEAREST_HELP)
    found = asking.answered(asked, silent=True, patience=0)  # it had the time of the heat
    if found is None:
        if asking.is_on_its_way(asked):
            st.caption(_ALIKE_COME)
        return asked
    if found:
        st.markdown(told(found, str(row["label"]), str(row["predicted"])))
        rows = pd.DataFrame(found)
        rows = rows.assign(caption=captions(rows))
        gallery(rows, scope.project.thumbs, f"nearest-{row['image_id']}", NEAREST)
    return None


def _alike(scope: Scope, row: pd.Series[Any]) -> Question:
    return asking.question(_ALIKE, str(scope.run.folder), str(row["sha256"]), NEAREST)


_NEAREST_HELP: Final = (
    "The images that the model learnt from and that look most alike to it: 100 % is the "
    "same, 0 % nothing in common. A wrong label among them may have taught it the mistake."
)


def captions(nearest: pd.DataFrame) -> list[str]:
    """What stands below each of the nearest training images: its label, and how alike it is."""
    pairs = zip(nearest["label"], nearest["similarity"], strict=True)
    return [f"{label}\n{percent(max(0.0, like), 0)} alike" for label, like in pairs]


def told(found: list[dict[str, Any]], label: str, predicted: str) -> str:
    """The labels of the nearest training images in words, and what that says of the answer."""
    labels = Counter(str(one["label"]) for one in found)
    said = _counted(labels.most_common())
    if label == predicted:
        return said
    half = len(found) / 2
    if labels[predicted] >= half > labels[label]:
        return f"{said} They speak for its answer: is the label wrong, or one of theirs?"
    if labels[label] >= half > labels[predicted]:
        return f"{said} They speak for the label: what it saw does not explain its answer."
    if not labels[label]:
        return f"{said} None of them is *{plain(label)}*, as this one is labelled."
    return said


def _counted(labels: list[tuple[str, int]]) -> str:
    """Labels and how often each was found: 'Of the 6 ..., 4 are *rust* and 2 are *fine*'."""
    number = sum(each for _, each in labels)
    names = [f"*{plain(name)}*" for name, _ in labels]
    if len(names) == 1:
        return f"All {count(number, 'training image')} that look most alike are {names[0]}."
    told = zip(labels, names, strict=True)  # a verb each: names may be numbers
    counts = [f"{each} {'is' if each == 1 else 'are'} {name}" for (_, each), name in told]
    return f"Of the {count(number, 'training image')} that look most alike, {listing(counts)}."


def _choices(row: pd.Series[Any]) -> tuple[str, str]:
    """How the image is drawn, and for which class the heat is."""
    label, said = str(row["label"]), str(row["predicted"])
    way = one_of("Look at", WAYS, "errors-way", first=_USUAL, help=_HELP)
    if way == PHOTO or label == said:
        return way, said
    names = {"said": f"for {said}, as it said", "label": f"for {label}, as labelled"}
    about = one_of(
        "Heat for", {key: plain(names[key]) for key in names}, "errors-heat-for", first="said"
    )
    return way, label if about == "label" else said


def _where(border: float, outside: float, target: str) -> str:
    return (
        f"Warm: what spoke for *{plain(target)}*. {percent(border, 0)} of the heat lies on the "
        f"border ({percent(BORDER_AREA, 0)} of what it sees), {percent(outside, 0)} outside the "
        f"middle ({percent(OUTSIDE_AREA, 0)})."
    )
