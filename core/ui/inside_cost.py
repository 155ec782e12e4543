"""What it cost: AlexNet in 2012, the pretrained network, and the learner's own run, measured."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from core.effort import ALEXNET, Effort, Stage, effort
from core.jobs import Run, runs_of
from core.lessons import glossary, lesson
from core.project import Project
from core.settings import Backbone, Method, TrainSettings
from core.ui import asking, frame, outcome, sealed, tables
from core.words import between, count, duration, large, percent, plain

_LOOKING: Final = "core.jobs.seeing:looking"
_LEARNING: Final = "core.jobs.seeing:learning"
_COME: Final = ":material/hourglass_top: The layers are being counted, and the network is timed."
_TIMED: Final = 24  # images by which the speed is measured
_DAY: Final = 86_400
_NOT_TOLD: Final = "not told"
_VIEWED: Final = (Method.HEAD, Method.FINETUNE)  # by which altered views are looked at once
_ABOUT: Final = (
    *("Learnt from", "Saw each", "Numbers that were learnt", "Multiply-adds for one image"),
    *("Computer", "Time", "All multiply-adds, about", "How good"),
)
_ALEXNET: Final = (
    "1.2 million photos of 1,000 kinds of things",
    f"about {ALEXNET.epochs} times",
    large(ALEXNET.parameters),
    large(ALEXNET.multiply_adds),
    "two graphics cards, GTX 580 with 3 GB each",
    "five to six days",
    large(ALEXNET.total),
    "37.5 % wrong on the contest's test photos of 2010, 40.7 % on the validation photos of 2012",
)
# As its makers published it, see the sources: name, parameters, multiply-adds, accuracy on ImageNet
_PUBLISHED: Final = {
    Backbone.LITE0: ("EfficientNet-Lite0, 2020", "4.7 million", "407 million", 0.751),
    Backbone.LITE2: ("EfficientNet-Lite2, 2020", "6.1 million", "899 million", 0.776),
}
_BORROWED: Final = (
    "Your run is short because it begins with a network that somebody else has trained: the middle "
    "column. That was paid once, and nobody has to pay it again."
)
_OWN: Final = (
    "Your run began from nothing, as AlexNet did, and is short because its network is small and "
    "its images are few. The network in the middle column was not used."
)


def show(project: Project) -> None:
    """The three side by side, and what follows from that."""
    st.markdown(lesson("inside/cost"))
    runs = outcome.scored(runs_of(project))
    run = outcome.choose(project, runs) if runs else None
    backbone = run.settings.backbone if run else TrainSettings().backbone
    hashes = tables.images(project)["sha256"].astype(str).tolist()
    asked = [asking.question(_LOOKING, str(project.folder), hashes[:_TIMED], str(backbone))]
    if run:
        asked.append(asking.question(_LEARNING, str(run.folder)))
    found = [asking.answered(one, silent=at > 0) for at, one in enumerate(asked)]
    if any(answer is None for answer in found):
        if all(map(asking.is_on_its_way, asked)):
            st.caption(_COME)
        asking.look_again(*asked)
        return
    columns = {"AlexNet, 2012": _ALEXNET, _PUBLISHED[backbone][0]: _network(backbone, found[0])}
    took = None
    if run:
        report = tables.report(run.folder)
        took = _took(run, report, found[1])
        columns["Your run"] = _run(run, report, found[1], took)
    with st.container(key="then-and-now"):
        st.markdown(_table(columns), help=glossary()["multiply_add"].help)
    if run:
        st.caption(f"Your run: {plain(run.name)}. Its times and its computer are from its record.")
    else:
        st.info("Train a classifier, and your own run stands here beside them.")
        frame.link("train", "Go to training", project)
    _follows(found[0], len(hashes), took)
    st.markdown(lesson("inside/sources"))


def _network(backbone: Backbone, found: dict[str, Any]) -> tuple[str, ...]:
    """The column of the pretrained network."""
    _, numbers, multiply_adds, accuracy = _PUBLISHED[backbone]
    return (
        "ImageNet: more than a million photos of 1,000 kinds of things",
        _NOT_TOLD,
        f"{numbers}; {large(found['parameters'])} of them work here, without its last layer",
        f"{multiply_adds} as published; {large(found['multiply_adds'])} counted here",
        _NOT_TOLD,
        _NOT_TOLD,
        _NOT_TOLD,
        f"{percent(1 - accuracy)} wrong on ImageNet",
    )


def _run(run: Run, report: dict[str, Any], found: dict[str, Any], took: Effort) -> tuple[str, ...]:
    """The column of the learner's own run."""
    seconds, hardware = report.get("seconds", {}), report.get("hardware", {})
    parts = [
        f"{seconds[name]:.1f} seconds {told}"
        for name, told in (("features", "to look at the images"), ("train", "to learn"))
        if name in seconds
    ]
    score = report[sealed.VALIDATION]
    wrong = percent(1 - score["accuracy"])
    span = between(1 - score["accuracy_high"], 1 - score["accuracy_low"])
    return (
        f"{count(report['n']['train'], 'image')} of {count(len(run.classes), 'class', 'classes')}",
        count(int(report["epochs_run"]), "time"),
        large(found["stages"][str(run.settings.method)]["parameters"]),
        large(found["multiply_adds"]),
        f"{plain(str(hardware['processor']))}, {count(int(hardware['cores']), 'core')}"
        if hardware
        else "not recorded",
        ", ".join(parts) or "not recorded",
        large(took.total),
        f"another question: {wrong} wrong on your validation images ({span}, 95 % interval)",
    )


def _took(run: Run, report: dict[str, Any], found: dict[str, Any]) -> Effort:
    views = run.settings.views if run.recipe.active and run.settings.method in _VIEWED else 0
    stages = {
        name: Stage(**counted, epochs=int(report["stages"][name]["epochs_run"]))
        for name, counted in found["stages"].items()
    }
    return effort(run.settings.method, report["n"], views, found["looking"], stages)


def _table(columns: dict[str, tuple[str, ...]]) -> str:
    lines = ["| | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    lines += [
        f"| **{about}** | " + " | ".join(cells) + " |"
        for about, *cells in zip(_ABOUT, *columns.values(), strict=True)
    ]
    return "\n".join(lines)


def _follows(found: dict[str, Any], images: int, took: Effort | None) -> None:
    """What the figures come to, each from what was counted or measured."""
    st.header("What follows", anchor=False)
    if took is not None:
        why = _BORROWED if took.looked else _OWN
        spared = sum(ALEXNET.seconds_for(took.total)) / 2
        st.markdown(
            f"**It is not the computer.** At the speed that AlexNet's two cards kept up, all the "
            f"arithmetic of your run takes them about {duration(spared)}. {why}"
        )
    rate = found["images"] / found["seconds"]
    speed = rate * found["multiply_adds"]
    days = ALEXNET.total / speed / _DAY
    st.markdown(
        f"**This computer** looked at {count(found['images'], 'image')} just now, "
        f"{rate:,.0f} a second: {large(int(speed))} multiply-adds a second. At that speed all your "
        f"{count(images, 'image')} take {duration(images / rate)}, and AlexNet's training would "
        f"take about {count(round(days), 'day')}. Where a run's record tells much less time for "
        "looking, the network had seen the images before, and what it saw was kept. Other work "
        "at the same time slows all of this."
    )
