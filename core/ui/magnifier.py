"""A picture with a window that shows its pixels as numbers; it moves without a rerun."""

from __future__ import annotations

import base64

from core.ui import component

_magnifier = component.register("magnifier")


def magnifier(picture: bytes, side: int, name: str, key: str) -> None:
    """Draw a picture, its three channels, and a movable window with the numbers of its pixels.

    The picture travels once; moving the window, choosing a channel and scaling happen in the
    browser. By keyboard the arrows move the window.

    Args:
        picture: a PNG of ``side`` by ``side`` pixels, without transparency or colour profile.
        side: in pixels.
        name: of the image, for those who do not see it.
        key: the key of the component, unique on its page.
    """
    data = {"picture": base64.b64encode(picture).decode("ascii"), "side": side, "name": name}
    _magnifier(key=key, data=data)
