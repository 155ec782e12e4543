"""What ails a leaf: rust, blight and mildew, and the small blemishes that any leaf may have."""

from dataclasses import dataclass, field

import numpy as np

from .camera import DRAWN, colour, jitter
from .fields import Array, Rng, around_zero, between, chance, fractal, mix, smooth, step


@dataclass
class Blade:
    """One leaf at each drawn pixel; lengths are shares of the leaf's length, fields (h, w).

    ``along`` runs from stalk (0) to tip (1), ``across`` from the midrib to either side, ``half``
    is the half width at that place.
    """

    along: Array
    across: Array
    half: Array
    shape: Array
    stalk: Array
    veins: Array
    net: Array
    relief: Array
    albedo: Array
    gloss: Array
    whole: Array = field(default_factory=lambda: np.ones((DRAWN, DRAWN)))

    def tint(self, shade: Array, share: Array) -> None:
        """Blend the leaf's colour with ``shade``; ``share`` is 0..1 at each pixel."""
        self.albedo = mix(self.albedo, shade, np.clip(share, 0, 1))

    def away(self, along: float, across: float) -> Array:
        """The distance of each pixel from a place on the leaf."""
        return np.hypot(self.along - along, self.across - across)

    def place(self, rng: Rng, margin: bool = False) -> tuple[float, float]:
        """A place on the leaf within the photo, anywhere or near the margin."""
        rows, columns = np.nonzero(self.shape > 0.5)
        for _ in range(60):
            if not len(rows):
                break
            k = int(rng.integers(len(rows)))
            spot = rows[k], columns[k]
            rim = np.abs(self.across[spot]) / self.half[spot]
            if not margin or rim > 0.55 or self.along[spot] > 0.85:
                return float(self.along[spot]), float(self.across[spot])
        return 0.5, 0.0


def _dots(
    blade: Blade, spots: list[tuple[float, float]], radii: list[float], reach: float
) -> tuple[Array, Array]:
    """Round dots and their surroundings (0..1 each); ``reach``: radius of the latter in radii."""
    core, halo = np.zeros_like(blade.along), np.zeros_like(blade.along)
    for (along, across), radius in zip(spots, radii, strict=True):
        near = (np.abs(blade.along - along) < reach * radius) & (
            np.abs(blade.across - across) < reach * radius
        )
        if not near.any():
            continue
        rows, columns = np.nonzero(near)
        box = slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1)
        away = np.hypot(blade.along[box] - along, blade.across[box] - across) / radius
        core[box] = np.maximum(core[box], step(1.15, 0.6, away))
        halo[box] = np.maximum(halo[box], step(reach, 0.8, away))
    return core, halo


def specks(rng: Rng, blade: Blade, shade: Array, count: int) -> None:
    """Specks of soil or dust, as any leaf may carry."""
    spots = [blade.place(rng) for _ in range(count)]
    core, _ = _dots(blade, spots, [between(rng, 0.003, 0.008) for _ in spots], 1.2)
    blade.tint(jitter(rng, shade, 0.1), 0.8 * core)


def holes(rng: Rng, blade: Blade, count: int) -> None:
    """Holes that insects have eaten, with a thin dry rim."""
    for _ in range(count):
        radius = between(rng, 0.01, 0.04)
        away = blade.away(*blade.place(rng)) / radius + 0.22 * smooth(rng, DRAWN, 14)
        blade.tint(colour(120, 92, 52), 0.7 * step(1.35, 1.05, away))
        blade.whole = blade.whole * step(0.92, 1.0, away)


def rust(rng: Rng, blade: Blade, severity: float) -> None:
    """Rust fungi: many small raised orange-brown pustules with yellow surroundings."""
    count = round(18 + 130 * severity**1.3 * between(rng, 0.7, 1.3))
    centres = [blade.place(rng) for _ in range(int(rng.integers(2, 7)))]
    spread = between(rng, 0.05, 0.16)
    spots = []
    for _ in range(count):
        if chance(rng, 0.35):
            spots.append(blade.place(rng))
        else:
            along, across = centres[int(rng.integers(len(centres)))]
            spots.append((along + rng.normal(0, spread), across + rng.normal(0, spread)))
    size = between(rng, 0.006, 0.0105)
    radii = [float(np.clip(size * np.exp(rng.normal(0, 0.35)), 0.003, 0.022)) for _ in spots]
    core, halo = _dots(blade, spots, radii, between(rng, 2.0, 3.2))
    blade.tint(jitter(rng, colour(190, 178, 62), 0.1), between(rng, 0.3, 0.75) * halo)
    shade = jitter(rng, colour(172, 84, 30), 0.14)
    grain = np.clip(1 + 0.25 * smooth(rng, DRAWN, 120), 0.4, 1.8)
    blade.tint(shade * grain[..., None], between(rng, 0.75, 1.0) * core)
    blade.relief = blade.relief + 2.5 * core
    blade.gloss = blade.gloss * (1 - 0.7 * core)


def blight(rng: Rng, blade: Blade, severity: float) -> None:
    """Blight: large dead patches, brown, often ringed, that start at the margin or tip."""
    large = int(rng.integers(1, 2 + round(3 * severity)))
    small = int(rng.integers(0, 8))
    rings = chance(rng, 0.6)
    dark = jitter(rng, colour(72, 48, 32), 0.15)
    tan = jitter(rng, colour(158, 118, 74), 0.15)
    for k in range(large + small):
        radius = (
            between(rng, 0.07, 0.13 + 0.16 * severity) if k < large else between(rng, 0.012, 0.035)
        )
        spot = blade.place(rng, margin=chance(rng, 0.7))
        bumps = 0.20 * fractal(rng, DRAWN, 7 / np.sqrt(radius * 8), 3)
        away = blade.away(*spot) / radius + bumps
        dead = step(1.0, 0.9, away)
        blade.tint(
            jitter(rng, colour(186, 178, 76), 0.1),
            between(rng, 0.25, 0.7) * step(between(rng, 1.2, 1.7), 0.95, away),
        )
        tone = step(0.25, 1.0, away) + 0.2 * smooth(rng, DRAWN, 12)
        if rings:
            tone = tone + 0.35 * np.sin(2 * np.pi * away * between(rng, 3, 5))
        shade = mix(tan, dark, np.clip(tone, 0, 1))
        shade = mix(shade, dark * 0.8, 0.6 * blade.veins)
        blade.tint(shade, between(rng, 0.85, 1.0) * dead)
        blade.relief = blade.relief + dead * (1.4 * smooth(rng, DRAWN, 45) - 1.5)
        blade.gloss = blade.gloss * (1 - 0.75 * dead)


def mildew(rng: Rng, blade: Blade, severity: float) -> None:
    """Powdery mildew: soft white-grey patches like flour, through which veins still show."""
    cover = np.zeros_like(blade.along)
    warp = 0.28 * fractal(rng, DRAWN, 9, 4)
    for _ in range(round(3 + 9 * severity * between(rng, 0.7, 1.3))):
        radius = between(rng, 0.04, 0.1 + 0.12 * severity)
        away = blade.away(*blade.place(rng)) / radius + warp
        cover = np.maximum(cover, step(1.1, between(rng, 0.1, 0.5), away) * between(rng, 0.6, 1))
    flour = np.clip(0.75 + 0.22 * fractal(rng, DRAWN, 60, 2), 0.2, 1.1)
    share = cover * flour * (0.55 + 0.4 * severity) * (1 - 0.3 * blade.veins)
    blade.tint(jitter(rng, colour(214, 216, 208), 0.05), share)
    blade.relief = blade.relief + cover * 0.5 * smooth(rng, DRAWN, 110)
    blade.gloss = blade.gloss * (1 - 0.8 * cover)
    if chance(rng, 0.4):
        blade.tint(colour(176, 176, 80), 0.25 * cover * (1 - share))


def afflict(rng: Rng, label: str, blade: Blade, severity: float) -> None:
    """Give the leaf what ``label`` names (nothing when it is ``healthy``).

    Args:
        rng: where the numbers come from.
        label: ``healthy``, ``rust``, ``blight`` or ``mildew``.
        blade: the leaf; changed.
        severity: from barely visible (0) to obvious (1).
    """
    if label == "rust":
        rust(rng, blade, severity)
    elif label == "blight":
        blight(rng, blade, severity)
    elif label == "mildew":
        mildew(rng, blade, severity)
    blade.albedo = np.clip(blade.albedo * (1 + around_zero(rng, 0.02)), 0.003, 0.95)
