"""Close-up photos of 3D-printed walls: a scene is drawn first, and only then its defect."""

from dataclasses import dataclass

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
from .print_defects import Defect

CLASSES = ("fine", "layer_shift", "stringing", "under_extrusion")
COUNT = 135

OUTSIDE = 9.0
"""A coordinate far outside the photo."""

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

    @property
    def middle(self) -> float:
        """Half way from left to right."""
        return (self.left + self.right) / 2

    @property
    def half(self) -> float:
        """Half the width."""
        return (self.right - self.left) / 2


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


def _view(rng: Rng) -> Array:
    """The projection (3 by 3) from the photo's -1..1 to the print's coordinates."""
    angle = np.deg2rad(around_zero(rng, 8 if chance(rng, 0.92) else 30))
    lean = rng.normal(0, 0.07, 2)
    turn = np.asarray([[np.cos(angle), np.sin(angle), 0], [-np.sin(angle), np.cos(angle), 0]])
    return np.vstack([turn, [lean[0], lean[1], 1.0]])


def _parts(rng: Rng) -> tuple[tuple[Part, ...], tuple[tuple[float, float], ...]]:
    """Pieces of print in view, and the gaps (from x to x) that a nozzle would cross."""
    top = between(rng, -0.8, -0.35) if chance(rng, 0.25) else -OUTSIDE
    bottom = between(rng, 0.45, 0.85) if chance(rng, 0.3) else OUTSIDE
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
        seam=around_zero(rng, 0.9) if chance(rng, 0.3) else OUTSIDE,
        hair=chance(rng, 0.08),
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


def _bend(scene: Scene, across: Array) -> Array:
    """How far round pieces turn away from the camera, so that their layers look curved."""
    depth = np.zeros_like(across)
    for part in scene.parts:
        place = np.clip((across - part.middle) / part.half, -1, 1)
        round_ = part.rounding * part.half * (1 - np.sqrt(1 - place**2))
        depth = np.where(np.abs(across - part.middle) <= part.half + 0.1, round_, depth)
    return depth


def _outline(scene: Scene, across: Array, height: Array, bead: Array) -> tuple[Array, Array]:
    """Where the print is (0 or 1), and how much its surface leans to the right."""
    body, lean = np.zeros_like(across), np.zeros_like(across)
    for part in scene.parts:
        reach = np.abs(across - part.middle)
        edge = part.half - 0.9 * scene.pitch * scene.depth * (1 - bead)
        roof = step(part.top - 0.01, part.top + 0.01, height)
        floor = step(part.bottom + 0.01, part.bottom - 0.01, height)
        shape = (reach < edge) * roof * floor
        rim = np.clip((reach / part.half - (1 - part.rounding)) / max(part.rounding, 0.02), 0, 1)
        lean = np.where(shape > 0, np.sign(across - part.middle) * 1.6 * rim**1.7, lean)
        body = np.maximum(body, shape)
    return body, lean


def _background(rng: Rng, scene: Scene, height: Array, body: Array) -> Array:
    """The backdrop with the shadow of the print, and the bed where it is in view."""
    right, down = scene.light.shadow_offset(between(rng, 12, 40))
    cast = blur(shifted(body, right, down), between(rng, 5, 14))
    behind = scene.backdrop * (0.75 * scene.light.ambient + 0.55)
    bottom = scene.parts[0].bottom
    if bottom < OUTSIDE:
        under = step(bottom - 0.05, bottom + 0.02, height)
        contact = step(0.22, 0.0, np.abs(height - bottom - 0.05)) * blur(body, 25)
        behind = behind * (0.7 + 0.4 * under - 0.35 * contact)[..., None]
    return behind * (1 - 0.55 * cast)[..., None]


def render(rng: Rng, scene: Scene, defect: Defect) -> Array:
    """The scene with its defect, as linear light of shape (DRAWN, DRAWN, 3)."""
    across, height = _plan(scene)
    row = (height + scene.bow * _bend(scene, across)) / scene.pitch
    row = row + 0.03 * smooth(rng, DRAWN, 5, stretch=2) * between(rng, 0.2, 1)
    layer = np.floor(row).astype(int)
    moved = across - defect.sideways(layer)
    flow = defect.flow(layer, moved)
    spot = np.abs(2 * (row - layer) - 1) / np.maximum(flow, 0.02)
    bead = 1 - np.clip(spot, 0, 1) ** 2.6
    gap = step(1.03, 1.2, spot)
    body, lean = _outline(scene, moved, height, bead)

    crest = scene.pitch * DRAWN / 2
    relief = scene.depth * bead - 0.5 * gap + defect.outward(row)
    relief += defect.bumps(across, height, scene.pitch)
    relief += defects.seam(rng, moved - scene.seam, layer, scene.pitch)
    relief += 0.012 * between(rng, 0.2, 1) * fractal(rng, DRAWN, 18, 3) * min(1, 9 / crest)
    relief = crest * blur(relief, 1.1)
    turned = (lean * scene.view[0, 0], lean * scene.view[0, 1])
    lit = illuminate(relief, turned, scene.light, scene.sharpness)
    open_ = hollow(relief, crest * 0.8, 1.3) * (1 - 0.8 * gap)
    tone = np.clip(defect.tone(row) * (1 + 0.035 * fractal(rng, DRAWN, 3, 3)), 0.4, 1.6)
    shade = scene.filament * tone[..., None]
    surface = shade * (lit.diffuse * open_)[..., None] * scene.light.tint
    mirrored = 0.75 + 0.25 * scene.filament / scene.filament.max()
    surface += (scene.gloss * lit.gloss * open_ * tone)[..., None] * mirrored

    strands = [*defect.strands, *([defects.fibre(rng)] if scene.hair else [])]
    threads = defects.drawn_strands(strands, lambda points: _photo_points(scene, points), DRAWN)
    right, down = scene.light.shadow_offset(crest * 0.35)
    surface *= (1 - 0.4 * shifted(blur(threads, 1.2), right, down))[..., None]

    picture = mix(_background(rng, scene, height, body), surface, blur(body, 0.7))
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
