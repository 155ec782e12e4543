import bz2
import struct
import zipfile
import zlib

import pytest

from core.errors import ArchiveProblem, DataProblem
from core.ingest import Limits, read_archive
from tests.makers import RawMember, class_files, image_bytes, make_raw_zip, make_zip

LINK, FIFO = 0o120777, 0o010644


def names_in(path):
    with read_archive(path) as archive:
        return [member.name for member in archive.members]


def refusal(path, limits=None):
    with pytest.raises(ArchiveProblem) as caught:
        read_archive(path, limits)
    problem = caught.value
    assert problem.title
    assert problem.detail
    assert problem.fix
    return problem


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_members_come_back_as_they_went_in(tmp_path, method):
    files = {**class_files(), "cat/empty.png": b"", "dog/long.bin": bytes(range(256)) * 3000}
    path = make_zip(tmp_path / "a.zip", files, method)
    with read_archive(path) as archive:
        read = {member.name: archive.read(member) for member in archive.members}
        assert [member.size for member in archive.members] == [len(d) for d in files.values()]
    assert read == files


def test_folders_are_not_members(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.mkdir("cat")
        archive.writestr("cat/1.png", b"x")
        archive.writestr("dog\\", b"")
    assert names_in(path) == ["cat/1.png"]


def test_backslashes_become_slashes(tmp_path):
    path = make_raw_zip(tmp_path / "a.zip", [RawMember(b"cat\\1.png")])
    assert names_in(path) == ["cat/1.png"]


def test_names_are_read_as_utf8_with_or_without_the_flag_else_as_cp437(tmp_path):
    members = [
        RawMember("Käfer/1.png".encode(), flags=0x800),
        RawMember("Käfer/2.png".encode()),
        RawMember("Käfer/3.png".encode("cp437")),
        RawMember("Käfer/4.png".encode("cp437"), flags=0x800),
        RawMember("Ka\u0308fer/5.png".encode()),
    ]
    path = make_raw_zip(tmp_path / "a.zip", members)
    assert names_in(path) == [f"Käfer/{number}.png" for number in range(1, 6)]


def test_the_unicode_path_field_counts_if_it_belongs_to_the_name(tmp_path):
    def field(name, raw):
        value = b"\x01" + struct.pack("<I", zlib.crc32(raw)) + name.encode()
        return struct.pack("<HH", 0x7075, len(value)) + value

    members = [
        RawMember(b"a/1.png", extra=field("Ä/1.png", b"a/1.png")),
        RawMember(b"a/2.png", extra=field("Ä/2.png", b"another")),
    ]
    assert names_in(make_raw_zip(tmp_path / "a.zip", members)) == ["Ä/1.png", "a/2.png"]


def test_a_dangerous_name_in_the_unicode_path_field_is_refused(tmp_path):
    value = b"\x01" + struct.pack("<I", zlib.crc32(b"a.png")) + b"../a.png"
    extra = struct.pack("<HH", 0x7075, len(value)) + value
    path = make_raw_zip(tmp_path / "a.zip", [RawMember(b"a.png", extra=extra)])
    assert "outside" in refusal(path).title


def test_names_that_differ_in_case_or_not_at_all_are_all_kept(tmp_path):
    members = [RawMember(b"cat/a.png", b"1"), RawMember(b"cat/A.png", b"2")]
    members += [RawMember(b"cat/a.png", b"3"), RawMember(b"cat\\a.png", b"4")]
    with read_archive(make_raw_zip(tmp_path / "a.zip", members)) as archive:
        contents = [archive.read(member) for member in archive.members]
    assert contents == [b"1", b"2", b"3", b"4"]


@pytest.mark.parametrize(
    "name",
    [b"../x", b"a/../../x", b"..\\x", b"/x", b"\\x", b"C:\\x", b"\\\\host\\x", b"a\0.png"],
)
def test_a_name_that_leads_out_refuses_the_whole_archive(tmp_path, name):
    path = make_raw_zip(tmp_path / "a.zip", [RawMember(b"cat/1.png"), RawMember(name)])
    assert "outside" in refusal(path).title


def test_a_folder_that_leads_out_refuses_the_whole_archive(tmp_path):
    refusal(make_raw_zip(tmp_path / "a.zip", [RawMember(b"../out/"), RawMember(b"cat/1.png")]))


@pytest.mark.parametrize(("mode", "word"), [(LINK, "link"), (FIFO, "special")])
def test_links_and_special_files_are_refused(tmp_path, mode, word):
    path = make_raw_zip(tmp_path / "a.zip", [RawMember(b"cat/1.png", b"/etc/passwd", mode=mode)])
    assert word in refusal(path).title


@pytest.mark.parametrize("flag", [0x0001, 0x0040, 0x2000])
def test_encrypted_members_are_refused(tmp_path, flag):
    path = make_raw_zip(tmp_path / "a.zip", [RawMember(b"cat/1.png", b"x", flags=flag)])
    assert "password" in refusal(path).title


@pytest.mark.parametrize(("method", "word"), [(9, "Deflate64"), (14, "LZMA"), (77, "77")])
def test_packing_that_cannot_be_read_is_named(tmp_path, method, word):
    path = make_raw_zip(tmp_path / "a.zip", [RawMember(b"cat/1.png", b"x", method=method)])
    assert word in refusal(path).detail


def test_too_many_bytes_are_refused(tmp_path):
    path = make_zip(tmp_path / "a.zip", {"a/1": b"x" * 600, "b/2": b"y" * 600})
    assert "too much" in refusal(path, Limits(max_bytes=1000)).title


def test_too_many_members_are_refused(tmp_path):
    path = make_zip(tmp_path / "a.zip", {f"a/{number}": b"" for number in range(11)})
    assert "too many" in refusal(path, Limits(max_members=10)).title
    assert len(names_in(path)) == 11


def test_a_list_of_files_that_is_itself_too_long_is_refused_unread(tmp_path):
    members = [RawMember(b"a" * 60_000 + b"%d" % number) for number in range(100)]
    path = make_raw_zip(tmp_path / "a.zip", members)
    assert "too many" in refusal(path, Limits(max_members=10)).title


def test_an_archive_of_65536_members_can_be_listed(tmp_path):
    path = make_zip(tmp_path / "a.zip", {f"a/{n}": b"" for n in range(65_536)}, zipfile.ZIP_STORED)
    with read_archive(path) as archive:
        assert len(archive.members) == 65_536
        assert archive.members[-1].name == "a/65535"


def test_a_bomb_is_refused_by_its_ratio(tmp_path):
    path = make_zip(tmp_path / "a.zip", {"cat/1.png": bytes(1_000_000)})
    assert "far more" in refusal(path, Limits(ratio_floor=100_000)).title
    assert names_in(path) == ["cat/1.png"]


def test_members_that_share_bytes_are_refused(tmp_path):
    members = [RawMember(b"a/1.png", bytes(5000)), RawMember(b"a/2.png", bytes(5000), offset=0)]
    assert "overlap" in refusal(make_raw_zip(tmp_path / "a.zip", members)).title
    members = [RawMember(b"a/1.png", b"x"), RawMember(b"b/1.png", b"x", directory_only=True)]
    members[1].offset = 0
    assert "overlap" in refusal(make_raw_zip(tmp_path / "b.zip", members)).title


def test_a_member_outside_the_file_is_refused(tmp_path):
    path = make_raw_zip(tmp_path / "a.zip", [RawMember(b"a/1.png", b"x", offset=10**6)])
    assert "damaged" in refusal(path).title


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"Rar!\x1a\x07\x00" + bytes(100), "RAR"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(100), "7z"),
        (b"%PDF-1.4 something", "PDF"),
        (b"just some words", "text"),
        (image_bytes("PNG"), "PNG"),
        (bytes(1000), "no known kind"),
    ],
)
def test_what_is_no_zip_is_called_by_its_name(tmp_path, content, word):
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    assert word in str(refusal(path))


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.95, 0.999])
def test_a_zip_that_was_cut_short_is_recognised(tmp_path, kept):
    path = make_zip(tmp_path / "a.zip", class_files())
    path.write_bytes(path.read_bytes()[: int(kept * path.stat().st_size)])
    assert "cut short" in refusal(path).detail


def test_a_missing_file_is_a_problem(tmp_path):
    assert "cannot be opened" in refusal(tmp_path / "none.zip").title


def test_one_part_of_several_is_refused(tmp_path):
    path = make_raw_zip(tmp_path / "a.zip", [RawMember(b"a/1.png")], disk=1)
    assert "several" in refusal(path).title


@pytest.mark.parametrize("shifted", [True, False])
def test_bytes_before_the_archive_do_not_matter(tmp_path, shifted):
    members = [RawMember(b"cat/1.png", b"hello"), RawMember(b"cat/2.png", b"you")]
    path = make_raw_zip(tmp_path / "a.zip", members, before=b"MZ" + bytes(500), shifted=shifted)
    with read_archive(path) as archive:
        assert [archive.read(member) for member in archive.members] == [b"hello", b"you"]


def test_a_comment_may_look_like_the_end_of_an_archive(tmp_path):
    comment = b"PK\x05\x06" + bytes(30)
    path = make_raw_zip(tmp_path / "a.zip", [RawMember(b"a/1.png")], comment=comment)
    assert names_in(path) == ["a/1.png"]


def test_zip64_numbers_are_read(tmp_path):
    extra = struct.pack("<HHQQ", 0x0001, 16, 5, 0)
    full = 0xFFFFFFFF
    member = RawMember(b"a/1.png", b"hello", size=full, offset=full, extra=extra)
    with read_archive(make_raw_zip(tmp_path / "a.zip", [member])) as archive:
        assert archive.members[0].size == 5
        assert archive.read(archive.members[0]) == b"hello"


class TestOneBadMember:
    """One member that cannot be read is a reason of its own; the others are not touched."""

    def reason(self, tmp_path, bad, limits=None):
        good = RawMember(b"cat/good.png", b"good" * 100)
        path = make_raw_zip(tmp_path / "a.zip", [bad, good])
        with read_archive(path, limits) as archive:
            first, second = archive.members
            with pytest.raises(DataProblem) as caught:
                archive.read(first)
            assert archive.read(second) == good.data
        return str(caught.value)

    def test_a_wrong_checksum(self, tmp_path):
        assert "checksum" in self.reason(tmp_path, RawMember(b"a.png", b"abc", crc=1))

    def test_more_than_declared_is_not_unpacked(self, tmp_path):
        bad = RawMember(b"a.png", bytes(10_000_000), size=10)
        assert "more than" in self.reason(tmp_path, bad)

    def test_less_than_declared(self, tmp_path):
        assert "less than" in self.reason(tmp_path, RawMember(b"a.png", b"abc", size=10))

    def test_stored_with_another_size(self, tmp_path):
        bad = RawMember(b"a.png", b"abcdefgh", deflate=False, size=4)
        assert "more than" in self.reason(tmp_path, bad)

    @pytest.mark.parametrize("method", [8, 12])
    def test_packed_bytes_that_make_no_sense(self, tmp_path, method):
        bad = RawMember(b"a.png", b"abc", payload=b"\xff" * 50, method=method)
        assert "Unpacking failed" in self.reason(tmp_path, bad)

    @pytest.mark.parametrize("pack", [lambda d: zlib.compress(d)[2:-4], bz2.compress])
    def test_packed_bytes_that_end_early(self, tmp_path, pack):
        data = bytes(range(256)) * 20
        packed = pack(data)
        method = 12 if packed.startswith(b"BZh") else 8
        bad = RawMember(b"a.png", data, payload=packed[: len(packed) // 2], method=method)
        assert "less than" in self.reason(tmp_path, bad)

    def test_a_local_header_that_is_none(self, tmp_path):
        bad = RawMember(b"a.png", b"abc" * 30, deflate=False)
        path = make_raw_zip(tmp_path / "a.zip", [bad])
        path.write_bytes(b"MZ" + path.read_bytes().replace(b"PK\3\4", b"PK\3\5", 1))
        with read_archive(path) as archive, pytest.raises(DataProblem):
            archive.read(archive.members[0])

    def test_too_large(self, tmp_path):
        bad = RawMember(b"a.png", bytes(5000))
        assert "too large" in self.reason(tmp_path, bad, Limits(max_member_bytes=1000))


def test_closing_lets_go_of_the_file(tmp_path):
    path = make_zip(tmp_path / "a.zip", {"a": b"1"})
    with read_archive(path):
        pass
    path.unlink()
