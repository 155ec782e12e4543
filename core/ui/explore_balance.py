"""How the images are spread over the classes, what that means, and what training does about it."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
import streamlit as st

from core import balance, charts, split
from core.errors import DataProblem
from core.lessons import glossary, lesson
from core.project import Project
from core.settings import Balance, TrainSettings
from core.ui import explore_parts, problems, tables
from core.ui.plots import made
from core.words import count, percent, plain

_STEADY: Final = 20  # test images of a class; fewer, and one more mistake is five points


def show(project: Project) -> None:
    """The classes by split, advice in words, and the weights that training will use."""
    counts = tables.counts(project)
    sides: pd.DataFrame | None = None
    try:
        sides = tables.sides(project, split.in_force(project))
    except DataProblem as problem:
        problems.show(problem)
    with st.container(key="stacking-balance"):
        words, chart = st.columns([2, 3], gap="large")
    with words:
        st.markdown(evenness(counts), help=glossary()["class_balance"].help)
        if sides is not None:
            st.markdown(judged(sides))
    with chart:
        shown = counts if sides is None else sides
        figure, alt = made(charts.class_bars, shown), charts.describe_class_bars(shown)
        explore_parts.chart(figure, alt, "balance-bars")
        st.markdown(lesson("explore/balance"))
    if sides is not None:
        _training(sides)


def evenness(counts: pd.DataFrame) -> str:
    """How uneven the classes are, what that does to accuracy, and what would even it out."""
    largest, smallest = int(counts["images"].iloc[0]), int(counts["images"].iloc[-1])
    most, least = (plain(str(counts["label"].iloc[place])) for place in (0, -1))
    share = percent(largest / int(counts["images"].sum()))
    lazy = f"Always answering *{most}* would be right {share} of the time"
    if len(counts) < 2:
        return f"There is one class, with {count(largest, 'image')}. Learning needs two or more."
    if largest <= balance.UNEQUAL * smallest:
        return (
            f"**The classes are even**: {_range(smallest, largest)} each. {lazy}, so accuracy "
            "is a fair measure here."
        )
    numbers = [int(number) for number in counts["images"]]
    times = f"{largest / smallest:.1f}".removesuffix(".0")
    short = balance.missing(numbers, 0.5)
    text = (
        f"**The classes are uneven**: *{most}* has {times} times as many images as *{least}* "
        f"({largest:,} to {smallest:,}). {lazy}, so look at "
        "balanced accuracy as well as accuracy: it counts every class the same.\n\n"
        f"{count(sum(balance.missing(numbers)), 'more image')} would make all classes as large "
        f"as *{most}*."
    )
    if not any(short):
        return text
    which = {plain(str(label)): n for label, n in zip(counts["label"], short, strict=True) if n}
    listed = ", ".join(f"{n:,} of *{label}*" for label, n in list(which.items())[-5:])
    more = f" and images of {len(which) - 5} other classes" if len(which) > 5 else ""
    return f"{text} A good first step is half of that size for every class: {listed}{more}."


def judged(sides: pd.DataFrame) -> str:
    """How finely the class with the fewest test images can be judged."""
    tests = sides[sides["split"] == "test"].sort_values(["images", "label"])
    if tests.empty:
        return ""
    label, number = plain(str(tests["label"].iloc[0])), int(tests["images"].iloc[0])
    step = percent(1 / number, 0)
    if number >= _STEADY:
        return (
            f"Every class has at least {count(number, 'test image')}: one more mistake moves its "
            f"share of right answers by {step} or less."
        )
    return (
        f"*{label}* is tested on {count(number, 'image')} only: one more mistake moves its share "
        f"of right answers by {step}. Read such numbers with care."
    )


def weights_told(counts: dict[str, int]) -> str:
    """What training does about unequal classes, by the settings it starts with."""
    chosen = balance.class_weights(list(counts.values()), TrainSettings().balance)
    if chosen is None:
        return (
            "Training does nothing about balance here: no class has more than "
            f"{balance.UNEQUAL:g} times the training images of another, so every image counts 1."
        )
    rare = min(counts, key=lambda label: counts[label])
    common = max(counts, key=lambda label: counts[label])
    weight = dict(zip(counts, chosen, strict=True))
    return (
        "Training gives every image a **weight**, so that each class counts the same in total: "
        f"an image of *{plain(rare)}* counts {weight[rare]:.2f}, one of *{plain(common)}* "
        f"{weight[common]:.2f}. No image is shown more often than another. Under *All settings* "
        "on the Train page, *Unequal classes* turns this on for any data, or off."
    )


def _training(sides: pd.DataFrame) -> None:
    """The weights in words and, where there are any, as numbers."""
    train = sides[sides["split"] == "train"].sort_values(["images", "label"])
    counts = {str(k): int(n) for k, n in zip(train["label"], train["images"], strict=True)}
    st.header("What training does about it", anchor=False)
    st.markdown(weights_told(counts), help=glossary()["balance"].help)
    weights = balance.class_weights(list(counts.values()), Balance.AUTO)
    if weights is None:
        return
    table: dict[str, Any] = {
        "Class": list(counts),
        "Training images": list(counts.values()),
        "Each counts": [f"{weight:.2f}" for weight in weights],
        "Together": [f"{n * w:.1f}" for n, w in zip(counts.values(), weights, strict=True)],
    }
    st.dataframe(
        pd.DataFrame(table),
        hide_index=True,
        key="class-weights",
        alt="The weight of an image of each class in training",
    )


def _range(smallest: int, largest: int) -> str:
    return count(largest, "image") if smallest == largest else f"{smallest:,} to {largest:,} images"
