"""From the names of files to classes: which folder means which class, what is left out.

The names alone decide here; whether a file is an image, its content decides later.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from core.errors import DataProblem
from core.ingest import kinds

_JUNK_FOLDERS = {"__macosx": "added by macOS", "@eadir": "added by a network disk"}
_JUNK_FILES = {
    "thumbs.db": "added by Windows",
    "ehthumbs.db": "added by Windows",
    "desktop.ini": "added by Windows",
    ".ds_store": "added by macOS",
    "icon\N{REPLACEMENT CHARACTER}": "added by macOS",
}
_SPLITS = frozenset(["train", "training", "val", "valid", "validation", "test", "testing"])


@dataclass(frozen=True, slots=True)
class Entry:
    """A file that may be an image of a class.

    Attributes:
        index: its place among the names.
        name: its path inside the archive.
        label: its class.
        split_given: the side it was put on by whoever made the archive, if that was said.
        group: images with the same group belong together, if that was said.
    """

    index: int
    name: str
    label: str
    split_given: str | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that is left out by its name, and why (a short sentence)."""

    index: int
    name: str
    reason: str


@dataclass(frozen=True)
class Layout:
    """How the names of an archive were understood; every name is in exactly one list.

    Attributes:
        root: the folder that holds the class folders, ``''`` for the top.
        entries: files in class folders.
        rejected: files that a user would want to hear about.
        ignored: files that systems leave behind.
    """

    root: str
    entries: tuple[Entry, ...] = ()
    rejected: tuple[Skipped, ...] = ()
    ignored: tuple[Skipped, ...] = ()
    classes: dict[str, int] = field(init=False)
    """files by class, in alphabetical order"""

    def __post_init__(self) -> None:
        counts = Counter(entry.label for entry in self.entries)
        object.__setattr__(self, "classes", dict(sorted(counts.items())))


def understand(names: Sequence[str]) -> Layout:
    """Find the classes in ``names``, normalised paths of files as `names.normalise` makes them.

    The class is the first folder below the root; deeper folders keep it. The root is the top,
    or the folder that all images lie in (``dataset/images/cat/1.jpg``: ``dataset/images``).
    """
    ignored: list[Skipped] = []
    rejected: list[Skipped] = []
    candidates: list[tuple[int, str]] = []
    for index, name in enumerate(names):
        kind = kinds.by_extension(name)
        if (junk := _junk(name)) is not None:
            ignored.append(Skipped(index, name, junk))
        elif not name:
            rejected.append(Skipped(index, name, "The file has no name"))
        elif kind is not None:
            rejected.append(Skipped(index, name, f"Not an image: {kind}"))
        else:
            candidates.append((index, name))
    root = _find_root([name for _, name in candidates])
    entries = []
    for index, name in candidates:
        label = _label(name, root)
        if label:
            entries.append(Entry(index, name, label))
        else:
            rejected.append(Skipped(index, name, _why_no_class(name, root)))
    rejected.sort(key=lambda skipped: skipped.index)
    return Layout("/".join(root), tuple(entries), tuple(rejected), tuple(ignored))


def require_classes(counts: dict[str, int], max_classes: int, left_out: Iterable[str] = ()) -> None:
    """Check that there is something to tell apart.

    Args:
        counts: images by class, those that the project has included.
        max_classes: the most that are taken.
        left_out: the reasons of files that were not taken, to say what was found instead.

    Raises:
        DataProblem: there are no images, only one class, or too many classes.
    """
    found = _summary(left_out)
    if not counts:
        raise DataProblem(
            "No images were found",
            found or "There are no files",
            "Put the images in one folder for each class, such as cat/1.jpg and dog/1.jpg",
        )
    if len(counts) == 1:
        label, number = next(iter(counts.items()))
        raise DataProblem(
            "Only one class was found",
            f"All {number} images are in '{label}'{'; left out: ' + found if found else ''}",
            "Put the images in at least two folders, one for each class, such as cat/1.jpg "
            "and dog/1.jpg",
        )
    if len(counts) > max_classes:
        some = ", ".join(f"'{label}'" for label in list(counts)[:3])
        raise DataProblem(
            "There are too many classes",
            f"{len(counts):,} folders were found ({some} and so on), "
            f"at most {max_classes:,} are taken",
            "Use one folder for each class, not one for each image",
        )
    if all(label.strip().lower() in _SPLITS for label in counts):
        raise DataProblem(
            "The folders name a split, not classes",
            f"At the top are {', '.join(counts)}; class folders were expected there",
            "Make a zip of the class folders inside one of them; "
            "the images are split into training, validation and test later",
        )


def _summary(reasons: Iterable[str]) -> str:
    common = Counter(reasons).most_common(3)
    return "; ".join(f"{number} times '{reason}'" for reason, number in common)


def _junk(name: str) -> str | None:
    """Why nobody would miss this file, or None."""
    *folders, last = name.split("/")
    for folder in folders:
        if (reason := _JUNK_FOLDERS.get(folder.lower())) is not None:
            return reason
    if (reason := _JUNK_FILES.get(last.lower())) is not None:
        return reason
    if last.startswith("._"):
        return "added by macOS"
    if any(part.startswith(".") for part in (*folders, last)):
        return "a hidden file"
    return None


def _find_root(names: Iterable[str]) -> tuple[str, ...]:
    """The folders above the class folders.

    Goes down while there is a single way, to the first folder with two subfolders or more.
    Where there is none, all images are of one class: the first folder that holds any.
    """
    names = list(names)
    by_ending = [name for name in names if kinds.looks_like_image(name)]
    paths = [tuple(name.split("/")[:-1]) for name in by_ending or names]
    level: list[tuple[str, ...]] = [path for path in set(paths) if path]
    holding = set(paths)
    root: tuple[str, ...] = ()
    single: tuple[str, ...] | None = None
    while level:
        depth = len(root)
        children = {path[depth] for path in level if len(path) > depth}
        if len(children) > 1:
            return root
        if not children:
            break
        root = (*root, children.pop())
        if single is None and root in holding:
            single = root
    return single[:-1] if single else ()


def _label(name: str, root: tuple[str, ...]) -> str:
    """The class of ``name``: the folder below ``root``, trimmed; empty where there is none."""
    parts = name.split("/")
    if len(parts) < len(root) + 2 or tuple(parts[: len(root)]) != root:
        return ""
    return parts[len(root)].strip()


def _why_no_class(name: str, root: tuple[str, ...]) -> str:
    parts = tuple(name.split("/"))
    if parts[: len(root)] != root:
        return f"Not inside the folder '{root[-1]}' that holds the classes"
    if len(parts) == len(root) + 1:
        return "Not in a class folder"
    return "The class folder has no name"
