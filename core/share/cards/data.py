"""The data card: what is in the images, how they came, and what was done to them."""

from __future__ import annotations

from typing import Final

import pandas as pd

from core import audit
from core.audit import Asked, Scope
from core.catalogue import class_counts
from core.charts import class_bars, describe_class_bars
from core.project import now
from core.share.cards import decided
from core.share.cards.card import Block, Card, Facts, Gap, Kind, Plot, Points, Section, Table, Text
from core.share.cards.common import (
    counts_plot,
    hash_rows,
    megabytes,
    split_section,
    told,
)
from core.share.cards.facts import DataFacts
from core.trust.tested import of_shortcuts
from core.words import count, listing, percent

_FEW: Final = 30  # images of a class that are a start
_UNEVEN: Final = 4.0  # times as many images in one class as in another
_LISTED: Final = 200  # files that were not taken
HASHES: Final = {
    "catalogue": "Images and labels, as they stand",
    "seen": "Images and labels, as the run saw them",
    "split": "Table of the split (SHA-256)",
    "decisions": "Log of decisions (SHA-256)",
}


def data_card(facts: DataFacts) -> Card:
    """Everything that whoever uses the images should know, and plainly what is not known."""
    counts = class_counts(facts.images)
    sections = [
        _about(facts),
        _content(facts, counts),
        _coming(facts),
        _decisions(facts),
        _rejected(facts),
        _checks(facts),
        _together(facts),
        _shortcuts(facts),
        _limits(facts, counts),
        _origin(facts),
    ]
    if facts.divided is not None:
        sections.insert(7, split_section(facts.divided))
    lead = (
        f"{count(len(facts.images), 'image')} in {len(counts)} classes: "
        f"{listing([str(label) for label in counts['label']], 6)}."
    )
    return Card(Kind.DATA, f"Data card: {facts.project}", now(), lead, tuple(sections))


def _about(facts: DataFacts) -> Section:
    names = (
        *("collected_by", "collected_where", "collected_when", "collected_how"),
        *("people", "data_licence", "contact"),
    )
    named = (
        "This card names files of the data set: look at them before you hand it on."
        if facts.sources is not None
        else "This card names no files."
    )
    return Section("about", "Who made it, and how", (told(facts.fields, names), Text(named)))


def _content(facts: DataFacts, counts: pd.DataFrame) -> Section:
    images, total = facts.images, max(1, len(facts.images))
    if facts.divided is not None and facts.divided.catalogue == facts.hashes["catalogue"]:
        plot = counts_plot(facts.divided)
    else:
        title, alt = "Images of each class", describe_class_bars(counts)
        plot = Plot("classes", title, class_bars(counts), alt)
    rows = tuple(
        (str(label), f"{n:,}", percent(n / total))
        for label, n in zip(counts["label"], counts["images"], strict=True)
    )
    table = Table(
        ("Class", "Images", "Share"), rows, frozenset({1, 2}), "Every class", folded=len(rows) > 20
    )
    return Section("content", "What is in it", (plot, table, Facts(_files(images))))


def _files(images: pd.DataFrame) -> tuple[tuple[str, str], ...]:
    """Sizes, formats, cameras: what the files tell of themselves."""
    if images.empty:
        return ()
    size = (
        images["width"].astype(int).astype(str) + " × " + images["height"].astype(int).astype(str)
    )
    by_area = (images["width"] * images["height"]).sort_values(kind="stable").index
    smallest, middle, largest = (size[by_area[place]] for place in (0, len(by_area) // 2, -1))
    different = images["sha256"].nunique()
    told_size = f"from {smallest} to {largest}; {middle} in the middle"
    if size.nunique() == 1:
        told_size = f"all {middle}"
    rows = [
        ("Different files", f"{different:,} of {len(images):,}"),
        ("Size in pixels", told_size),
        ("Formats", _shares(images["format"])),
        ("Colour", _shares(images["mode"])),
        ("All files together", megabytes(float(images["bytes"].sum()))),
    ]
    taken = images["taken"].dropna().astype(str) if "taken" in images else pd.Series(dtype=str)
    if len(taken):
        told_by = f"({count(len(taken), 'file')} say so)"
        rows.append(("Taken", f"{taken.min()[:10]} to {taken.max()[:10]} {told_by}"))
    if "camera" in images and images["camera"].notna().any():
        rows.append(("Cameras", _shares(images["camera"].fillna("not told"))))
    return tuple(rows)


def _shares(values: pd.Series) -> str:
    """The commonest values with how many have them."""
    found = values.astype(str).value_counts()
    told_of = [f"{name} ({n:,})" for name, n in found.head(5).items()]
    more = f" and {len(found) - 5:,} more" if len(found) > 5 else ""
    return ", ".join(told_of) + more


def _coming(facts: DataFacts) -> Section:
    days = facts.images["added"].astype(str).str[:10] if "added" in facts.images else pd.Series()
    rows = [
        ("Project begun", facts.created[:10]),
        ("Images taken in", f"{facts.came:,}"),
        ("Images in use", f"{len(facts.images):,}"),
        ("Kept aside without a label", f"{facts.aside:,}"),
        ("Files not taken", f"{len(facts.rejected):,}"),
    ]
    if len(days):
        rows.insert(1, ("Taken in on", _shares(days)))
    for column, title in (("split_given", "Came with a split"), ("group", "Came with groups")):
        if column in facts.images:
            named = int((facts.images[column].fillna("") != "").sum())
            rows.append((title, count(named, "image") if named else "no"))
    return Section("coming", "How it came in", (Facts(tuple(rows)),))


def _decisions(facts: DataFacts) -> Section:
    blocks: list[Block] = [told(facts.fields, ("curated_by",)), decided.summary(facts.log)]
    if facts.log:
        blocks.append(decided.table(facts.log, facts.sources))
        words = "Files that the original archive holds never change; decisions are applied on top."
        blocks.append(Points((words,)))
    return Section("decisions", "What was decided", tuple(blocks))


def _rejected(facts: DataFacts) -> Section:
    rejected = facts.rejected
    if rejected.empty:
        return Section("rejected", "What was not taken", (Points(("Every file was taken.",)),))
    reasons = rejected["reason"].astype(str).value_counts()
    rows = tuple((str(reason), f"{n:,}") for reason, n in reasons.items())
    blocks: list[Block] = [Table(("Reason", "Files"), rows, frozenset({1}))]
    if facts.sources is not None:
        listed = rejected.head(_LISTED)
        files = tuple(
            (str(row.source), str(row.reason), str(row.detail or "")) for row in listed.itertuples()
        )
        more = len(rejected) - len(listed)
        title = "The files" + (f", the first {_LISTED}; {more:,} more" if more else "")
        head = ("File", "Reason", "What was found")
        blocks.append(Table(head, files, frozenset(), title, folded=len(files) > 8))
    return Section("rejected", "What was not taken", tuple(blocks))


def _checks(facts: DataFacts) -> Section:
    standing = facts.standing
    ran = [standing.asked[check.name] for check in audit.CHECKS if standing.asked[check.name].ran]
    rows = tuple(_check(facts, asked) for asked in ran if _has_found(facts, asked))
    clean = [asked.check.title.lower() for asked in ran if not _has_found(facts, asked)]
    head = ("Check", "Still open", "Dropped", "Relabelled", "Kept")
    blocks: list[Block] = []
    if rows:
        blocks.append(Table(head, rows, frozenset({1, 2, 3, 4})))
    lines = [str(remark) for _, remark in sorted(standing.remarks.items())]
    if clean:
        lines.insert(0, f"These checks found nothing: {listing(clean, len(clean))}.")
    if standing.came and standing.made:
        lines.append(f"{count(standing.came, 'image')} came after the checks had run.")
    if lines:
        blocks.append(Points(tuple(lines)))
    if not standing.complete:
        what = (
            "Not every check has looked at the images."
            if standing.made
            else (
                "Nobody has checked the images for dark, blurred, doubled or wrongly labelled ones."
            )
        )
        blocks.append(Gap(what, "Check the images: Clean page."))
    return Section("checks", "What the checks found, and what was done", tuple(blocks))


def _has_found(facts: DataFacts, asked: Asked) -> bool:
    return bool(asked.count() or any(facts.standing.decided.get(asked.check.name, {}).values()))


def _check(facts: DataFacts, asked: Asked) -> tuple[str, ...]:
    done = facts.standing.decided.get(asked.check.name, {})
    units = {Scope.IMAGE: "image", Scope.CLASS: "class", Scope.FILE: "file"}
    left = asked.count()
    unit = units[asked.check.scope]
    many = {"class": "classes"}.get(unit, f"{unit}s")
    still = f"{left:,}\u00a0{unit if left == 1 else many}" if left else "none"
    acts = (f"{done.get(act, 0):,}" for act in ("drop", "relabel", "keep"))
    return (asked.check.title, still, *acts)


def _together(facts: DataFacts) -> Section:
    repeated = len(facts.images) - facts.images["sha256"].nunique()
    lines = [
        f"{count(repeated, 'image')} are exact copies of others."
        if repeated
        else "No image is an exact copy of another."
    ]
    blocks: list[Block] = []
    if facts.near is None:
        gap = Gap("Whether images are nearly the same as others.", "Check the images: Clean page.")
        blocks.append(gap)
    else:
        groups, images = facts.near
        lines.append(
            f"{count(images, 'image')} are nearly the same as another, in {count(groups, 'group')}."
            if groups
            else "No image is nearly the same as another."
        )
    lines.append("Images that belong together count as one for a split: they stay on one side.")
    return Section("together", "What belongs together", (Points(tuple(lines)), *blocks))


def _shortcuts(facts: DataFacts) -> Section:
    title = "What gives the class away that should not"
    if facts.shortcuts is None:
        what = (
            "Whether the class can be told from what should not tell it, such as the border or "
            "the size of the file."
        )
        return Section("shortcuts", title, (Gap(what, "Run the preflight: Explore page."),))
    return Section("shortcuts", title, (Points(tuple(of_shortcuts(facts.shortcuts))),))


def _limits(facts: DataFacts, counts: pd.DataFrame) -> Section:
    lines = []
    few = counts.loc[counts["images"] < _FEW, "label"].astype(str).tolist()
    if few:
        lines.append(f"Fewer than {_FEW} images show {listing(few, 8)}.")
    if len(counts) > 1:
        most, least = counts.iloc[0], counts.iloc[-1]
        if most["images"] >= _UNEVEN * max(1, least["images"]):
            lines.append(
                f"The classes are uneven: {most['images']:,} images of {most['label']}, "
                f"{least['images']:,} of {least['label']}."
            )
    open_ones = sum(asked.count() for asked in facts.standing.asked.values())
    if open_ones:
        lines.append(f"The checks still ask about {count(open_ones, 'thing')}, listed above.")
    lines.append("Places, cameras, seasons and people that are not in the images: it has none.")
    rows = told(facts.fields, ("data_limits",))
    return Section("limits", "Known limits", (rows, Points(tuple(lines))))


def _origin(facts: DataFacts) -> Section:
    rows = hash_rows(facts.hashes, HASHES)
    return Section(
        "origin",
        "Where this card comes from",
        (Facts(rows), *_same(facts)),
    )


def _same(facts: DataFacts) -> tuple[Block, ...]:
    if facts.divided is None:
        return ()
    run = facts.divided.run
    if facts.divided.catalogue == facts.hashes["catalogue"]:
        return (Points((f"{run} learnt from exactly these images and labels.",)),)
    text = f"Images or labels have changed since {run} was trained: this card tells of them now."
    return (Points((text,)),)
