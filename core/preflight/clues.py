"""What each cue looks at: numbers and categories of every image, and words for them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.preflight.colours import name_of
from core.preflight.pixels import RIMS, Pixels
from core.probe import Matrix, compress

Numbers = NDArray[np.floating[Any]]
_RARE = 2  # a category that fewer images have is lumped with the other rare ones
_MOST_KINDS = 64
_STEP_EDGES = (-64, -32, -16, -8, 8, 16, 32, 64)
_AROUND = 64  # principal components of the surroundings
_LETTER, _DIGIT, _BETWEEN = r"[^\W\d_]", r"\d", r"[\W_]*"


@dataclass(frozen=True)
class Number:
    """A number of every image; NaN where it has none.

    Attributes:
        what: in words that follow "have" and come before "above 3".
        values: one an image.
        written: a value in words.
    """

    what: str
    values: Numbers
    written: Callable[[float], str] = lambda value: f"{value:,.0f}"


@dataclass(frozen=True)
class Clues:
    """What a cue knows of every image.

    Attributes:
        numbers: each is cut into bins, so that any shape of relation can be learnt.
        kinds: categories, by words that follow "have" and come before the category.
        values: (images, width) to learn from as they are.
    """

    numbers: Sequence[Number] = ()
    kinds: Mapping[str, Sequence[str]] = field(default_factory=dict)
    values: Matrix | None = None

    def matrix(self) -> Matrix | None:
        """(images, width) for a classifier; None where all images are the same."""
        bins = 16 if len(self.numbers) <= 4 else 6
        parts = [_binned(number, bins) for number in self.numbers]
        parts += [_one_hot(kinds) for kinds in self.kinds.values()]
        if self.values is not None:
            parts.append(self.values)
        whole = np.concatenate(parts, axis=1).astype(np.float32)
        whole = whole[:, np.ptp(whole, axis=0) > 0]
        return whole if whole.shape[1] else None


@dataclass(frozen=True)
class Material:
    """What cues are taken from; rows of every part are those of ``images``."""

    images: pd.DataFrame
    measured: pd.DataFrame
    pixels: Pixels
    seed: int = 0

    @cached_property
    def stems(self) -> list[str]:
        """File names without folder, ending, and the names of classes."""
        label = "|".join(_as_pattern(name) for name in self.images["label"].unique())
        own = re.compile(label, re.IGNORECASE)
        return [own.sub("*", PurePosixPath(str(s)).stem) for s in self.images["source"]]

    @cached_property
    def around(self) -> Matrix:
        """The surroundings of the middle, by their principal components, at unit scale."""
        found = compress(np.nan_to_num(self.pixels.surroundings()), _AROUND, self.seed)
        return np.asarray(found / max(float(found.std()), 1e-6), dtype=np.float32)

    def column(self, name: str) -> Numbers:
        """A measured column; NaN where it was not measured."""
        if name not in self.measured.columns:
            return np.full(len(self.images), np.nan)
        return np.asarray(pd.to_numeric(self.measured[name], errors="coerce"), dtype=np.float64)


def file_size(material: Material) -> Clues:
    """Bytes of the file."""
    return Clues([Number("a file size", _column(material, "bytes"), _bytes)])


def file_format(material: Material) -> Clues:
    """The kind of file, and how it keeps its colours."""
    images = material.images
    ending = [PurePosixPath(str(s)).suffix.lower() or "none" for s in images["source"]]
    formats, modes = (images[name].astype(str).tolist() for name in ("format", "mode"))
    return Clues(kinds={"the format": formats, "the colour mode": modes, "the ending": ending})


def dimensions(material: Material) -> Clues:
    """Width, height and their ratio."""
    width, height = _column(material, "width"), _column(material, "height")
    sizes = [f"{w:.0f} × {h:.0f}" for w, h in zip(width, height, strict=True)]
    ratio: Numbers = np.asarray(width / np.maximum(height, 1), np.float64)
    numbers = [
        Number("a width", width),
        Number("a height", height),
        Number("a width divided by height", ratio, lambda value: f"{value:.2f}"),
    ]
    return Clues(numbers, {"the size": sizes})


def camera(material: Material) -> Clues:
    """The camera that the file names."""
    found = material.images["camera"]
    return Clues(kinds={"the camera": found.fillna("(not told)").astype(str).tolist()})


def taken(material: Material) -> Clues:
    """When the file says that it was taken: the moment, and the hour of the day."""
    when = pd.to_datetime(material.images["taken"], errors="coerce", format="ISO8601")
    seconds = (when - pd.Timestamp(0)).dt.total_seconds().to_numpy(np.float64)
    told = ["told" if known else "missing" for known in when.notna()]
    numbers = [
        Number("a date", seconds, _moment),
        Number("an hour of the day", when.dt.hour.astype("float64").to_numpy(np.float64)),
    ]
    return Clues(numbers, {"a date that is": told})


def jpeg_quality(material: Material) -> Clues:
    """How strongly the file was compressed."""
    quality = material.column("jpeg_quality")
    kinds = ["none" if np.isnan(value) else f"{value:.0f}" for value in quality]
    return Clues([Number("a JPEG quality", quality)], {"the JPEG quality": kinds})


def file_name(material: Material) -> Clues:
    """How the file is called, apart from its folder and the names of classes."""
    stems = material.stems
    runs = [re.findall(r"\d+", stem) for stem in stems]
    last = np.array([float(run[-1][:15]) if run else np.nan for run in runs])
    patterns = [re.sub(r"\d", "9", stem) for stem in stems]
    first = [re.split(r"[\W_]+", stem.strip(" _-."), maxsplit=1)[0] for stem in stems]
    return Clues(
        [
            Number("a number in the name", last, lambda value: f"{value:.0f}"),
            Number("a name with a length", np.array([float(len(stem)) for stem in stems])),
        ],
        {"a name that begins with": first, "a name of the form": patterns},
    )


def colour(material: Material) -> Clues:
    """The mean colour of the whole image."""
    return _coloured(material.pixels.colour[:, None], "of the image")


def frame(material: Material) -> Clues:
    """Whether the outermost pixels differ from those just inside, on all four sides alike.

    Nature seldom draws along an edge; programs do. What all images have in common is taken out:
    only what some have and others lack can tell them apart.
    """
    steps = material.pixels.steps.astype(np.float64)
    alike = (np.sign(steps) == np.sign(steps[:, :1])).all(axis=1)
    drawn = np.where(alike, np.sign(steps[:, 0]) * np.abs(steps).min(axis=1), 0.0)
    seen = material.pixels.seen
    drawn = drawn - (np.median(drawn[seen], axis=0) if seen.any() else 0.0)
    largest = np.abs(drawn).max(axis=1)
    framed = largest >= _STEP_EDGES[4]
    tints = 127.5 * (1 + drawn / np.maximum(largest, 1e-9)[:, None])
    colours = [
        f"a drawn frame ({name_of(tint)})" if is_framed else "no frame of its own"
        for tint, is_framed in zip(tints, framed, strict=True)
    ]
    kinds = {
        "an edge with": colours,
        "an edge that is": ["set off from the rest" if one else "as usual" for one in framed],
    }
    hot = np.eye(len(_STEP_EDGES) + 1)[np.searchsorted(_STEP_EDGES, drawn)]
    return Clues(kinds=kinds, values=hot.reshape(len(drawn), -1).astype(np.float32))


def border(material: Material, which: int) -> Clues:
    """The colours along the four sides, ``RIMS[which]`` wide."""
    return _coloured(material.pixels.rims[:, which], f"in the {{}}border ({RIMS[which]} wide)")


def surroundings(material: Material) -> Clues:
    """The small image with its middle cut out."""
    around = material.pixels.surroundings().reshape(len(material.images), -1, 3).mean(axis=1)
    kinds = [name_of(mean) for mean in around]
    return Clues(kinds={"surroundings that are": kinds}, values=material.around)


def _coloured(sides: NDArray[np.float32], where: str) -> Clues:
    """Clues of colours, (images, sides, 3); ``where`` they are, in words that follow "have"."""
    parts = ("top ", "right ", "bottom ", "left ") if sides.shape[1] == 4 else ("",)
    numbers = [
        Number(f"a {name} value {where.format(part)}", sides[:, side, channel].astype(np.float64))
        for side, part in enumerate(parts)
        for channel, name in enumerate(("red", "green", "blue"))
    ]
    names = [name_of(mean) for mean in sides.mean(axis=1)]
    return Clues(numbers, {f"a mean colour {where.format('')} that is": names})


def _column(material: Material, name: str) -> Numbers:
    return material.images[name].to_numpy(np.float64)


def _binned(number: Number, bins: int) -> NDArray[Any]:
    """One-hot bins (the last one: no value) and, for what lies between, the value itself."""
    values = number.values
    known = np.isfinite(values)
    if not known.any():
        return np.zeros((len(values), 1))
    bins = max(2, min(bins, int(known.sum()) // 8))
    inner = np.linspace(0, 1, bins + 1)[1:-1]
    edges = np.unique(np.quantile(values[known], inner))
    place = np.where(known, np.searchsorted(edges, values, side="right"), len(edges) + 1)
    hot = np.eye(len(edges) + 2)[place]
    spread = float(values[known].std()) or 1.0
    line = np.where(known, (values - values[known].mean()) / spread, 0.0)
    return np.concatenate([hot, np.clip(line, -3, 3)[:, None]], axis=1)


def _one_hot(kinds: Sequence[str]) -> NDArray[Any]:
    counts = Counter(kinds)
    common = [kind for kind, n in counts.most_common(_MOST_KINDS) if n >= _RARE]
    place = {kind: number for number, kind in enumerate(common)}
    return np.eye(len(common) + 1)[[place.get(kind, len(common)) for kind in kinds]]


def _as_pattern(label: object) -> str:
    """Finds a class's name as a word of its own, whatever stands between its parts."""
    words = [re.escape(word) for word in re.split(r"[\W_]+", str(label)) if word]
    if not words:
        return r"(?!)"
    edge = _DIGIT if str(label).strip().isdigit() else _LETTER
    return f"(?<!{edge}){_BETWEEN.join(words)}(?!{edge})"


def _bytes(value: float) -> str:
    return f"{value / 1e6:.1f} MB" if value >= 1e6 else f"{value / 1e3:.1f} KB"


def _moment(value: float) -> str:
    return f"{pd.Timestamp(value, unit='s'):%Y-%m-%d %H:%M}"
