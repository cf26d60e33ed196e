"""An owner's spreadsheet as a grid of texts: a workbook, or CSV as the programs of the world write
it. What the texts say of cards is `gacha.making`'s.

A workbook is an archive of XML. What it unpacks to, and how many rows and cells its sheets have, is
counted before the library that reads it makes anything of them.
"""

from __future__ import annotations

import csv
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse
from openpyxl import load_workbook
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.utils import column_index_from_string
from openpyxl.utils.exceptions import InvalidFileException

from gacha.banner import MAX_CARDS
from gacha.making.cards import key
from gacha.making.problems import SHEET, Note, Place, Problem
from gacha.making.sheets import COLUMNS, MOST_COLUMNS, guarded
from refused import RefusedError

MAX_TEXT: Final = 2 * 1024 * 1024
"""Bytes of CSV. A thousand cards, each with the longest names, are a tenth of it."""
MAX_UNPACKED: Final = 24 * 1024 * 1024
"""Bytes of a workbook's XML, all together: half a million cells."""
MAX_ENTRIES: Final = 500
MAX_LINES: Final = 3 * MAX_CARDS
"""Lines that are looked at, with empty ones between the cards; in a workbook, the last one's
number."""
MAX_CELLS: Final = 64 * MAX_LINES
_WIDTH: Final = MOST_COLUMNS + 1
"""Columns that are looked at: one more than there may be, so that too many are seen."""
MAX_CELL: Final = 2_000
"""Characters; a card's longest text has 80, a note beside it may be longer."""
MAX_LISTED: Final = 20

Table = list[list[str]]


@dataclass(frozen=True, slots=True)
class Grid:
    """Every line from the first on, each cell as its reader sees it; a text that begins like a
    formula is `guarded`. `sheet` is the worksheet's name, where the file has several. `problems`
    are of single cells, beside which all others are judged."""

    table: Table
    notes: tuple[Note, ...] = ()
    sheet: str = ""
    problems: tuple[Problem, ...] = ()


def read(content: bytes) -> Grid:
    """The one sheet of a file. Raises RefusedError."""
    return _workbook(content) if content.startswith(b"PK") else _text(content)


# --- CSV ------------------------------------------------------------------------------------------


def _text(content: bytes) -> Grid:
    if len(content) > MAX_TEXT:
        megabytes, most = -(-len(content) // 2**20), MAX_TEXT // 2**20
        raise RefusedError("sheet_large", megabytes=megabytes, most=most)
    text, encoding = decoded(content)
    notes = []
    table = _separated(text)
    if encoding == "cp932" and (lost := [n for n, line in enumerate(table, 1) if _lost(line)]):
        notes.append(Note("letters_lost", {"rows": lost[:MAX_LISTED]}))
    if encoding == "cp1252":
        notes.append(Note("decoded_as", {"encoding": "Windows-1252"}))
    return Grid(table, tuple(notes))


_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def decoded(content: bytes) -> tuple[str, str]:
    """The text of a file, and how it was encoded.

    A mark at its beginning decides. Without one it is UTF-8 if it can be: Shift_JIS hardly ever is,
    since the first byte of most of its letters begins nothing in UTF-8. Raises RefusedError, which
    names the line, for what is neither.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strictly(content[len(mark) :], encoding), encoding
    if b"\0" in content[:4096]:
        encoding = "utf-16-le" if content[1:2] == b"\0" else "utf-16-be"
        return _strictly(content, encoding), encoding
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.end == len(content):
            raise RefusedError("sheet_encoding", row=content.count(b"\n") + 1) from None
    encoding = "cp1252" if _is_western(content) else "cp932"
    return _strictly(content, encoding), encoding


_ALONE: Final = re.compile(rb"(?<![\x80-\xff])[\x85\x91-\x97\xc0-\xff](?![\x80-\xff])")
_HIGH: Final = re.compile(rb"[\x80-\xff]")
_AMONG_LETTERS: Final = re.compile(rb"[A-Za-z][\x92\xc0-\xff][A-Za-z,;\t\r\n ]")


def _is_western(content: bytes) -> bool:
    """Whether this is what Excel writes in Western countries: every letter beyond ASCII stands
    alone behind a Latin one. Of Japanese in Shift_JIS most come in pairs."""
    high = len(_HIGH.findall(content))
    return high == len(_AMONG_LETTERS.findall(content)) == len(_ALONE.findall(content))


_NO_LETTERS: Final = re.compile("[\uf8f0-\uf8f3]")  # what Python makes of bytes that CP932 lacks


def _strictly(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
        if encoding == "cp932" and (match := _NO_LETTERS.search(text)):
            raise RefusedError("sheet_encoding", row=text.count("\n", 0, match.start()) + 1)
        return text
    except UnicodeDecodeError as error:
        row = content[: error.start].decode(encoding, errors="ignore").count("\n") + 1
        raise RefusedError("sheet_encoding", row=row) from None


def _separated(text: str) -> Table:
    """Its lines, as RFC 4180 and spreadsheets have it: quoted cells hold line breaks and commas."""
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    table: Table = []
    try:
        for line in lines:
            table.append(line)
            _check_line(line, len(table))
    except csv.Error:
        raise RefusedError("sheet_quotes", row=len(table) + 1) from None
    while table and not any(map(str.strip, table[-1])):
        table.pop()
    _check_rows(table)
    return table


def _delimiter(text: str) -> str:
    """What separates the headers: the sign that the first line which is not empty has most of."""
    first = next((line for line in text.splitlines() if line.strip(' \t,;"')), "")
    outside = re.sub(r'"[^"]*"', "", first)
    return max("\t,;", key=outside.count)


def _check_line(line: Sequence[str], row: int) -> None:
    if (longest := max(map(len, line), default=0)) > MAX_CELL:
        raise RefusedError("cell_long", Place(SHEET, row=row), count=longest, most=MAX_CELL)


def _check_rows(table: Table) -> None:
    """As many lines as a banner may have cards; the headers' is one more."""
    filled = sum(any(map(str.strip, line)) for line in table)
    if filled > MAX_CARDS + 1 or len(table) > MAX_LINES:
        count = filled - 1 if filled > MAX_CARDS + 1 else len(table)
        raise RefusedError("sheet_rows", count=count, most=MAX_CARDS)


def _lost(line: Sequence[str]) -> bool:
    """Whether a spreadsheet had a letter here that Shift_JIS lacks, for which it writes `?`."""
    return any("?" in cell for cell in line)


# --- workbooks ------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Counted:
    """What a worksheet's XML says before anything is made of it."""

    rows: int = 0
    filled: int = 0
    hidden: tuple[int, ...] = ()
    merged: tuple[str, ...] = ()


_Unreadable: Final = (
    *(zipfile.BadZipFile, zlib.error, struct.error, InvalidFileException, ParseError),
    *(DefusedXmlException, KeyError, ValueError, TypeError, AttributeError, IndexError, OSError),
    *(NotImplementedError, EOFError, OverflowError, RecursionError, AssertionError),
)
"""What the library raises for a workbook that is none; it names no errors of its own."""


def _workbook(content: bytes) -> Grid:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            counted = _count(archive)
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        try:
            return _sheet(book, counted)
        finally:
            book.close()
    except _Unreadable as error:
        raise RefusedError("sheet_damaged") from error


def _count(archive: zipfile.ZipFile) -> dict[str, _Counted]:
    """Every worksheet of the workbook, by its path in there."""
    infos = archive.infolist()
    xml = [info for info in infos if not info.filename.startswith("xl/media/")]
    unpacked = sum(info.file_size for info in xml)
    if len(infos) > MAX_ENTRIES or unpacked > MAX_UNPACKED:
        megabytes = -(-unpacked // 2**20)
        raise RefusedError("sheet_large", megabytes=megabytes, most=MAX_UNPACKED // 2**20)
    if any(info.flag_bits & 0x1 for info in infos):
        raise RefusedError("file_encrypted")
    return {
        f"/{info.filename}": _counted(archive, info)
        for info in infos
        if re.fullmatch(r"xl/worksheets/[^/]+\.xml", info.filename)
    }


def _counted(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> _Counted:
    found = _Counted()
    hidden: list[int] = []
    merged: list[str] = []
    cells = row = 0
    with archive.open(info) as file:
        for _, element in iterparse(file, events=("end",), forbid_dtd=True):
            name = element.tag.rpartition("}")[2]
            if name == "c":
                cells += 1
                if cells > MAX_CELLS:
                    raise RefusedError("sheet_cells", count=cells, most=MAX_CELLS)
                continue  # its row takes its values away
            if name == "row":
                row = int(element.get("r", row + 1))
                has_values = any(len(cell) for cell in element)
                found.filled += has_values
                if has_values:
                    found.rows = max(found.rows, row)
                if has_values and element.get("hidden") in ("1", "true"):
                    hidden.append(row)
                element.clear()
            elif name == "mergeCell" and len(merged) < MAX_LINES:
                merged.append(element.get("ref", ""))
    found.hidden, found.merged = tuple(hidden), tuple(merged)
    return found


def _sheet(book: Any, counted: Mapping[str, _Counted]) -> Grid:
    """The one worksheet that has our headers; without any, the first."""
    visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    candidates = [sheet for sheet in visible if _has_headers(sheet)] or visible[:1]
    if not candidates:
        raise RefusedError("sheet_damaged")
    if len(candidates) > 1:
        names = ", ".join(_shown(sheet.title) for sheet in candidates[:MAX_LISTED])
        raise RefusedError("sheets_many", names=names)
    [sheet] = candidates
    count = counted.get(_path(sheet), _Counted())
    if count.filled > MAX_CARDS + 1 or count.rows > MAX_LINES:
        lines = count.filled - 1 if count.filled > MAX_CARDS + 1 else count.rows
        raise RefusedError("sheet_rows", count=lines, most=MAX_CARDS)
    notes = []
    if others := [_shown(each.title) for each in visible if each is not sheet]:
        notes.append(Note("sheets_unread", {"names": others[:MAX_LISTED]}))
    if count.hidden:
        notes.append(Note("rows_hidden", {"rows": list(count.hidden[:MAX_LISTED])}))
    title = sheet.title if len(book.worksheets) > 1 else ""
    problems: list[Problem] = []
    return Grid(_cells(sheet, title, count, problems), tuple(notes), title, tuple(problems))


def _path(sheet: Any) -> str:
    """Where a worksheet lies in its workbook."""
    path = str(sheet._worksheet_path)
    return path if path.startswith("/") else f"/{path}"


def _has_headers(sheet: Any) -> bool:
    first = sheet.iter_rows(max_row=MAX_LISTED, max_col=_WIDTH, values_only=True)
    for line in islice(first, MAX_LISTED):
        if any(cell not in (None, "") for cell in line):
            known = {key(str(cell)) for cell in line if cell is not None} & _HEADERS.keys()
            return bool({_HEADERS[each] for each in known} & {"name_ja", "name_en", "number"})
    return False


_HEADERS: Final = {key(head): column for column, heads in COLUMNS.items() for head in heads}


def _cells(sheet: Any, title: str, count: _Counted, problems: list[Problem]) -> Table:
    table: Table = []
    columns: dict[int, str] = {}
    # A file says its own size, and may lie: nothing is read beyond what was counted.
    for row, line in enumerate(
        sheet.iter_rows(max_row=max(1, count.rows), max_col=_WIDTH), start=1
    ):
        place = Place(SHEET, "", row, title)
        texts = [_shown_text(cell, place, columns, problems) for cell in line]
        _check_line(texts, row)
        while texts and not texts[-1]:
            texts.pop()
        table.append(texts)
        if texts and not columns:
            columns = {n: _HEADERS.get(key(text), "") for n, text in enumerate(texts, 1)}
    _fill_merged(table, count.merged, title, problems)
    return table


def _shown_text(
    cell: Any, place: Place, columns: Mapping[int, str], problems: list[Problem]
) -> str:
    """A cell's text as its owner sees it. Of what its program made a date or an error of, in a
    column of ours, nobody knows what was typed."""
    value = cell.value
    if value is None:
        return ""
    column = columns.get(getattr(cell, "column", 0) or 0, "")
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        if column and cell.data_type == "e" and value in ERROR_CODES:
            problems.append(Problem("cell_error", place.at(column), {"found": value}))
        return value if cell.data_type == "f" else guarded(value)
    if isinstance(value, datetime | date | time | timedelta):
        if column:
            given = {"found": _shown(str(value))}
            problems.append(Problem("cell_date", place.at(column), given))
        return str(value)
    if isinstance(value, int | float):
        return _number(value, str(cell.number_format or ""))
    return "=" + str(getattr(value, "text", "")).lstrip("=")  # a formula over several cells


def _number(value: float, shown_as: str) -> str:
    """A number as its owner sees it: 3 and not 3.0, 0.7% and not 0.006999."""
    exact = Decimal(repr(value))
    if "%" in re.sub(r'"[^"]*"|\\.', "", shown_as):
        return f"{_plain(exact * 100)}%"
    return _plain(exact)


def _plain(number: Decimal) -> str:
    """Without an exponent; what a computer adds in its sixteenth digit is left away."""
    if not number.is_finite() or number.adjusted() > 20:
        return str(number)
    rounded = round(number, 14)
    text = format(rounded, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


_RANGE: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})")


def _fill_merged(table: Table, merged: Sequence[str], title: str, problems: list[Problem]) -> None:
    """Cells that are merged downwards all have the value that is shown in them: a rarity beside its
    cards. Others are refused where cards stand, since nobody knows whose value that is."""
    header = next((n for n, line in enumerate(table, 1) if any(line)), 0)
    for text in merged:
        match = _RANGE.fullmatch(text.replace("$", ""))
        if match is None:
            continue
        left, right = (column_index_from_string(match[n]) for n in (1, 3))
        top, bottom = int(match[2]), int(match[4])
        if bottom <= header or top > len(table):
            continue
        if left != right:
            place = Place(SHEET, row=top, sheet=title)
            problems.append(Problem("cells_merged", place, {"range": match[0]}))
            continue
        value = table[top - 1][left - 1] if left <= len(table[top - 1]) else ""
        for line in table[top : min(bottom, len(table))]:
            line.extend([""] * (left - len(line)))
            line[left - 1] = value


def _shown(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
