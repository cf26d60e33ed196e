"""The sheet to fill in, from the command to a draft that compiles: as it came, and as another
program saved it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from openpyxl import Workbook, load_workbook

from adapters import files
from commands import registry, workbooks
from commands.admin_banner_template import file
from commands.asked import Asked
from commands.command import Choice
from commands.kit import Attachment
from commands.render import render
from gacha import banner
from gacha.making import sheets
from gacha.making.draft import KINDS
from gacha.making.manifest import Manifest
from tests.support import USER, workflow_input
from tests.unit.test_workshop import Workshop

ROOM: Final = "admin banner template"
CARDS: Final = (("リリィ", 1), ("翠", 1), ("ミラ", 2), ("猫", 3))


@pytest.fixture
def workshop(tables: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    files._kept.clear()
    monkeypatch.setenv("DISCORD_API_BASE_URL", "https://discord.test/api")
    yield Workshop(tables)
    files._kept.clear()


def sent(kind: str, lang: str) -> Attachment:
    asked = Asked.read(workflow_input(1, ROOM, admin=USER, rules=kind))
    asked = asked._replace(language=lang)
    answered = registry.answer(ROOM).answer(asked)
    content, attachment = registry.file(ROOM).attach(asked, answered)
    assert content == answered and attachment is not None
    said = render(ROOM, content, lang, "1")["content"]
    assert len(said) < 1_000 and "{" not in said
    return Attachment(*attachment)


def filled_in(book: Workbook, kind: str, lang: str) -> None:
    """As a person does: cards on the left, a name for the banner, what is featured."""
    sheet = book.active
    assert sheet is not None
    heads = [str(cell.value or "") for cell in sheet[1]]
    rarities = file._PRIZES[lang] if kind in ("box", "shared") else tuple(file._RARITIES[lang])
    for row, (name, rank) in enumerate(CARDS, start=2):
        sheet.cell(row, 1, name)
        sheet.cell(row, 2, rarities[rank - 1])
        if kind != "shared":  # which has no weights
            sheet.cell(row, 3, row)
    if kind in ("rate-up", "box", "shared"):
        head = {"rate-up": "featured", "box": "stock", "shared": "stock"}[kind]
        at = heads.index(sheets.head(head, lang)) + 1
        sheet.cell(2, at, file._YES[lang] if kind == "rate-up" else 5)
    value = heads.index(sheets.head("value", lang)) + 1
    name = sheets.setting("name", lang)
    [row] = [row for row in range(1, sheet.max_row + 1) if sheet.cell(row, value - 1).value == name]
    sheet.cell(row, value, "夏祭り")


def as_workbook(book: Workbook) -> tuple[str, bytes]:
    output = io.BytesIO()
    book.save(output)  # with shared texts, other styles and parts than ours
    return "filled.xlsx", output.getvalue()


def as_csv(encoding: str) -> Callable[[Workbook], tuple[str, bytes]]:
    """As a spreadsheet saves the same sheet."""

    def saved(book: Workbook) -> tuple[str, bytes]:
        output = io.StringIO()
        assert book.active is not None
        lines = [["" if cell is None else cell for cell in row] for row in book.active.values]
        csv.writer(output).writerows(lines)
        return "filled.csv", output.getvalue().encode(encoding, errors="replace")

    return saved


SAVED: Final = {
    "workbook": as_workbook,
    "csv utf-8": as_csv("utf-8-sig"),
    "csv shift_jis": as_csv("cp932"),
}


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_template_that_is_filled_in_and_saved_elsewhere_is_a_banner(
    workshop: Workshop, kind: str, lang: str
) -> None:
    compiled = []
    for number, save in enumerate(SAVED.values(), start=1):
        book = load_workbook(io.BytesIO(sent(kind, lang).content))
        filled_in(book, kind, lang)
        name, content = save(book)
        made = workshop.upload(number, (name, content))
        assert made.refusal is None and made.unready is None, (name, made.refusal, made.unready)
        assert (made.name, made.count, made.shown["kind"]) == ("夏祭り", 4, kind)
        compiled.append(rules(made))
    assert compiled[0] == compiled[1] == compiled[2]
    of = banner.parse(compiled[0], "b1")
    assert [each.name["ja"] for each in of.cards] == ["リリィ", "翠", "ミラ", "猫"]
    assert [each.weight for each in of.cards] == ([1] * 4 if kind == "shared" else [2, 3, 4, 5])
    assert bool(of.box) == (kind in ("box", "shared")) and of.steps == (
        5 if kind == "step-up" else 1
    )
    if kind == "rate-up":
        assert of.cards[0].featured


def rules(made: Manifest) -> bytes:
    return files.get(files.BANNERS, made.rules)


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_as_it_came_nothing_is_missing_but_cards_and_a_name(
    workshop: Workshop, kind: str, lang: str
) -> None:
    made = workshop.upload(1, (f"{kind}.xlsx", sent(kind, lang).content))
    assert made.refusal is None and made.unready is not None
    assert [each["key"] for each in made.unready["problems"]] == ["no_cards"]
    assert made.name == kind  # its file's, until the owner says another


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_can_be_chosen_is_read_back(kind: str, lang: str) -> None:
    """Each list stands beside the setting, or below the head, that it is of."""
    table = file.sheet(kind, lang)
    at = {workbooks.column(n): n for n in range(len(table[0]))}
    lists = file.choices(table, kind, lang)
    assert len(lists) >= 2
    for cells, words in lists.items():
        first = cells.partition(":")[0]
        column, row = first.rstrip("0123456789"), int(first.lstrip("ABCDEFGHIJ"))
        if ":" in cells:
            assert row == 2 and all(words)
            continue
        setting, value = table[row - 1][at[column] - 1], table[row - 1][at[column]]
        assert value in words and setting in {
            sheets.setting(field, lang) for field in sheets.CHOICES
        }


def test_the_same_sheet_has_the_same_bytes() -> None:
    assert sent("box", "ja") == sent("box", "ja")


def test_the_kinds_are_those_of_a_draft() -> None:
    [rules] = registry.definition(ROOM).options
    assert [each.value for each in rules.choices] == list(KINDS)
    assert all(isinstance(each, Choice) for each in rules.choices)
