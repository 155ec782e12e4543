"""A run as a Keras script that a learner reads from top to bottom, and runs without First Light."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from string import Template

from core.balance import class_weights
from core.recipe import Recipe
from core.settings import Balance, Method, Schedule, TrainSettings

NAME, TABLE, IMAGES = "train.py", "images.csv", "images"
AUGMENT, BACKBONE = "augment.py", "backbone.keras"


def is_varied(settings: TrainSettings, recipe: Recipe) -> bool:
    """Whether the script needs the recipe's own, see `core.recipe.as_code`, as `AUGMENT`."""
    return bool(settings.views and recipe.active)


@dataclass(frozen=True)
class Step:
    """A part of the script; ``key`` tells what it does: 'images', 'train'."""

    key: str
    code: str


def script(settings: TrainSettings, recipe: Recipe, counts: Sequence[int]) -> str:
    """A script of at most 80 lines that trains as a run with these settings does.

    Beside it lie the table `TABLE` (file, label, part), what its files name, the pretrained
    network as `BACKBONE`, and `AUGMENT`, as far as the run has them. It prints the accuracy on
    the test images; its random draws are others than the run's.

    Args:
        settings: of the run.
        recipe: that the run saw.
        counts: training images of each class.
    """
    return "".join(step.code for step in steps(settings, recipe, counts))


def steps(settings: TrainSettings, recipe: Recipe, counts: Sequence[int]) -> list[Step]:
    """The parts of `script` in their order, for those who read it piece by piece."""
    varied = is_varied(settings, recipe)
    cached = varied and settings.method in (Method.HEAD, Method.FINETUNE)
    beside = [TABLE, IMAGES]
    beside += [BACKBONE] if settings.method.is_pretrained else []
    beside += [AUGMENT] if varied else []
    about = _ABOUT.substitute(
        method=TITLES[settings.method],
        beside=", ".join(beside),
        needs="tensorflow, pandas, pillow" + (", keras-cv" if varied else ""),
    )
    imports = _IMPORTS.substitute(
        augment="from augment import augment\n" if varied else "",
        batch=settings.batch_size,
        seed=settings.seed,
    )
    shown = _FRESH if varied and not cached else _PLAIN
    found = [
        Step("about", about),
        Step("imports", imports),
        Step("images", _IMAGES),
        Step("views", _VIEWS.substitute(views=settings.views) if cached else ""),
        Step("weights", _weights(settings, counts)),
        Step("batches", _BATCHES.substitute(order=_order(settings), shown=shown)),
        Step("learn", _LEARN),
        *_body(settings),
        Step("test", _TEST),
    ]
    return [step for step in found if step.code]


def _weights(settings: TrainSettings, counts: Sequence[int]) -> str:
    if settings.balance is Balance.SAMPLING or class_weights(counts, settings.balance) is None:
        return "weights = np.ones(len(answers))\n"
    return _WEIGHTED


def _order(settings: TrainSettings) -> str:
    if settings.balance is not Balance.SAMPLING:
        return "np.random.permutation(len(answers))"
    return "np.random.choice(len(answers), len(answers), p=chances / chances.sum())"


def _body(settings: TrainSettings) -> list[Step]:
    rate = f"{settings.learning_rate:g}"
    falling = ""
    if settings.schedule is Schedule.COSINE:
        decay = f"CosineDecay({rate}, {settings.epochs} * STEPS)"
        rate, falling = "rate", f"rate = keras.optimizers.schedules.{decay}\n"
    own = f"{settings.epochs}, {rate}, {settings.patience}, {settings.weight_decay:g}"
    own += f", {settings.label_smoothing:g}" if settings.label_smoothing else ""
    usual = TrainSettings.usual(Method.HEAD)
    head = f"{usual.epochs}, {usual.learning_rate:g}, {usual.patience}, {usual.weight_decay:g}"
    sampled = _CHANCES if settings.balance is Balance.SAMPLING else ""
    told = {"own": own, "head": head, "dropout": f"{settings.dropout:g}"}
    told["usual_dropout"] = f"{usual.dropout:g}"
    network, train = (Template(part).substitute(told) for part in _BODIES[settings.method])
    return [Step("pace", sampled + falling), Step("network", network), Step("train", train)]


TITLES = {
    Method.HEAD: "A pretrained network looks, one new layer learns",
    Method.FINETUNE: "A new layer learns, then the top of a pretrained network",
    Method.SCRATCH: "A small network learns that knows nothing yet",
    Method.WHOLE: "A new layer learns, then all of a pretrained network",
}

_ABOUT = Template('''\
"""$method: a run of First Light.

Needs $needs; $beside.
"""
''')

_IMPORTS = Template("""\

import keras
import numpy as np
import pandas as pd
from PIL import Image
$augment
BATCH = $batch
keras.utils.set_random_seed($seed)
""")

_IMAGES = """\

# The images, what they show as rows such as (0, 1, 0), and the part that each of them plays
table = pd.read_csv("images.csv", dtype=str, keep_default_na=False)
classes = sorted(table["label"].unique())
labels = np.eye(len(classes), dtype="float32")[[classes.index(name) for name in table["label"]]]
images = np.stack([np.asarray(Image.open(file)) for file in table["file"]])
train, validation, test = (np.array(table["part"] == p) for p in ("train", "validation", "test"))
learnt, answers = images[train], labels[train]
STEPS = -(-len(learnt) // BATCH)  # of an epoch
"""

_VIEWS = Template("""\

# Altered copies: an epoch shows as many images as before, each as it is or as one of its copies
pairs = [(learnt[i : i + BATCH], answers[i : i + BATCH]) for i in range(0, len(learnt), BATCH)]
copies = [augment(*pair) for _ in range($views) for pair in pairs]
learnt = np.concatenate([learnt, *(altered for altered, _ in copies)])
answers = np.concatenate([answers, *(mixed for _, mixed in copies)])
""")

_WEIGHTED = """\
# An image of a rare class counts for more
weights = answers @ (train.sum() / len(classes) / labels[train].sum(axis=0))
"""

_PLAIN = "yield tuple(each[rows] for each in inputs), answers[rows], weights[rows]"
_FRESH = """altered, mixed = augment(inputs[0][rows], answers[rows])  # anew in every epoch
            yield (altered,), mixed, weights[rows]"""

_BATCHES = Template("""\


def batches(inputs, answers):
    while True:
        order = $order
        for rows in np.split(order, range(BATCH, len(order), BATCH)):
            $shown
""")

_LEARN = '''\


def learn(model, inputs, checked, epochs, rate, patience, decay, smoothing=0.0):
    """Train, keep the epoch with the lowest validation loss; its accuracy and minus its loss."""
    optimizer = keras.optimizers.AdamW(rate, weight_decay=decay)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=smoothing)
    model.compile(optimizer, loss, metrics=["accuracy"], weighted_metrics=[])
    stop = keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=True)
    model.fit(batches(inputs, answers), steps_per_epoch=STEPS, epochs=epochs, callbacks=[stop],
              validation_data=(checked, labels[validation]))
    loss, accuracy = model.evaluate(checked, labels[validation])
    return accuracy, -loss


'''

_CHANCES = """\
chances = answers @ (1 / labels[train].sum(axis=0))  # so that all classes are shown alike
"""

_HEAD = """\
def new_head(dropout):
    \"\"\"Unit-length features give tiny gradients; scaled up, usual rates suit them.\"\"\"
    dense = keras.layers.Dense(len(classes), kernel_initializer="zeros")
    return keras.Sequential([keras.layers.Rescaling(16), keras.layers.Dropout(dropout), dense])


backbone = keras.models.load_model("backbone.keras")  # from RGB 0-255 to features
backbone.trainable = False
"""

_BODIES = {
    Method.HEAD: (
        _HEAD,
        """\
seen, checked, judged = (
    (backbone.predict(part),) for part in (learnt, images[validation], images[test])
)
features = keras.Input(seen[0].shape[1:])
model = keras.Model([features], new_head($dropout)(features))
learn(model, seen, checked, $own)
""",
    ),
    Method.FINETUNE: (
        _HEAD,
        """\
# What the frozen lower part sees stays the same, so it looks once
middle = backbone.get_layer("middle_average").input
shallow = backbone.get_layer("shallow_unit").output
lower = keras.Model(backbone.inputs, [middle, shallow, backbone.outputs[0]])
seen, checked, judged = (lower.predict(p) for p in (learnt, images[validation], images[test]))
features, *below = (keras.Input(seen[i].shape[1:]) for i in (2, 0, 1))
first = new_head($usual_dropout)
start = keras.Model([features], first(features))
before = learn(start, seen[2:], checked[2:], $head)
upper = keras.Model([middle, shallow], backbone.outputs[0])
for layer in upper.layers:
    layer.trainable = not isinstance(layer, keras.layers.BatchNormalization)
second = new_head($dropout)
model = keras.Model(below, second(upper(below)))
second.set_weights(first.get_weights())
after = learn(model, seen[:2], checked[:2], $own)
model, judged = (model, judged[:2]) if after > before else (start, judged[2:])
""",
    ),
    Method.WHOLE: (
        _HEAD,
        """\
seen, checked, judged = (images[train],), (images[validation],), (images[test],)
model = keras.Model(backbone.inputs, new_head($dropout)(backbone.outputs[0]))
before = learn(model, seen, checked, $head)
kept = model.get_weights()
for layer in backbone.layers:
    layer.trainable = not isinstance(layer, keras.layers.BatchNormalization)
if learn(model, seen, checked, $own) <= before:
    model.set_weights(kept)
""",
    ),
    Method.SCRATCH: (
        """\
image = keras.Input(images.shape[1:])
x = keras.layers.Rescaling(1 / 127.5, offset=-1)(image)
for filters, stride in ((16, 2), (32, 1), (64, 1), (128, 1), (160, 1)):
    convolution = keras.layers.Conv2D(filters, 3, stride, padding="same", use_bias=False)
    x = keras.layers.BatchNormalization(momentum=0.9)(convolution(x))
    x = keras.layers.ReLU()(x)
    if filters in (32, 64, 128):
        x = keras.layers.MaxPooling2D()(x)
x = keras.layers.Dropout($dropout)(keras.layers.GlobalAveragePooling2D()(x))
model = keras.Model([image], keras.layers.Dense(len(classes))(x))
""",
        """\
judged = (images[test],)
learn(model, (learnt,), (images[validation],), $own)
""",
    ),
}

_TEST = """\
right = model.predict(judged).argmax(axis=1) == labels[test].argmax(axis=1)
print(f"Test accuracy: {right.mean():.4f} on {test.sum()} images")
"""
