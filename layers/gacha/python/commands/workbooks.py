"""Tables as files for a spreadsheet: a workbook (.xlsx), without a library. Announce, which
attaches it, has none, and what is written needs none: texts in cells, and lists to choose from.

Whatever a cell begins with, it is a text: a workbook says so of each. CSV cannot, so there is none.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Final
from xml.sax.saxutils import escape, quoteattr

Table = Sequence[Sequence[str]]


def xlsx_file(table: Table, title: str, choices: Mapping[str, Sequence[str]]) -> bytes:
    """`choices`: by the cells that have them (`B2:B100`), what can be chosen there. The first line
    stays in view. The same bytes for the same table."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as book:
        for name, part in _PARTS.items():
            _write(book, name, part)
        _write(book, "xl/workbook.xml", _BOOK.format(title=quoteattr(_title(title))))
        _write(book, "xl/worksheets/sheet1.xml", _sheet(table, choices))
    return output.getvalue()


def _write(book: zipfile.ZipFile, name: str, part: str) -> None:
    info = zipfile.ZipInfo(name)  # of no date, so that the bytes are the same tomorrow
    info.compress_type = zipfile.ZIP_DEFLATED
    book.writestr(info, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{part}')


def _title(text: str) -> str:
    """As a worksheet may be called."""
    return "".join(sign for sign in text if sign not in "[]:*?/\\'")[:31] or "Sheet1"


def _sheet(table: Table, choices: Mapping[str, Sequence[str]]) -> str:
    width = max(map(len, table), default=1)
    rows = "".join(
        f'<row r="{number}">{_cells(number, line)}</row>' for number, line in enumerate(table, 1)
    )
    lists = "".join(
        f'<dataValidation type="list" allowBlank="1" showErrorMessage="0" sqref="{cells}">'
        f"<formula1>{escape(_listed(words))}</formula1></dataValidation>"
        for cells, words in choices.items()
    )
    checked = f'<dataValidations count="{len(choices)}">{lists}</dataValidations>'
    return (
        f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        "</sheetView></sheetViews>"
        f'<cols><col min="1" max="{width}" width="18" style="1" customWidth="1"/></cols>'
        f"<sheetData>{rows}</sheetData>{checked if choices else ''}</worksheet>"
    )


def _cells(number: int, line: Sequence[str]) -> str:
    return "".join(
        f'<c r="{column(at)}{number}" s="1" t="inlineStr"><is>'
        f'<t xml:space="preserve">{escape(_legal(cell))}</t></is></c>'
        for at, cell in enumerate(line)
        if cell
    )


def column(at: int) -> str:
    """A column's letters: A for 0, AA for 26."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _legal(text: str) -> str:
    """Without the signs that XML cannot hold."""
    return "".join(s for s in text if s in "\t\n" or (s >= " " and not "\ud800" <= s <= "\udfff"))


def _listed(words: Sequence[str]) -> str:
    """At most 255 characters, Excel's bound; a comma in a word would make two of it."""
    text = ""
    for word in words:
        if "," not in word and '"' not in word and len(text) + len(word) < 250:
            text += f",{word}" if text else word
    return f'"{text}"'


_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS: Final = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    # The second format is text: a spreadsheet then makes no date of 1/2, and no number of 007.
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font><sz val="11"/>'
    '<name val="Calibri"/></font></fonts><fills count="1"><fill><patternFill '
    'patternType="none"/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf xfId="0"/>'
    '<xf numFmtId="49" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>",
}
_BOOK: Final = (
    f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name={title} sheetId="1" r:id="rId1"/></sheets></workbook>'
)
