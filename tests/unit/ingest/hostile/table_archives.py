"""Hostile and odd names and archives: what each of them gets."""

from __future__ import annotations

from dataclasses import dataclass

from tests.makers import RawMember, image_bytes
from tests.unit.ingest.hostile import archives
from tests.unit.ingest.hostile.archives import around, odd
from tests.unit.ingest.hostile.cases import Refused, Rejected, not_an_image

OUTSIDE = Refused("The archive holds a name that could write outside its folder")
LOCKED = Refused("The archive is locked with a password")
LINK = Refused("The archive holds a link")
SPECIAL = Refused("The archive holds a special file")
METHOD = Refused("The archive is packed in a way that cannot be read here")
BOMB = Refused("The archive unpacks to far more than images would")
OVERLAP = Refused("The archive holds files that overlap")
BROKEN = Refused("The zip file is damaged")
NO_ZIP = Refused("This is not a zip file")
PARTS = Refused("The zip file is one part of several")
MUCH = Refused("There is too much to unpack")
IN_ARCHIVE = Rejected("The file is damaged in the archive")


@dataclass(frozen=True)
class In:
    """Taken, into this class."""

    label: str


@dataclass(frozen=True)
class Ignored:
    """Left out without a word, as what systems leave behind."""


NAMES: list[tuple[str | bytes, In | Ignored | Rejected | Refused]] = [
    # Ways out of a folder: nothing is ever written by its name, but nobody honest has these.
    ("../evil.jpg", OUTSIDE),
    ("../../../../etc/passwd", OUTSIDE),
    ("cat/../../evil.jpg", OUTSIDE),
    ("cat/../evil.jpg", OUTSIDE),
    ("cat/..", OUTSIDE),
    ("..\\evil.jpg", OUTSIDE),
    ("cat\\..\\..\\evil.jpg", OUTSIDE),
    ("cat/..\\../evil.jpg", OUTSIDE),
    ("/etc/passwd", OUTSIDE),
    ("//server/share/evil.jpg", OUTSIDE),
    ("\\\\server\\share\\evil.jpg", OUTSIDE),
    ("\\\\?\\C:\\evil.jpg", OUTSIDE),
    ("\\evil.jpg", OUTSIDE),
    ("C:\\evil.jpg", OUTSIDE),
    ("C:/evil.jpg", OUTSIDE),
    ("c:evil.jpg", OUTSIDE),
    ("cat/C:/evil.jpg", OUTSIDE),
    ("cat/.. /evil.jpg", OUTSIDE),
    ("cat/... /evil.jpg", OUTSIDE),
    ("cat/. ./evil.jpg", OUTSIDE),
    ("cat/..../evil.jpg", OUTSIDE),
    ("cat/evil.jpg\0.png", OUTSIDE),
    ("\0", OUTSIDE),
    # What only looks like a way out is a name like any other.
    ("cat/%2e%2e%2fevil.jpg", In("cat")),
    ("%2e%2e/evil.jpg", In("%2e%2e")),
    ("cat/..%c0%af..%c0%afevil.jpg", Ignored()),
    ("\uff0e\uff0e/evil.jpg", In("\uff0e\uff0e")),
    ("\u2025\uff0fevil.jpg", Rejected("Not in a class folder")),
    ("\u2024\u2024/evil.jpg", In("\u2024\u2024")),
    ("cat\u2215..\u2215evil/1.jpg", In("cat\u2215..\u2215evil")),
    (b"\xc0\xae\xc0\xae/evil.jpg", In("\u2514«\u2514«")),
    ("cat/./odd.jpg", In("cat")),
    ("./cat//odd.jpg", In("cat")),
    ("cat/~root/odd.jpg", In("cat")),
    ("cat/$(reboot).jpg", In("cat")),
    ("cat/-rf *.jpg", In("cat")),
    ("cat/<script>alert(1)</script>.jpg", In("cat")),
    ("=HYPERLINK(1)/odd.jpg", In("=HYPERLINK(1)")),
    # Letters
    ("cat/" + "x" * 300 + ".jpg", In("cat")),
    ("y" * 300 + "/odd.jpg", In("y" * 300)),
    ("cat/" + "deep/" * 500 + "odd.jpg", In("cat")),
    ("\u05d7\u05ea\u05d5\u05dc/\u202egpj.exe.jpg", In("\u05d7\u05ea\u05d5\u05dc")),
    ("\u202etac/odd.jpg", In("\u202etac")),
    ("\U0001f431\u200d\U0001f680/odd.jpg", In("\U0001f431\u200d\U0001f680")),
    ("\u732b/odd.jpg", In("\u732b")),
    ("Ca\u0301t/odd.jpg", In("C\u00e1t")),
    ("CAT/odd.jpg", In("CAT")),
    (" cat /odd.jpg", In("cat")),
    ("cat/\n\r\t.jpg", In("cat")),
    ("\x1b[2Jcat/odd.jpg", In("\ufffd[2Jcat")),
    (b"K\x84fer/odd.jpg", In("K\u00e4fer")),
    (b"\xed\xa0\x80/odd.jpg", In("\u03c6\u00e1\u00c7")),
    (" /odd.jpg", Rejected("The class folder has no name")),
    ("", Rejected("The file has no name")),
    # Names that Windows keeps for itself
    ("CON/odd.jpg", In("CON")),
    ("cat/NUL.jpg", In("cat")),
    ("cat/COM1", In("cat")),
    ("cat/odd.jpg:stream", In("cat")),
    ("cat./odd.jpg", In("cat.")),
    # What systems leave behind
    ("__MACOSX/cat/._odd.jpg", Ignored()),
    ("cat/.DS_Store", Ignored()),
    ("cat/Thumbs.db", Ignored()),
    ("cat/desktop.ini", Ignored()),
    (".git/odd.jpg", Ignored()),
]

ARCHIVES = {
    "empty": (archives.written(b""), Refused("The file is empty")),
    "a JPEG": (archives.written(image_bytes()), NO_ZIP),
    "a web page": (archives.written(b"<html>sign in first</html>"), NO_ZIP),
    "a RAR archive": (archives.written(b"Rar!\x1a\x07\x00" + bytes(99)), NO_ZIP),
    "zeros": (archives.written(bytes(4000)), NO_ZIP),
    "a head and nothing else": (archives.written(b"PK\3\4"), BROKEN),
    "an end and nothing else": (
        archives.written(b"PK\5\6" + bytes(18)),
        Refused("No images were found"),
    ),
    "cut after a third": (archives.kept(0.3), BROKEN),
    "cut in its list": (archives.kept(0.9), BROKEN),
    "its last byte lost": (archives.kept(0.9999), BROKEN),
    "its first half lost": (archives.changed(lambda data: data[len(data) // 2 :]), NO_ZIP),
    "one part of several": (around(odd(), disk=3), PARTS),
    "a list that lies outside": (archives.end_says(16, 0x7FFFFFFF, 4), BROKEN),
    "a list longer than the file": (archives.end_says(12, 0x7FFFFFFF, 4), BROKEN),
    "numbers said to be elsewhere": (archives.end_says(16, 0xFFFFFFFF, 4), BROKEN),
    "an entry with a long name": (archives.entry_says(28, 0xFFFF, 2), BROKEN),
    "an entry outside the file": (archives.entry_says(42, 0x7FFFFFFF), BROKEN),
    "an entry of 4 GB": (archives.entry_says(24, 0xFFFFFFF0), MUCH),
    "an entry of 2^60 bytes": (around(archives.zip64(size=1 << 60)), MUCH),
    "a member that reaches into the others": (archives.entry_says(20, 0x7FFFFFFF), OVERLAP),
    "a member at 2^63": (around(archives.zip64(offset=1 << 63)), BROKEN),
    "locked": (around(odd(flags=1)), LOCKED),
    "locked strongly": (around(odd(flags=0x41)), LOCKED),
    "its list locked": (around(odd(flags=0x2000)), LOCKED),
    "a link": (around(odd(data=b"/etc/passwd", mode=0o120777)), LINK),
    "a link upwards": (around(odd(data=b"..", mode=0o120777)), LINK),
    "a device": (around(odd(mode=0o020666)), SPECIAL),
    "a disk": (around(odd(mode=0o060666)), SPECIAL),
    "a pipe": (around(odd(mode=0o010666)), SPECIAL),
    "a socket": (around(odd(mode=0o140777)), SPECIAL),
    "packed by LZMA": (around(odd(method=14)), METHOD),
    "packed by an unknown method": (around(odd(method=77)), METHOD),
    "a bomb": (archives.bomb(), BOMB),
    "a bomb in small pieces": (archives.many_bombs(), BOMB),
    "a bomb by bzip2": (archives.bzip2_bomb(), BOMB),
    "a hundred names for one piece": (archives.overlapping(), OVERLAP),
    "one in another": (archives.into_each_other(), OVERLAP),
    "itself inside": (archives.quine(), OVERLAP),
    "a way out in a folder": (around(RawMember(b"../up/", mode=0o040755)), OUTSIDE),
    "more than a thousand classes": (
        archives.of_a_thousand_classes,
        Refused("There are too many classes"),
    ),
    # What is wrong with one member alone leaves the others be.
    "a wrong checksum": (around(odd(crc=1)), IN_ARCHIVE),
    "less than it says": (around(odd(size=99_999)), IN_ARCHIVE),
    "more than it says": (archives.says_less(), IN_ARCHIVE),
    "packed noise": (around(odd(payload=b"\xff" * 99)), IN_ARCHIVE),
    "packed to nothing": (around(odd(payload=b"")), IN_ARCHIVE),
    "noise by bzip2": (around(odd(payload=b"BZh9" + b"\xff" * 99, method=12)), IN_ARCHIVE),
    "an archive inside": (
        around(odd(b"cat/in.zip", data=archives.nested(4))),
        not_an_image("an archive inside the archive"),
    ),
    "an archive named .jpg": (
        around(odd(data=archives.nested(4), deflate=False)),
        not_an_image("a zip file"),
    ),
    "a file that is a folder": (
        around(odd(b"cat/odd.jpg/", mode=0o100644)),
        In("cat"),
    ),
    "65,536 files": (archives.many(65_532, b".txt"), not_an_image("a text file")),
    "20,000 empty images": (archives.many(20_000, b".jpg"), Rejected("The file is empty")),
    "very long extra fields": (archives.long_extras(), Rejected("The file is empty")),
    "bytes before it": (around(odd(), before=b"MZ" + bytes(999)), In("cat")),
    "an end in its comment": (around(odd(), comment=b"PK\5\6" + bytes(30)), In("cat")),
}
"""how each archive is made, and what it gets; what is not Refused is got by its odd members"""

PAIRS = [
    # Two names, what their classes are, and how many images come of it: the same bytes under
    # the same name are one image.
    ("cat/1.jpg", "cat/1.jpg", {"cat": 1}),
    ("cat/1.jpg", "cat\\1.jpg", {"cat": 1}),
    ("cat/1.jpg", "cat/./1.jpg", {"cat": 1}),
    ("cat/1.jpg", "cat/1.JPG", {"cat": 2}),
    ("cat/1.jpg", "Cat/1.jpg", {"cat": 1, "Cat": 1}),
    ("caf\u00e9/1.jpg", "cafe\u0301/1.jpg", {"caf\u00e9": 1}),
    ("caf\u00e9/1.jpg", "cafe\u0301/2.jpg", {"caf\u00e9": 2}),
    ("cat/1.jpg", "cat /1.jpg", {"cat": 2}),
]
