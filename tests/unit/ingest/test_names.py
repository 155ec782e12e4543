import pytest

from core.ingest.names import danger, decode_name, normalise, shown


@pytest.mark.parametrize(
    "name",
    [
        "../evil.png",
        "cat/../../evil.png",
        "cat/..",
        "..\\evil.png",
        "cat\\..\\..\\evil.png",
        "cat/..\\../evil.png",
        "cat/.. /evil.png",
        "cat/.. ./evil.png",
        "cat/.../evil.png",
        "/etc/passwd",
        "\\windows\\evil.png",
        "//server/share/evil.png",
        "\\\\server\\share\\evil.png",
        "\\\\?\\C:\\evil.png",
        "C:\\evil.png",
        "C:/evil.png",
        "c:evil.png",
        "cat/D:/evil.png",
        "cat/evil.png\0.txt",
        "\0",
    ],
)
def test_every_spelling_of_a_way_out_is_found(name):
    assert danger(name) is not None


@pytest.mark.parametrize(
    "name",
    [
        "cat/1.png",
        "cat/..1.png",
        "cat/1..png",
        "cat/a...b.png",
        "./cat/1.png",
        "cat//1.png",
        "cat\\1.png",
        "cat 2:30/1.png",
        "%2e%2e%2fevil.png",
        "日本/猫.png",
        "",
    ],
)
def test_plain_names_are_not_suspected(name):
    assert danger(name) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("cat\\1.png", "cat/1.png"),
        ("./cat//./1.png", "cat/1.png"),
        ("cat/1.png/", "cat/1.png"),
        ("cafe\u0301/1.png", "café/1.png"),
        ("cat/a\x1b[31m\n.png", "cat/a�[31m�.png"),
        ("cat/\udcff.png", "cat/�.png"),
        ("🐈/\u202egnp.1", "🐈/\u202egnp.1"),
        ("./", ""),
    ],
)
def test_names_are_brought_to_one_spelling(name, expected):
    assert normalise(name) == expected
    assert normalise(expected) == expected


def test_utf8_is_recognised_without_its_flag():
    assert decode_name("Käfer/Ünï.png".encode()) == "Käfer/Ünï.png"


def test_other_bytes_are_read_as_code_page_437():
    assert decode_name("Käfer".encode("cp437")) == "Käfer"
    assert decode_name(bytes(range(128, 256)))


def test_long_names_are_cut_in_messages():
    assert len(shown("x" * 300)) < 100
