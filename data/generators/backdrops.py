"""What lies behind the subject: beds and desks for prints; soil, grass, stone and more for leaves.

Every backdrop is a function ``(rng, size) -> colours``, shape (size, size, 3), in linear light.
"""

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw

from .camera import colour, jitter
from .fields import (
    Array,
    Rng,
    around_zero,
    between,
    blur,
    chance,
    fractal,
    mix,
    pick,
    resize,
    smooth,
    square,
    step,
)

Backdrop = Callable[[Rng, int], Array]


def _relit(relief: Array, rng: Rng, strength: float) -> Array:
    """Brightness of a bumpy surface under light from one side, about 1 on average."""
    down, right = np.gradient(relief)
    angle = between(rng, 0, 2 * np.pi)
    return np.clip(1 + strength * (np.cos(angle) * right + np.sin(angle) * down), 0.15, 2.5)


def _turned(rng: Rng, size: int) -> tuple[Array, Array]:
    """Coordinates turned by a random angle."""
    x, y = square(size)
    angle = between(rng, 0, np.pi)
    return np.cos(angle) * x + np.sin(angle) * y, np.cos(angle) * y - np.sin(angle) * x


def plain(rng: Rng, size: int) -> Array:
    """A wall or desk of one colour, unevenly lit."""
    shade = pick(
        rng,
        [
            colour(225, 222, 215),
            colour(150, 150, 150),
            colour(60, 62, 66),
            colour(120, 140, 160),
            colour(196, 180, 150),
            colour(30, 30, 32),
            colour(95, 110, 100),
        ],
    )
    x, _ = _turned(rng, size)
    light = 1 + 0.25 * x + 0.06 * smooth(rng, size, 3) + 0.02 * smooth(rng, size, 60)
    return jitter(rng, shade, 0.12) * np.clip(light, 0.3, 2)[..., None]


def textured_sheet(rng: Rng, size: int) -> Array:
    """A powder-coated steel sheet: grainy, dark or golden."""
    shade = pick(rng, [colour(48, 46, 44), colour(150, 112, 48), colour(70, 72, 76)])
    grain = fractal(rng, size, 70, 2)
    sparkle = np.clip(smooth(rng, size, 150) - 1.6, 0, None)
    light = _relit(2.0 * grain, rng, 0.5) + 0.9 * sparkle
    x, _ = _turned(rng, size)
    return jitter(rng, shade, 0.12) * (light * np.clip(1 + 0.4 * x, 0.3, 2))[..., None]


def wood(rng: Rng, size: int) -> Array:
    """Planed wood with grain."""
    shade = pick(rng, [colour(190, 146, 98), colour(140, 96, 60), colour(206, 176, 136)])
    _, across = _turned(rng, size)
    place = across + 0.035 * smooth(rng, size, 2) + 0.006 * smooth(rng, size, 7)
    tone = np.ones_like(place)
    for lines, strength in ((12, 0.12), (45, 0.10), (130, 0.06)):
        knots = np.linspace(-1.8, 1.8, 2 * lines)
        tone += strength * np.interp(place, knots, rng.normal(size=2 * lines))
    return jitter(rng, shade, 0.07) * np.clip(tone, 0.3, 2)[..., None]


def tape(rng: Rng, size: int) -> Array:
    """Strips of blue masking tape, as laid on a print bed."""
    along, across = _turned(rng, size)
    pitch = between(rng, 0.5, 0.9)
    place = np.abs((across / pitch) % 1 - 0.5)
    seam = 1 - 0.45 * step(0.47, 0.495, place)
    crepe = 1 + 0.12 * np.sin(along * 160 + 2 * smooth(rng, size, 30)) * smooth(rng, size, 40)
    tone = seam * np.clip(crepe, 0.5, 1.6) * (1 + 0.08 * smooth(rng, size, 4))
    return jitter(rng, colour(58, 112, 178), 0.12) * tone[..., None]


def cutting_mat(rng: Rng, size: int) -> Array:
    """A cutting mat with a printed grid."""
    shade = pick(rng, [colour(38, 92, 78), colour(60, 66, 74), colour(44, 70, 120)])
    along, across = _turned(rng, size)
    pitch = between(rng, 0.3, 0.5)
    nearest = np.minimum(
        np.abs((along / pitch) % 1 - 0.5) * pitch, np.abs((across / pitch) % 1 - 0.5) * pitch
    )
    line = step(0.014, 0.006, nearest)[..., None]
    ground = jitter(rng, shade, 0.12) * (1 + 0.05 * smooth(rng, size, 80))[..., None]
    return ground * (1 - 0.6 * line) + 0.6 * line * colour(205, 200, 150)


def soil(rng: Rng, size: int) -> Array:
    """Bare earth with lumps and a few stones."""
    shade = pick(rng, [colour(96, 72, 52), colour(70, 54, 42), colour(128, 98, 70)])
    lumps = fractal(rng, size, between(rng, 8, 16), 5)
    light = _relit(9 * lumps, rng, 0.35) * (1 + 0.25 * lumps)
    ground = jitter(rng, shade, 0.12) * np.clip(light, 0.12, 2.2)[..., None]
    x, y = square(size)
    warp = 0.03 * smooth(rng, size, 14)
    for _ in range(int(rng.integers(0, 5))):
        radius = between(rng, 0.03, 0.11)
        dx, dy = x - between(rng, -1, 1), y - between(rng, -1, 1)
        away = np.hypot(dx, dy * between(rng, 1, 1.6)) + warp
        stone = colour(150, 140, 128) * between(rng, 0.5, 1.1)
        shape = step(radius, radius * 0.85, away)
        ground = (
            ground * (1 - 0.5 * step(radius * 1.5, radius * 0.9, away) * (1 - shape))[..., None]
        )
        ground = mix(
            ground, stone * (1 - 0.5 * (dx + dy) / radius)[..., None].clip(0.3, 1.6), shape
        )
    return np.clip(ground, 0.004, 1)


def grass(rng: Rng, size: int) -> Array:
    """Blades of grass, a little out of focus."""
    sheet = Image.new("RGB", (size, size), (38, 52, 22))
    draw = ImageDraw.Draw(sheet)
    hue = rng.normal(0, 12, 2)
    for depth in range(420):
        near = depth / 420
        x, y = rng.uniform(-0.1, 1.1, 2) * size
        lean, length = rng.normal(0, 0.5), between(rng, 0.12, 0.34) * size
        tip = (x + np.sin(lean) * length, y - np.cos(lean) * length)
        middle = (x + np.sin(lean * 0.4) * length * 0.5, y - np.cos(lean * 0.4) * length * 0.5)
        light = (0.45 + 0.75 * near) * between(rng, 0.7, 1.2)
        dry = 40 if chance(rng, 0.08) else 0
        shade = (
            int(np.clip((78 + hue[0] + 1.6 * dry) * light, 5, 250)),
            int(np.clip((116 + hue[1] + 0.6 * dry) * light, 5, 250)),
            int(np.clip((44 + dry) * light, 5, 250)),
        )
        width = between(rng, 0.006, 0.013) * size
        draw.polygon([(x - width, y), middle, tip, (middle[0] + width, middle[1])], fill=shade)
    screen = np.asarray(sheet, dtype=np.float64) / 255
    return blur(screen**2.2, between(rng, 1, 5) * size / 448)


def concrete(rng: Rng, size: int) -> Array:
    """Concrete or paving: grey, speckled, perhaps with a crack or a joint."""
    tone = 1 + 0.10 * fractal(rng, size, 4, 4) + 0.10 * fractal(rng, size, 90, 2)
    tone = tone - 0.35 * step(1.7, 2.4, smooth(rng, size, 110))
    if chance(rng, 0.4):
        _, across = _turned(rng, size)
        away = np.abs(across - around_zero(rng, 0.7) + 0.03 * fractal(rng, size, 6, 4))
        tone = tone * (1 - 0.6 * step(between(rng, 0.012, 0.03), 0.004, away))
    shade = pick(rng, [colour(160, 156, 150), colour(128, 126, 124), colour(182, 172, 156)])
    return jitter(rng, shade, 0.08) * np.clip(tone, 0.1, 2)[..., None]


def paper(rng: Rng, size: int) -> Array:
    """White or squared paper in uneven light."""
    x, _ = _turned(rng, size)
    tone = np.clip(
        1 + 0.15 * x + 0.012 * smooth(rng, size, 90) + 0.04 * smooth(rng, size, 3), 0.4, 1.3
    )
    sheet = jitter(rng, colour(226, 222, 212), 0.04) * tone[..., None]
    if chance(rng, 0.3):
        along, across = _turned(rng, size)
        pitch = between(rng, 0.12, 0.2)
        near = np.abs((across / pitch) % 1 - 0.5) * pitch
        if chance(rng, 0.5):
            near = np.minimum(near, np.abs((along / pitch) % 1 - 0.5) * pitch)
        sheet = mix(sheet, colour(130, 150, 190), 0.5 * step(0.008, 0.002, near))
    return sheet


def hand(rng: Rng, size: int) -> Array:
    """Fingers behind the subject, out of focus, before a blurred garden."""
    skin = pick(
        rng,
        [
            colour(226, 178, 150),
            colour(198, 144, 112),
            colour(150, 100, 72),
            colour(104, 68, 50),
            colour(236, 196, 172),
        ],
    )
    picture = foliage(rng, size)
    along, across = _turned(rng, size)
    shade = jitter(rng, skin, 0.06)
    first = between(rng, -0.75, -0.35)
    for finger in range(int(rng.integers(3, 5))):
        centre = first + 0.36 * finger + around_zero(rng, 0.03)
        slope = around_zero(rng, 0.12)
        end = between(rng, 0.2, 0.9)
        away = np.hypot(across - centre - slope * along, np.clip(along - end, 0, None)) / 0.19
        round_ = np.sqrt(np.clip(1 - away**2, 0, 1))
        crease = 1 - 0.12 * step(0.03, 0.0, np.abs(along - end + 0.45))
        flesh = shade * ((0.45 + 0.6 * round_) * crease)[..., None]
        redden = np.asarray([1.0, 0.92, 0.88]) ** (1 - round_)[..., None]
        picture = mix(picture, flesh * redden, step(1.0, 0.93, away))
    return blur(picture, between(rng, 2, 5) * size / 448)


def foliage(rng: Rng, size: int) -> Array:
    """Leaves far out of focus: soft green shapes and spots of light."""
    small = size // 4
    x, y = square(small)
    picture = jitter(rng, colour(52, 70, 34), 0.2) * np.ones((small, small, 1))
    for _ in range(45):
        shade = jitter(
            rng, pick(rng, [colour(88, 122, 48), colour(40, 62, 28), colour(140, 160, 84)]), 0.15
        )
        angle, length = between(rng, 0, np.pi), between(rng, 0.15, 0.5)
        dx, dy = x - between(rng, -1.1, 1.1), y - between(rng, -1.1, 1.1)
        along = np.cos(angle) * dx + np.sin(angle) * dy
        across = np.cos(angle) * dy - np.sin(angle) * dx
        away = np.hypot(along / length, across / (0.45 * length))
        picture = mix(picture, shade, 0.8 * step(1.1, 0.8, away))
    return resize(blur(picture, between(rng, 1.5, 4)), size, size).clip(0.004, 1)


FOR_PRINTS: tuple[Backdrop, ...] = (plain, textured_sheet, wood, tape, cutting_mat)
FOR_LEAVES: tuple[Backdrop, ...] = (soil, grass, concrete, paper, hand, foliage, wood)
