"""The field test: a run tried on labelled images from another place or another camera.

How much it loses there, whether chance explains it, and what is different about the images. Pure:
tables and arrays in, figures out. The worker's side is `core.jobs.field_task`.
"""

from core.field import words
from core.field.apart import Apart, tell_apart
from core.field.changes import MEASURED, TRAITS, Change, Trait, changes, trait_named
from core.field.drop import ClassDrop, Drop, Drops, Level, difference, drops, exact
from core.field.found import FILE, FieldTest, same_names

__all__ = [
    "FILE",
    "MEASURED",
    "TRAITS",
    "Apart",
    "Change",
    "ClassDrop",
    "Drop",
    "Drops",
    "FieldTest",
    "Level",
    "Trait",
    "changes",
    "difference",
    "drops",
    "exact",
    "same_names",
    "tell_apart",
    "trait_named",
    "words",
]
