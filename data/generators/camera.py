"""Light on a relief, and a camera. Colours are linear light until ``develop``."""

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image

from .fields import Array, Rng, around_zero, between, blur, chance, mix, resize, step

SIZE = 224
"""Height and width of a finished photo."""

DRAWN = 2 * SIZE
"""Height and width at which a scene is drawn; halving it smooths the edges."""


def colour(red: float, green: float, blue: float) -> Array:
    """A colour as a screen shows it (0..255), in linear light (0..1)."""
    share = np.asarray([red, green, blue], dtype=np.float64) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def jitter(rng: Rng, shade: Array, amount: float) -> Array:
    """A colour near ``shade``: brightness and balance vary by about ``amount``."""
    return np.clip(shade * np.exp(rng.normal(0, amount, 3) + rng.normal(0, amount)), 0.002, 0.95)


@dataclass(frozen=True)
class Light:
    """One lamp or window, and the light that comes from everywhere."""

    x: float
    y: float
    z: float
    strength: float
    ambient: float
    tint: Array

    @staticmethod
    def draw(rng: Rng) -> "Light":
        """A light from any side, from raking to nearly frontal, warm to cool."""
        angle = between(rng, 0, 2 * np.pi)
        reach = between(rng, 0.5, 2.4)
        warmth = around_zero(rng, 0.1)
        return Light(
            x=reach * np.cos(angle),
            y=reach * np.sin(angle) - 0.5,
            z=between(rng, 0.9, 2.2),
            strength=between(rng, 0.75, 1.1),
            ambient=between(rng, 0.22, 0.5),
            tint=np.asarray([1 + warmth, 1.0, 1 - warmth]),
        )

    def shadow_offset(self, height: float) -> tuple[float, float]:
        """Where a shadow falls, in drawn pixels, from something ``height`` pixels up."""
        return -self.x / self.z * height, -self.y / self.z * height


@dataclass(frozen=True)
class Lit:
    """What a relief sends back: fields of shape (h, w)."""

    diffuse: Array
    gloss: Array


def illuminate(
    relief: Array, tilt: tuple[Array, Array], light: Light, sharpness: float, wrap: float = 0.25
) -> Lit:
    """Light on a surface seen from straight ahead.

    Args:
        relief: height of the surface in drawn pixels, shape (h, w).
        tilt: how much the surface leans to the right and downwards, besides its relief.
        light: the light.
        sharpness: exponent of the gloss (Blinn 1977); larger is a smaller highlight.
        wrap: share of light that reaches beyond the terminator, as in translucent matter.
    """
    size = relief.shape[0]
    axis = (np.arange(size) + 0.5) / size * 2 - 1
    down, right = np.gradient(relief)
    normal = np.stack([tilt[0] - right, tilt[1] - down, np.ones_like(relief)])
    normal /= np.sqrt((normal**2).sum(axis=0))
    way = np.stack(
        [
            np.broadcast_to(light.x - axis[None, :], relief.shape),
            np.broadcast_to(light.y - axis[:, None], relief.shape),
            np.full_like(relief, light.z),
        ]
    )
    distance = np.sqrt((way**2).sum(axis=0))
    way = way / distance
    facing = (normal * way).sum(axis=0)
    falloff = (light.x**2 + light.y**2 + light.z**2) / distance**2
    falloff = 0.45 + 0.55 * np.clip(falloff, 0, 2.2)
    half = way + np.asarray([0.0, 0.0, 1.0])[:, None, None]
    half /= np.sqrt((half**2).sum(axis=0))
    shine = np.clip((normal * half).sum(axis=0), 0, 1) ** sharpness
    diffuse = np.clip((facing + wrap) / (1 + wrap), 0, None)
    return Lit(
        diffuse=light.ambient + light.strength * falloff * diffuse,
        gloss=light.strength * falloff * shine,
    )


def hollow(relief: Array, sigma: float, strength: float) -> Array:
    """How much ambient light reaches each point (0..1): less where the surroundings are higher."""
    depth = np.clip(blur(relief, sigma) - relief, 0, None)
    return np.exp(-strength * depth / sigma)


def focus(rng: Rng, picture: Array, most: float) -> Array:
    """A picture partly out of focus: a sharp band, and blur that grows away from it.

    Args:
        rng: where the numbers come from.
        picture: colours, shape (h, w, 3).
        most: the largest blur, in drawn pixels.
    """
    size = picture.shape[0]
    axis = (np.arange(size) + 0.5) / size * 2 - 1
    angle = between(rng, 0, 2 * np.pi)
    along = np.cos(angle) * axis[None, :] + np.sin(angle) * axis[:, None]
    away = np.abs(along - around_zero(rng, 0.4))
    amount = step(0.25, 1.5, away) * between(rng, 0, most)
    base = between(rng, 0, 0.9)
    soft, softer = blur(picture, base + 1.2), blur(picture, base + 3.5)
    out = mix(blur(picture, base), soft, np.clip(amount / 1.2, 0, 1))
    return mix(out, softer, np.clip((amount - 1.2) / 2.3, 0, 1))


def develop(rng: Rng, picture: Array) -> Image.Image:
    """The photo of a scene: exposure, white balance, vignette, noise, tone and sharpening.

    Args:
        rng: where the numbers come from.
        picture: linear light, shape (DRAWN, DRAWN, 3).
    """
    picture = np.clip(resize(picture, SIZE, SIZE), 0, None)
    middle = float(np.mean(picture))
    target = between(rng, 0.17, 0.32)
    picture = picture * (target / middle) ** between(rng, 0.45, 0.8)
    balance = np.exp(rng.normal(0, 0.035, 3))
    picture = picture * balance / balance.mean()
    grey = picture.mean(axis=2, keepdims=True)
    picture = grey + between(rng, 0.72, 0.98) * (picture - grey)
    axis = (np.arange(SIZE) + 0.5) / SIZE * 2 - 1
    radius = axis[None, :] ** 2 + axis[:, None] ** 2
    picture = picture * (1 - between(rng, 0, 0.16) * radius)[..., None]
    grain = between(rng, 0.002, 0.008)
    noise = rng.normal(size=picture.shape) * 0.6 + rng.normal(size=(SIZE, SIZE, 1)) * 0.8
    noise = blur(noise, 0.55) * 1.7
    picture = np.clip(picture + noise * grain * np.sqrt(picture + 0.01) * 2, 0, None)
    knee = between(rng, 3.5, 6)
    picture = np.where(picture < 0.7, picture, 0.7 + (1 - np.exp(-knee * (picture - 0.7))) / knee)
    screen = 1.055 * np.clip(picture, 0.0031308, 1) ** (1 / 2.4) - 0.055
    contrast = between(rng, 0.0, 0.3)
    screen = screen + contrast * (step(0, 1, screen) - screen)
    if chance(rng, 0.5):
        screen = screen + between(rng, 0.2, 0.6) * (screen - blur(screen, 1.0))
    return Image.fromarray((np.clip(screen, 0, 1) * 255 + 0.5).astype(np.uint8))


def encode(rng: Rng, photo: Image.Image) -> bytes:
    """The photo as JPEG, of a quality that varies a little."""
    out = io.BytesIO()
    photo.save(out, "JPEG", quality=int(rng.integers(76, 85)), optimize=True)
    return out.getvalue()
