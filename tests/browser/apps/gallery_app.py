"""Galleries of made images, to be tried in a browser: streamlit run gallery_app.py -- FOLDER."""

import hashlib
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st
from PIL import Image

from core.ui.gallery import gallery

ROWS = 2000
CAPTIONS = ["healthy", "rust → blight, 97 %", "<b>not bold</b> & a very long caption of one leaf"]


def thumbnail(folder: Path, number: int) -> str:
    """Write a thumbnail that differs by number; give its name."""
    sha = hashlib.sha256(str(number).encode()).hexdigest()
    path = folder / sha[:2] / f"{sha}.webp"
    if number % 100 != 5 and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        values = np.random.default_rng(number)
        side = 32 if number % 100 == 7 else 192
        coarse = Image.fromarray(values.integers(0, 255, (6, 6, 3), dtype=np.uint8))
        smooth = np.asarray(coarse.resize((side, side * 3 // 4), Image.Resampling.BICUBIC), float)
        noisy = np.clip(smooth + values.normal(0, 12, smooth.shape), 0, 255)
        Image.fromarray(noisy.astype(np.uint8)).save(path, quality=80)
    return sha


@st.cache_data
def table(folder: str) -> pd.DataFrame:
    """Two thousand rows; only the first hundred have files of their own."""
    made = [thumbnail(Path(folder), number) for number in range(100)]
    return pd.DataFrame(
        {
            "image_id": [f"image-{number}" for number in range(ROWS)],
            "sha256": [made[number % 100] for number in range(ROWS)],
            "caption": [f"{number} {CAPTIONS[number % 3]}" for number in range(ROWS)],
            "tone": [["ok", "wrong", "warn", None][number % 4] for number in range(ROWS)],
        }
    )


st.set_page_config(layout="wide")
folder = Path(sys.argv[1])
rows = table(str(folder))
kind = st.query_params.get("kind", "select")
if st.toggle("Only every third"):
    rows = rows.iloc[::3]
st.button("Rerun")
start = time.perf_counter()
if kind == "select":
    result = gallery(rows, folder, key="many", select=True)
elif kind == "look":
    result = gallery(rows.iloc[:30], folder, key="few")
elif kind == "open":
    result = gallery(rows.iloc[:12], folder, key="open", opens=True)
else:
    result = gallery(rows.iloc[:0], folder, key="none", empty="No mistakes: all were right.")
took = time.perf_counter() - start
st.session_state["runs"] = st.session_state.get("runs", 0) + 1
st.text(f"selected {len(result.selected)}: {' '.join(result.selected[:5])}")
st.text(f"opened {result.opened}")
st.text(f"runs {st.session_state['runs']}")
st.text(f"took {1000 * took:.1f} ms")
