"""Class by class: how often found, how often named in vain, and what another threshold would do."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
import streamlit as st

from core import charts, curves
from core.charts import class_curves
from core.charts.class_curves import Now
from core.curves import ClassCurves
from core.lessons import glossary
from core.ui import tables
from core.ui.choice import one_of
from core.ui.errors_scope import Scope
from core.ui.plots import made, plot
from core.words import interval, plain

_KINDS: Final = {"pr": "Precision and recall", "roc": "ROC"}
_ABOUT: Final = {
    "pr": "Whoever calls an image *{label}* only where that is very likely is seldom wrong and "
    "overlooks many; whoever calls more finds more, and is wrong more often. Each point of the "
    "curve is one such threshold.",
    "roc": "Each point of the curve is one threshold: how many of *{label}* are found, and how "
    "many of all other images are called so too. Where a class is rare, the other curve says more.",
}
_TERMS: Final = {"pr": "average_precision", "roc": "auc"}


def show(scope: Scope) -> None:
    """The bars of recall, the table, and the curves of one class."""
    rows = scope.found["per_class"]
    plot(
        made(charts.recall_bars, rows),
        alt=charts.describe_recall_bars(rows),
        key="recall-bars",
    )
    by_class = _curves(scope)
    _table(rows, by_class)
    _one_class(rows, by_class)


def _table(rows: list[dict[str, Any]], by_class: list[ClassCurves]) -> None:
    terms = glossary()
    content, columns = {"Class": [row["label"] for row in rows]}, {}
    content["Images"] = [row["n"] for row in rows]
    columns["Images"] = st.column_config.NumberColumn(help=terms["n"].help)
    precision = [curves.precision_interval(row["correct"], row["predicted"]) for row in rows]
    recall = [(row["recall_low"], row["recall_high"]) for row in rows]
    f1 = [curves.f1_interval(row["correct"], row["n"], row["predicted"]) for row in rows]
    of = {
        "precision": ([row["predicted"] for row in rows], precision),
        "recall": ([row["n"] for row in rows], recall),
        "f1": ([row["n"] + row["predicted"] for row in rows], f1),
    }
    for name, (trials, ends) in of.items():
        title = terms[name].term
        known = [row[name] if number else None for row, number in zip(rows, trials, strict=True)]
        content[title] = [None if share is None else 100 * share for share in known]
        content[f"{title}, 95 %"] = [
            interval(*each) if number else "unknown"
            for each, number in zip(ends, trials, strict=True)
        ]
        columns[title] = st.column_config.NumberColumn(format="%.1f %%", help=terms[name].help)
        columns[f"{title}, 95 %"] = st.column_config.TextColumn(help=terms["interval"].help)
    for key, title in (("average_precision", "Average precision"), ("auc", "AUC")):
        both = [each.precision_recall if key != "auc" else each.roc for each in by_class]
        content[title] = [each.area if each.positives else None for each in both]
        columns[title] = st.column_config.NumberColumn(format="%.3f", help=terms[key].help)
    st.dataframe(
        pd.DataFrame(content),
        hide_index=True,
        key="per-class",
        alt="Precision, recall and F1 of each class with their 95 % intervals",
        column_config=columns,
    )


def _one_class(rows: list[dict[str, Any]], by_class: list[ClassCurves]) -> None:
    """The curves of the class that the user chose; the weakest to begin with."""
    known = [row for row in rows if 0 < row["n"] < sum(each["n"] for each in rows)]
    if not known:
        return
    st.header("One class at every threshold", anchor=False)
    labels = [row["label"] for row in known]
    weakest = min(range(len(known)), key=lambda place: known[place]["recall"])
    with st.container(horizontal=True, key="curve-choice"):
        label = st.selectbox("Class", labels, index=weakest, key="curve-class", width=280)
        kind = one_of("Curve", _KINDS, "curve-kind", first="pr", is_labelled=True)
    row = known[labels.index(label)]
    st.markdown(_ABOUT[kind].format(label=plain(label)), help=glossary()[_TERMS[kind]].help)
    _draw(by_class, label, kind, _now(row, rows))
    one = next(each for each in by_class if each.label == label)
    curve = one.precision_recall if kind == "pr" else one.roc
    name = glossary()[_TERMS[kind]].term
    st.caption(
        f"{name}: {curve.area:.3f}, 95 % interval {curve.low:.3f} to {curve.high:.3f}, from "
        f"{curve.positives:,} images of this class and {curve.negatives:,} others."
    )


def _draw(by_class: list[ClassCurves], label: str, kind: str, now: Now) -> None:
    if kind == "pr":
        figure = class_curves.precision_recall_curve(by_class, label, now)
        alt = class_curves.describe_precision_recall_curve(by_class, label, now)
    else:
        figure = class_curves.roc_curve(by_class, label, now)
        alt = class_curves.describe_roc_curve(by_class, label, now)
    plot(figure, alt=alt, key="class-curve")


def _now(row: dict[str, Any], rows: list[dict[str, Any]]) -> Now:
    others = sum(each["n"] for each in rows) - row["n"]
    alarms = row["predicted"] - row["correct"]
    precision = row["precision"] if row["predicted"] else None
    return Now(row["recall"], precision, min(1.0, alarms / others))


def _curves(scope: Scope) -> list[ClassCurves]:
    stamp = tables.stamp(scope.run.predictions_file)
    return _by_class(f"{scope.run.folder} {scope.side} {stamp}", scope)


@st.cache_resource(max_entries=8, show_spinner=False)
def _by_class(content: str, _scope: Scope) -> list[ClassCurves]:
    return curves.by_class(_scope.answers, _scope.classes)
