"""The script of a run as a notebook: the same program, each part with what it does and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from core.recipe import Recipe
from core.settings import Balance, Method, TrainSettings
from core.share.script import AUGMENT, BACKBONE, IMAGES, TABLE, TITLES, is_varied, steps

NOTEBOOK: Final = "train.ipynb"


def notebook(settings: TrainSettings, recipe: Recipe, counts: Sequence[int]) -> str:
    """A Jupyter notebook whose cells together are the program of `core.share.script.script`.

    Args:
        settings: of the run.
        recipe: that the run saw.
        counts: training images of each class.
    """
    from nbformat import v4, writes

    cells = [v4.new_markdown_cell(_title(settings, recipe), id="title")]
    for step in steps(settings, recipe, counts):
        words = _words(step.key, settings, step.code)
        if words:
            cells.append(v4.new_markdown_cell(words, id=f"{step.key}-words"))
        if step.key != "about":  # what the script says of itself stands in the title
            cells.append(v4.new_code_cell(step.code.strip("\n"), id=step.key))
    cells.append(v4.new_markdown_cell(_NEXT, id="next"))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    about = {"kernelspec": kernel, "language_info": {"name": "python"}}
    found: str = writes(v4.new_notebook(cells=cells, metadata=about))
    return found + "\n"


def _title(settings: TrainSettings, recipe: Recipe) -> str:
    varied = is_varied(settings, recipe)
    beside = [f"`{TABLE}`", f"the folder `{IMAGES}`"]
    beside += [f"`{BACKBONE}`"] if settings.method.is_pretrained else []
    beside += [f"`{AUGMENT}`"] if varied else []
    needs = "tensorflow pandas pillow" + (" keras-cv" if varied else "")
    return (
        f"# {TITLES[settings.method]}\n\n"
        "A training of First Light, with nothing but Keras. Run the cells from top to bottom; "
        "none of them needs First Light or the internet.\n\n"
        f"It reads what lies beside it: {', '.join(beside)}. Packages: "
        f"`pip install {needs} jupyter`."
    )


def _words(key: str, settings: TrainSettings, code: str) -> str:
    if key == "network":
        return _NETWORK if settings.method.is_pretrained else _FROM_NOTHING
    if key == "train":
        return _TRAINING[settings.method]
    if key == "weights":
        return _RARE if "rare class" in code else _ALIKE
    if key == "pace":
        return _SAMPLING if settings.balance is Balance.SAMPLING else _PACE
    return _WORDS.get(key, "")


_WORDS: Final[Mapping[str, str]] = {
    "imports": (
        "## What it takes\n\n"
        "Keras learns, NumPy counts, pandas reads the table, Pillow opens the images. The seed "
        "fixes everything that is drawn by chance, so that the same cells give the same result."
    ),
    "images": (
        "## The images\n\n"
        "The table names every image, its class and its part. The network learns from the "
        "**training** images. The **validation** images tell when to stop. The **test** images "
        "are asked once, at the very end: a score on images that had a say in anything is too "
        "kind.\n\n"
        "A class becomes a row such as `(0, 1, 0)`: the network gives a number for each class, "
        "and this is what it should give."
    ),
    "views": (
        "## Altered copies\n\n"
        "A picture that is turned a little, or a little darker, still shows the same thing. "
        "Copies altered so teach the network what does not matter. They are made once, and an "
        "epoch shows as many images as without them."
    ),
    "batches": (
        "## In small batches\n\n"
        "The network sees a few images at a time, in another order in every epoch, and moves its "
        "weights a little after each batch."
    ),
    "learn": (
        "## How it learns\n\n"
        "*AdamW* decides how far each weight moves. After every epoch the validation images are "
        "asked. When their loss has not fallen for a while, the training stops, and the best "
        "epoch is kept: later ones know the training images by heart."
    ),
    "test": (
        "## How good is it?\n\n"
        "Now, once, the test images. The number is an estimate: with few images it can be some "
        "points off to either side, so do not choose between two trainings by a small difference."
    ),
}
_RARE: Final = (
    "## Rare classes\n\n"
    "Some classes have few images. Each of those counts for more, so that the network does not "
    "do well by forgetting them."
)
_ALIKE: Final = "## Every image counts the same\n\nNo class is so rare that it needs more weight."
_PACE: Final = (
    "## The pace\n\n"
    "The learning rate is how far a step goes. It falls along a cosine to nothing: large steps "
    "at first, fine ones at the end."
)
_SAMPLING: Final = (
    "## Rare classes are shown more often\n\n"
    "Each image is drawn with a chance that makes all classes come alike."
)
_NETWORK: Final = (
    "## A network that has seen a million photographs\n\n"
    "The *backbone* was trained on ImageNet by others. It turns a picture into a list of numbers, "
    "its **features**: edges, textures, shapes. What is alike to the eye mostly has features that "
    "are alike, also for things that it never saw. On them stands a new layer, the **head**, with "
    "a number for each of your classes."
)
_FROM_NOTHING: Final = (
    "## A network that knows nothing\n\n"
    "Five layers of small filters, each looking at what the one before found. All of it begins "
    "by chance, so it needs many images: this shows what pretraining is worth."
)
_TRAINING: Final[Mapping[Method, str]] = {
    Method.HEAD: (
        "## Train the head\n\n"
        "The backbone stays as it is, so it looks at every image once. Then only the head learns, "
        "which takes seconds."
    ),
    Method.FINETUNE: (
        "## Train the head, then the upper part\n\n"
        "First the head alone. Then the upper third of the backbone learns along, in small steps: "
        "it turns towards your images. The lower part sees edges and colours, which are the same "
        "everywhere; it stays, and looks once. If the validation images do not gain, the head "
        "alone is kept."
    ),
    Method.WHOLE: (
        "## Train the head, then everything\n\n"
        "First the head alone. Then the whole backbone learns along, in small steps. If the "
        "validation images do not gain, the head alone is kept."
    ),
    Method.SCRATCH: "## Train all of it\n\nEvery filter learns, from your images alone.",
}
_NEXT: Final = (
    "## What next?\n\n"
    "Change something and run all cells again: the seed, the learning rate, the dropout. Judge by "
    "the validation accuracy, and leave the test images for the end. To keep the network: "
    '`model.save("mine.keras")`.'
)
