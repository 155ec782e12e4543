"""Names inside archives: decoded, judged, and brought to one spelling.

A name is text for people and for finding the class; it is never used as a path.
"""

from __future__ import annotations

import re
import unicodedata

_DRIVE = re.compile(r"[A-Za-z]:")
_SHOWN = 80


def decode_name(raw: bytes) -> str:
    """The text of a zip member's name.

    The standard says UTF-8 with a flag set and code page 437 without, but programs write
    UTF-8 without the flag, and the reverse. Bytes that are valid UTF-8 are read as such,
    all others as code page 437, which knows every byte.

    Source: PKWARE APPNOTE 6.3.10, appendix D.
    """
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp437")


def danger(name: str) -> str | None:
    """Why ``name`` (decoded, not yet normalised) could lead out of a folder, or None.

    Looks at both separators, and at parts that some systems trim to ``..``.
    """
    if "\0" in name:
        return "it holds a NUL character"
    path = name.replace("\\", "/")
    if path.startswith("/"):
        return "it is an absolute path"
    parts = path.split("/")
    if _DRIVE.match(path) or any(_DRIVE.fullmatch(part) for part in parts):
        return "it names a drive"
    if any(part.count(".") > 1 and not part.strip(" .") for part in parts):
        return "it climbs out of its folder"
    return None


def normalise(name: str) -> str:
    """``name`` in one spelling: ``/`` between parts, no empty or ``.`` parts, Unicode NFC.

    Control characters and lone surrogates become U+FFFD, so the result can be shown and
    stored anywhere. May be empty.
    """
    parts = name.replace("\\", "/").split("/")
    joined = "/".join(part for part in parts if part not in ("", "."))
    joined = unicodedata.normalize("NFC", joined)
    if joined.isprintable():
        return joined
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(char) in ("Cc", "Cs") else char
        for char in joined
    )


def shown(name: str) -> str:
    """``name`` in quotes for a message, cut to a length that can be read."""
    clean = normalise(name)
    return f"'{clean}'" if len(clean) <= _SHOWN else f"'{clean[: _SHOWN - 1]}…'"
