"""Sheets to fill in, as files: opened by a spreadsheet's library, read back by our own reader."""

from __future__ import annotations

import io
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from commands import workbooks
from gacha.making import sheets as making
from gacha.making.draft import KINDS, Draft, Rule
from gacha.making.forms import rule_fields
from gacha.making.problems import SHEET, Refusal
from tests.conftest import load_function

sheets: ModuleType = load_function("workshop", "sheets")

CELL = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters="\ufffe\uffff"),
    max_size=12,
)
TABLES = st.lists(st.lists(CELL, min_size=1, max_size=4), min_size=1, max_size=5)


def template(kind: str, lang: str) -> list[list[str]]:
    draft = Draft("b1", rule=Rule().of_kind(kind, 1600))
    fields = {"kind": kind, "rarities": "SSR 3%\nSR 17%\nR", "prices": "160, 1600"}
    return making.template({**fields, **rule_fields(draft)}, kind, lang)


def trimmed(table: Any) -> list[list[str]]:
    lines = [list(line) for line in table]
    for line in lines:
        while line and not line[-1]:
            line.pop()
    while lines and not lines[-1]:
        lines.pop()
    return lines


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_template_is_opened_and_read_back(kind: str, lang: str) -> None:
    table = template(kind, lang)
    choices = {"B2:B999": ["SSR", "SR", "R"]}
    grid = sheets.read(workbooks.xlsx_file(table, "カード", choices))
    assert trimmed(grid.table) == trimmed(table)
    rows = making.rows(grid.table, SHEET)
    assert not isinstance(rows, Refusal)
    assert {each.field for each in rows.settings} >= {"kind", "rarities", "prices"}
    [of_kind] = [each for each in rows.settings if each.field == "kind"]
    assert of_kind.value == kind


def test_a_library_of_spreadsheets_opens_it() -> None:
    table = template("rate-up", "ja")
    content = workbooks.xlsx_file(table, "夏のガチャ", {"B2:B9": ["SSR", "SR"]})
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["夏のガチャ"]
    sheet = book["夏のガチャ"]
    heads = next(iter(sheet.values))
    assert [cell or "" for cell in heads][: len(table[0])] == table[0]
    [choice] = sheet.data_validations.dataValidation
    assert (str(choice.sqref), choice.formula1) == ("B2:B9", '"SSR,SR"')
    assert sheet.freeze_panes == "A2"
    assert sheet["A1"].number_format == "@"  # a text, whatever it looks like


@given(TABLES)
def test_any_text_comes_back_from_a_workbook(table: list[list[str]]) -> None:
    content = workbooks.xlsx_file(table, "x", {})
    read = [list(map(making.unguarded, line)) for line in sheets.read(content).table]
    assert trimmed(read) == trimmed(table)
    assert workbooks.xlsx_file(table, "x", {}) == content


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "=1+1"])
def test_nothing_of_it_is_a_formula(text: str) -> None:
    sheet = load_workbook(io.BytesIO(workbooks.xlsx_file([[text]], "x", {}))).active
    assert sheet is not None and sheet["A1"].data_type == "s" and sheet["A1"].value == text
    assert sheet["A1"].number_format == "@"


@pytest.mark.parametrize(("at", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ")])
def test_columns_have_their_letters(at: int, letters: str) -> None:
    assert workbooks.column(at) == letters


@pytest.mark.parametrize("title", ["", "[a]:*?/\\'", "x" * 99, 'a"b<c>&d'])
def test_any_title_is_one(title: str) -> None:
    book = load_workbook(io.BytesIO(workbooks.xlsx_file([["a"]], title, {})))
    assert 1 <= len(book.sheetnames[0]) <= 31
