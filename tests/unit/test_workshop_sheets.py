"""Spreadsheets of strangers, as the programs of the world write them: a grid, or a sentence."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from gacha.making import sheets as making
from gacha.making.problems import SHEET, Place, Refusal
from gacha.making.uploads import NOTES, PROBLEMS
from tests.conftest import load_function

_own: dict[str, ModuleType] = {}
sheets: ModuleType = load_function("workshop", "sheets", _own)
RefusedError: Any = _own["refused"].RefusedError

HEAD = ["名前", "レア度", "重み", "ピックアップ"]
LINES = [HEAD, ["紅蓮のリリィ", "SSR", "1", "○"], ["髙﨑ミラ", "SR", "3", ""]]


def comma(lines: list[list[str]] = LINES, delimiter: str = ",") -> str:
    output = io.StringIO()
    csv.writer(output, delimiter=delimiter).writerows(lines)
    return output.getvalue()


def book(*lines: list[Any], **more: list[list[Any]]) -> Workbook:
    made = Workbook()
    assert made.active is not None
    for line in lines:
        made.active.append(line)
    for title, others in more.items():
        sheet = made.create_sheet(title)
        for line in others:
            sheet.append(line)
    return made


def saved(made: Workbook) -> bytes:
    output = io.BytesIO()
    made.save(output)
    return output.getvalue()


def table(content: bytes) -> list[list[str]]:
    grid = sheets.read(content)
    for note in grid.notes:
        assert note.values.keys() == NOTES[note.key]
    return grid.table  # type: ignore[no-any-return]


def trimmed(lines: list[list[str]]) -> list[list[str]]:
    return [line[: len(line) - [*map(bool, reversed(line)), True].index(True)] for line in lines]


def notes(content: bytes) -> dict[str, Any]:
    return {note.key: dict(note.values) for note in sheets.read(content).notes}


def refused(content: bytes) -> tuple[str, Place, dict[str, Any]]:
    with pytest.raises(RefusedError) as refusal:
        sheets.read(content)
    problem = refusal.value.problem
    assert problem.values.keys() == PROBLEMS[problem.key]
    return problem.key, problem.place, dict(problem.values)


def told(content: bytes) -> tuple[str, Place, dict[str, Any]]:
    """The one cell that is wrong, beside which all others are read."""
    [problem] = sheets.read(content).problems
    assert problem.values.keys() == PROBLEMS[problem.key]
    return problem.key, problem.place, dict(problem.values)


# --- encodings ------------------------------------------------------------------------------------

WRITERS = {
    "Excel's CSV in Japan": lambda text: text.encode("cp932"),
    "Excel's CSV UTF-8": lambda text: text.encode("utf-8-sig"),
    "Google's CSV": lambda text: text.encode(),
    "Excel's Unicode text": lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
    "UTF-16, the other way": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "UTF-16 without a mark": lambda text: text.encode("utf-16-le"),
}


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_a_sheet_is_read_however_it_was_saved(writer: str, delimiter: str) -> None:
    text = comma(delimiter=delimiter)
    if "16 without" in writer:
        text = comma([["name", "rarity"], ["リリィ", "SSR"]], delimiter)
        assert table(WRITERS[writer](text)) == [["name", "rarity"], ["リリィ", "SSR"]]
    else:
        assert table(WRITERS[writer](text)) == LINES


JAPANESE = st.text(
    st.sampled_from("リリィソ表能十貼構暴ー～紅蓮の髙﨑①Ⅳ㈱ｱﾂ　、。「」ABCabc012 -'?"),
    min_size=1,
    max_size=12,
).filter(str.strip)


@given(st.lists(st.lists(JAPANESE, min_size=2, max_size=4), min_size=1, max_size=6))
def test_shift_jis_is_never_taken_for_anything_else(lines: list[list[str]]) -> None:
    text = comma([["名前", "レア度"], *lines])
    content = text.encode("cp932", errors="replace")
    assert sheets.decoded(content) == (content.decode("cp932"), "cp932")


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff")))
def test_utf_8_is_never_taken_for_anything_else(text: str) -> None:
    assert sheets.decoded(text.encode()) == (text, "utf-8")
    for writer in ("Excel's CSV UTF-8", "Excel's Unicode text", "UTF-16, the other way"):
        assert sheets.decoded(WRITERS[writer](text))[0] == text


@given(st.lists(st.sampled_from(["Zoë", "Renée", "Noël", "Íris", "Señor", "Lily’s"]), min_size=1))
def test_western_letters_are_no_japanese(names: list[str]) -> None:
    text = comma([["name", "rarity"], *([name, "SSR"] for name in names)])
    assume("Íris" not in names)
    assert sheets.decoded(text.encode("cp1252")) == (text, "cp1252")


def test_what_no_program_of_these_writes_is_refused_by_its_line() -> None:
    content = "名前,レア度\r\nリリィ,SSR\r\n".encode("cp932") + b"\xa0\xff\xff,SR\r\n"
    assert refused(content) == ("sheet_encoding", Place("file"), {"row": 3})


def test_a_file_that_ends_within_a_letter() -> None:
    assert refused(comma().encode()[:-40] + "あ".encode()[:2])[0] == "sheet_encoding"


def test_letters_that_shift_jis_lacks_are_asked_about() -> None:
    content = comma([HEAD, ["𠮷野", "SSR"], ["ミラ", "SR"]]).encode("cp932", errors="replace")
    assert notes(content) == {"letters_lost": {"rows": [2]}}
    assert notes(comma([HEAD, ["何?", "SSR"]]).encode()) == {}


# --- CSV ------------------------------------------------------------------------------------------


def test_quoted_cells_hold_commas_quotes_and_line_breaks() -> None:
    lines = [["name", "rarity"], ['Lily, "the Red"', "SSR"], ["Mira\nof the sea", "SR"]]
    assert table(comma(lines).encode()) == lines


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_each_kind_of_line_ending(ending: str) -> None:
    assert table(ending.join(["名前,レア度", "リリィ,SSR", ""]).encode()) == [
        ["名前", "レア度"],
        ["リリィ", "SSR"],
    ]


def test_a_row_is_numbered_as_its_program_shows_it() -> None:
    grid = sheets.read(b'name,rarity\r\n"a\r\nb",SSR\r\n\r\n,\r\nc,SR\r\n')
    rows = making.rows(grid.table, SHEET)
    assert not isinstance(rows, Refusal)
    assert [row.place.row for row in rows.rows] == [2, 5]


def test_a_quote_that_is_never_closed_is_refused_by_its_row() -> None:
    assert refused(b'name,rarity\nLily,SSR\n"Mira,SR\nNoa,R\n')[2] == {"row": 3}
    assert refused(b'name,rarity\n"Li"ly,SSR\n')[2] == {"row": 2}


def test_five_thousand_rows_are_refused_by_their_number() -> None:
    lines = [HEAD, *([f"c{n}", "R", "1", ""] for n in range(5000))]
    wanted = {"count": 5000, "most": 1000}
    assert refused(comma(lines).encode())[2] == wanted
    assert refused(saved(book(*lines)))[2] == wanted


def test_a_thousand_rows_are_not() -> None:
    lines = [HEAD, *([f"c{n}", "R", "1", "○"] for n in range(1000))]
    assert table(comma(lines).encode()) == table(saved(book(*lines))) == lines


def test_lines_without_end_and_cells_without_end() -> None:
    assert refused(b"name\n" + b"\n" * 5000 + b"a\n")[0] == "sheet_rows"
    assert refused(b"name\n" + b"a" * 3000)[1:] == (
        Place(SHEET, row=2),
        {"count": 3000, "most": 2000},
    )
    assert refused(b"name\n" + b"a" * (sheets.MAX_TEXT))[0] == "sheet_large"


@given(st.binary(max_size=200))
def test_whatever_the_bytes_they_are_read_or_refused(content: bytes) -> None:
    for start in (b"", b"name,rarity\n", "名前\n".encode("cp932"), b"\xff\xfe", b"PK\3\4"):
        try:
            grid = sheets.read(start + content)
        except RefusedError:
            continue
        making.rows(grid.table, SHEET)


# --- workbooks ------------------------------------------------------------------------------------


def test_a_workbook_reads_as_its_csv_does() -> None:
    assert table(saved(book(*LINES))) == trimmed(LINES) == trimmed(table(comma().encode()))


def test_numbers_and_percentages_are_as_they_are_shown() -> None:
    made = book(["名前", "確率", "重み"])
    sheet = made.active
    assert sheet is not None
    for row, (value, shown_as) in enumerate(
        [(0.007, "0.0%"), (0.03, "0%"), (0.1 + 0.2, "General"), (3.0, "0"), (1e-7, "0.00%")],
        start=2,
    ):
        sheet.cell(row, 1, 108)
        sheet.cell(row, 2, value).number_format = shown_as
        sheet.cell(row, 3, 2)
    assert [line[1] for line in table(saved(made))[1:]] == ["0.7%", "3%", "0.3", "3", "0.00001%"]
    assert {line[0] for line in table(saved(made))[1:]} == {"108"}


def test_a_percent_sign_in_quotes_is_none() -> None:
    made = book(["名前", "重み"], ["a", 3])
    assert made.active is not None
    made.active["B2"].number_format = '0"% or so"'
    assert table(saved(made))[1] == ["a", "3"]


def test_a_formula_stays_one_and_is_refused_by_its_cell() -> None:
    grid = sheets.read(saved(book(HEAD, ["=cmd|' /C calc'!A0", "SSR"], ["b", "SR", "=1+1"])))
    assert grid.table[1][0] == "=cmd|' /C calc'!A0" and grid.table[2][2] == "=1+1"


def test_a_date_is_refused_where_it_matters() -> None:
    made = book([*HEAD, "メモ"], ["a", "SSR", 1, "", datetime(2026, 12, 24)])
    assert table(saved(made))[1][4].startswith("2026-12-24")
    made = book(HEAD, ["a", "SSR", datetime(2026, 1, 2)])
    assert told(saved(made))[:2] == ("cell_date", Place(SHEET, "weight", 2))
    made = book(HEAD, [timedelta(hours=1), "SSR", 1])
    assert told(saved(made))[0] == "cell_date"


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!", "#VALUE!"])
def test_an_error_is_refused_where_it_matters(error: str) -> None:
    made = book(["名前", "メモ"], [error, error])
    assert made.active is not None and made.active["A2"].data_type == "e"
    assert told(saved(made)) == ("cell_error", Place(SHEET, "name_ja", 2), {"found": error})
    assert table(saved(book(["名前", "メモ"], ["a", error])))[1] == ["a", error]


def test_of_several_worksheets_the_one_with_our_headers_is_read() -> None:
    content = saved(book(["使い方"], ["ここに書く"], カード=LINES, 集計=[["合計", 3]]))
    grid = sheets.read(content)
    assert (grid.sheet, grid.table) == ("カード", trimmed(LINES))
    assert notes(content) == {"sheets_unread": {"names": ["Sheet", "集計"]}}


def test_two_worksheets_of_cards_are_refused_by_their_names() -> None:
    key, _, values = refused(saved(book(*LINES, 第二弾=LINES)))
    assert (key, values) == ("sheets_many", {"names": "Sheet, 第二弾"})


def test_a_hidden_worksheet_is_not_read() -> None:
    made = book(*LINES, 下書き=LINES)
    made["下書き"].sheet_state = "hidden"
    assert table(saved(made)) == trimmed(LINES)


def test_hidden_rows_are_read_and_named() -> None:
    made = book(*LINES)
    assert made.active is not None
    made.active.row_dimensions[3].hidden = True
    assert table(saved(made)) == trimmed(LINES)
    assert notes(saved(made)) == {"rows_hidden": {"rows": [3]}}


def test_cells_that_are_merged_downwards_all_have_the_value() -> None:
    made = book(HEAD, ["a", "SSR"], ["b"], ["c"], ["d", "R"])
    assert made.active is not None
    made.active.merge_cells("B2:B4")
    assert [line[1] for line in table(saved(made))[1:]] == ["SSR", "SSR", "SSR", "R"]


def test_cells_that_are_merged_across_are_refused_where_cards_stand() -> None:
    made = book(HEAD, ["a", "SSR"])
    assert made.active is not None
    made.active.merge_cells("A2:B3")
    assert told(saved(made)) == ("cells_merged", Place(SHEET, row=2), {"range": "A2:B3"})
    titled = book(HEAD, ["a", "SSR"])
    assert titled.active is not None
    titled.active.merge_cells("F1:H1")
    assert table(saved(titled))[1] == ["a", "SSR"]


def repacked(
    content: bytes, changed: dict[str, bytes], more: dict[str, bytes] | None = None
) -> bytes:
    """The workbook with parts of it replaced."""
    output = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            new.writestr(info.filename, changed.get(info.filename, old.read(info)))
        for name, part in (more or {}).items():
            new.writestr(name, part)
    return output.getvalue()


HEADER = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
FOOTER = b"</sheetData></worksheet>"
PART = "xl/worksheets/sheet1.xml"


def with_sheet(xml: bytes) -> bytes:
    return repacked(saved(book(["x"])), {PART: HEADER + xml + FOOTER})


def cell(place: str, text: str) -> bytes:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'.encode()


def test_a_bomb_is_refused_before_anything_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    def parse(*_: object, **__: object) -> None:
        raise AssertionError("it was parsed")

    for name in ("load_workbook", "iterparse"):
        monkeypatch.setattr(sheets, name, parse)
    shared = b"<sst>" + b"<si><t>x</t></si>" * 2_000_000 + b"</sst>"
    content = repacked(saved(book(*LINES)), {}, {"xl/sharedStrings.xml": shared})
    assert refused(content)[0] == "sheet_large"
    many = repacked(saved(book(*LINES)), {}, {f"xl/a{n}.xml": b"" for n in range(600)})
    assert refused(many)[0] == "sheet_large"


def test_cells_without_end_are_refused_before_the_library_has_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sheets, "load_workbook", None)
    assert refused(with_sheet(b"<row>" + b"<c/>" * 200_000 + b"</row>"))[0] == "sheet_cells"


def test_a_row_far_below_and_a_cell_far_to_the_right() -> None:
    head = b'<row r="1">' + cell("A1", "name") + b"</row>"
    far = head + b'<row r="1048576">' + cell("A1048576", "a") + b"</row>"
    assert refused(with_sheet(far))[0] == "sheet_rows"
    wide = b"".join(
        b'<row r="%d">' % n
        + cell(f"A{n}", "name" if n == 1 else f"c{n}")
        + cell(f"XFD{n}", "x")
        + b"</row>"
        for n in range(1, 900)
    )
    assert max(map(len, table(with_sheet(wide)))) <= making.MOST_COLUMNS + 1


@pytest.mark.parametrize("row", ["x", "1e3", '2"><row r="3', "99999999999999999999"])
def test_rows_that_are_numbered_badly(row: str) -> None:
    xml = f'<row r="{row}">'.encode() + cell("A1", "name") + b"</row>"
    assert refused(with_sheet(xml))[0] in ("sheet_damaged", "sheet_rows")


def test_entities_are_refused() -> None:
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    for part in (PART, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"):
        with zipfile.ZipFile(io.BytesIO(saved(book(*LINES)))) as archive:
            xml = archive.read(part)
        assert refused(repacked(saved(book(*LINES)), {part: laughs + xml}))[0] == "sheet_damaged"


def test_a_shared_string_that_is_not_there() -> None:
    xml = b'<row r="1"><c r="A1" t="s"><v>99</v></c></row>'
    assert refused(with_sheet(xml))[0] == "sheet_damaged"


def test_an_encrypted_workbook() -> None:
    content = bytearray(saved(book(*LINES)))
    at = content.index(b"PK\1\2")
    content[at + 8] |= 1
    assert refused(bytes(content))[0] == "file_encrypted"


@given(st.lists(st.tuples(st.integers(0, 10_000), st.binary(min_size=1, max_size=6)), max_size=5))
def test_whatever_is_damaged_it_is_read_or_refused(damages: list[tuple[int, bytes]]) -> None:
    content = bytearray(saved(book(*LINES)))
    for at, damage in damages:
        at %= len(content)
        content[at : at + len(damage)] = damage
    try:
        sheets.read(bytes(content))
    except RefusedError:
        return


@given(st.text(st.characters(codec="utf-8"), max_size=400))
def test_whatever_the_xml_it_is_read_or_refused(xml: str) -> None:
    try:
        sheets.read(with_sheet(xml.encode()))
    except RefusedError:
        return


def test_the_library_reads_what_we_count(tmp_path: Any) -> None:
    """Our counting against the library's own, on a workbook with gaps."""
    made = book(HEAD)
    assert made.active is not None
    made.active.cell(40, 1, "a")
    made.active.cell(90, 2, None).number_format = "0%"
    content = saved(made)
    opened = load_workbook(io.BytesIO(content)).active
    assert opened is not None and opened.max_row == 90
    assert len(table(content)) == 40
