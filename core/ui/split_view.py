"""How the images are divided: choose, compare with plain chance, and put in force."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Collection
from pathlib import Path
from typing import Final

import pandas as pd
import streamlit as st

from core import charts, grouping, split
from core.audit import near_groups
from core.catalogue import in_force as images_in_force
from core.lessons import glossary, lesson
from core.project import Project
from core.settings import SplitSettings
from core.split import Summary
from core.ui import explore_parts, forms, path_view, problems, tables
from core.ui.gallery import gallery
from core.ui.remembered import remembered
from core.words import count, listing, percent

_SHARES: Final = ("validation", "test", "seed")
_EXAMPLES: Final = 12  # groups that are shown of those that chance tears apart
_TOGETHER: Final = {
    "near_duplicates": "near duplicates",
    "listed_groups": "listed groups",
    "name_stem": "same names",
    "burst": "bursts",
    "folder": "folders",
}
_SIDES: Final = {"train": "Training", "validation": "Validation", "test": "Test"}


@dataclasses.dataclass(frozen=True)
class _Comparison:
    """Two splits of the same images, by chance and as chosen, and what chance tears apart.

    Attributes:
        chance, chosen: judged by all groups that are known, also those that are not kept.
        examples: image_id, sha256, caption, badge of two images of a group, on two sides.
    """

    chance: Summary
    chosen: Summary
    examples: pd.DataFrame


def show(project: Project) -> None:
    """Shares, groups, the split that they give beside one by chance, and a button to use it."""
    used = split.in_force(project)
    offered = _offered(str(project.folder), tables.stamp(project.catalogue_file))
    chooser, meaning = st.columns([2, 3], gap="large")
    with chooser:
        st.markdown(lesson("explore/split"), help=glossary()["split"].help)
        chosen = _form(project, used, offered)
    found: _Comparison | None = None
    with meaning, problems.shown():
        found = _compare(str(project.folder), _stamp(project), json.dumps(chosen.to_dict()))
        _told(project, found, chosen)
        _use(project, used, chosen, offered)
    if found is not None:
        _beside(found)
        _examples(project, found)
        if found.chance.leaks > found.chosen.leaks:
            path_view.done(project, "split")


def _form(project: Project, used: SplitSettings, offered: Collection[str]) -> SplitSettings:
    """The settings as chosen, with the switches of ``offered``."""
    key = f"split-view-{project.id}-{tables.stamp(project.split_file)}"
    chosen = forms.settings_form(used, key, _SHARES)
    st.markdown("**What stays together**", help="Identical files always do.")
    return forms.settings_form(chosen, key, offered)


@remembered
def _offered(folder: str, stamp: str) -> tuple[str, ...]:
    """The switches that can change something here; near duplicates may be found any time."""
    images = images_in_force(Project(Path(folder)))
    found = {
        "keep_given": images.get("split_given"),
        "listed_groups": images.get("group"),
        "name_stem": _repeated(grouping.name_stems(images)),
        "burst": _repeated(grouping.bursts(images)) if "taken" in images else None,
        "folder": _repeated(grouping.inner_folders(images)),
    }
    able = [name for name, keys in found.items() if keys is not None and keys.notna().any()]
    return "near_duplicates", *able


def _repeated(keys: pd.Series) -> pd.Series:
    """The keys that more than one image has; nothing for the others."""
    return keys.where((keys != "") & keys.duplicated(keep=False))


def _stamp(project: Project) -> str:
    return tables.stamp(project.catalogue_file, project.decisions_file, project.audit_file)


@st.cache_data(max_entries=8, show_spinner="Dividing the images")
def _compare(folder: str, stamp: str, settings: str) -> _Comparison:
    """See `_Comparison`.

    Raises:
        DataProblem: the images cannot be divided so.
    """
    project, chosen = Project(Path(folder)), SplitSettings.from_dict(json.loads(settings))
    images = images_in_force(project)
    near = near_groups(project)
    all_known = dataclasses.replace(chosen, near_duplicates=True, listed_groups=True)
    known = grouping.groups(images, all_known, near)
    sides = split.divide(images, chosen, grouping.groups(images, chosen, near))
    alone = pd.Series(images["image_id"].to_numpy(), index=images["image_id"].to_numpy())
    chance = split.divide(images, chosen, alone)
    by_chance = split.summary(images, chance, known)
    return _Comparison(
        by_chance,
        split.summary(images, sides, known),
        _torn(images, chance, known, by_chance.torn[:_EXAMPLES]),
    )


def _torn(
    images: pd.DataFrame, sides: pd.Series, groups: pd.Series, names: tuple[str, ...]
) -> pd.DataFrame:
    """Two images of each of these groups, the first found on each of two sides."""
    table = images[["image_id", "sha256", "label", "source"]].reset_index(drop=True)
    table = table.assign(group=table["image_id"].map(groups), side=table["image_id"].map(sides))
    table = table[table["group"].isin(names)].drop_duplicates(["group", "side"])
    order = table["side"].map({side: place for place, side in enumerate(_SIDES)})
    table = table.assign(order=order).sort_values(["group", "order"], kind="stable")
    table = table.groupby("group", sort=False).head(2)
    files = table["source"].str.rsplit("/", n=1).str[-1]
    return table.assign(
        caption=table["label"] + "\n" + files, badge=table["side"].map(_SIDES), tone="warn"
    )[["image_id", "sha256", "caption", "badge", "tone"]]


def _told(project: Project, found: _Comparison, chosen: SplitSettings) -> None:
    """What is known of groups, and what chance would do to them, in words."""
    if near_groups(project) is None:
        st.info(
            "Near duplicates are known after the check of your images, on the Clean page. Until "
            "then, identical files and what you choose here stay together.",
            icon=":material/info:",
        )
    before, after = found.chance, found.chosen
    if not before.groups:
        st.markdown("No two of your images are known to belong together.")
    else:
        st.markdown(
            f"{count(before.grouped, 'image')} form {count(before.groups, 'group')} of images that "
            f"belong together. Divided by chance, {count(before.seen, 'validation or test image')} "
            f"would have a twin in training; as chosen here, {after.seen or 'none'}."
        )
    if chosen.keep_given and after.moved:
        st.markdown(
            f"{count(after.moved, 'image')} leave the side that the archive gives them, because "
            "their group lies on two sides, or because a side is missing there."
        )


def _use(
    project: Project, used: SplitSettings, chosen: SplitSettings, offered: Collection[str]
) -> None:
    """What training uses now, and the button that changes it."""
    same = chosen == used
    pressed = st.button(
        "Use this split",
        type="secondary" if same else "primary",
        icon=":material/check:",
        disabled=same,
        key="use-split",
    )
    if pressed:
        split.save(project, chosen)
        st.rerun()
    st.caption(
        f"Training uses {'this split' if same else 'another split, until you press the button'}: "
        f"{_in_words(used, offered)}."
    )


def _in_words(settings: SplitSettings, offered: Collection[str]) -> str:
    together = [
        words for name, words in _TOGETHER.items() if name in offered and getattr(settings, name)
    ]
    kept = listing(["identical files", *together], most=6)
    return (
        f"{percent(settings.validation, 0)} validation, {percent(settings.test, 0)} test, "
        f"seed {settings.seed}; {kept} together"
    )


def _beside(found: _Comparison) -> None:
    """Both splits as stacked bars, each with what leaks through it."""
    for column, title, one, key in zip(
        st.columns(2, gap="large"),
        ("By chance", "As chosen"),
        (found.chance, found.chosen),
        ("split-before", "split-after"),
        strict=True,
    ):
        with column:
            leaks = count(one.leaks, "pair") + " torn apart" if one.leaks else "nothing torn apart"
            st.markdown(f"**{title}**: {leaks}", help=glossary()["leakage"].help)
            figure, alt = charts.class_bars(one.counts), charts.describe_class_bars(one.counts)
            explore_parts.chart(figure, alt, key)


def _examples(project: Project, found: _Comparison) -> None:
    if found.examples.empty:
        return
    groups = count(len(found.chance.torn), "group")
    st.markdown(f"**What chance would tear apart**: {groups}. Two images each of the first:")
    gallery(found.examples, project.thumbs, "split-torn", 2 * _EXAMPLES)
