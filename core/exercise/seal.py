"""The seal on an answer key: what it withstands, and what it does not.

The key is packed, padded and encrypted with a key stream of SHAKE-256, and signed with
HMAC-SHA-256, so that a changed key is noticed. The secret is stretched by scrypt.

- With a teacher's passphrase the answers can be read only by who knows it, or guesses it at some
  ten guesses a second and core: a short or common passphrase is soon guessed.
- Without one the secret is in this file, so that anybody's copy of First Light can score the
  exercise. That keeps the answers from whoever opens the zip and looks, not from somebody who
  writes a program for it. It is a seal on an envelope, no safe.

In both cases whoever has the images before the faults were planted (a built-in sample, say) can
find most of them by comparing. An exercise is practice, not an exam.

Sources: C. Percival and S. Josefsson, The scrypt Password-Based Key Derivation Function, RFC 7914;
NIST FIPS 202 (SHAKE); encrypt then authenticate: M. Bellare and C. Namprempre, Authenticated
Encryption, ASIACRYPT (2000).
"""

from __future__ import annotations

import hashlib
import hmac
import zlib
from typing import Final

from core.errors import DataProblem

OPEN: Final = "open"
"""the secret of exercises without a passphrase: no secret at all"""
_SALT: Final = b"First Light, detective exercise, 1"
_TAG, _NONCE, _BLOCK = 32, 16, 4096
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

    The same input gives the same bytes: what is random in it follows from the content.
    """
    packed = zlib.compress(plain, 9)
    body = len(packed).to_bytes(4, "big") + packed
    body += bytes(-len(body) % _BLOCK)  # the length would tell how much is in it
    encrypt, sign = _keys(secret)
    nonce = hmac.digest(sign, about + b"\0" + body, "sha256")[:_NONCE]
    hidden = _mixed(body, encrypt, nonce)
    tag = hmac.digest(sign, about + b"\0" + nonce + hidden, "sha256")
    return nonce + tag + hidden


def unseal(sealed: bytes, secret: str, about: bytes) -> bytes:
    """What was sealed.

    Raises:
        DataProblem: the secret is another one, or something was changed.
    """
    nonce, tag, hidden = sealed[:_NONCE], sealed[_NONCE : _NONCE + _TAG], sealed[_NONCE + _TAG :]
    encrypt, sign = _keys(secret)
    expected = hmac.digest(sign, about + b"\0" + nonce + hidden, "sha256")
    if not hmac.compare_digest(expected, tag):
        raise DataProblem(
            "The answer key cannot be opened",
            "The passphrase is another one, or the exercise file was changed",
            "Type the passphrase that the exercise was made with",
        )
    body = _mixed(hidden, encrypt, nonce)
    unpacker = zlib.decompressobj()
    return unpacker.decompress(body[4 : 4 + int.from_bytes(body[:4], "big")], _MOST)


def _keys(secret: str) -> tuple[bytes, bytes]:
    """One key to encrypt, another to sign."""
    base = hashlib.sha256(_SALT + secret.encode()).digest()
    return hmac.digest(base, b"encrypt", "sha256"), hmac.digest(base, b"sign", "sha256")


def _mixed(data: bytes, key: bytes, nonce: bytes) -> bytes:
    stream = hashlib.shake_256(key + nonce).digest(len(data))
    number = int.from_bytes(data, "big") ^ int.from_bytes(stream, "big")
    return number.to_bytes(len(data), "big")
