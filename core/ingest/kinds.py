"""What a file is, in words for people: by its name, and by its first bytes."""

from __future__ import annotations

from pathlib import PurePosixPath

_IMAGE_ENDINGS = (
    ".jpg .jpeg .jpe .jfif .png .apng .gif .webp .bmp .dib .tif .tiff .mpo .ppm .pgm .pbm .pnm "
    ".avif .heic .heif .hif"
)
_BY_EXTENSION = {
    "a text file": ".txt .md .rst .log .rtf .tex .names .license",
    "a table": ".csv .tsv .xls .xlsx .ods .parquet",
    "a file of annotations or settings": ".json .jsonl .xml .yaml .yml .toml .ini .cfg .dtd .xmp",
    "a document": ".pdf .doc .docx .odt .ppt .pptx .html .htm .css",
    "a program": ".py .ipynb .js .c .cpp .h .java .m .sh .bat .exe .dll .so .pyc",
    "an archive inside the archive": ".zip .tar .gz .tgz .bz2 .xz .7z .rar .zst",
    "a video": ".mp4 .mov .avi .mkv .webm .m4v .mpg .mpeg .wmv .3gp",
    "a sound": ".mp3 .wav .ogg .flac .m4a .aac",
    "an array of numbers or a model": ".npy .npz .mat .h5 .hdf5 .pkl .pickle .pt .pth .keras "
    ".tflite .onnx .tfrecord .db .sqlite",
}
_IMAGE_EXTENSIONS = frozenset(_IMAGE_ENDINGS.split())
_KIND_OF = {ext: kind for kind, exts in _BY_EXTENSION.items() for ext in exts.split()}

_IMAGES = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
)
_OTHERS = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a zip file"),
    (b"PK\x05\x06", "a zip file"),
    (b"PK\x07\x08", "a zip file"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"%!PS", "a PostScript file"),
    (b"8BPS", "a Photoshop file"),
    (b"\x00\x00\x01\x00", "an icon"),
    (b"\x00\x00\x00\x0cJXL ", "a JPEG XL image"),
    (b"\xff\x0a", "a JPEG XL image"),
    (b"\x00\x00\x00\x0cjP  ", "a JPEG 2000 image"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 image"),
    (b"\x89HDF", "an HDF5 file"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"SQLite", "a database"),
    (b"OggS", "a sound or video"),
    (b"ID3", "a sound"),
    (b"\x1aE\xdf\xa3", "a video"),
    (b"FLV", "a video"),
)
UNKNOWN = "not an image of a known kind"

_FTYP_HEIF = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_FTYP_AVIF = (b"avif", b"avis")


def by_extension(name: str) -> str | None:
    """What ``name`` says the file is, if that is certainly no image: ``'a table'``."""
    return _KIND_OF.get(PurePosixPath(name).suffix.lower())


def looks_like_image(name: str) -> bool:
    """Whether ``name`` ends as the names of images do."""
    return PurePosixPath(name).suffix.lower() in _IMAGE_EXTENSIONS


def image_format(data: bytes) -> str | None:
    """The image format that the first bytes of ``data`` announce, e.g. ``'PNG'``."""
    for magic, name in _IMAGES:
        if data.startswith(magic):
            return name
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WebP"
    if data[4:8] == b"ftyp" and data[8:12] in _FTYP_AVIF:
        return "AVIF"
    if data[4:8] == b"ftyp" and data[8:12] in _FTYP_HEIF:
        return "HEIC"
    if data[:2] == b"BM" and len(data) > 14 and not _is_text(data):
        return "BMP"
    return None


def by_content(data: bytes) -> str:
    """What ``data`` is, by its first bytes: ``'a PDF document'``, ``'a text file'``."""
    for magic, kind in _OTHERS:
        if data.startswith(magic):
            return kind
    if data[4:8] == b"ftyp":
        return "a video"
    if data[:4] == b"RIFF":
        return "a sound or video"
    if data[257:262] == b"ustar":
        return "a tar archive"
    if _is_text(data):
        start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        if b"<svg" in data[:4096].lower():
            return "an SVG drawing"
        if start.startswith((b"<!doctype html", b"<html")):
            return "a web page"
        return "a text file"
    return UNKNOWN


def _is_text(data: bytes) -> bool:
    head = data[:1024]
    if not head or any(byte < 9 or 13 < byte < 27 for byte in head):
        return False
    try:
        head[: len(head) - 3 if len(head) == 1024 else None].decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
