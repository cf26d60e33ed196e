"""Rows of cards, out of a table's cells or of typed lines. Values are not judged here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from gacha.making import values
from gacha.making.cards import key
from gacha.making.problems import PASTE, Note, Place, Problem, Refusal

MOST_ROWS: Final = 1_000
MOST_COLUMNS: Final = 64
MOST_PASTED: Final = 4_000
"""Characters of a long field in a form."""


@dataclass(frozen=True, slots=True)
class Row:
    """One card as it stands in a row: texts as they were typed, empty where nothing was.

    `picture` is the name of a picture's file, `art` what that picture is stored under, where the
    caller knows it already.
    """

    place: Place
    number: str = ""
    name_ja: str = ""
    name_en: str = ""
    rarity: str = ""
    weight: str = ""
    rate: str = ""
    featured: str = ""
    stock: str = ""
    picture: str = ""
    art: str = ""

    @property
    def names(self) -> dict[str, str]:
        """The names that the row has, by language."""
        given = {"ja": self.name_ja, "en": self.name_en}
        return {language: name for language, name in given.items() if name}


@dataclass(frozen=True, slots=True)
class Setting:
    """A rule of the banner beside its cards: `field` is one of `forms.FIELDS`."""

    place: Place
    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a table, and what was understood of it. `problems` are those of the table, beside
    which its rows and rules are judged all the same, so that all are told at once."""

    rows: tuple[Row, ...]
    notes: tuple[Note, ...] = ()
    settings: tuple[Setting, ...] = ()
    problems: tuple[Problem, ...] = ()


COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "number": ("番号", "カード番号", "number", "no", "no.", "card number"),
    "name_ja": (
        "名前",
        "カード名",
        "名称",
        "日本語名",
        "名前(日本語)",
        "name (japanese)",
        "name ja",
    ),
    "name_en": ("name", "card", "card name", "英語名", "名前(英語)", "name (english)", "name en"),
    "rarity": ("レアリティ", "レア度", "ランク", "等級", "賞", "rarity", "rank", "tier"),
    "weight": ("重み", "比率", "ウェイト", "weight", "ratio"),
    "rate": ("確率", "提供割合", "排\u51fa率", "出現率", "rate", "probability", "chance"),
    "featured": ("ピックアップ", "pu", "featured", "rate up", "rate-up", "pickup"),
    "stock": ("在庫", "枚数", "個数", "本数", "stock", "copies", "quantity"),
    "picture": ("画像", "画像ファイル", "イラスト", "picture", "image", "file", "art"),
    "setting": ("設定", "setting"),
    "value": ("値", "設定値", "value"),
}
"""What the head of a column may be called. The last two are beside the cards, for the banner's
rules: one to a row, with or without a card in it.
Owners also use words that we do not (one is spelled with an escape, because a test looks for it).
"""

SETTINGS: Final[Mapping[str, tuple[str, str]]] = {
    "name": ("ガチャの名前", "banner name"),
    "kind": ("ルール", "rule"),
    "rarities": ("レアリティ", "rarity"),
    "prices": ("価格", "prices"),
    "of": ("対象レアリティ", "applies to"),
    "ceiling": ("天井", "ceiling"),
    "share": ("ピックアップの割合", "featured share"),
    "guarantee": ("すり抜け後の確定", "guarantee"),
    "exchange": ("交換ポイント", "exchange"),
    "least": ("10連の最低保証", "ten-pull minimum"),
    "size": ("まとめ引きの枚数", "cards at once"),
    "total": ("1人の回数", "cards for each"),
    "per_day": ("1日の回数", "a day for each"),
    "turns": ("その日の値段", "prices of the day"),
    "every": ("確定の間隔", "guaranteed every"),
    "boxes": ("箱の数", "boxes"),
    "age": ("参加条件の日数", "days before it"),
    "steps": ("ステップの価格", "steps"),
    "repeat": ("最後のステップの後", "after the last step"),
    "refill": ("箱の補充", "refill"),
}
"""Fields of forms that a sheet may hold, and what they are called there in Japanese and English. A
rarity has a row of its own, the highest first."""

CHOICES: Final[Mapping[str, Mapping[str, tuple[str, str]]]] = {
    "kind": {
        "simple": ("確率のみ", "simple rates"),
        "ceiling": ("天井", "ceiling"),
        "rate-up": ("ピックアップ", "rate-up"),
        "box": ("ボックス", "box"),
        "step-up": ("ステップアップ", "step-up"),
        "multi": ("まとめ引き", "multi-pull"),
        "daily": ("毎日のくじ", "daily draw"),
        "stamps": ("スタンプカード", "stamp card"),
        "shared": ("数量限定くじ", "limited stock"),
    },
    "repeat": {"again": ("最初に戻る", "first again"), "last": ("最後を繰り返す", "last again")},
    "refill": {
        "all": ("全部出たら", "when empty"),
        "top": ("最高レアが出たら", "when the top is out"),
    },
}
"""What a setting with a choice may be, by the form's own values."""

_OF_SETTING: Final = {key(name): field for field, names in SETTINGS.items() for name in names}
_OF_CHOICE: Final = {
    field: {key(name): value for value, names in of.items() for name in (value, *names)}
    for field, of in CHOICES.items()
}

_OF_HEAD: Final = {key(head): column for column, heads in COLUMNS.items() for head in heads}
NO_NAME_COLUMN: Final = "no_name_column"
_WITHOUT_HEAD: Final = ("name_ja", "rarity", "weight")


def rows(
    table: Sequence[Sequence[str]], source: str, sheet: str = "", problems: Sequence[Problem] = ()
) -> Sheet | Refusal:
    """The rows of a table whose first line that is not empty names the columns. `problems` are
    those that were found in its cells before.

    `table` has every line from the first on, each cell as the text that its reader sees ("3%", not
    0.03); a text that begins like a formula is `guarded`. Blank lines are passed over; a cell whose
    column has no head is refused, since it would be lost. A Refusal is for what has no rows, or
    more than there may be.
    """
    start = next((at for at, line in enumerate(table) if any(map(_text, line))), None)
    if start is None:
        return Refusal.of([Problem("empty", Place(source, sheet=sheet))])
    head = list(map(_text, table[start]))
    place = Place(source, row=start + 1, sheet=sheet)
    if len(head) > MOST_COLUMNS or any(len(line) > MOST_COLUMNS for line in table):
        widest = max(map(len, table))
        return Refusal.of([_problem("too_many_columns", place, found=widest, most=MOST_COLUMNS)])
    columns = {at: _OF_HEAD[key(text)] for at, text in enumerate(head) if key(text) in _OF_HEAD}
    if "setting" not in columns.values():  # then a value is something else
        columns = {at: column for at, column in columns.items() if column != "value"}
    again = [
        at
        for at, column in columns.items()
        if column in (columns[before] for before in columns if before < at)
    ]
    problems = [
        *problems,
        *(_problem("column_twice", place.at(columns[at]), found=head[at]) for at in again),
    ]
    columns = {at: column for at, column in columns.items() if at not in again}
    if not {"name_ja", "name_en", "number"} & set(columns.values()):
        problems.append(Problem(NO_NAME_COLUMN, place))
    ignored = [text for at, text in enumerate(head) if text and at not in columns]
    notes = [Note("column_ignored", {"columns": ignored})] if ignored else []
    lines = list(enumerate(table[start + 1 :], start=start + 2))
    return _rows(lines, columns, len(head), head, source, sheet, notes, problems)


def _rows(
    lines: Sequence[tuple[int, Sequence[str]]],
    columns: Mapping[int, str],
    width: int,
    head: Sequence[str],
    source: str,
    sheet: str,
    notes: Sequence[Note],
    before: Sequence[Problem] = (),
) -> Sheet | Refusal:
    found: list[Row] = []
    settings: list[Setting] = []
    problems = list(before)
    for number, line in lines:
        cells = list(map(_text, line))
        if not any(cells):
            continue
        formulas = [cell.startswith("=") for cell in cells]
        cells = list(map(unguarded, cells))
        place = Place(source, row=number, sheet=sheet)
        problems += [
            _problem("cell_without_column", place, found=cell)
            for at, cell in enumerate(cells)
            if cell and (at >= width or not head[at])
        ]
        given = {column: cells[at] for at, column in columns.items() if at < len(cells)}
        problems += [
            _problem("formula", place.at(column), found=values.cut(cells[at]))
            for at, column in columns.items()
            if at < len(cells) and formulas[at]
        ]
        name, value = given.pop("setting", ""), given.pop("value", "")
        if key(name) in _OF_SETTING:
            field = _OF_SETTING[key(name)]
            value = _OF_CHOICE.get(field, {}).get(key(value), value)
            settings.append(Setting(place.at("value"), field, value))
        elif name or value:
            problems.append(
                _problem("setting_unknown", place.at("setting"), found=values.cut(name or value))
            )
        if any(given.values()):
            found.append(Row(place, **given))
    if len(found) > MOST_ROWS:
        whole = Place(source, sheet=sheet)
        return Refusal.of([_problem("too_many_rows", whole, found=len(found), most=MOST_ROWS)])
    if not (found or settings or problems):
        return Refusal.of([Problem("empty", Place(source, sheet=sheet))])
    return Sheet(tuple(found), tuple(notes), tuple(settings), tuple(problems))


def template(fields: Mapping[str, str], kind: str, lang: str) -> list[list[str]]:
    """The sheet to fill in for a kind of rules: heads of columns, and beside the empty rows for the
    cards the rules as they are in `fields` (`forms.rule_fields`, and more), to be changed there.
    `rows` reads it."""
    name = "name_ja" if lang == "ja" else "name_en"
    weight = () if kind == "shared" else ("weight",)
    columns = [name, "rarity", *weight, *_OF_KIND.get(kind, ()), "picture"]
    return beside([], columns, fields, lang)


def beside(
    cards: Sequence[Sequence[str]], columns: Sequence[str], fields: Mapping[str, str], lang: str
) -> list[list[str]]:
    """A sheet of `cards`, in these columns, and of the rules in `fields` beside them. What begins
    like a formula is `guarded`."""
    heads = [
        *(head(each, lang) for each in columns),
        "",
        head("setting", lang),
        head("value", lang),
    ]
    settings = []
    for field, text in fields.items():
        shown = choices(field, lang)
        for line in text.splitlines() if field == "rarities" else [text]:
            settings.append([setting(field, lang), guarded(shown.get(line, line))])
    blank = [""] * len(columns)
    lines = []
    for at in range(max(len(cards), len(settings))):
        card = map(guarded, cards[at]) if at < len(cards) else blank
        lines.append([*card, *(["", *settings[at]] if at < len(settings) else [])])
    return [heads, *lines]


def head(column: str, lang: str) -> str:
    """What a column is called in a sheet of ours."""
    return _TEMPLATE_HEADS[column][0 if lang == "ja" else 1]


def setting(field: str, lang: str) -> str:
    """What a field is called there."""
    return SETTINGS[field][0 if lang == "ja" else 1]


def choices(field: str, lang: str) -> dict[str, str]:
    """What a field may be there, by the form's own values; nothing where it is typed."""
    at = 0 if lang == "ja" else 1
    return {value: names[at] for value, names in CHOICES.get(field, {}).items()}


_OF_KIND: Final = {"rate-up": ("featured",), "box": ("stock",), "shared": ("stock",)}
_TEMPLATE_HEADS: Final = {
    "number": ("番号", "number"),
    "name_ja": ("名前", "name (japanese)"),
    "name_en": ("英語名", "name"),
    "rarity": ("レアリティ", "rarity"),
    "weight": ("重み", "weight"),
    "rate": ("確率", "rate"),
    "featured": ("ピックアップ", "featured"),
    "stock": ("枚数", "stock"),
    "picture": ("画像", "picture"),
    "setting": ("設定", "setting"),
    "value": ("値", "value"),
}


def pasted(text: str) -> Sheet | Refusal:
    """Rows copied from a spreadsheet: cells by tabs, or by commas where no line has a tab.

    The first line may name the columns; else they are name, rarity, weight or rate.
    """
    if len(text) > MOST_PASTED:
        place = Place(PASTE)
        return Refusal.of([_problem("too_long", place, found=len(text), most=MOST_PASTED)])
    table = [_cells(line, "\t" in text) for line in text.splitlines()]
    first = next((line for line in table if any(line)), [])
    if any(key(cell) in _OF_HEAD for cell in first):
        return rows(table, PASTE)
    columns = dict(enumerate(_WITHOUT_HEAD))
    lines = list(enumerate(table, start=1))
    sheet = _rows(lines, columns, len(columns), list(_WITHOUT_HEAD), PASTE, "", ())
    return sheet if isinstance(sheet, Refusal) else replace(sheet, rows=_rates(sheet.rows))


def typed(text: str, arts: Sequence[str] = ()) -> Sheet | Refusal:
    """Lines `name, rarity`, one for each card, and perhaps a third value: its copies in a box, or a
    mark where it is featured. With pictures, as many of these, in order."""
    if len(text) > MOST_PASTED:
        place = Place(PASTE)
        return Refusal.of([_problem("too_long", place, found=len(text), most=MOST_PASTED)])
    lines = [(at, line.strip()) for at, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines:
        return Refusal.of([Problem("empty", Place(PASTE))])
    problems = _check_pictures(lines, arts) if arts else ()
    made = []
    for index, (at, line) in enumerate(lines):
        line, third = _third(line)
        name, rarity = _name_and_rarity(line)
        art = arts[index] if index < len(arts) else ""
        made.append(Row(Place(PASTE, row=at), name_ja=name, rarity=rarity, art=art, **third))
    return Sheet(tuple(made), problems=problems)


def _check_pictures(lines: Sequence[object], arts: Sequence[str]) -> tuple[Problem, ...]:
    if len(arts) == len(lines):
        return ()
    values = {"pictures": len(arts), "lines": len(lines)}
    return (Problem("pictures_and_lines", Place(PASTE), values),)


def named(text: str, arts: Sequence[str]) -> Sheet:
    """Lines that each name a known card, by its number or its name; as many as pictures, in their
    order."""
    lines = [(at, line.strip()) for at, line in enumerate(text.splitlines(), 1) if line.strip()]
    made = []
    for index, (at, line) in enumerate(lines):
        column = "name_ja" if values.number(line) is None else "number"
        art = arts[index] if index < len(arts) else ""
        made.append(Row(Place(PASTE, row=at), art=art, **{column: line}))
    return Sheet(tuple(made), problems=_check_pictures(lines, arts))


_APART: Final = ",，、\\t:："
_THIRD: Final = re.compile(
    rf"(?P<rest>.+?[{_APART}].+?)[{_APART}]\s*"
    rf"(?P<third>[0-9]{{1,3}}(?:,[0-9]{{3}})+|[^{_APART}]+)\s*"
)
_MARKS: Final = {"○", "◯", "〇", "◎", "⭕", "✓", "✔", "ピックアップ", "pickup", "featured"}
"""Fewer than in a cell: a rarity may be called O, or Y."""


def _third(line: str) -> tuple[str, dict[str, str]]:
    """The line without a third value, and the column of that. A name may have commas of its own."""
    match = _THIRD.fullmatch(line)
    third = match["third"].strip() if match else ""
    if match and values.whole(third) is not None:
        return match["rest"], {"stock": third}
    if match and key(third) in map(key, _MARKS):
        return match["rest"], {"featured": "○"}
    return line, {}


def _name_and_rarity(line: str) -> tuple[str, str]:
    """The rarity stands behind the last comma, tab or colon; without any, behind the last blank."""
    pieces = re.split(r"[,，、\t:：](?=[^,，、\t:：]*$)", line, maxsplit=1)
    if len(pieces) == 1:
        pieces = re.split(r"\s+(?=\S+$)", line, maxsplit=1)
    name, rarity = (*pieces, "")[:2]
    return name.strip(), rarity.strip()


def _cells(line: str, by_tabs: bool) -> list[str]:
    """A line's cells. Quotation marks around a cell keep the commas in it, as in CSV."""
    if by_tabs:
        return [_unquoted(cell.strip()) for cell in line.split("\t")]
    found = re.findall(r'\s*("(?:[^"]|"")*"|[^,，]*)\s*(?:[,，]|$)', line.rstrip())
    # An empty match follows the last cell where no comma ends the line.
    cells = found[:-1] if found and not found[-1] and len(found) > 1 else found
    return [_unquoted(cell.strip()) for cell in cells]


def _unquoted(cell: str) -> str:
    is_quoted = len(cell) >= 2 and cell[0] == cell[-1] == '"'
    return cell[1:-1].replace('""', '"') if is_quoted else cell


def _rates(rows: Sequence[Row]) -> tuple[Row, ...]:
    """A third cell with a percent sign or a fraction bar is a rate."""
    return tuple(
        replace(row, weight="", rate=row.weight) if re.search(r"[%％/／.]", row.weight) else row
        for row in rows
    )


def guarded(text: str) -> str:
    """A text as a cell of a sheet: an apostrophe before it where it would be a formula, as people
    type it; and one more where it begins like that itself."""
    return f"'{text}" if _LIKE_A_FORMULA.match(text) else text


def unguarded(cell: str) -> str:
    """The text that `guarded` was given."""
    return cell[1:] if _GUARDED.match(cell) else cell


_LIKE_A_FORMULA: Final = re.compile(r"'*[=+\-@\t\r]")
_GUARDED: Final = re.compile(r"'+[=+\-@\t\r]")


def _text(cell: str) -> str:
    return values.clean(cell).strip()


def _problem(problem_key: str, place: Place, **values: object) -> Problem:
    return Problem(problem_key, place, values)
