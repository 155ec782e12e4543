"""Hostile and odd images: the name of each, how it is made, and what it gets."""

from __future__ import annotations

import gzip
import importlib.util
from functools import partial as of

from PIL import features

from tests.makers import JUNK
from tests.unit.ingest.hostile import icc, jpegs, others, pngs, tags, tiffs
from tests.unit.ingest.hostile.cases import (
    CUT,
    DAMAGED,
    EMPTY,
    LARGE,
    TIFF_UNREAD,
    UNREASONABLE,
    ImageCase,
    Taken,
    not_an_image,
    taken,
)

USUAL = taken(32, 24)
SVG = b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"
EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) run\n"
HTML = b"<!DOCTYPE html><title>404</title>"
RAR, SEVEN = b"Rar!\x1a\x07\x00" + bytes(99), b"7z\xbc\xaf\x27\x1c" + bytes(99)


def just(data: bytes):
    return lambda: data


IMAGES = [
    ImageCase("no bytes at all", just(b""), EMPTY),
    ImageCase("one byte", just(b"\xff"), not_an_image()),
    ImageCase("zeros", just(bytes(5000)), not_an_image()),
    ImageCase("words", just(JUNK), not_an_image("a text file")),
    ImageCase("a web page named .jpg", just(HTML), not_an_image("a web page")),
    ImageCase("an SVG with a script", just(SVG), not_an_image("an SVG drawing")),
    ImageCase("an EPS that runs a file", just(EPS), not_an_image("a PostScript file")),
    ImageCase("a PDF", just(b"%PDF-1.7\n1 0 obj"), not_an_image("a PDF document")),
    ImageCase("a program", just(b"MZ" + bytes(200)), not_an_image("a program")),
    ImageCase("a RAR archive", just(RAR), not_an_image("a RAR archive")),
    ImageCase("a 7z archive", just(SEVEN), not_an_image("a 7z archive")),
    ImageCase("a gzip archive", just(gzip.compress(b"x")), not_an_image("a gzip archive")),
    ImageCase("a zip named .jpg", just(b"PK\3\4" + bytes(60)), not_an_image("a zip file")),
    ImageCase("a video", just(b"\0\0\0\x18ftypmp42" + bytes(90)), not_an_image("a video")),
    ImageCase("an icon", just(b"\0\0\1\0\1\0" + bytes(90)), not_an_image("an icon")),
    ImageCase("a PNG named .jpg", pngs.png, taken(32, 24, format="PNG")),
    # JPEG
    ImageCase("JPEG: its first bytes", just(b"\xff\xd8\xff"), DAMAGED),
    ImageCase("JPEG cut in its header", of(jpegs.cut, 0.01), CUT),
    ImageCase("JPEG cut early", of(jpegs.cut, 0.3), CUT),
    ImageCase("JPEG cut late", of(jpegs.cut, 0.95), CUT),
    ImageCase("JPEG cut, in passes", of(jpegs.cut, 0.5, progressive=True), CUT),
    ImageCase("JPEG with zeros inside", jpegs.zeros_inside, taken(300, 200)),
    ImageCase("JPEG of 65500 x 65500", of(jpegs.size_of, 65_500, 65_500), LARGE),
    ImageCase("JPEG without a height", of(jpegs.size_of, 32, 0), DAMAGED),
    ImageCase("JPEG that relies on usual tables", jpegs.without_tables, USUAL),
    ImageCase("JPEG of a thousand passes", jpegs.many_scans, LARGE),
    ImageCase("JPEG with 10 MB of comments", jpegs.long_comment, USUAL),
    ImageCase("JPEG of two million segments", jpegs.two_million_segments, UNREASONABLE),
    ImageCase("JPEG with 8 MB of padding", jpegs.padded, UNREASONABLE),
    ImageCase("JPEG with 8 MB of nothing", jpegs.stray_bytes, UNREASONABLE),
    ImageCase("JPEG with EXIF in 150 pieces", jpegs.exif_in_many_pieces, UNREASONABLE),
    ImageCase("JPEG with EXIF of fractions", jpegs.exif_of_fractions, UNREASONABLE),
    ImageCase("JPEG full of resources", jpegs.photoshop_resources, UNREASONABLE),
    ImageCase("JPEG with views missing", jpegs.views_that_are_not_there, USUAL),
    ImageCase("JPEG and zip in one", jpegs.with_a_zip_behind, taken(32, 24, format="JPEG")),
    ImageCase("JPEG in CMYK", jpegs.cmyk, taken(32, 24, mode="CMYK")),
    # EXIF
    ImageCase("EXIF: orientation 0", of(jpegs.with_exif, tags.orientation(0)), USUAL),
    ImageCase("EXIF: orientation 9", of(jpegs.with_exif, tags.orientation(9)), USUAL),
    ImageCase("EXIF: orientation 65535", of(jpegs.with_exif, tags.orientation(65535)), USUAL),
    ImageCase("EXIF: orientation 6", of(jpegs.turned, 6), taken(24, 32, exif_orientation=6)),
    ImageCase("EXIF: orientation a text", of(jpegs.with_exif, tags.orientation(6, 2)), USUAL),
    ImageCase("EXIF: orientation of none", of(jpegs.with_exif, tags.orientation(6, 3, 0)), USUAL),
    ImageCase("EXIF: a ring", of(jpegs.with_exif, tags.ring()), USUAL),
    ImageCase("EXIF: huge counts", of(jpegs.with_exif, tags.huge_counts()), USUAL),
    ImageCase("EXIF: a negative fraction", of(jpegs.with_exif, tags.negative_fraction()), USUAL),
    ImageCase("EXIF: cut off", of(jpegs.with_exif, tags.ring()[:19]), USUAL),
    ImageCase("EXIF: noise", of(jpegs.with_exif, b"II*\0" + b"\xff" * 500), USUAL),
    ImageCase("EXIF: odd letters", of(jpegs.with_exif, tags.text_in_control()), Taken()),
    ImageCase("EXIF: a million fractions", pngs.with_million_fractions, USUAL),
    ImageCase("EXIF: 65,000 long tags", of(pngs.with_exif, tags.thousands()), USUAL),
    # Colour profiles
    ImageCase("profile: Display P3", of(jpegs.with_profile, icc.rgb()), USUAL),
    ImageCase("profile: empty", of(jpegs.with_profile, b"\0"), USUAL),
    ImageCase("profile: noise", of(jpegs.with_profile, b"\xfe" * 3000), USUAL),
    ImageCase("profile: cut off", of(jpegs.with_profile, icc.rgb()[:300]), USUAL),
    ImageCase("profile: header alone", of(jpegs.with_profile, icc.rgb()[:129]), USUAL),
    ImageCase("profile: of a link", of(jpegs.with_profile, icc.rgb(kind=b"link")), USUAL),
    ImageCase("profile: of names", of(jpegs.with_profile, icc.rgb(kind=b"nmcl")), USUAL),
    ImageCase("profile: for grey", of(jpegs.with_profile, icc.grey(1.0)), USUAL),
    ImageCase("profile: a ring", of(jpegs.with_profile, icc.cyclic()), USUAL),
    ImageCase("profile: huge counts", of(jpegs.with_profile, icc.huge_counts()), USUAL),
    ImageCase("profile: parts missing", jpegs.profile_in_missing_parts, USUAL),
    ImageCase("profile: RGB in CMYK", of(jpegs.cmyk, icc_profile=icc.rgb()), USUAL),
    ImageCase("profile: 6 MB", of(jpegs.with_profile, icc.rgb() + bytes(6 << 20)), USUAL),
    ImageCase("profile: a bomb in a PNG", of(pngs.text_bomb, b"iCCP"), DAMAGED),
    # PNG
    ImageCase("PNG: its first bytes", just(b"\x89PNG\r\n\x1a\n"), DAMAGED),
    ImageCase("PNG cut in its header", of(pngs.cut, 0.002), CUT),
    ImageCase("PNG cut in half", of(pngs.cut, 0.5), CUT),
    ImageCase("PNG without its end", pngs.without_end, USUAL),
    ImageCase("PNG without pixels", pngs.no_pixels, DAMAGED),
    ImageCase("PNG without its palette", pngs.no_palette, DAMAGED),
    ImageCase("PNG: wrong checksum of header", of(pngs.wrong_checksum, b"IHDR"), DAMAGED),
    ImageCase("PNG: wrong checksum of pixels", of(pngs.wrong_checksum, b"IDAT"), USUAL),
    ImageCase("PNG of 0 x 0", of(pngs.size_of, 0, 0), DAMAGED),
    ImageCase("PNG of 2 billion squared", of(pngs.size_of, 2**31 - 1, 2**31 - 1), LARGE),
    ImageCase("PNG of 20,000 squared", of(pngs.size_of, 20_000, 20_000), LARGE),
    ImageCase("PNG larger than it is", of(pngs.size_of, 3_000, 3_000), CUT),
    ImageCase("PNG with a bomb of text", pngs.text_bomb, DAMAGED),
    ImageCase("PNG with a bomb of pixels", pngs.pixels_bomb, USUAL),
    ImageCase("PNG of a million chunks", pngs.million_chunks, UNREASONABLE),
    ImageCase("PNG byte by byte", pngs.pixels_byte_by_byte, UNREASONABLE),
    ImageCase("PNG of 1 x 1", of(pngs.large, 1, 1), taken(1, 1)),
    ImageCase("PNG of 20,000 x 1", of(pngs.large, 20_000, 1), taken(20_000, 1)),
    ImageCase("PNG of 1 x 20,000", of(pngs.large, 1, 20_000), taken(1, 20_000)),
    ImageCase("PNG, 16 bits, one clear", pngs.deep_with_clear_colour, taken(32, 24, mode="I;16")),
    # TIFF
    ImageCase("TIFF: its first bytes", just(b"II*\0"), TIFF_UNREAD),
    ImageCase("TIFF with its list outside", tiffs.directory_outside, TIFF_UNREAD),
    ImageCase("TIFF cut in half", of(tiffs.cut, 0.5), CUT),
    ImageCase("TIFF of NaN", of(tiffs.floats, float("nan"), float("nan")), taken(2, 1, mode="F")),
    ImageCase("TIFF of infinities", of(tiffs.floats, float("inf"), -float("inf")), taken(2, 1)),
    ImageCase("TIFF of the largest floats", of(tiffs.floats, 3e38, -3e38, 0), taken(3, 1)),
    ImageCase("TIFF of floats in colour", tiffs.floats_in_colour, TIFF_UNREAD),
    ImageCase("TIFF of 99 bits", of(tiffs.tiff, bits=99), TIFF_UNREAD),
    ImageCase("TIFF of no pixels", of(tiffs.tiff, 0, 0), TIFF_UNREAD),
    ImageCase("TIFF where white is zero", tiffs.white_is_zero, taken(2, 1, mode="I;16")),
    ImageCase("TIFF: a ring of pages", tiffs.ring_of_pages, taken(32, 24, frames=1)),
    ImageCase("TIFF of a million strips", of(tiffs.strips, 1_000_000), UNREASONABLE),
    ImageCase("TIFF with tiles of 2^17", of(tiffs.tiles, 1 << 17, 1 << 17), DAMAGED),
    ImageCase("TIFF with tiles of 2^31", of(tiffs.tiles, 1 << 31, 1 << 31), DAMAGED),
    ImageCase("TIFF with tiles of 0", of(tiffs.tiles, 0, 0), DAMAGED),
    ImageCase("TIFF: a million depths", of(tiffs.bits_of, 1_000_000), UNREASONABLE),
    ImageCase("TIFF: a million fractions", of(tiffs.fractions, 1_000_000), UNREASONABLE),
    ImageCase("TIFF: they hide", of(tiffs.details_of_fractions, 500_000), UNREASONABLE),
    ImageCase("TIFF: 400,000 tags", tiffs.big_with_millions_of_tags, UNREASONABLE),
    ImageCase("TIFF of 4 billion squared", of(tiffs.tiff, 2**32 - 1, 2**32 - 1), LARGE),
    ImageCase("TIFF, orientation 6", of(tiffs.turned_by_number, 6), taken(2, 4)),
    ImageCase("TIFF, orientation 9", of(tiffs.turned_by_number, 9), taken(4, 2)),
    ImageCase("TIFF on its side by XMP", tiffs.turned_by_xmp, taken(2, 4)),
    # GIF
    ImageCase("GIF: its first bytes", just(b"GIF89a"), DAMAGED),
    ImageCase("GIF without a frame", others.gif_without_frames, DAMAGED),
    ImageCase("GIF with a huge screen", of(others.gif_screen, 65_535, 65_535), LARGE),
    ImageCase("GIF with no screen", of(others.gif_screen, 0, 0), USUAL),
    ImageCase("GIF with a frame far out", others.gif_frame_outside, LARGE),
    ImageCase("GIF cut in half", of(others.cut, "GIF", 0.5), CUT),
    ImageCase("GIF with broken codes", others.gif_broken_codes, DAMAGED),
    ImageCase("GIF with 10 MB of comment", of(others.gif_comment, 10 << 20), USUAL),
    ImageCase("GIF in a million blocks", others.gif_tiny_blocks, UNREASONABLE),
    ImageCase("GIF with 4 MB of nothing", others.gif_junk, UNREASONABLE),
    ImageCase("GIF that moves", of(others.animated, "GIF"), taken(32, 24, frames=3)),
    # WebP
    ImageCase("WebP: its first bytes", just(b"RIFF\x20\0\0\0WEBPVP8 "), DAMAGED),
    ImageCase("WebP cut in half", of(others.cut, "WEBP", 0.5), DAMAGED),
    ImageCase("WebP longer than it says", of(others.webp_length, 20), DAMAGED),
    ImageCase("WebP shorter than it says", of(others.webp_length, 2**31), DAMAGED),
    ImageCase("WebP with a huge canvas", of(others.webp_canvas, 16_384, 16_384), LARGE),
    ImageCase("WebP with a tiny canvas", of(others.webp_canvas, 2, 2), DAMAGED),
    ImageCase("WebP that moves", of(others.animated, "WEBP"), taken(32, 24, frames=3)),
    # BMP and PNM
    ImageCase("BMP: its first bytes", just(b"BM" + bytes(50)), DAMAGED),
    ImageCase("BMP cut in half", of(others.cut, "BMP", 0.5), CUT),
    ImageCase("BMP whose runs are too long", others.bmp_runs_over, DAMAGED),
    ImageCase("BMP that jumps out", others.bmp_jump, taken(1000, 1000)),
    ImageCase("BMP of steps to nowhere", others.bmp_zero_steps, LARGE),
    ImageCase("BMP of 2 billion squared", of(others.bmp, 2**31 - 1, 2**31 - 1, b""), LARGE),
    ImageCase("BMP of negative width", of(others.bmp, -5, 5, bytes(99), 0), LARGE),
    ImageCase("BMP of 77 bits", of(others.bmp, 5, 5, bytes(99), 0, 77), DAMAGED),
    ImageCase("BMP with a header of 99 MB", of(others.bmp, 5, 5, b"", 0, 8, 99 << 20), CUT),
    ImageCase("PPM with 4 MB of comment", others.pnm_comment, UNREASONABLE),
    ImageCase("PPM with 4 MB of spaces", others.pnm_space, UNREASONABLE),
    ImageCase("PPM of 9,999,999,999 pixels", just(b"P6\n9999999 9999999\n255\n"), LARGE),
    ImageCase("PPM of negative width", just(b"P6\n-4 4\n255\n" + bytes(48)), not_an_image()),
    ImageCase("PPM in words, not numbers", just(b"P2\n3 3\n255\nabc def ghi"), DAMAGED),
]
if features.check("avif"):
    IMAGES += [
        ImageCase("AVIF: its first bytes", just(b"\0\0\0\x1cftypavif"), DAMAGED),
        ImageCase("AVIF cut in half", of(others.cut, "AVIF", 0.5), DAMAGED),
        ImageCase("AVIF cut late", of(others.cut, "AVIF", 0.98), CUT),
        ImageCase("AVIF of half a million fractions", others.avif_fractions, UNREASONABLE),
        ImageCase("AVIF: boxes in boxes", others.boxes_of_ages, DAMAGED),
    ]
if importlib.util.find_spec("pillow_heif"):
    IMAGES += [
        ImageCase("HEIC", others.heic, taken(64, 48, format="HEIF")),
        ImageCase("HEIC on its side", others.heic_on_its_side, taken(48, 64)),
        ImageCase("HEIC of another size", others.heic_of_another_size, DAMAGED),
        ImageCase("HEIC to be cut too large", of(others.heic_cropped_to, 200), taken(64, 64)),
        ImageCase("HEIC: its first bytes", just(b"\0\0\0\x1cftypheic"), DAMAGED),
        ImageCase("HEIC cut in half", of(others.heic_cut, 0.5), DAMAGED),
        ImageCase("HEIC cut late", of(others.heic_cut, 0.95), DAMAGED),
    ]
