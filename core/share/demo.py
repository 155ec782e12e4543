"""A demo of a model for the web: a folder that Streamlit Community Cloud takes as it is.

It needs Streamlit, LiteRT, NumPy and Pillow, and nothing of First Light or TensorFlow, so it fits
where little is free.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from core.share.model_folder import pinned

APP: Final = "streamlit_app.py"
SETTINGS: Final = ".streamlit/config.toml"
PACKAGES: Final = ("streamlit", "ai-edge-litert", "numpy", "pillow")

SCRIPT: Final = '''\
"""Show the model a picture: streamlit run streamlit_app.py"""

import json
from pathlib import Path

import streamlit as st

HERE = Path(__file__).parent
ABOUT = json.loads((HERE / "model.json").read_text(encoding="utf-8"))
CLASSES = ABOUT["classes"]
MOST = 40_000_000  # pixels of a picture
UPLOAD, CAMERA, SAMPLE = "A file", "The camera", "An example"
# Small print and the chosen way, dark enough to be read by everybody
STYLE = """<style>
[data-testid="stCaptionContainer"] { opacity: 0.8; }
[data-testid="stButtonGroup"] [aria-checked="true"] { color: inherit !important; }
</style>"""

st.set_page_config(page_title=ABOUT["name"], page_icon=":material/image_search:")
st.html(STYLE)


@st.cache_resource(show_spinner="Loading the model")
def model():
    import predict

    return predict.loaded()


def chosen():
    """A picture from the visitor, as something that Pillow can open."""
    way = st.segmented_control("Show it", [UPLOAD, CAMERA, SAMPLE], default=UPLOAD, required=True)
    if way == CAMERA:
        return st.camera_input("Take a picture")
    if way == SAMPLE:
        names = [sample["file"] for sample in ABOUT["samples"]]
        number = st.segmented_control(
            "Example", range(len(names)), format_func=lambda n: str(n + 1), default=0, required=True
        )
        return HERE / names[number or 0]
    return st.file_uploader("A picture", type=["jpg", "jpeg", "png", "webp", "bmp", "gif"])


def plain(text):
    """Text that Markdown leaves as it is."""
    return "".join(f"\\\\{sign}" if sign in r"\\`*_{}[]()<>#+-.!|~$:" else sign for sign in text)


st.title(ABOUT["name"])
names = ", ".join(plain(name) for name in CLASSES)
st.markdown(f"Tells {len(CLASSES)} classes apart: {names}.")
picture = chosen()
if picture is None:
    st.stop()

# Not before they are needed: the page stands sooner
import predict
from PIL import Image, UnidentifiedImageError

Image.MAX_IMAGE_PIXELS = MOST
try:
    image = Image.open(picture)
    shown = predict.fitted(image)
except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
    st.error("This picture cannot be read. Take another one: JPEG, PNG or WebP, not too large.")
    st.stop()
left, right = st.columns(2)
left.image(
    shown.astype("uint8"),
    caption="As the model sees it",
    width="stretch",
    alt="The picture, as the model sees it",
)
probabilities = model()(shown[None])
order = sorted(range(len(CLASSES)), key=lambda place: -probabilities[place])
fitting = predict.fitting(probabilities)
with right:
    if len(fitting) == 1:
        st.header(plain(CLASSES[fitting[0]]))
    else:
        st.header("I don't know")
        if fitting:
            st.markdown("It may be " + " or ".join(plain(CLASSES[place]) for place in fitting))
        else:
            st.markdown("It is like nothing that I know well.")
    for place in order[:5]:
        share = float(probabilities[place])
        st.progress(min(1.0, max(0.0, share)), f"{plain(CLASSES[place])}: {100 * share:.1f} %")
st.caption(
    "A program's opinion, learnt from examples. It names one of its classes whatever it is shown; "
    "do not rely on it where a mistake would hurt. Your picture is not kept."
)
'''

# Nothing is watched, counted or edited on a server: each would take part of its start.
CONFIG: Final = """\
[server]
fileWatcherType = "none"

[browser]
gatherUsageStats = false

[client]
toolbarMode = "minimal"
"""

README: Final = """\
# A demo on the web, step by step

1. Put the files of this folder into a new repository on GitHub.
2. On share.streamlit.io choose *Create app*, then that repository, and `streamlit_app.py`.
3. A minute later the demo has an address that you can give to anybody.

On your own computer: `pip install -r requirements.txt`, then `streamlit run streamlit_app.py`.
"""


def write_demo(folder: Path) -> None:
    """Add the demo to ``folder``, which holds a LiteRT model and what stands beside it."""
    (folder / APP).write_text(SCRIPT, encoding="utf-8")
    (folder / "DEMO.md").write_text(README, encoding="utf-8")
    (folder / "requirements.txt").write_text(
        "\n".join(map(pinned, PACKAGES)) + "\n", encoding="utf-8"
    )
    config = folder / SETTINGS
    config.parent.mkdir(exist_ok=True)
    config.write_text(CONFIG, encoding="utf-8")
