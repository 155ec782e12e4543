"""Photos of single leaves: shape, veins and light are drawn first, then what ails the leaf."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

from . import leaf_lesions as lesions
from .backdrops import FOR_LEAVES
from .camera import DRAWN, Light, colour, develop, encode, focus, illuminate, jitter
from .fields import (
    Array,
    Rng,
    around_zero,
    between,
    blur,
    chance,
    fractal,
    generator,
    mix,
    pick,
    shifted,
    smooth,
    square,
    step,
)
from .leaf_lesions import Blade

CLASSES = ("blight", "healthy", "mildew", "rust")
COUNT = 140

GREENS = (
    colour(58, 98, 42),
    colour(84, 128, 54),
    colour(122, 156, 70),
    colour(78, 114, 66),
    colour(104, 132, 56),
    colour(48, 84, 50),
)


SKY = np.asarray([0.9, 1.0, 1.1])
"""The tint of what a glossy leaf mirrors."""


@dataclass(frozen=True)
class Kind:
    """What leaves of one plant have in common. Lengths are shares of the leaf's length."""

    half_width: float
    base: float
    tip: float
    teeth: int
    bite: float
    lobes: float
    veins: int
    slant: float
    quilt: float
    green: Array
    pale: float
    gloss: float
    sharpness: float


@dataclass(frozen=True)
class Pose:
    """Where one leaf lies in the photo (-1..1), its length, turn and bend."""

    x: float
    y: float
    length: float
    turn: float
    bend: float
    sway: float
    squash: float
    fold: float


def draw_kind(rng: Rng) -> Kind:
    """A plant at random."""
    half_width, base, tip = pick(
        rng, [(0.17, 0.7, 0.85), (0.24, 0.6, 0.7), (0.31, 0.55, 0.8), (0.35, 0.42, 0.9)]
    )
    toothed = chance(rng, 0.5)
    return Kind(
        half_width=half_width * between(rng, 0.88, 1.12),
        base=base * between(rng, 0.85, 1.15),
        tip=tip * between(rng, 0.85, 1.15),
        teeth=int(rng.integers(16, 34)),
        bite=between(rng, 0.03, 0.09) if toothed else 0.0,
        lobes=between(rng, 0.1, 0.25) if chance(rng, 0.12) else 0.0,
        veins=int(rng.integers(6, 11)),
        slant=between(rng, 0.55, 1.15),
        quilt=between(rng, 0.3, 1.0),
        green=jitter(rng, pick(rng, GREENS), 0.07),
        pale=between(rng, 0.15, 0.55),
        gloss=float(pick(rng, [0.03, 0.08, 0.16])) * between(rng, 0.7, 1.3),
        sharpness=between(rng, 6, 18),
    )


def _pose(rng: Rng, front: bool) -> Pose:
    """A place for the leaf in front, or for one that shows behind it."""
    stray = 0.12 if front else 0.75
    return Pose(
        x=around_zero(rng, stray),
        y=around_zero(rng, stray),
        length=between(rng, 1.75, 2.35) if front else between(rng, 1.2, 1.8),
        turn=between(rng, 0, 2 * np.pi),
        bend=around_zero(rng, 0.08),
        sway=around_zero(rng, 0.025),
        squash=between(rng, 0.82, 1.05),
        fold=between(rng, 0.0, 0.3),
    )


def lay_out(rng: Rng, kind: Kind, pose: Pose) -> Blade:
    """The blade of one leaf: its coordinates, outline and veins at each drawn pixel."""
    x, y = square(DRAWN)
    dx, dy = (x - pose.x) / pose.length, (y - pose.y) / pose.length
    along = np.cos(pose.turn) * dx + np.sin(pose.turn) * dy + 0.5
    across = (np.cos(pose.turn) * dy - np.sin(pose.turn) * dx) / pose.squash
    across = across - pose.bend * np.sin(np.pi * along) - pose.sway * np.sin(2 * np.pi * along)

    inner = np.clip(along, 1e-4, 1 - 1e-4)
    peak = kind.base / (kind.base + kind.tip)
    top = peak**kind.base * (1 - peak) ** kind.tip
    half = kind.half_width * inner**kind.base * (1 - inner) ** kind.tip / top
    half = half * (1 + kind.lobes * np.cos(2 * np.pi * (4.2 * inner + 0.3)))
    tooth = (inner - 0.35 * np.abs(across)) * kind.teeth % 1
    half = half * (1 - kind.bite * tooth) * (1 + 0.03 * smooth(rng, DRAWN, 5))
    pixel = 2 / DRAWN / pose.length
    shape = np.clip((half - np.abs(across)) / pixel + 0.5, 0, 1) * ((along > 0) & (along < 1))
    stalk_width = 0.012 * (1 - 0.6 * np.clip(along, 0, 1)) + 0.002
    stalk = np.clip((stalk_width - np.abs(across)) / pixel + 0.5, 0, 1)
    stalk = stalk * ((along > -0.3) & (along < 0.97))

    side = np.where(across > 0, 0.5, 0.0)
    reach = np.abs(across) / kind.half_width
    run = along - kind.slant * np.abs(across) * (1 - 0.25 * reach)
    order = run * kind.veins + side + 0.07 * smooth(rng, DRAWN, 4)
    near = np.abs(order - np.round(order)) / kind.veins
    width = 0.0065 * np.clip(1 - 0.75 * np.abs(across) / half, 0.15, 1)
    veins = step(width * 1.5, width * 0.3, near)
    net = np.abs(smooth(rng, DRAWN, 30 * pose.length))
    net = step(0.28, 0.0, net)
    swell = np.cos(2 * np.pi * order) * np.clip(1 - np.abs(across) / half, 0, 1) ** 0.3
    return Blade(
        along=along,
        across=across,
        half=half,
        shape=shape,
        stalk=stalk,
        veins=np.maximum(veins, stalk),
        net=net,
        relief=-kind.quilt * (2.2 * swell + 1.2 * net) - 1.5 * veins - 5 * stalk * (along > 0),
        albedo=np.ones((DRAWN, DRAWN, 3)) * kind.green,
        gloss=np.ones((DRAWN, DRAWN)),
    )


def paint(rng: Rng, kind: Kind, blade: Blade) -> None:
    """Give the blade the colours of a leaf that lives out of doors, whatever else ails it."""
    tone = 1 + 0.10 * fractal(rng, DRAWN, 3, 3) + 0.05 * smooth(rng, DRAWN, 60) - 0.05 * blade.net
    blade.albedo *= np.clip(tone, 0.5, 1.6)[..., None]
    pale = mix(kind.green, colour(196, 206, 130), np.asarray(0.6))
    blade.albedo = mix(blade.albedo, pale, kind.pale * blade.veins + 0.1 * blade.net * kind.pale)
    rim = np.abs(blade.across) / blade.half + 0.12 * smooth(rng, DRAWN, 8)
    if chance(rng, 0.3):
        blade.tint(colour(176, 170, 64), between(rng, 0.15, 0.5) * step(0.55, 1.1, rim))
    if chance(rng, 0.15):
        blade.tint(colour(122, 88, 50), between(rng, 0.4, 0.9) * step(0.94, 1.08, rim))
    if chance(rng, 0.25):
        lesions.specks(rng, blade, colour(70, 52, 36), int(rng.integers(3, 14)))
    if chance(rng, 0.12):
        lesions.specks(rng, blade, colour(210, 206, 196), int(rng.integers(3, 14)))
    if chance(rng, 0.18):
        lesions.holes(rng, blade, int(rng.integers(1, 5)))


def render(label: str, index: int) -> Array:
    """The scene in linear light, shape (DRAWN, DRAWN, 3)."""
    rng = generator("leaves", label, index, "scene")
    ill = generator("leaves", label, index, "lesions")
    light = Light.draw(rng)
    picture = pick(rng, FOR_LEAVES)(rng, DRAWN)
    picture = blur(picture, between(rng, 0.5, 4)) * (0.7 + 0.5 * light.ambient)
    kind = draw_kind(rng)
    severity = between(ill, 0, 1)
    behind = int(rng.integers(1, 3)) if chance(rng, 0.3) else 0
    poses = [_pose(rng, front=False) for _ in range(behind)] + [_pose(rng, front=True)]
    for pose in poses:
        blade = lay_out(rng, kind, pose)
        paint(rng, kind, blade)
        lesions.afflict(ill, label, blade, severity)
        fold = pose.fold * np.tanh(blade.across / 0.04) + 0.22 * smooth(rng, DRAWN, 3)
        curl = 0.2 * smooth(rng, DRAWN, 3)
        sine, cosine = np.sin(pose.turn), np.cos(pose.turn)
        tilt = (fold * -sine + curl * cosine, fold * cosine + curl * sine)
        lit = illuminate(blur(blade.relief, 0.8), tilt, light, kind.sharpness, wrap=0.35)
        leaf = blade.albedo * lit.diffuse[..., None] * light.tint
        leaf = leaf + (kind.gloss * blade.gloss * lit.gloss)[..., None] * SKY
        body = blur(np.maximum(blade.shape, blade.stalk * (blade.along < 0.5)) * blade.whole, 0.6)
        right, down = light.shadow_offset(between(rng, 5, 18))
        cast = blur(shifted(body, right, down), between(rng, 3, 10))
        picture = picture * (1 - 0.6 * cast)[..., None]
        picture = mix(picture, leaf, body)
    return picture


def picture(label: str, index: int) -> Image.Image:
    """One image, before it is encoded."""
    rng = generator("leaves", label, index, "photo")
    return develop(rng, focus(rng, render(label, index), 3.0))


def photo(label: str, index: int) -> bytes:
    """The JPEG of one image.

    Args:
        label: one of ``CLASSES``.
        index: 0 or more; each gives another image.
    """
    return encode(generator("leaves", label, index, "file"), picture(label, index))
