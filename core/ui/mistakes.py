"""The mistakes page's parts: the score, what was taken for what, and the images behind it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, Final

import pandas as pd
import streamlit as st

from core import charts, results
from core.errors import DataProblem
from core.ingest import decode, original_path
from core.jobs import Run
from core.lessons import glossary, lesson
from core.project import Project
from core.ui import state, tables
from core.ui.gallery import gallery
from core.ui.matrix import confusion_matrix
from core.ui.outcome import how_trained
from core.ui.words import count, interval, percent, plain

Metrics = dict[str, Any]
_SIDES: Final = {"test": "Test images", "validation": "Validation images"}
_PREVIEW: Final = 480
_A_PAGE: Final = 30
TOO_KIND: Final = (
    "The best epoch was chosen with these images, so this score is a little too kind. "
    "The test images had no say in anything."
)


def choose_run(project: Project, runs: list[Run]) -> Run:
    """The finished run to look at: the one in the address, else the newest."""
    ids = [run.id for run in runs]
    by_id = dict(zip(ids, runs, strict=True))
    wanted = state.run_id()
    chosen = st.selectbox(
        "Run",
        ids,
        index=ids.index(wanted) if wanted in by_id else 0,
        format_func=lambda key: _describe(by_id[key]),
        key=f"run-of-{project.id}",
        filter_mode=None,
    )
    state.choose_run(chosen)
    return by_id[chosen]


def choose_side() -> str:
    """Which images to look at: 'test' or 'validation'."""
    chosen = st.segmented_control(
        "Images",
        list(_SIDES),
        default="test",
        format_func=_SIDES.__getitem__,
        required=True,
        key="side",
        help=f"{glossary()['test'].help}\n\n{glossary()['validation'].help}",
    )
    return chosen or "test"


def images_called(side: str) -> str:
    """What the images of a side are called within a sentence."""
    return "test images that it had never seen" if side == "test" else "validation images"


def scores(found: Metrics) -> None:
    """The four figures that sum up a side."""
    terms = glossary()
    between = interval(found["accuracy_low"], found["accuracy_high"])
    with st.container(key="figures-scores", horizontal=True, gap="large"):
        _figure("Accuracy", percent(found["accuracy"]), terms["accuracy"].help, between)
        for name in ("balanced_accuracy", "macro_f1", "majority_baseline"):
            _figure(terms[name].term, percent(found[name]), terms[name].help)


def mixups(project: Project, run: Run, found: Metrics, classes: list[str], side: str) -> None:
    """The confusion matrix, and the images of the chosen cell, or else the worst mistakes."""
    st.markdown("What was taken for what", help=glossary()["confusion"].help)
    cell = confusion_matrix(found["confusion"], classes, key=f"matrix-{run.id}-{side}")
    answers = tables.predictions(run.folder)
    answers = answers[answers["split"] == side]
    if cell:
        truth, said = cell
        rows = answers[(answers["label"] == truth) & (answers["predicted"] == said)]
        rows = rows.sort_values("confidence", ascending=truth == said)
        st.header(_cell_title(len(rows), truth, said), anchor=False)
        st.caption("Choose the cell again to see all mistakes.")
    else:
        rows = results.worst_mistakes(answers)
        st.header(f"{count(len(rows), 'mistake')}, the worst first", anchor=False)
    told = zip(rows["predicted"], rows["confidence"], rows["label"], strict=True)
    say = _sure if cell else _said
    rows = rows.assign(caption=[say(*answer) for answer in told])
    _images(project, rows, classes, key=f"{run.id}-{side}-{'-'.join(cell or ())}")


def by_class(found: Metrics) -> None:
    """Each class: how many images, how often found, how often named in vain."""
    terms = glossary()
    rows = found["per_class"]
    st.plotly_chart(
        charts.recall_bars(rows),
        config=charts.PLOTLY_CONFIG,
        alt=charts.describe_recall_bars(rows),
        key="recall-bars",
    )
    st.dataframe(
        pd.DataFrame(
            {
                "Class": [row["label"] for row in rows],
                "Images": [row["n"] for row in rows],
                "Precision": [_share(row["precision"], row["predicted"]) for row in rows],
                "Recall": [_share(row["recall"], row["n"]) for row in rows],
                "95 % interval": [_between(row) for row in rows],
                "F1": [_share(row["f1"], row["n"] + row["predicted"]) for row in rows],
            }
        ),
        hide_index=True,
        key="per-class",
        alt="Precision and recall of each class",
        column_config={
            "Images": st.column_config.NumberColumn(help=terms["n"].help),
            "Precision": st.column_config.TextColumn(help=terms["precision"].help),
            "Recall": st.column_config.TextColumn(help=terms["recall"].help),
            "95 % interval": st.column_config.TextColumn(help=terms["interval"].help),
            "F1": st.column_config.TextColumn(help=terms["f1"].help),
        },
    )


def _images(project: Project, rows: pd.DataFrame, classes: list[str], key: str) -> None:
    """The images of ``rows``, and beside them the one that was chosen."""
    if rows.empty:
        st.markdown("There are none. Either it is that good, or there are too few images to tell.")
        return
    with st.container(key="stacking-answers"):
        images, beside = st.columns([3, 2], gap="large")
    with images:
        opened = gallery(rows, project.thumbs, f"answers-{key}", _A_PAGE, opens=True).opened
    with beside:
        if opened:
            _detail(project, rows[rows["image_id"] == opened].iloc[0], classes)
        else:
            st.markdown("**Choose an image to look at it closely.**")
            st.markdown(lesson("errors"))


def _detail(project: Project, row: pd.Series[Any], classes: list[str]) -> None:
    probabilities = [float(row[f"p_{place}"]) for place in range(len(classes))]
    told = (classes, probabilities, row["label"], row["predicted"])
    name = str(row["source"])
    with st.container(border=True, key="detail"):
        st.markdown(_verdict(row), help=glossary()["confidence"].help)
        shown = preview(str(project.folder), row["sha256"])
        if shown:
            st.image(shown, width="stretch", alt=f"{name}, labelled {row['label']}")
        else:
            st.caption("This image cannot be shown: its file is gone or damaged.")
        st.plotly_chart(
            charts.probability_bars(*told),
            config=charts.PLOTLY_CONFIG,
            alt=charts.describe_probability_bars(*told),
            key="probabilities",
        )
        st.caption(f"File: {plain(name)}")


@st.cache_data(max_entries=32, show_spinner=False)
def preview(folder: str, sha256: str) -> bytes | None:
    """An original, upright and no larger than needed, as WebP; None where it cannot be read."""
    try:
        image = decode(original_path(Path(folder), sha256).read_bytes(), at_least=_PREVIEW // 2)
    except (OSError, DataProblem):
        return None
    image.thumbnail((_PREVIEW, _PREVIEW))
    target = io.BytesIO()
    image.save(target, "WEBP", quality=85)
    return target.getvalue()


def _figure(label: str, value: str, help: str, below: str = "") -> None:
    st.metric(
        label,
        value,
        below or None,
        delta_color="off",
        delta_arrow="off",
        help=help,
        width="content",
    )


def _describe(run: Run) -> str:
    accuracy = percent(tables.report(run.folder)["test"]["accuracy"])
    return f"{run.name}: {accuracy}, {how_trained(run)}"


def _cell_title(number: int, truth: str, said: str) -> str:
    images = count(number, "image")
    if truth == said:
        return f"{images} of {plain(truth)} answered right, the least sure first"
    return f"{images} of {plain(truth)} taken for {plain(said)}, the surest first"


def _said(predicted: str, confidence: float, label: str) -> str:
    return f"said {predicted}, {percent(confidence, 0)}\nlabelled {label}"


def _sure(predicted: str, confidence: float, label: str) -> str:
    return f"{percent(confidence, 0)} sure"


def _verdict(row: pd.Series[Any]) -> str:
    sure = f"**{plain(row['predicted'])}** with {percent(float(row['confidence']))}"
    if row["correct"]:
        return f"It said {sure}, and that is the label."
    return f"It said {sure}. The label is **{plain(row['label'])}**."


def _share(value: float, of: int) -> str:
    return percent(value) if of else "no images"


def _between(row: Metrics) -> str:
    return interval(row["recall_low"], row["recall_high"]) if row["n"] else "unknown"
