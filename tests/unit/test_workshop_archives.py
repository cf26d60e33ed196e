"""ZIPs of strangers: one sheet and its pictures, or a sentence; nothing is unpacked before."""

from __future__ import annotations

import io
import stat
import struct
import subprocess
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gacha.making.uploads import PROBLEMS
from tests.conftest import load_function

_own: dict[str, ModuleType] = {}
archives: ModuleType = load_function("workshop", "archives", _own)
RefusedError: Any = _own["refused"].RefusedError

SHEET, PICTURE = ("cards.csv", b"name,rarity\nLily,SSR\n"), ("lily.png", b"\x89PNG\r\n\x1a\n...")


def packed(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", method) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return output.getvalue()


def refused(content: bytes) -> tuple[str, dict[str, Any]]:
    with pytest.raises(RefusedError) as refusal:
        archives.Archive(content)
    problem = refusal.value.problem
    assert problem.values.keys() == PROBLEMS[problem.key]
    assert all(len(str(value)) < 200 for value in problem.values.values())
    return problem.key, dict(problem.values)


def test_a_sheet_and_its_pictures() -> None:
    archive = archives.Archive(
        packed(SHEET, PICTURE, ("pics/mira.JPG", b"2"), ("notes.docx", b"3"))
    )
    assert archive.sheet.name == "cards.csv"
    assert [entry.name for entry in archive.pictures] == ["lily.png", "pics/mira.JPG"]
    assert archive.unread == ["notes.docx"]
    assert archive.read(archive.sheet) == SHEET[1]


def test_pictures_alone_and_a_sheet_alone() -> None:
    assert archives.Archive(packed(PICTURE)).sheet is None
    assert archives.Archive(packed(SHEET)).pictures == []


def test_what_systems_put_there_is_passed_over() -> None:
    archive = archives.Archive(
        packed(
            *(SHEET, PICTURE, ("__MACOSX/._cards.csv", b"x"), ("a/__MACOSX/._lily.png", b"x")),
            *(
                (".DS_Store", b"x"),
                ("Thumbs.db", b"x"),
                ("desktop.ini", b"x"),
                ("~$cards.xlsx", b""),
            ),
        )
    )
    assert archive.unread == [] and len(archive.pictures) == 1


@pytest.mark.parametrize("encoding", ["cp932", "utf-8"])
def test_a_japanese_name_without_the_flag(encoding: str, tmp_path: Path) -> None:
    """As Windows and macOS write it: bytes, and nothing that says what they are. ソ and 表 have a
    backslash's byte in Shift_JIS."""
    for name in ("画像/リリィ.png", "画像/ソフィ.png", "画像/表紙.png", "ﾘﾘｨ.png"):
        raw = name.encode(encoding)
        content = packed(("a" * len(raw), b"x")).replace(b"a" * len(raw), raw)
        assert [entry.name for entry in archives.Archive(content).pictures] == [name]


def test_a_folder_by_backslashes() -> None:
    content = packed(("pics/lily.png", b"x")).replace(b"pics/lily.png", b"pics\\lily.png")
    assert archives.Archive(content).pictures[0].name == "pics/lily.png"


@pytest.mark.parametrize(
    "name", ["Ｌｉｌｙ.PNG", "lily.png", "a/b/LILY.png", "a\\Lily.png", "lily.png\u200b"]
)
def test_a_picture_is_found_under_any_writing_of_its_name(name: str) -> None:
    assert archives.folded(name) == archives.folded("Lily.png")


@pytest.mark.parametrize(
    "name",
    [
        "../lily.png",
        "a/../../lily.png",
        "/etc/lily.png",
        "C:/lily.png",
        "a\nb.png",
        "a/..",
        "x" * 300,
    ],
)
def test_a_name_that_leads_away(name: str) -> None:
    assert refused(packed(SHEET, (name, b"x")))[0] == "archive_path"


def test_a_name_that_leads_away_by_backslashes() -> None:
    content = packed(SHEET, ("aa/aa/lily.png", b"x")).replace(b"aa/aa/", b"..\\..\\")
    assert refused(content)[0] == "archive_path"


def test_a_link() -> None:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        info = zipfile.ZipInfo("lily.png")
        info.create_system = 3
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    assert refused(output.getvalue()) == ("archive_link", {"name": "lily.png"})


def test_ten_thousand_entries() -> None:
    content = packed(*((f"{n}.png", b"") for n in range(10_000)))
    assert refused(content) == ("archive_entries", {"count": 10_000, "most": 1_000})


def test_entries_that_are_not_counted() -> None:
    """The end says one; the list has more than a thousand."""
    content = bytearray(packed(*((f"{n}.png", b"") for n in range(5_000))))
    at = content.rindex(b"PK\5\6")
    struct.pack_into("<HH", content, at + 8, 1, 1)
    assert refused(bytes(content))[0] == "archive_entries"


def test_no_name_of_an_entry_is_read_before_they_are_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def read(*_: object) -> None:
        raise AssertionError("the archive was read")

    content = packed(*((f"{n}.png", b"") for n in range(10_000)))
    monkeypatch.setattr(zipfile, "ZipFile", read)
    assert refused(content)[0] == "archive_entries"


def test_more_pictures_than_an_upload_may_have() -> None:
    content = packed(SHEET, *((f"{n}.png", b"") for n in range(201)))
    assert refused(content) == ("archive_pictures", {"count": 201, "most": 200})
    assert len(archives.Archive(packed(*((f"{n}.png", b"") for n in range(200)))).pictures) == 200


def test_ten_gigabytes_out_of_ten_megabytes() -> None:
    """The zeros of a bomb, in two layers: what it says of its sizes is enough."""
    content = bytearray(packed(("lily.png", b"\0" * 1_000_000)))
    at = content.rindex(b"PK\1\2")
    struct.pack_into("<I", content, at + 24, 4_000_000_000)
    assert refused(bytes(content))[0] == "archive_bomb"
    assert (
        refused(packed(*((f"{n}.png", b"\0" * 10_000_000) for n in range(11))))[0] == "archive_bomb"
    )


def test_an_entry_that_is_larger_than_it_says_is_not_unpacked_further() -> None:
    content = bytearray(packed(("lily.png", b"\0" * 10_000_000)))
    for signature, at in ((b"PK\1\2", 24), (b"PK\3\4", 22)):
        struct.pack_into("<I", content, content.rindex(signature) + at, 10)
    archive = archives.Archive(bytes(content))
    with pytest.raises(RefusedError) as refusal:
        archive.read(archive.pictures[0])
    assert refusal.value.key == "archive_entry_damaged"


def test_entries_that_share_their_bytes() -> None:
    """As in D. Fifield's bomb: a hundred names for one content."""
    content = packed(("1.png", b"\0" * 100_000))
    directory = content.rindex(b"PK\1\2")
    end = content.rindex(b"PK\5\6")
    entry = content[directory:end]
    entries = b"".join(entry.replace(b"1.png", b"%d.png" % n) for n in range(1, 10))
    last = bytearray(content[end:])
    struct.pack_into("<HHI", last, 8, 9, 9, len(entries))
    assert refused(content[:directory] + entries + bytes(last))[0] == "archive_damaged"


def test_two_sheets_are_named() -> None:
    key, values = refused(packed(SHEET, ("b.xlsx", b"PK"), PICTURE))
    assert (key, values) == ("archive_sheets", {"count": 2, "names": "cards.csv, b.xlsx"})


def test_an_archive_in_an_archive() -> None:
    assert refused(packed(SHEET, ("more.zip", packed(PICTURE))))[0] == "archive_nested"


@pytest.mark.parametrize("files", [(), (("notes.docx", b"x"),), ((".DS_Store", b"x"),)])
def test_nothing_in_it(files: tuple[tuple[str, bytes], ...]) -> None:
    assert refused(packed(*files))[0] == "archive_empty"


def test_the_same_name_twice() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = packed(PICTURE, PICTURE)
    assert refused(content)[0] == "archive_twice"


def test_an_encrypted_one() -> None:
    """The flag alone tells; both ways to encrypt set it."""
    content = bytearray(packed(SHEET))
    for signature, at in ((b"PK\1\2", 8), (b"PK\3\4", 6)):
        struct.pack_into("<H", content, content.rindex(signature) + at, 1)
    assert refused(bytes(content))[0] == "archive_encrypted"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_another_method(method: int) -> None:
    assert refused(packed(SHEET, method=method))[0] == "archive_method"


def test_a_truncated_one() -> None:
    content = packed(SHEET, PICTURE, ("b.png", bytes(range(256)) * 40))
    for part in range(1, 20):
        assert refused(content[: len(content) * part // 20])[0] == "archive_damaged"


def test_a_damaged_entry_is_named() -> None:
    content = bytearray(packed(SHEET, ("b.png", bytes(range(256)) * 40), method=zipfile.ZIP_STORED))
    content[content.index(bytes(range(256))) + 3] ^= 1
    archive = archives.Archive(bytes(content))
    with pytest.raises(RefusedError) as refusal:
        archive.read(archive.pictures[0])
    assert refusal.value.problem.values == {"name": "b.png"}


@pytest.mark.parametrize("flag", range(1, 16))
def test_an_entry_with_any_flag_is_read_or_refused(flag: int) -> None:
    """Python's reader knows some, passes over others, and has an error of its own for bits 5 and 6
    (APPNOTE 4.4.4: patched data, strong encryption), where the first bit does not say so too."""
    content = bytearray(packed(PICTURE))
    struct.pack_into("<H", content, content.rindex(b"PK\1\2") + 8, 1 << flag)
    archive = archives.Archive(bytes(content))
    if flag not in (5, 6):
        assert archive.read(archive.pictures[0]) == PICTURE[1]
        return
    with pytest.raises(RefusedError) as refusal:
        archive.read(archive.pictures[0])
    assert refusal.value.problem.values == {"name": PICTURE[0]}


@given(st.lists(st.tuples(st.integers(0, 2_000), st.binary(min_size=1, max_size=8)), max_size=6))
def test_whatever_is_damaged_it_is_read_or_refused(damages: list[tuple[int, bytes]]) -> None:
    content = bytearray(packed(SHEET, PICTURE, ("b.png", bytes(range(256)))))
    for at, damage in damages:
        at %= len(content)
        content[at : at + len(damage)] = damage
    try:
        archive = archives.Archive(bytes(content))
        for entry in archive.pictures:
            assert len(archive.read(entry)) == entry.info.file_size
    except RefusedError:
        return


def test_what_another_program_packs(tmp_path: Path) -> None:
    """Info-ZIP, where it is installed: with a folder, an attribute for times, and UTF-8 names."""
    from shutil import which

    if which("zip") is None:
        pytest.skip("there is no zip here")
    (tmp_path / "画像").mkdir()
    (tmp_path / "画像/リリィ.png").write_bytes(b"1")
    (tmp_path / "cards.csv").write_bytes(SHEET[1])
    subprocess.run(["zip", "-qr", "all.zip", "cards.csv", "画像"], cwd=tmp_path, check=True)
    archive = archives.Archive((tmp_path / "all.zip").read_bytes())
    assert archive.pictures[0].name == "画像/リリィ.png" and archive.sheet.name == "cards.csv"
