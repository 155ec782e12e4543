"""GIF, WebP, BMP, PNM, AVIF and HEIC with something wrong or something odd."""

from __future__ import annotations

import struct
from functools import lru_cache
from io import BytesIO

from tests.makers import encoded, exif, image_bytes, picture
from tests.unit.ingest.hostile import tags

MB = 1 << 20


def cut(format: str, share: float) -> bytes:
    data = image_bytes(format, (300, 200))
    return data[: int(len(data) * share)]


def gif(inside: bytes = b"") -> bytes:
    """A picture with ``inside`` between its header and its first frame."""
    data = image_bytes("GIF")
    at = 13 + (3 << ((data[10] & 7) + 1))
    return data[:at] + inside + data[at:]


def gif_without_frames() -> bytes:
    return b"GIF89a" + struct.pack("<HHBBB", 32, 24, 0, 0, 0) + b";"


def gif_screen(width: int, height: int) -> bytes:
    data = bytearray(image_bytes("GIF"))
    data[6:10] = struct.pack("<HH", width, height)
    return bytes(data)


def gif_frame_outside() -> bytes:
    data = bytearray(image_bytes("GIF"))
    at = 13 + (3 << ((data[10] & 7) + 1))
    at = data.index(b",", at)
    data[at + 1 : at + 5] = struct.pack("<HH", 60_000, 60_000)
    return bytes(data)


def gif_comment(size: int) -> bytes:
    return gif(b"!\xfe" + (b"\xff" + b"x" * 255) * (size // 255) + b"\0")


def gif_tiny_blocks() -> bytes:
    return gif(b"!\xff" + b"\1x" * MB + b"\0")


def gif_junk() -> bytes:
    return gif(b"\1" * (4 * MB))


def gif_broken_codes() -> bytes:
    data = bytearray(image_bytes("GIF", (64, 64)))
    data[-300:-10] = b"\xff" * 290
    return bytes(data)


def webp_canvas(width: int, height: int) -> bytes:
    """An animation whose canvas is said to be that large; its frame has 32 x 24 pixels."""
    frame = image_bytes("WEBP", lossless=True)[12:]
    size = [struct.pack("<I", side - 1)[:3] for side in (width, height)]
    extended = b"VP8X" + struct.pack("<I", 10) + b"\2\0\0\0" + b"".join(size)
    content = bytes(6) + struct.pack("<I", 31)[:3] + struct.pack("<I", 23)[:3] + bytes(4) + frame
    body = b"WEBP" + extended + b"ANIM" + struct.pack("<I", 6) + bytes(6)
    body += b"ANMF" + struct.pack("<I", len(content)) + content
    return b"RIFF" + struct.pack("<I", len(body)) + body


def webp_length(length: int) -> bytes:
    data = image_bytes("WEBP")
    return data[:4] + struct.pack("<I", length) + data[8:]


def animated(format: str) -> bytes:
    frames = [picture(seed=seed) for seed in range(3)]
    return encoded(frames[0], format, save_all=True, append_images=frames[1:])


def bmp(
    width: int, height: int, body: bytes, packing: int = 1, bits: int = 8, size: int = 40
) -> bytes:
    start = 54 + 1024
    head = struct.pack("<IiiHHIIiiII", size, width, height, 1, bits, packing, 0, 0, 0, 256, 0)
    return b"BM" + struct.pack("<IHHI", start + len(body), 0, 0, start) + head + bytes(1024) + body


def bmp_jump() -> bytes:
    """It says: go up by 255 rows, thousands of times."""
    return bmp(1000, 1000, b"\0\2\xff\xff" * 5000)


def bmp_zero_steps() -> bytes:
    return bmp(100, 100, b"\0\2\0\0" * MB)


def bmp_runs_over() -> bytes:
    return bmp(16, 16, b"\xff\7" * 60 + b"\0\1")


def pnm_comment() -> bytes:
    return b"P6\n#" + b"x" * (4 * MB) + b"\n1 1\n255\nabc"


def pnm_space() -> bytes:
    return b"P6\n" + b" " * (4 * MB) + b"\n1 1\n255\nabc"


def avif(**options) -> bytes:
    return image_bytes("AVIF", **options)


def avif_fractions() -> bytes:
    return avif(exif=b"Exif\0\0" + tags.fractions(MB // 2))


@lru_cache
def heic(size: tuple[int, int] = (64, 48), **options) -> bytes:
    """Needs pillow-heif."""
    import pillow_heif

    buffer = BytesIO()
    pillow_heif.from_pillow(picture(size)).save(buffer, **options)
    return buffer.getvalue()


def heic_on_its_side() -> bytes:
    return heic(exif=exif(6).tobytes())


def heic_cropped_to(height: int) -> bytes:
    """64 x 64 pixels, of which all but ``height`` rows are to be cut away."""
    data = bytearray(heic())
    at = data.index(b"clap") + 12
    data[at : at + 4] = struct.pack(">I", height)
    return bytes(data)


def heic_of_another_size() -> bytes:
    """Its header gives a size that its pixels do not have."""
    data = bytearray(heic())
    at = data.index(b"ispe") + 8
    data[at : at + 8] = struct.pack(">II", 640, 480)
    return bytes(data)


def heic_cut(share: float) -> bytes:
    data = heic((300, 200))
    return data[: int(len(data) * share)]


def boxes_of_ages() -> bytes:
    """AVIF whose boxes lie in boxes lie in boxes."""
    inner = b""
    for _ in range(5000):
        inner = struct.pack(">I4s", len(inner) + 12, b"meta") + bytes(4) + inner
    return struct.pack(">I4s4sI4s", 20, b"ftyp", b"avif", 0, b"mif1") + inner
