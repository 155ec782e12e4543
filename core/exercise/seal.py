"""The seal on an answer key: what it withstands, and what it does not.

The key is packed, padded and encrypted with AES-SIV, which also notices any change and, unlike
other modes, needs nothing random: the same exercise is sealed to the same bytes. The secret is
stretched by scrypt.

- With a teacher's passphrase the answers can be read only by who knows it, or guesses it at some
  ten guesses a second and core: a short or common passphrase is soon guessed.
- Without one the secret is in this file, so that anybody's copy of First Light can score the
  exercise. That keeps the answers from whoever opens the zip and looks, not from somebody who
  writes a program for it. It is a seal on an envelope, no safe.

In both cases whoever has the images before the faults were planted (a built-in sample, say) can
find most of them by comparing. An exercise is practice, not an exam.

Sources: C. Percival and S. Josefsson, The scrypt Password-Based Key Derivation Function, RFC 7914;
D. Harkins, Synthetic Initialization Vector (SIV) Authenticated Encryption, RFC 5297.
"""

from __future__ import annotations

import hashlib
import zlib
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from core.errors import DataProblem

OPEN: Final = "open"
"""the secret of exercises without a passphrase: no secret at all"""
_SALT: Final = b"First Light, detective exercise, 1"
_BLOCK: Final = 4096
_MOST: Final = 64 * 1024 * 1024  # bytes that a key may have when unpacked


def stretched(passphrase: str) -> str:
    """The secret that follows from ``passphrase``, as hexadecimal; '' gives `OPEN`.

    This, not the passphrase, is written down where a job needs it.
    """
    if not passphrase:
        return OPEN
    made = hashlib.scrypt(passphrase.encode(), salt=_SALT, n=2**15, r=8, p=1, maxmem=2**26)
    return made.hex()


def seal(plain: bytes, secret: str, about: bytes) -> bytes:
    """``plain`` sealed; ``about``, which stays readable, cannot be changed any more either.

    The same input gives the same bytes.
    """
    packed = zlib.compress(plain, 9)
    body = len(packed).to_bytes(4, "big") + packed
    body += bytes(-len(body) % _BLOCK)  # the length would tell how much is in it
    return _cipher(secret).encrypt(body, [about])


def unseal(sealed: bytes, secret: str, about: bytes) -> bytes:
    """What was sealed.

    Raises:
        DataProblem: the secret is another one, or something was changed.
    """
    try:
        body = _cipher(secret).decrypt(sealed, [about])
    except (InvalidTag, ValueError) as error:
        raise DataProblem(
            "The answer key cannot be opened",
            "The passphrase is another one, or the exercise file was changed",
            "Type the passphrase that the exercise was made with",
        ) from error
    unpacker = zlib.decompressobj()
    return unpacker.decompress(body[4 : 4 + int.from_bytes(body[:4], "big")], _MOST)


def _cipher(secret: str) -> AESSIV:
    return AESSIV(hashlib.sha512(_SALT + secret.encode()).digest())
