"""From folders to classes: which folder holds the class folders, and which name a split."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from core.ingest import kinds
from core.ingest.entries import Place
from core.ingest.sides import side_of, sides_of

Path = tuple[str, ...]

_UNLABELLED = frozenset({"unlabeled", "unlabelled", "unlabeleddata", "unlabelleddata", "nolabel"})
_ROOTS = 40  # folders that are offered as the one that holds the classes


def is_unlabelled(name: str) -> bool:
    """Whether ``name`` lies in a folder for images without a label."""
    if "nlabel" not in name and "olabel" not in name and name.islower():
        return False  # nearly all names
    folders = name.split("/")[:-1]
    return any(_squeezed(folder) in _UNLABELLED for folder in folders)


def places(names: Sequence[str], root: str | None = None) -> tuple[str, list[Place]]:
    """What the folders say of each of ``names``, and the folder that holds the classes.

    The class is the first folder below the root; deeper folders keep it. The root is the top,
    or the folder that all images lie in (``dataset/images/cat/1.jpg``: ``dataset/images``).
    Folders named after a split stand above the class folders (``train/cat/1.jpg``) or right
    below them (``cat/train/1.jpg``).

    Args:
        names: paths of files that may be images.
        root: the folder that holds the class folders, or those of a split; None finds it.
    """
    paths = [tuple(name.split("/")) for name in names]
    top = find_root(names) if root is None else tuple(part for part in root.split("/") if part)
    above = next((side for part in reversed(top) if (side := side_of(part))), None)
    split = _split_level(paths, top)
    if split:
        return "/".join(top), _below_split(paths, top, split)
    found = [_place(path, top, above) for path in paths]
    if above is None:
        found = _split_below_class(paths, top, found)
    return "/".join(top), found


def roots(names: Sequence[str]) -> list[str]:
    """Folders that may hold the class folders, from the top down, a few at most."""
    holders = {tuple(name.split("/")[:-1]) for name in names}
    above = {path[:depth] for path in holders for depth in range(len(path))}
    ordered = sorted(above, key=lambda path: (len(path), path))
    return ["/".join(path) for path in ordered[:_ROOTS]]


def find_root(names: Iterable[str]) -> Path:
    """The folders above the class folders.

    Goes down while there is a single way, to the first folder with two subfolders or more.
    Where there is none, all images are of one class: the first folder that holds any.
    """
    names = list(names)
    by_ending = [name for name in names if kinds.looks_like_image(name)]
    holding = {tuple(name.split("/")[:-1]) for name in by_ending or names}
    level = [path for path in holding if path]
    root: Path = ()
    single: Path | None = None
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


def _split_level(paths: Sequence[Path], root: Path) -> dict[str, str]:
    """The sides of the folders below ``root``, if these are the folders of a split."""
    depth = len(root)
    inside = [path[depth:] for path in paths if len(path) > depth + 1 and path[:depth] == root]
    children = {path[0] for path in inside}
    sides = sides_of(children)
    if not sides or len(sides) == len(children):
        return sides
    flat = any(len(path) == 2 for path in inside if path[0] in sides)
    return sides if len(set(sides.values())) > 1 and not flat else {}


def _below_split(paths: Sequence[Path], root: Path, split: dict[str, str]) -> list[Place]:
    """The places of files below the folders of a split, each with a root of its own."""
    depth = len(root)
    inside: dict[str, list[str]] = {child: [] for child in split}
    for path in paths:
        if len(path) > depth + 1 and path[:depth] == root and path[depth] in split:
            inside[path[depth]].append("/".join(path[depth + 1 :]))
    tops = {child: (*root, child, *find_root(rest)) for child, rest in inside.items()}
    found = []
    for path in paths:
        child = path[depth] if len(path) > depth + 1 and path[:depth] == root else ""
        if child not in split:
            found.append(Place(reason=_why_none(path, root)))
            continue
        place = _place(path, tops[child], split[child])
        if not place.label and len(path) == depth + 2:
            place = Place(side=split[child], reason="In a folder of a split, not of a class")
        found.append(place)
    return found


def _place(path: Path, root: Path, side: str | None) -> Place:
    """The class of the file at ``path``: the folder below ``root``, trimmed."""
    inside = len(path) >= len(root) + 2 and path[: len(root)] == root
    label = path[len(root)].strip() if inside else ""
    return Place(label, side) if label else Place(side=side, reason=_why_none(path, root))


def _split_below_class(paths: Sequence[Path], root: Path, found: list[Place]) -> list[Place]:
    """``found`` with sides, where every class folder is divided by folders of a split."""
    depth = len(root) + 1
    divided = []
    for path, place in zip(paths, found, strict=True):
        side = side_of(path[depth]) if len(path) > depth + 1 else None
        if place.label and side is None:
            return found
        divided.append(replace(place, side=side))
    return divided


def _why_none(path: Path, root: Path) -> str:
    if path[: len(root)] != root or len(path) == len(root):  # a file may bear that name
        return f"Not inside the folder '{root[-1]}' that holds the classes"
    if len(path) == len(root) + 1:
        return "Not in a class folder"
    if not path[len(root)].strip():
        return "The class folder has no name"
    return "Not in a folder of the split"


def _squeezed(folder: str) -> str:
    return "".join(char for char in folder.lower() if char not in " _-.")
