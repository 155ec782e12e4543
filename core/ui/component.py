"""What our own components have in common: their files, and what they reported last."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

_ASSETS = Path(__file__).parent / "assets"


def register(name: str, *parts: str) -> ComponentRenderer:
    """Register the component ``name``; once, when its module is imported.

    Its script and its style are the files of that name in ``assets``, after those of
    ``parts`` and after ``elements``, which every component shares.
    """
    stems = ("elements", *parts, name)
    return st.components.v2.component(
        f"firstlight_{name}", css=_joined(stems, ".css"), js=_joined(stems, ".js")
    )


def _joined(stems: tuple[str, ...], suffix: str) -> str:
    files = [_ASSETS / f"{stem}{suffix}" for stem in stems]
    return "\n".join(path.read_text(encoding="utf-8") for path in files if path.is_file())


def reported(key: str, name: str) -> dict[str, object]:
    """The state ``name`` that the component under ``key`` reported last; empty before the first.

    Known before the component is drawn, so that what is drawn can follow from it. It came from
    a browser: check every value.
    """
    state = st.session_state.get(key)
    value = state.get(name) if isinstance(state, dict) else None
    return value if isinstance(value, dict) else {}
