"""What owners send by mistake, and others on purpose: each ends in a sentence that names the place
and the next step, in both languages, and changes nothing. From the file to Plan's message; what
each reader does with far more of it is tested beside the reader."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import pytest
from openpyxl import Workbook
from PIL import Image

from adapters import files
from adapters.tables import settings
from gacha.making.stored import CARDS, draft_setting
from tests.support import GUILD
from tests.unit.commands.admin_banner_export.test_export import UPLOAD, Owner


@pytest.fixture
def owner(tables: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Owner]:
    files._kept.clear()
    monkeypatch.setenv("DISCORD_API_BASE_URL", "https://discord.test/api")
    yield Owner()
    files._kept.clear()


def sheet(*lines: str, head: str = "名前,レア度,重み,画像", encoding: str = "utf-8") -> bytes:
    return "\n".join([head, *lines]).encode(encoding)


def book(*lines: list[Any], merge: str = "", second: bool = False) -> bytes:
    made, output = Workbook(), io.BytesIO()
    assert made.active is not None
    for line in (["名前", "レア度", "重み"], *lines):
        made.active.append(line)
    if merge:
        made.active.merge_cells(merge)
    if second:
        made.create_sheet("二枚目").append(["名前", "レア度"])
    made.save(output)
    return output.getvalue()


def packed(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return output.getvalue()


def link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("link.png")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def encrypted() -> bytes:
    content = bytearray(packed(("cards.csv", sheet("ア,SSR,1,"))))
    for signature, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        content[content.index(signature) + at] |= 1
    return bytes(content)


def bomb() -> bytes:
    """Ten gigabytes, by what its list says."""
    content = bytearray(packed(("a.png", b"\0" * 1000), ("cards.csv", sheet("ア,SSR,1,"))))
    at = content.index(b"PK\1\2")
    struct.pack_into("<I", content, at + 24, 0xFFFFFFF0)
    return bytes(content)


def picture() -> bytes:
    output = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(output, "PNG")
    return output.getvalue()


def huge() -> bytes:
    """30,000 × 30,000 pixels, by its header."""
    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    content = bytearray(picture())
    content[16:29] = header
    struct.pack_into(">I", content, 29, zlib.crc32(b"IHDR" + header))
    return bytes(content)


SVG: Final = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'

REFUSED: Final[dict[str, tuple[str, bytes, str, str, str]]] = {
    "no name": ("a.csv", sheet(",SSR,1,"), "name_missing", "2 行目・名前", "row 2, name"),
    "no rarity": (
        "a.csv",
        sheet("ア,,1,"),
        "rarity_missing",
        "2 行目・レアリティ",
        "row 2, rarity",
    ),
    "a cell too many": ("a.csv", sheet("ア,SSR,1,,x"), "cell_without_column", "2 行目", "row 2"),
    "an open quote": ("a.csv", sheet('"ア,SSR,1,'), "sheet_quotes", "行目", "row"),
    "merged": ("a.xlsx", book(["ア", "SSR", 1], merge="A2:B2"), "cells_merged", "2 行目", "row 2"),
    "5,000 rows": (
        *("a.csv", sheet(*(f"カード{n},SSR,1," for n in range(5_000))), "sheet_rows"),
        *("5,000", "5,000"),
    ),
    "a formula": ("a.csv", sheet("=cmd|' /C calc'!A0,SSR,1,"), "formula", "2 行目・名前", "row 2"),
    "a formula in a workbook": ("a.xlsx", book(["ア", "SSR", "=1+1"]), "formula", "重み", "weight"),
    "one name twice": ("a.csv", sheet("ア,SSR,1,", "ｱ,R,1,"), "row_twice", "3 行目", "row 3"),
    "weight 0": ("a.csv", sheet("ア,SSR,0,"), "out_of_range", "2 行目・重み", "row 2, weight"),
    "weight -1": ("a.csv", sheet("ア,SSR,-1,"), "out_of_range", "2 行目・重み", "row 2, weight"),
    "weight 1.5": ("a.csv", sheet("ア,SSR,1.5,"), "not_whole", "2 行目・重み", "row 2, weight"),
    "81 characters": ("a.csv", sheet(f"{'星' * 81},SSR,1,"), "name_too_long", "80", "80"),
    "no letters of CP932": (
        "a.csv",
        sheet("ア,SSR,1,") + b"\xff\xff",
        "sheet_encoding",
        "1 行目",
        "Row 1",
    ),
    "two worksheets": (
        "a.xlsx",
        book(["ア", "SSR", 1], second=True),
        "sheets_many",
        "二枚目",
        "二枚目",
    ),
    "out of the folder": (
        "a.zip",
        packed(("../a.png", picture())),
        "archive_path",
        "a.png",
        "a.png",
    ),
    "a link": ("a.zip", packed((link(), b"/etc/passwd")), "archive_link", "link.png", "link.png"),
    "10,000 files": (
        *("a.zip", packed(*((f"{n}.png", b"") for n in range(10_000))), "archive_entries"),
        *("10,000", "10,000"),
    ),
    "a bomb": ("a.zip", bomb(), "archive_bomb", "4,096 MB", "4,096 MB"),
    "two sheets": (
        *("a.zip", packed(("a.csv", sheet("ア,SSR,1,")), ("b.csv", sheet("イ,R,1,")))),
        *("archive_sheets", "a.csv", "b.csv"),
    ),
    "pictures of other names": (
        *("a.zip", packed(("a.csv", sheet("ア,SSR,1,b.png")), ("a.png", picture()))),
        *("pictures_all_unknown", "2 行目・画像", "row 2, picture"),
    ),
    "an encrypted one": ("a.zip", encrypted(), "archive_encrypted", "パスワード", "password"),
    "a PDF": ("a.pdf", b"%PDF-1.7", "file_kind", "a.pdf**：この形式（pdf）", "a.pdf**: This kind"),
    "a text called a picture": (
        *("a.png", b"hello, I am a text", "picture_none"),
        *("a.png・画像**：画像として読めません", "a.png, picture**: This is not a picture"),
    ),
    "a sheet called a picture": (
        *("a.JPG", sheet("ア,SSR,1,"), "picture_none"),
        *("a.JPG・画像", "a.JPG, picture"),
    ),
    "nothing called a picture": ("a.webp", b"", "picture_none", "a.webp", "a.webp"),
    "a PDF called a picture": ("a.png", b"%PDF-1.7", "picture_kind", "a.png・画像", "a.png, pict"),
    "an SVG": ("a.svg", SVG, "picture_kind", "svg", "svg"),
    "half a picture": (
        *("a.png", picture()[: len(picture()) // 2], "picture_damaged"),
        *("a.png・画像**：画像が壊れて", "a.png, picture**: The picture"),
    ),
    "pictures in a ZIP that are none": (
        *("a.zip", packed(("101.png", b"hello")), "picture_none"),
        *("101.png・画像", "101.png, picture"),
    ),
}

LEFT_OUT: Final[dict[str, tuple[bytes, str, str]]] = {
    "a PDF": (b"%PDF-1.7", "picture_kind", "pdf"),
    "a text": (b"hello", "picture_none", "p.png"),
    "an SVG with a script": (SVG, "picture_kind", "svg"),
    "30,000 x 30,000": (huge(), "picture_large", "50"),
    "truncated": (picture()[: len(picture()) // 2], "picture_damaged", "p.png"),
}

ALL_AT_ONCE: Final = (
    (2, "formula"),  # of the program that wrote it
    (3, "cell_date"),
    (3, "setting_unknown"),  # of the table
    (4, "cell_error"),
    (4, "out_of_range"),  # of the rules beside the cards
    (5, "cells_merged"),
    (6, "rarity_missing"),  # of a row
)


def test_all_that_is_wrong_with_a_workbook_is_told_in_one_answer(owner: Owner) -> None:
    """Who mends a sheet from a phone opens it once."""
    lines: list[list[Any]] = [
        ["名前", "レア度", "重み", "設定", "値"],
        ["ア", "SSR", "=1+1"],
        ["イ", "SSR", datetime(2026, 1, 2), "天丼", "1"],
        ["ウ", "#REF!", 1, "天井", "1"],
        ["エ", None, 1],
        ["オ", None, 1],
    ]
    made, output = Workbook(), io.BytesIO()
    assert made.active is not None
    for line in lines:
        made.active.append(line)
    made.active.merge_cells("A5:B5")
    made.save(output)
    message = owner.uploads(GUILD, "a.xlsx", output.getvalue())
    problems = message.content["problems"]
    assert [(each["place"][2], each["key"]) for each in problems] == [*ALL_AT_ONCE]
    for lang in ("ja", "en"):
        [embed] = owner.shown(message, lang, UPLOAD)["embeds"]
        assert embed["description"].count("**") == 2 * len(problems)


TAKEN: Final = {
    "emoji": "猫🐈\u200d⬛", "a wide blank": "全角\u3000空白", "80 characters": "星" * 80,
    "quoted": '"a, ""b"""',
}  # fmt: skip


def test_each_is_refused_by_its_place_and_changes_nothing(owner: Owner) -> None:
    for what, (name, content, key, japanese, english) in REFUSED.items():
        message = owner.uploads(GUILD, name, content)
        assert owner.outcome == "refused", what
        assert [each["key"] for each in message.content["problems"]] == [key], what
        for lang, expected in (("ja", japanese), ("en", english)):
            [embed] = owner.shown(message, lang, UPLOAD)["embeds"]
            said = embed["description"]
            assert expected in said and "{" not in said, (what, said)
            assert ("もう一度" if lang == "ja" else "again") in said, (what, said)
    assert settings.setting(GUILD, CARDS) is None
    assert settings.setting(GUILD, draft_setting("b1")) is None


def test_a_picture_that_is_none_is_left_out_and_its_card_is_not(owner: Owner) -> None:
    for number, (what, (content, key, said)) in enumerate(LEFT_OUT.items(), start=1):
        archive = packed(("a.csv", sheet(f"カード{number},SSR,1,p.png")), ("p.png", content))
        message = owner.uploads(GUILD, "a.zip", archive)
        assert owner.outcome == "planned" and message.content["cards"] == 1, what
        notes = {each["key"]: each["values"] for each in message.content["notes"]}
        assert notes["picture_refused"]["key"] == key, what
        for lang in ("ja", "en"):
            assert said in owner.shown(message, lang, UPLOAD)["embeds"][0]["description"], what


def test_each_name_that_people_have_is_taken(owner: Owner) -> None:
    content = sheet(*(f"{name},SSR,1," for name in TAKEN.values()))
    message = owner.uploads(GUILD, "a.csv", content)
    assert owner.outcome == "planned" and message.content["cards"] == len(TAKEN)
    names = [card.names["ja"] for card in owner.draft(GUILD)[1].by_number.values()]
    assert names == [*list(TAKEN.values())[:-1], 'a, "b"']


def test_rates_that_are_not_one_offer_the_rest_to_the_lowest(owner: Owner) -> None:
    rules = ("レアリティ,SSR 3%", "レアリティ,R 90%")
    lines = (
        f"{name},{rarity},{rule}"
        for name, rarity, rule in zip("アイ", ("SSR", "R"), rules, strict=True)
    )
    message = owner.uploads(GUILD, "a.csv", sheet(*lines, head="名前,レア度,設定,値"))
    assert [each["key"] for each in message.content["problems"]] == ["rates_sum"]
    shown = owner.shown(message, "ja", UPLOAD)
    labels = [each["label"] for row in shown["components"] for each in row["components"]]
    assert "残りを一番低いレアリティに" in labels and "93" in shown["embeds"][0]["description"]
