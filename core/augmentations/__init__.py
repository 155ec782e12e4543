"""Every augmentation that KerasCV offers for telling classes apart, as data."""

from collections.abc import Mapping
from types import MappingProxyType

from core.augmentations.colour import COLOUR
from core.augmentations.kind import VERSION, Augmentation, Between
from core.augmentations.more import MORE
from core.augmentations.place import PLACE

__all__ = ["AUGMENTATIONS", "VERSION", "Augmentation", "Between"]

# In the order in which they are shown, and in which a new step finds its place in a recipe
AUGMENTATIONS: Mapping[str, Augmentation] = MappingProxyType(
    {each.name: each for each in (*PLACE, *COLOUR, *MORE)}
)
