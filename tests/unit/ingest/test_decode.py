import struct
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, features

from core.errors import DataProblem
from core.ingest import Limits, decode, examine, facts
from tests.makers import JUNK, encoded, exif, image_bytes, picture, plain

needs_avif = pytest.mark.skipif(not features.check("avif"), reason="Pillow without AVIF")


def pixels(image):
    assert image.mode == "RGB"
    return np.asarray(image)


def reason(data, limits=None):
    with pytest.raises(DataProblem) as caught:
        decode(data, limits)
    assert len(caught.value.title) < 80
    return str(caught.value)


@pytest.mark.parametrize(
    "format",
    [
        *("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "PPM", "MPO"),
        pytest.param("AVIF", marks=needs_avif),
    ],
)
def test_every_format_on_the_list_is_read_by_its_content(format):
    image = picture((40, 30))
    options = {"save_all": True, "append_images": [picture((40, 30), 1)]}
    data = encoded(image, format, **(options if format == "MPO" else {}))
    found, read = examine(data)
    assert (found.format, found.width, found.height) == (format, 40, 30)
    assert np.abs(pixels(read).astype(int) - pixels(image)).mean() < 12


@pytest.mark.parametrize(
    "mode", ["1", "L", "LA", "P", "PA", "RGBA", "CMYK", "YCbCr", "LAB", "I;16"]
)
def test_every_way_of_storing_white_is_white(mode):
    white = plain((255, 255, 255))
    if mode == "I;16":
        image = Image.fromarray(np.full((24, 32), 65535, np.uint16))
    elif mode == "LAB":
        image = plain((255, 128, 128), mode="LAB")
    elif mode == "PA":
        image = white.convert("P").convert("PA")
    else:
        image = white.convert(mode)
    format = "TIFF" if mode in ("LAB", "CMYK", "YCbCr", "PA", "LA") else "PNG"
    assert pixels(decode(encoded(image, format))).min() >= 253


@pytest.mark.parametrize("quality", [95])
def test_cmyk_jpeg(quality):
    data = encoded(plain((200, 30, 60)).convert("CMYK"), "JPEG", quality=quality)
    assert np.abs(pixels(decode(data)).mean((0, 1)) - (200, 30, 60)).max() < 4


def test_transparency_is_put_on_white():
    half = plain((200, 0, 0, 128), mode="RGBA")
    assert np.abs(pixels(decode(encoded(half)))[0, 0] - (227, 127, 127)).max() <= 1
    assert tuple(pixels(decode(encoded(plain((9, 9, 9, 0), mode="RGBA"))))[0, 0]) == (255,) * 3
    assert tuple(pixels(decode(encoded(plain((9, 0), mode="LA"))))[0, 0]) == (255,) * 3


@pytest.mark.parametrize("mode", ["P", "L", "RGB", "1"])
def test_a_transparent_colour_is_put_on_white(mode):
    image = plain(0, mode=mode)
    key = (0, 0, 0) if mode == "RGB" else 0
    assert tuple(pixels(decode(encoded(image, transparency=key)))[0, 0]) == (255, 255, 255)


@pytest.mark.parametrize("format", ["PNG", "TIFF", "PPM"])
def test_16_bit_grey_is_scaled_not_clipped(format):
    ramp = np.linspace(0, 65535, 256).astype(np.uint16).reshape(1, 256).repeat(4, 0)
    grey = pixels(decode(encoded(Image.fromarray(ramp), format)))[0, :, 0]
    assert np.abs(grey.astype(int) - np.arange(256)).max() <= 1


@pytest.mark.parametrize("top", [1.0, 255.0, 65535.0])
def test_floats_are_scaled_by_the_range_that_holds_them(top):
    ramp = np.linspace(0, top, 256, dtype=np.float32).reshape(1, 256).repeat(4, 0)
    grey = pixels(decode(encoded(Image.fromarray(ramp), "TIFF")))[0, :, 0]
    assert np.abs(grey.astype(int) - np.arange(256)).max() <= 1


@pytest.mark.parametrize("values", [[-1e6, 0, 1e6], [0, 1_000_000, 2_000_000]])
def test_numbers_without_a_range_are_stretched(values):
    for kind in (np.float32, np.int32):
        image = Image.fromarray(np.array([values], kind))
        grey = pixels(decode(encoded(image, "TIFF")))[0, :, 0]
        assert np.abs(grey - np.array([0, 127.5, 255])).max() <= 1


def test_the_greatest_floats_do_no_harm():
    values = np.array([[-3e38, 0, 3e38]], np.float32)
    assert pixels(decode(encoded(Image.fromarray(values), "TIFF")))[0, ::2, 0].tolist() == [0, 255]
    values = np.full((3, 3), 1e30, np.float32)
    assert decode(encoded(Image.fromarray(values), "TIFF")).size == (3, 3)


def test_what_is_not_a_number_is_black():
    values = np.array([[np.nan, np.inf, 1.0]], np.float32)
    assert pixels(decode(encoded(Image.fromarray(values), "TIFF")))[0, :, 0].tolist() == [0, 0, 255]
    values = np.full((2, 2), np.nan, np.float32)
    assert pixels(decode(encoded(Image.fromarray(values), "TIFF"))).max() == 0


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG", "TIFF"])
def test_the_first_of_several_frames_is_taken(format):
    frames = [plain((250, 0, 0)), plain((0, 250, 0)), plain((0, 0, 250))]
    data = encoded(frames[0], format, save_all=True, append_images=frames[1:])
    found, image = examine(data)
    assert found.frames == 3
    assert pixels(image)[0, 0, 0] > 200
    assert pixels(image)[0, 0, 1:].max() < 40


def corner(orientation, format):
    """A bright corner that is at the top left once the image is upright."""
    upright = np.zeros((24, 32, 3), np.uint8)
    upright[:8, :8] = 255
    back = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.transpose(1, 0, 2),
        6: np.rot90(upright, 1),
        7: upright[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(upright, -1),
    }[orientation]
    stored = Image.fromarray(np.ascontiguousarray(back))
    return encoded(stored, format, exif=exif(orientation))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_exif_orientation_is_applied(orientation, format):
    data = corner(orientation, format)
    for at_least in (None, 4):
        found, image = examine(data, at_least=at_least)
        assert (found.width, found.height, found.exif_orientation) == (32, 24, orientation)
        tiny = pixels(image.resize((4, 3), Image.Resampling.BOX))[..., 0]
        assert tiny[0, 0] > 240
        assert tiny[1:, 1:].max() < 15
    assert facts(data) == found


def test_exif_after_the_pixels_of_a_png_is_applied():
    data = corner(6, "PNG")
    at = data.index(b"eXIf") - 4
    length = 12 + int.from_bytes(data[at : at + 4], "big")
    moved = data[:at] + data[at + length : -12] + data[at : at + length] + data[-12:]
    found, image = examine(moved)
    assert (found.exif_orientation, image.size) == (6, (32, 24))


@pytest.mark.parametrize("value", [0, 9, 65535])
def test_an_orientation_that_does_not_exist_is_none(value):
    found, image = examine(image_bytes(exif=exif(value)))
    assert (found.exif_orientation, image.size) == (1, (32, 24))


@pytest.mark.parametrize(
    "block",
    [
        b"",
        b"Exif\0\0",
        b"Exif\0\0II*\0",
        b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + bytes(50),
        b"\xff" * 90,
    ],
)
def test_damaged_exif_is_as_good_as_none(block):
    found, image = examine(image_bytes("PNG", exif=block) if block else image_bytes("PNG"))
    assert (found.exif_orientation, found.camera, found.taken) == (1, None, None)
    assert image.size == (32, 24)


def test_camera_and_time_are_told():
    tags = exif(Make="Canon\0 ", Model="Canon EOS 5D", DateTimeOriginal="2021:03:04 05:06:07")
    found = facts(image_bytes(exif=tags))
    assert (found.camera, found.taken) == ("Canon EOS 5D", "2021-03-04T05:06:07")
    found = facts(
        image_bytes(exif=exif(Make="Apple", Model="iPhone", DateTime="0000:00:00 00:00:00"))
    )
    assert (found.camera, found.taken) == ("Apple iPhone", None)


def test_facts_give_the_mode_as_stored():
    assert facts(encoded(plain(3, mode="L"))).mode == "L"
    assert facts(encoded(plain((1, 2, 3, 4), mode="RGBA"))).mode == "RGBA"


@pytest.mark.parametrize("size", [(640, 480), (480, 640), (1000, 150), (150, 150), (40, 30)])
def test_a_jpeg_is_decoded_at_a_reduced_size_that_keeps_twice_what_is_needed(size):
    data = image_bytes(size=size)
    found, image = examine(data, at_least=32)
    assert (found.width, found.height) == size
    assert min(64, *size) <= min(image.size) < 128 or image.size == size
    whole = decode(data).resize((32, 32), Image.Resampling.BILINEAR)
    small = image.resize((32, 32), Image.Resampling.BILINEAR)
    assert np.abs(pixels(whole).astype(int) - pixels(small)).mean() < 2


@pytest.mark.parametrize("format", ["JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF"])
@pytest.mark.parametrize("kept", [0.02, 0.3, 0.6, 0.95])
def test_an_image_that_is_cut_off_is_noticed(format, kept):
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (60, 80, 3), dtype=np.uint8))
    data = encoded(noise, format)
    assert reason(data[: int(len(data) * kept)])


def test_a_cut_off_jpeg_is_noticed_at_reduced_size_too():
    data = image_bytes(size=(800, 600))
    with pytest.raises(DataProblem, match="cut off"):
        decode(data[: len(data) // 2], at_least=32)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "empty"),
        (JUNK, "Not an image: a text file"),
        (b"%PDF-1.7 ...", "a PDF document"),
        (b"PK\x03\x04" + bytes(50), "a zip file"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG drawing"),
        (b"<!DOCTYPE html><html>404</html>", "a web page"),
        (b"\0\0\0\x18ftypheic" + bytes(50), "HEIC"),
        (b"\0\0\0\x18ftypmp42" + bytes(50), "a video"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "a PostScript file"),
        (bytes(200), "Not an image"),
        (b"\xff\xd8\xff\xe0" + bytes(50), "damaged"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "damaged"),
        (b"P2\n3 3\nabc", "damaged"),
        (b"BM" + bytes(50), "damaged"),
    ],
)
def test_what_is_no_image_is_called_by_its_name(data, word):
    assert word in reason(data)


def png_header(width, height):
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))
    return b"\x89PNG\r\n\x1a\n" + chunk + encoded(picture())[33:]


@pytest.mark.parametrize("size", [(10_001, 10_000), (20_000, 20_000), (2**31 - 1, 2**31 - 1)])
def test_too_many_pixels_are_refused_before_decoding(size):
    assert "too large" in reason(png_header(*size))
    with pytest.raises(DataProblem):
        facts(png_header(*size))


def test_the_limit_on_pixels_is_the_callers():
    data = image_bytes(size=(30, 20))
    decode(data, Limits(max_pixels=600))
    assert "30 x 20" in reason(data, Limits(max_pixels=599))


def test_a_progressive_jpeg_of_many_passes_is_refused():
    data = image_bytes(size=(64, 64), progressive=True)
    decode(data)
    assert "passes" in reason(data, Limits(max_scan_pixels=64 * 64 * 3))


def test_a_huge_image_in_a_format_that_is_slow_to_read_is_refused():
    assert "too large" in reason(b"P2\n3000 3000\n255\n" + b"0 " * 100)


def test_long_and_thin_is_no_reason():
    assert decode(encoded(plain((1, 2, 3), (20_000, 1)))).size == (20_000, 1)
    assert decode(encoded(plain((1, 2, 3), (1, 1)))).size == (1, 1)


def test_warnings_about_odd_files_reach_nobody():
    large = encoded(plain(0, (9500, 9500), "1"))  # above the size at which Pillow warns
    odd = encoded(picture(), "TIFF").replace(b"\x00\x01\x03\x00", b"\x00\x01\x63\x00")
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        decode(large, at_least=10)
        with suppress(DataProblem):
            decode(odd)
    assert heard == []


@pytest.mark.parametrize("format", ["JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "PPM"])
def test_damaged_bytes_raise_nothing_but_a_problem(format):
    data = image_bytes(format)
    rng = np.random.default_rng(0)
    for _ in range(150):
        damaged = bytearray(data)
        for at in rng.integers(0, len(data), rng.integers(1, 6)):
            damaged[at] = rng.choice([0, 1, 127, 128, 255])
        with suppress(DataProblem):
            found, image = examine(bytes(damaged), Limits(max_pixels=1_000_000))
            assert (image.mode, image.size) == ("RGB", (found.width, found.height))


def test_several_threads_may_decode_at_once():
    data = [image_bytes(seed=seed, size=(200, 150)) for seed in range(40)]
    alone = [decode(item).tobytes() for item in data]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda item: decode(item).tobytes(), data)) == alone


def test_limits_of_pillow_are_left_as_they_were():
    before = Image.MAX_IMAGE_PIXELS
    decode(image_bytes())
    assert before == Image.MAX_IMAGE_PIXELS


def test_the_image_stands_without_its_file():
    image = decode(image_bytes("GIF"))
    BytesIO(image.tobytes())
    assert image.copy().size == (32, 24)
