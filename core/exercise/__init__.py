"""Detective exercises: faults planted in a set of images, a sealed key, and a fair score.

with open_material("prints") as material:
    make(material, Order.of_level(1, material.size), Path("exercise.zip"))
"""

from core.exercise.claims import claims_of, is_claim, name_faults
from core.exercise.faults import CLAIMED, Fault, Words, words_of
from core.exercise.key import FILE, MEMBER, AnswerKey, Cover, Planted
from core.exercise.levels import LEVELS, Order
from core.exercise.make import make
from core.exercise.material import Material, open_material
from core.exercise.score import OTHER, Score, Tally, score
from core.exercise.seal import stretched
from core.exercise.sealed import adopt, read_cover, read_exercise, read_key
from core.exercise.submission import Submission, Touched, read_submission, submission_of

__all__ = [
    "CLAIMED",
    "FILE",
    "LEVELS",
    "MEMBER",
    "OTHER",
    "AnswerKey",
    "Cover",
    "Fault",
    "Material",
    "Order",
    "Planted",
    "Score",
    "Submission",
    "Tally",
    "Touched",
    "Words",
    "adopt",
    "claims_of",
    "is_claim",
    "make",
    "name_faults",
    "open_material",
    "read_cover",
    "read_exercise",
    "read_key",
    "read_submission",
    "score",
    "stretched",
    "submission_of",
    "words_of",
]
