"""Close-up photos of 3D-printed walls: a scene is drawn first, and only then its defect."""

from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from . import print_defects as defects
from .backdrops import FOR_PRINTS
from .camera import DRAWN, Light, colour, develop, encode, focus, hollow, illuminate, jitter
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
from .print_defects import Defect, Strand

CLASSES = ("fine", "layer_shift", "stringing", "under_extrusion")
COUNT = 135

FILAMENTS = (
    colour(232, 230, 224),
    colour(150, 152, 155),
    colour(38, 38, 40),
    colour(186, 32, 34),
    colour(226, 110, 30),
    colour(232, 190, 44),
    colour(74, 128, 64),
    colour(30, 128, 124),
    colour(40, 84, 168),
    colour(104, 62, 150),
    colour(220, 120, 150),
    colour(150, 104, 66),
    colour(178, 146, 78),
    colour(120, 190, 214),
)


@dataclass(frozen=True)
class Part:
    """One upright piece of the print, in the print's own coordinates."""

    left: float
    right: float
    top: float
    bottom: float
    rounding: float


@dataclass(frozen=True)
class Scene:
    """All that a photo shows besides the defect; drawn in the same way for every class."""

    parts: tuple[Part, ...]
    gaps: tuple[tuple[float, float], ...]
    view: Array
    pitch: float
    bow: float
    filament: Array
    gloss: float
    sharpness: float
    depth: float
    light: Light
    backdrop: Array
    seam: float
    hair: bool
    bottom: float = field(default=9.0)


def _view(rng: Rng) -> Array:
    """The projection (3 by 3) from the photo's -1..1 to the print's coordinates."""
    angle = np.deg2rad(around_zero(rng, 8 if chance(rng, 0.92) else 30))
    lean = rng.normal(0, 0.07, 2)
    turn = np.asarray([[np.cos(angle), np.sin(angle), 0], [-np.sin(angle), np.cos(angle), 0]])
    return np.vstack([turn, [lean[0], lean[1], 1.0]])


def _parts(rng: Rng) -> tuple[tuple[Part, ...], tuple[tuple[float, float], ...]]:
    """Pieces of print in view, and the gaps (from x to x) that a nozzle would cross."""
    top = between(rng, -0.8, -0.35) if chance(rng, 0.25) else -9.0
    bottom = between(rng, 0.45, 0.85) if chance(rng, 0.3) else 9.0
    rounding = pick(rng, [0.06, 0.15, 0.35, 1.0])
    kind = pick(rng, ["towers", "edge", "post", "wide"], [46, 26, 21, 7])
    if kind == "towers":
        middle, half = around_zero(rng, 0.3), between(rng, 0.14, 0.36)
        outer = between(rng, 0.55, 1.6)
        left = Part(middle - half - outer, middle - half, top, bottom, rounding)
        right = Part(middle + half, middle + half + outer, top, bottom, rounding)
        return (left, right), ((middle - half, middle + half),)
    if kind == "edge":
        start = between(rng, -0.7, 0.1)
        if chance(rng, 0.5):
            return (Part(start, 3.0, top, bottom, 0.04),), ((start - 2.2, start),)
        return (Part(-3.0, -start, top, bottom, 0.04),), ((-start, -start + 2.2),)
    if kind == "post":
        middle, half = around_zero(rng, 0.25), between(rng, 0.35, 0.7)
        return (
            (Part(middle - half, middle + half, top, bottom, rounding),),
            ((middle - half - 1.5, middle - half), (middle + half, middle + half + 1.5)),
        )
    return (Part(-3.0, 3.0, top, bottom, 0.01),), ((-1.6, 1.6),)


def draw_scene(rng: Rng) -> Scene:
    """A scene at random: parts, filament, light, camera and backdrop."""
    parts, gaps = _parts(rng)
    backdrop = pick(rng, FOR_PRINTS)(rng, DRAWN)
    shade = jitter(rng, pick(rng, FILAMENTS), 0.1)
    return Scene(
        parts=parts,
        gaps=gaps,
        view=_view(rng),
        pitch=2 * float(np.exp(between(rng, np.log(6.5), np.log(12)))) / 224,
        bow=around_zero(rng, 0.3),
        filament=shade,
        gloss=float(pick(rng, [0.03, 0.12, 0.3, 0.5])) * between(rng, 0.7, 1.2),
        sharpness=between(rng, 10, 45),
        depth=between(rng, 0.22, 0.36),
        light=Light.draw(rng),
        backdrop=blur(backdrop, between(rng, 1.5, 7)),
        seam=around_zero(rng, 0.9) if chance(rng, 0.3) else 9.0,
        hair=chance(rng, 0.08),
        bottom=parts[0].bottom,
    )


def _plan(scene: Scene) -> tuple[Array, Array]:
    """The print's coordinates at each drawn pixel."""
    x, y = square(DRAWN)
    scale = scene.view[2, 0] * x + scene.view[2, 1] * y + 1
    across = (scene.view[0, 0] * x + scene.view[0, 1] * y) / scale
    return across, (scene.view[1, 0] * x + scene.view[1, 1] * y) / scale


def _photo_points(scene: Scene, points: Array) -> list[tuple[float, float]]:
    """Points of the print (n, 2) as pixels of the drawing."""
    back = np.linalg.inv(scene.view)
    spread = np.column_stack([points, np.ones(len(points))]) @ back.T
    pixels = (spread[:, :2] / spread[:, 2:] + 1) / 2 * DRAWN
    return [(float(px), float(py)) for px, py in pixels]


def _threads(scene: Scene, strands: list[Strand]) -> Array:
    """How much of each drawn pixel the strands cover (0..1)."""
    return defects.drawn_strands(strands, lambda points: _photo_points(scene, points), DRAWN)


def render(rng: Rng, scene: Scene, defect: Defect) -> Array:
    """The scene with its defect, as linear light of shape (DRAWN, DRAWN, 3)."""
    across, height = _plan(scene)
    pixel = 2 / DRAWN
    lean = np.zeros_like(across)
    curve = np.zeros_like(across)
    for part in scene.parts:
        middle, half = (part.left + part.right) / 2, (part.right - part.left) / 2
        place = np.clip((across - middle) / half, -1, 1)
        inside = np.abs(across - middle) <= half + 0.1
        curve = np.where(inside, part.rounding * half * (1 - np.sqrt(1 - place**2)), curve)
    row = (height + scene.bow * curve) / scene.pitch
    wobble = 0.03 * smooth(rng, DRAWN, 5, stretch=2) * between(rng, 0.2, 1)
    layer = np.floor(row + wobble).astype(int)
    phase = row + wobble - layer
    moved = across - defect.sideways(layer)
    flow = defect.flow(layer, moved)
    spot = np.abs(2 * phase - 1) / np.maximum(flow, 0.02)
    bead = 1 - np.clip(spot, 0, 1) ** 2.6
    thin = step(1.03, 1.2, spot)

    body = np.zeros_like(across)
    for part in scene.parts:
        middle, half = (part.left + part.right) / 2, (part.right - part.left) / 2
        reach = np.abs(moved - middle)
        edge = half - scene.pitch * scene.depth * (1 - bead) * 0.9
        roof = step(part.top - 0.01, part.top + 0.01, height)
        floor = step(part.bottom + 0.01, part.bottom - 0.01, height)
        shape = (reach < edge) * roof * floor
        rim = np.clip((reach / half - (1 - part.rounding)) / max(part.rounding, 0.02), 0, 1)
        lean = np.where(shape > 0, np.sign(moved - middle) * 1.6 * rim**1.7, lean)
        body = np.maximum(body, shape)

    crest = scene.pitch / pixel
    bumps = defect.bumps(rng, across, height, scene.pitch) + defects.seam(
        rng, moved - scene.seam, layer, scene.pitch
    )
    roughness = 0.012 * between(rng, 0.2, 1) * fractal(rng, DRAWN, 18, 3) * min(1, 9 / crest)
    relief = scene.depth * bead - 0.5 * thin + defect.outward(layer) + bumps + roughness
    relief = crest * blur(relief, 0.9)
    turned = (lean * scene.view[0, 0], lean * scene.view[0, 1])
    lit = illuminate(relief, turned, scene.light, scene.sharpness)
    open_ = hollow(relief, crest * 0.8, 1.3) * (1 - 0.8 * thin)
    tone = defect.tone(layer) * (1 + 0.035 * fractal(rng, DRAWN, 3, 3))
    shade = scene.filament * np.clip(tone, 0.4, 1.6)[..., None]
    surface = shade * (lit.diffuse * open_)[..., None] * scene.light.tint
    surface += (scene.gloss * lit.gloss * open_ * np.clip(tone, 0.5, 1.5))[..., None] * (
        0.75 + 0.25 * shade / shade.max()
    )

    strands = list(defect.strands)
    if scene.hair:
        strands.append(defects.fibre(rng))
    threads = _threads(scene, strands)
    dx, dy = scene.light.shadow_offset(crest * 0.35)
    surface = surface * (1 - 0.4 * shifted(blur(threads, 1.2), dx, dy))[..., None]

    dx, dy = scene.light.shadow_offset(between(rng, 12, 40))
    cast = blur(shifted(body, dx, dy), between(rng, 5, 14))
    behind = scene.backdrop * (0.75 * scene.light.ambient + 0.55)
    if scene.bottom < 5:
        under = step(scene.bottom - 0.05, scene.bottom + 0.02, height)
        contact = step(0.22, 0.0, np.abs(height - scene.bottom - 0.05)) * blur(body, 25)
        behind = behind * (0.7 + 0.4 * under - 0.35 * contact)[..., None]
    behind = behind * (1 - 0.55 * cast)[..., None]
    picture = mix(behind, surface, blur(body, 0.7))
    bright = scene.filament * (0.55 + 0.5 * lit.diffuse)[..., None] + 0.12 + 0.4 * scene.gloss
    return mix(picture, np.clip(bright, 0, 1.2), np.clip(threads * defect.opacity, 0, 1))


def photo(label: str, index: int) -> bytes:
    """The JPEG of one image.

    Args:
        label: one of ``CLASSES``.
        index: 0 or more; each gives another image.
    """
    return encode(generator("prints", label, index, "file"), picture(label, index))


def picture(label: str, index: int) -> Image.Image:
    """One image, before it is encoded."""
    scene = draw_scene(generator("prints", label, index, "scene"))
    defect = defects.draw(
        generator("prints", label, index, "defect"), label, scene.pitch, scene.gaps
    )
    rng = generator("prints", label, index, "photo")
    return develop(rng, focus(rng, render(rng, scene, defect), 4.0))
