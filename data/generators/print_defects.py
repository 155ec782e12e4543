"""What can go wrong with a print: layers that shift, strings across gaps, too little plastic."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageDraw

from .fields import Array, Rng, around_zero, between, blur, chance, resize, step

LAYERS = 400
"""Layers that a table holds; layer 0 is in its middle."""

COLUMNS = 128
"""Places along a layer at which a table holds a value, from -2 to 2."""


@dataclass(frozen=True)
class Strand:
    """A thread of plastic: a curve in the print's coordinates, and its width in drawn pixels."""

    points: Array
    width: float


def _row(layer: Array) -> Array:
    """Where a table holds the layer of that number."""
    return np.clip(layer + LAYERS // 2, 0, LAYERS - 1)


def _softly(table: Array, row: Array) -> Array:
    """Values of a table by layer, with short slopes in place of steps."""
    low = np.floor(row - 0.5).astype(int)
    share = step(0.33, 0.67, row - 0.5 - low)
    return table[_row(low)] * (1 - share) + table[_row(low + 1)] * share


def _by_layer(rng: Rng, deviation: float) -> Array:
    """One number a layer."""
    return rng.normal(0, deviation, LAYERS)


def _along_layers(rng: Rng, cells: int, together: float) -> Array:
    """Noise along each layer (LAYERS, COLUMNS); ``together`` (0..1): how alike neighbours are."""
    own = resize(rng.normal(size=(LAYERS, cells)), LAYERS, COLUMNS)
    shared = resize(rng.normal(size=(LAYERS // 5, cells)), LAYERS, COLUMNS)
    return 1.3 * (own * (1 - together) + shared * together)


@dataclass
class Defect:
    """How a print departs from a perfect one. All lengths are in layer heights unless said."""

    tones: Array
    depths: Array
    offsets: Array = field(default_factory=lambda: np.zeros(LAYERS))
    flows: Array = field(default_factory=lambda: np.ones((LAYERS, COLUMNS)))
    strands: list[Strand] = field(default_factory=list)
    blobs: list[tuple[float, float, float]] = field(default_factory=list)
    opacity: float = 0.8

    def sideways(self, layer: Array) -> Array:
        """How far each point's layer has moved along itself, in the print's coordinates."""
        return self.offsets[_row(layer)]

    def outward(self, row: Array) -> Array:
        """How far the print stands out towards the camera; ``row`` is a layer and its part."""
        return _softly(self.depths, row)

    def tone(self, row: Array) -> Array:
        """The brightness of the print, about 1; ``row`` is a layer and its part."""
        return 1 + _softly(self.tones, row)

    def flow(self, layer: Array, across: Array) -> Array:
        """The width of the bead at each point, as a share of the layer's height."""
        place = np.clip((across + 2) / 4 * (COLUMNS - 1), 0, COLUMNS - 1.001)
        low = place.astype(int)
        rest = place - low
        row = _row(layer)
        return self.flows[row, low] * (1 - rest) + self.flows[row, low + 1] * rest

    def bumps(self, across: Array, height: Array, pitch: float) -> Array:
        """Blobs of plastic on the surface, as height at each point."""
        total = np.zeros_like(across)
        for x, y, size in self.blobs:
            reach = size * pitch
            away = ((across - x) ** 2 + (height - y) ** 2) / reach**2
            total += 0.6 * size * np.exp(-1.6 * away**1.5)
        return total


def seam(rng: Rng, away: Array, layer: Array, pitch: float) -> Array:
    """The scar where each layer begins: a column of small bumps, as height at each point."""
    place = rng.normal(0, 0.25 * pitch, LAYERS)[_row(layer)]
    return 0.3 * np.exp(-(((away - place) / (0.55 * pitch)) ** 2))


def fibre(rng: Rng) -> Strand:
    """A stray fibre of dust, as any photo may show."""
    turn = np.cumsum(rng.normal(0, 0.25, 24)) + between(rng, 0, 2 * np.pi)
    stride = between(rng, 0.01, 0.03)
    path = np.cumsum(np.column_stack([np.cos(turn), np.sin(turn)]) * stride, axis=0)
    return Strand(path + rng.uniform(-0.7, 0.7, 2), between(rng, 1.0, 2.0))


def drawn_strands(
    strands: list[Strand], project: Callable[[Array], list[tuple[float, float]]], size: int
) -> Array:
    """How much of each pixel the strands cover (0..1), shape (size, size).

    Args:
        strands: what to draw.
        project: from points of the print (n, 2) to pixels.
        size: height and width of the drawing.
    """
    fine = Image.new("L", (2 * size, 2 * size))
    draw = ImageDraw.Draw(fine)
    for strand in strands:
        line = [(2 * x, 2 * y) for x, y in project(strand.points)]
        draw.line(line, fill=255, width=max(1, round(2 * strand.width)), joint="curve")
    return blur(resize(np.asarray(fine, dtype=np.float64) / 255, size, size), 0.4).clip(0, 1)


def _sound(rng: Rng) -> Defect:
    """A print as good as a well-kept printer makes it: never quite perfect."""
    quality = between(rng, 0.2, 1.0)
    flows = 1.04 + 0.03 * quality * _along_layers(rng, 9, 0.3)
    defect = Defect(
        tones=_by_layer(rng, 0.03 * quality),
        depths=_by_layer(rng, 0.045 * quality),
        flows=flows,
    )
    for _ in range(int(rng.integers(0, 5)) if chance(rng, 0.3) else 0):
        defect.blobs.append((around_zero(rng, 1), around_zero(rng, 1), between(rng, 0.35, 0.7)))
    return defect


def _shift_layers(rng: Rng, defect: Defect, severity: float, pitch: float) -> None:
    """Let the layers above one or several heights stand beside those below."""
    jumps = 1 if chance(rng, 0.4) else int(rng.integers(2, 5))
    first = 1 if chance(rng, 0.5) else -1
    for jump in range(jumps):
        at = LAYERS // 2 + int(around_zero(rng, 0.55) / pitch)
        size = (0.08 + 0.2 * severity) * between(rng, 0.7, 1.3) / jumps**0.3
        side = first if jump == 0 or chance(rng, 0.7) else -first
        defect.offsets[:at] += side * size
        out = (1 if chance(rng, 0.5) else -1) * (0.8 + 2.2 * severity) * between(rng, 0.6, 1.2)
        defect.depths[:at] += out
        defect.flows[at - 1 : at + 1] *= 1 - 0.12 * severity
        defect.tones[at - 1] -= 0.05 + 0.1 * severity


def _hanging(rng: Rng, left: float, right: float, y: float) -> Strand:
    """A thread from one side of a gap to the other, or a torn one that curls away."""
    n = 26
    t = np.linspace(0, 1, n)
    sag = abs(rng.normal(0, 0.05)) * (right - left)
    x = left + (right - left) * t
    path_y = y + around_zero(rng, 0.03) * t + 4 * sag * t * (1 - t)
    path_y = path_y + 0.006 * np.cumsum(rng.normal(0, 0.5, n))
    width = float(np.clip(np.exp(rng.normal(0.3, 0.4)), 0.6, 4))
    if chance(rng, 0.25):
        keep = int(rng.integers(6, 18))
        x, path_y = (x[:keep], path_y[:keep]) if chance(rng, 0.5) else (x[-keep:], path_y[-keep:])
        path_y = path_y + 0.25 * between(rng, 0, 1) * np.linspace(0, 1, keep) ** 2
    return Strand(np.column_stack([x, path_y]), width)


def _add_strings(
    rng: Rng, defect: Defect, severity: float, pitch: float, gaps: tuple[tuple[float, float], ...]
) -> None:
    """Let the nozzle ooze while it travels across the gaps."""
    count = round(10 + 54 * severity**1.3 * between(rng, 0.7, 1.3))
    centres = rng.uniform(-0.8, 0.8, max(2, count // 6))
    for _ in range(count):
        left, right = gaps[int(rng.integers(len(gaps)))]
        y = float(rng.choice(centres)) + rng.normal(0, 0.1)
        y = round(y / pitch) * pitch if chance(rng, 0.7) else y
        strand = _hanging(rng, left, right, y)
        defect.strands.append(strand)
        if chance(rng, 0.5):
            end = strand.points[0 if chance(rng, 0.5) else -1]
            defect.blobs.append((float(end[0]), float(end[1]), between(rng, 0.3, 0.8)))
    defect.opacity = between(rng, 0.65, 0.95)


def _starve(rng: Rng, defect: Defect, severity: float, pitch: float) -> None:
    """Let too little plastic come: thin beads, gaps between layers, missing pieces."""
    even = (0.06 + 0.2 * severity) * between(rng, 0.4, 1)
    uneven = (0.26 + 0.3 * severity) * _along_layers(rng, int(rng.integers(6, 30)), 0.4)
    patch = np.ones((LAYERS, 1))
    if chance(rng, 0.5):
        centre, reach = around_zero(rng, 0.4) / pitch, between(rng, 0.5, 1.0) / pitch
        rows = np.arange(LAYERS) - LAYERS // 2
        patch = np.exp(-((((rows - centre) / reach) ** 2) ** 1.5))[:, None]
    lost = patch * (even + np.clip(uneven, 0, None))
    defect.flows = np.clip(defect.flows - lost, 0.0, None)
    defect.depths = defect.depths - 0.25 * severity * patch[:, 0] * np.abs(_by_layer(rng, 1.0))


def draw(rng: Rng, label: str, pitch: float, gaps: tuple[tuple[float, float], ...]) -> Defect:
    """The defect that ``label`` names, from subtle to obvious.

    Args:
        rng: where the numbers come from.
        label: ``fine``, ``layer_shift``, ``stringing`` or ``under_extrusion``.
        pitch: the height of a layer, in the print's coordinates.
        gaps: from where to where a travelling nozzle crosses nothing.
    """
    defect = _sound(rng)
    severity = between(rng, 0.0, 1.0)
    if label == "layer_shift":
        _shift_layers(rng, defect, severity, pitch)
    elif label == "stringing":
        _add_strings(rng, defect, severity, pitch, gaps)
    elif label == "under_extrusion":
        _starve(rng, defect, severity, pitch)
    return defect
