"""An augmentation recipe as data: which alterations, how strong, in which order."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from textwrap import indent
from types import MappingProxyType
from typing import Any, Self

from core import files
from core.augmentations import AUGMENTATIONS, VERSION
from core.augmentations.code import helpers_code, layer_code
from core.errors import Problem, ProjectProblem, SettingsProblem
from core.project import Project

MOST_STEPS = 12
MOST_SAVED = 100
_NAME_LENGTH = 60


@dataclass(frozen=True)
class Step:
    """One alteration.

    Attributes:
        name: one of `core.augmentations.AUGMENTATIONS`.
        strength: 0..1; 0 changes nothing.
    """

    name: str
    strength: float


@dataclass(frozen=True)
class Recipe:
    """Alterations in the order in which they are applied; empty: every image stays as it is."""

    name: str = ""
    steps: tuple[Step, ...] = ()

    @property
    def active(self) -> tuple[Step, ...]:
        """The steps that change something."""
        return tuple(step for step in self.steps if step.strength > 0)

    @property
    def id(self) -> str:
        """Tells recipes apart that do different things; the name plays no part."""
        done = [[step.name, round(step.strength, 6)] for step in self.active]
        return hashlib.blake2b(json.dumps([VERSION, done]).encode(), digest_size=8).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """The recipe as plain JSON values."""
        steps = [{"name": step.name, "strength": step.strength} for step in self.steps]
        return {"name": self.name, "steps": steps}

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """The recipe in ``value``, which may come from a stranger.

        Raises:
            SettingsProblem: it is none, names what this version does not know, or a strength
                lies outside 0..1.
        """
        try:
            steps = tuple(Step(str(s["name"]), float(s["strength"])) for s in value["steps"])
            name = _tidy(str(value.get("name", "")))[:_NAME_LENGTH].strip()
        except (TypeError, KeyError, ValueError, AttributeError, OverflowError) as error:
            raise SettingsProblem(
                "This is no recipe", "Expected a name and steps, each with name and strength"
            ) from error
        for step in steps:
            if step.name not in AUGMENTATIONS:
                raise SettingsProblem(
                    f"'{step.name[:60]}' is no augmentation",
                    f"Known are {', '.join(AUGMENTATIONS)}",
                )
            if not 0 <= step.strength <= 1:  # also false for NaN
                raise SettingsProblem(
                    f"The strength of {step.name} cannot be {step.strength}",
                    "It lies between 0 and 1",
                )
        if len({step.name for step in steps}) < len(steps):
            raise SettingsProblem(
                "An augmentation stands in the recipe twice", "Each may have one step"
            )
        if len(steps) > MOST_STEPS:
            raise SettingsProblem("The recipe has too many steps", f"It may have {MOST_STEPS}")
        return cls(name, steps)


def _tidy(name: str) -> str:
    """One line of characters that can be shown."""
    return "".join(c for c in " ".join(name.split()) if c.isprintable()).strip()


def _preset(name: str, **strengths: float) -> Recipe:
    return Recipe(name, tuple(Step(step, strength) for step, strength in strengths.items()))


# In the order in which the layers stand in a pipeline: place, then colour, then sharpness.
PRESETS: Mapping[str, Recipe] = MappingProxyType(
    {
        "photos": _preset(
            "Photos", flip_horizontal=1.0, crop_and_resize=0.3, rotation=0.06, colour_jitter=0.3
        ),
        "handwriting": _preset(
            "Handwriting and signs", rotation=0.06, zoom=0.25, shift=0.2, shear=0.25, contrast=0.2
        ),
        "satellite": _preset(
            "Microscopy and satellite",
            flip_horizontal=1.0,
            flip_vertical=1.0,
            rotation=1.0,
            brightness=0.2,
            contrast=0.2,
        ),
        "medical": _preset(
            "Medical", rotation=0.04, zoom=0.15, shift=0.1, brightness=0.12, contrast=0.12
        ),
        "documents": _preset(
            "Documents", rotation=0.015, shift=0.08, brightness=0.2, contrast=0.25, jpeg_quality=0.5
        ),
    }
)


def in_force(project: Project) -> Recipe:
    """The recipe of ``project``; an empty one where nobody chose, or it is damaged."""
    try:
        return Recipe.from_json(files.read_json(project.recipe_file))
    except (OSError, ValueError, Problem):
        return Recipe()


def save(project: Project, recipe: Recipe) -> None:
    """Put ``recipe`` in force for ``project``.

    Raises:
        ProjectProblem: the disk is full or may not be written.
    """
    _write(project, project.recipe_file, recipe.to_json())


@dataclass(frozen=True)
class Difference:
    """Where two recipes part.

    Attributes:
        name: of the augmentation.
        first, second: its strength in each recipe; 0 where it has no part in it.
    """

    name: str
    first: float
    second: float


def differences(a: Recipe, b: Recipe) -> list[Difference]:
    """What ``b`` does otherwise than ``a``, in the order of `AUGMENTATIONS`.

    Empty for recipes with the same strengths, even if they apply them in another order.
    """
    first, second = ({step.name: step.strength for step in recipe.active} for recipe in (a, b))
    both = [Difference(name, first.get(name, 0.0), second.get(name, 0.0)) for name in AUGMENTATIONS]
    return [each for each in both if each.first != each.second]


def saved(project: Project) -> dict[str, Recipe]:
    """The recipes that were kept in ``project``, by name in their order; damaged ones left out."""
    try:
        values = files.read_json(project.recipes_file)
    except (OSError, ValueError):
        return {}
    found = {}
    for value in values if isinstance(values, list) else []:
        try:
            recipe = Recipe.from_json(value)
        except SettingsProblem:
            continue
        if recipe.name:
            found[recipe.name] = recipe
    return found


def keep(project: Project, recipe: Recipe) -> None:
    """Keep ``recipe`` under its name; one that had the name is replaced.

    Raises:
        SettingsProblem: it has no name, is no sound recipe, or too many are kept.
        ProjectProblem: the disk is full or may not be written.
    """
    sound = Recipe.from_json(recipe.to_json())
    if not sound.name:
        raise SettingsProblem("The recipe has no name", "It is kept under its name", "Name it")
    recipes = saved(project) | {sound.name: sound}
    if len(recipes) > MOST_SAVED:
        raise SettingsProblem(
            "There are too many recipes",
            f"A project keeps up to {MOST_SAVED}",
            "Remove one that you no longer need",
        )
    _write(project, project.recipes_file, [each.to_json() for each in recipes.values()])


def forget(project: Project, name: str) -> None:
    """Remove the recipe that was kept under ``name``; without one nothing happens.

    Raises:
        ProjectProblem: the disk is full or may not be written.
    """
    recipes = saved(project)
    if recipes.pop(name, None) is not None:
        _write(project, project.recipes_file, [each.to_json() for each in recipes.values()])


def _write(project: Project, path: Path, value: Any) -> None:
    try:
        files.write_json(path, value)
    except OSError as error:
        raise ProjectProblem(
            "The recipe could not be saved",
            f"Writing to project '{project.name}' failed: {error.strerror}",
            "Free some space, then try again",
        ) from error


def as_code(recipe: Recipe, size: int) -> str:
    """A Python script that augments as ``recipe`` does, with nothing but KerasCV and TensorFlow.

    Its function ``augment(images, labels)`` takes a batch, within `tf.data` as well. It draws
    other random numbers than the app, so single images come out differently.

    Args:
        recipe: its active steps are written down.
        size: side of the square images.
    """
    done = [AUGMENTATIONS[step.name] for step in recipe.active]
    lines: dict[bool, list[str]] = {False: [], True: []}
    for step, augmentation in zip(recipe.active, done, strict=True):
        code = layer_code(augmentation, step.strength, size)
        lines[augmentation.mixes].append(f"{indent(code, '    ')},\n")
    name = _tidy(recipe.name).replace("\\", "/").replace('"', "'")
    return _SCRIPT.substitute(
        title=f'The recipe "{name}"' if name else "A recipe",
        size=size,
        helpers="".join(helpers_code(done)),
        layers="".join(["\n", *lines[False]] if lines[False] else []),
        mixes="".join(["\n", *lines[True]] if lines[True] else []),
    )


_SCRIPT = Template('''\
"""$title for square images of $size pixels.

Needs tensorflow and keras-cv.
"""

import keras_cv
import tensorflow as tf
$helpers

# Each alters an image and keeps its label
LAYERS = [$layers]
for layer in LAYERS:
    layer.auto_vectorize = False  # one image at a time: not all of them can do more

# Each mixes images and their labels: the layer, and the share of the images that it mixes
MIXES = [$mixes]


def augment(images, labels):
    """Images (n, $size, $size, 3) of 0-255 and one-hot labels (n, classes), augmented."""
    images, labels = tf.cast(images, tf.float32), tf.cast(labels, tf.float32)
    for layer in LAYERS:
        images = layer(images)
    for layer, share in MIXES:
        mixed = layer({"images": images, "labels": labels})
        chosen = tf.random.uniform((tf.shape(images)[0], 1)) < share
        images = tf.where(chosen[:, :, None, None], mixed["images"], images)
        labels = tf.where(chosen, mixed["labels"], labels)
    return tf.saturate_cast(tf.round(images), tf.uint8), labels


# With a tf.data.Dataset of images and labels: dataset.batch(32).map(augment)
''')
