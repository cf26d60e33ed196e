"""The sheet to fill in, as a workbook: Excel, Google Sheets, Numbers and a phone open it with its
lists to choose from, and make no date of 1/33 and no number of 007. Of CSV they make both."""

from __future__ import annotations

from typing import Final

from commands import workbooks
from commands.admin_banner_template.show import Template
from commands.asked import Asked
from commands.kit import Attachment
from commands.message import Content, parsed
from gacha.making import sheets
from gacha.making.draft import OF_COPIES, OF_SINGLES, PRICE_ONE, PRICE_TEN, Draft, Rule
from gacha.making.forms import rule_fields
from gacha.making.problems import Names

MOST_ROWS: Final = sheets.MOST_ROWS + 1
"""The last row with lists to choose from: that of the last card."""

_RARITIES: Final = {
    "ja": {"SSR": "3%", "SR": "12%", "R": "残り"},
    "en": {"SSR": "3%", "SR": "12%", "R": "rest"},
}
_PRIZES: Final = {"ja": ("A賞", "B賞", "C賞"), "en": ("Top prize", "Second prize", "Third prize")}
"""What is of copies has no rates."""
_YES: Final = {"ja": "○", "en": "yes"}
_TITLE: Final[Names] = {"ja": "カード", "en": "cards"}


def attach(asked: Asked, content: Content) -> tuple[Template, Attachment]:
    wanted = parsed(Template, content)
    table = sheet(wanted["rules"], asked.language)
    book = workbooks.xlsx_file(
        table, _TITLE[asked.language], choices(table, wanted["rules"], asked.language)
    )
    return wanted, Attachment(f"{wanted['rules']}.xlsx", book)


def sheet(kind: str, lang: str) -> list[list[str]]:
    draft = Draft("b1", rule=Rule().of_kind(kind, PRICE_TEN))
    fields = {
        "name": "",
        "kind": kind,
        "rarities": "\n".join(_rarities(kind, lang)),
        "prices": f"{PRICE_ONE}" if kind in OF_SINGLES else f"{PRICE_ONE} / {PRICE_TEN}",
        **rule_fields(draft),
    }
    return sheets.template(fields, kind, lang)


def choices(table: list[list[str]], kind: str, lang: str) -> dict[str, list[str]]:
    """What can be chosen, by the cells: rarities, what is featured, and values of the rules."""
    heads = {column: sheets.head(column, lang) for column in ("rarity", "featured", "value")}
    at = {head: workbooks.column(number) for number, head in enumerate(table[0])}
    names = [*_RARITIES[lang]] if kind not in OF_COPIES else [*_PRIZES[lang]]
    found = {_below(at[heads["rarity"]]): names}
    if heads["featured"] in at:
        found[_below(at[heads["featured"]])] = [_YES[lang]]
    of_setting = {sheets.setting(field, lang): field for field in sheets.CHOICES}
    for row, line in enumerate(table, start=1):
        if row > 1 and (field := of_setting.get(line[-2])):
            cell = f"{at[heads['value']]}{row}"
            found[cell] = list(sheets.choices(field, lang).values())
    return found


def _rarities(kind: str, lang: str) -> list[str]:
    if kind in OF_COPIES:
        return [*_PRIZES[lang]]
    return [f"{name} {rate}" for name, rate in _RARITIES[lang].items()]


def _below(column: str) -> str:
    """All cells of a column below its head."""
    return f"{column}2:{column}{MOST_ROWS}"
