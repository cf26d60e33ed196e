"""An owner's own gacha: cards for life, drafts, their edits, and the files they compile to.

What a draft compiles to is held against `gacha.banner.parse`, which knows nothing of drafts.
"""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import verify
from gacha import banner, engine, shared_box
from gacha.making import cards as server_cards
from gacha.making import draft as drafts
from gacha.making import forms, sheets, values
from gacha.making.cards import Cards, ServerCard
from gacha.making.compiling import Compiled, compiled
from gacha.making.draft import Draft
from gacha.making.edits import (
    Answer,
    Edit,
    File,
    Merged,
    Pictures,
    Removal,
    RestOnLowest,
    Upload,
    merge,
    of_awaited,
)
from gacha.making.forms import FIELDS, RULE_FIELDS, Typed, begins, rule_fields
from gacha.making.problems import FILE, NOTES, PROBLEMS, SHEET, Note, Place, Problem, Refusal
from gacha.making.sheets import Row, Sheet
from scripts.box_vectors import LOTTERY
from tests.conftest import ROOT
from tests.over import over

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = int(datetime(2026, 11, 29, 3, tzinfo=UTC).timestamp() * 1000)
HEAD = ["番号", "名前", "name", "レア度", "重み", "確率", "ピックアップ", "枚数", "画像"]


class Maker:
    """An owner who edits one draft, step by step."""

    def __init__(self, draft: Draft | None = None, cards: Cards | None = None) -> None:
        self.draft = Draft.new(1) if draft is None else draft
        self.cards = Cards.none() if cards is None else cards
        self.notes: tuple[Note, ...] = ()

    def take(self, edit: Edit | Refusal) -> Maker:
        merged = self.tried(edit)
        assert isinstance(merged, Merged), merged
        self.draft, self.cards, self.notes = merged.draft, merged.cards, merged.notes
        return self

    def tried(self, edit: Edit | Refusal) -> Merged | Refusal:
        merged = edit if isinstance(edit, Refusal) else merge(self.draft, self.cards, edit)
        check(merged)
        return merged

    def refused(self, edit: Edit | Refusal) -> list[Problem]:
        merged = self.tried(edit)
        assert isinstance(merged, Refusal), merged
        return list(merged.problems)

    def typed(self, **fields: str) -> Maker:
        return self.take(form(**fields))

    def rows(self, *rows: list[str], head: list[str] = HEAD) -> Maker:
        return self.take(upload(*rows, head=head))

    def compiled(self) -> Compiled:
        made = compiled(self.draft, self.cards)
        assert isinstance(made, Compiled), made
        stored = compiled(Draft.read(self.draft.written()), self.cards)
        assert isinstance(stored, Compiled) and stored.rules == made.rules  # no other version
        return made

    def missing(self) -> list[Problem]:
        made = compiled(self.draft, self.cards)
        check(made)
        assert isinstance(made, Refusal), made
        return list(made.problems)

    def number(self, name: str) -> int:
        found = [n for n, card in self.cards.by_number.items() if name in card.name.values()]
        assert len(found) == 1
        return found[0]


def form(**fields: str) -> Typed:
    return Typed(fields, "ja", NOW, TOKYO)


def upload(
    *rows: list[str], head: list[str] = HEAD, pictures: dict[str, str] | None = None
) -> Edit:
    sheet = sheets.rows([head, *rows], SHEET)
    assert isinstance(sheet, sheets.Sheet), sheet
    return Upload(sheet, pictures)


def named(name: str, rarity: str, **cells: str) -> list[str]:
    given = {"name_ja": name, "rarity": rarity, **cells}
    columns = ("number", "name_ja", "name_en", "rarity", "weight", "rate", "featured", "stock")
    return [*(given.get(column, "") for column in columns), given.get("picture", "")]


def check(outcome: Merged | Refusal | Compiled) -> None:
    """Whatever is said is one of the sentences that there are, with the values it needs."""
    said = outcome.problems if isinstance(outcome, Refusal) else ()
    for problem in said:
        assert PROBLEMS[problem.key] == problem.values.keys(), problem
    if isinstance(outcome, Merged):
        for note in outcome.notes:
            assert NOTES[note.key] == note.values.keys(), note
        assert Draft.read(outcome.draft.written()) == outcome.draft
        assert Cards.read(outcome.cards.written()) == outcome.cards


def keys(problems: list[Problem]) -> list[str]:
    return [each.key for each in problems]


def summer() -> Maker:
    """A banner as an owner makes it, ready to be compiled."""
    maker = Maker().typed(name="夏祭り", rarities="SSR 3%\nSR 18%\nR 残り")
    return maker.rows(
        named("アリス", "SSR", featured="○"),
        named("ベラ", "SSR"),
        named("カイ", "SR"),
        named("ダン", "R", weight="3"),
        named("エマ", "R"),
    )


# --- cards for life -------------------------------------------------------------------------------


def test_numbers_begin_behind_those_of_the_sample_banner() -> None:
    assert sorted(summer().cards.by_number) == [101, 102, 103, 104, 105]


@pytest.mark.parametrize("again", ["アリス", "ｱﾘｽ", "  アリス　"])
def test_a_row_is_about_the_card_of_its_name(again: str) -> None:
    maker = summer().rows(named(again, "SSR", weight="7"))
    assert len(maker.cards.by_number) == 5
    card = maker.draft.card(101)
    assert card is not None and card.weight == 7 and card.featured


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Lumi", "ＬＵＭＩ"),
        ("ｶﾞﾝ", "ガン"),
        ("ß", "SS"),
        ("⭐️の子", "⭐の子"),
    ],
)
def test_width_and_case_make_no_other_card(one: str, two: str) -> None:
    maker = summer().rows(named(one, "R")).rows(named(two, "R"))
    assert len(maker.cards.by_number) == 6 and not maker.draft.questions


def test_a_name_in_one_language_serves_both() -> None:
    assert summer().compiled().banner.cards[0].name == {"ja": "アリス", "en": "アリス"}
    maker = summer().rows(named("アリス", "SSR", name_en="Alice"))
    assert maker.compiled().banner.cards[0].name == {"ja": "アリス", "en": "Alice"}


def test_a_number_renames_its_card() -> None:
    maker = summer().rows(["101", "アリシア", "", "", "", "", "", "", ""])
    assert maker.cards.by_number[101].name == {"ja": "アリシア"}
    assert [note.key for note in maker.notes] == ["cards_changed", "card_renamed"]
    assert maker.draft.cards[0].rarity == "r1" and maker.draft.cards[0].featured


def test_what_another_banner_has_is_new_to_a_draft() -> None:
    """A fresh draft of known cards has changed none of them."""
    fresh = Maker(Draft.new(2), summer().cards).typed(rarities="SSR 3%\nR 残り")
    fresh.rows(named("アリス", "SSR"), named("新しい人", "R"))
    assert [note.written() for note in fresh.notes][:1] == [
        Note("cards_added", {"count": 2}).written()
    ]
    fresh.rows(named("アリス", "SSR", weight="3"))
    assert [note.key for note in fresh.notes] == ["cards_changed"]


def test_nothing_else_renames_a_card_in_silence() -> None:
    maker = summer().rows(named("ありす", "SSR"))
    (question,) = maker.draft.questions
    assert (question.number, question.maybe) == (106, 101)
    assert maker.cards.by_number[101].name == {"ja": "アリス"}


def test_the_known_card_under_another_name_keeps_what_no_cell_says() -> None:
    maker = summer().rows(named("ありす", "SSR", weight="4")).take(Answer(106, is_same=True))
    assert maker.cards.by_number[101].name == {"ja": "ありす"}
    assert 106 not in maker.cards.by_number and maker.draft.card(106) is None
    card = maker.draft.card(101)
    assert card is not None and card.featured and card.weight == 4
    assert maker.draft.questions == ()
    assert maker.rows(named("新人", "R")).number("新人") == 107  # 106 is not given twice


def test_another_card_of_a_like_name_is_another_card() -> None:
    maker = summer().rows(named("ありす", "SSR")).take(Answer(106, is_same=False))
    assert maker.draft.questions == () and maker.draft.card(106) is not None
    assert maker.refused(Answer(106, is_same=True))[0].key == "question_gone"


@pytest.mark.parametrize(
    ("first", "second", "is_asked"),
    [
        ("アリス・リデル", "アリス・リドル", True),
        ("カード001", "カード501", False),  # a series
        ("アリス", "ベラドンナ", False),
        ("アリス", "アリサ", False),
        ("Aria", "Arya", True),
        ("A", "B", False),
    ],
)
def test_a_corrected_name_is_asked_about(first: str, second: str, is_asked: bool) -> None:
    maker = Maker().typed(rarities="SSR 3%\nR 残り").rows(named(first, "SSR"))
    assert bool(maker.rows(named(second, "SSR")).draft.questions) is is_asked


def test_the_same_picture_under_another_name_is_asked_about() -> None:
    maker = summer()
    maker.take(upload(named("アリス", "SSR", picture="a.png"), pictures={"a.png": "f" * 32}))
    maker.take(upload(named("別名", "SSR", picture="b.png"), pictures={"b.png": "f" * 32}))
    assert [(each.number, each.maybe) for each in maker.draft.questions] == [(106, 101)]
    cards = maker.cards.by_number
    assert server_cards.likeness(cards[106], cards[101]) == "picture"
    assert server_cards.likeness(cards[106], cards[102]) == ""


def test_a_card_that_the_upload_names_is_no_other_ones_former_name() -> None:
    maker = summer().rows(named("アリス", "SSR"), named("ありす", "SSR"))
    assert maker.draft.questions == () and len(maker.cards.by_number) == 6


def test_a_question_goes_with_its_card() -> None:
    maker = summer().rows(named("ありす", "SSR")).take(Removal((106,)))
    assert maker.draft.questions == ()


def test_who_leaves_a_banner_stays_a_card_of_the_server() -> None:
    maker = summer().take(Removal((102,)))
    assert maker.draft.card(102) is None and 102 in maker.cards.by_number
    assert maker.rows(named("ベラ", "SR")).number("ベラ") == 102


def test_a_server_has_two_thousand_cards() -> None:
    many = {n: ServerCard(n, {"ja": f"札{n}"}) for n in range(101, 101 + 1999)}
    maker = Maker(cards=Cards(many, 2100)).typed(rarities="R 残り")
    maker.rows(named("一", "R"))
    assert keys(maker.refused(upload(named("二", "R")))) == ["server_full"]


# --- rows, cell by cell ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "problem", "column"),
    [
        (named("新", "SRR"), "rarity_unknown", "rarity"),
        (named("新", ""), "rarity_missing", "rarity"),
        (named("", "SR"), "name_missing", "name_ja"),
        (named("新", "SR", weight="1.5"), "not_whole", "weight"),
        (named("新", "SR", weight="0"), "out_of_range", "weight"),
        (named("新", "SR", weight="-3"), "out_of_range", "weight"),
        (named("新", "SR", weight="1,000,001"), "out_of_range", "weight"),
        (named("新", "SR", weight="9" * 5000), "out_of_range", "weight"),
        (named("新", "SR", weight="二"), "not_whole", "weight"),
        (named("新", "SR", rate="多め"), "not_rate", "rate"),
        (named("新", "SR", rate="1/0"), "not_rate", "rate"),
        (named("新", "SR", rate="0%"), "rate_zero", "rate"),
        (named("新", "SR", rate="101%"), "rate_above_one", "rate"),
        (named("新", "SR", rate="1%", weight="1"), "weight_and_rate", "weight"),
        (named("新", "SR", featured="x"), "not_yes_or_no", "featured"),
        (named("新", "SR", stock="0"), "out_of_range", "stock"),
        (named("新" * 81, "SR"), "name_too_long", "name_ja"),
        (named("一\n二", "SR"), "name_unusable", "name_ja"),
        (named("\u200b", "SR"), "name_unusable", "name_ja"),
        (named("新", "SR", number="999"), "number_unknown", "number"),
        (named("ベラ", "SR", number="101"), "name_taken", "name_ja"),
        (named("アリス", "SR", name_en="ベラ"), "names_disagree", "name_ja"),
    ],
)
def test_a_refused_cell_is_named_by_row_and_column(
    row: list[str], problem: str, column: str
) -> None:
    maker = summer()
    before = maker.draft, maker.cards
    (found,) = maker.refused(upload(named("良", "SR"), [], row))
    assert (found.key, found.place.field, found.place.row) == (problem, column, 4)
    assert (maker.draft, maker.cards) == before


@pytest.mark.parametrize(
    "name", ["新" * 80, "👨‍👩‍👧‍👦⭐️", "一　二", "*_~`|@everyone <@1>", "a,b;c'\"\\"]
)
def test_any_seen_name_of_one_line_is_a_name(name: str) -> None:
    maker = summer().rows(named(name, "SR"))
    assert maker.compiled().banner.cards[-1].name["ja"] == name


def test_a_formula_is_refused_by_its_cell_and_a_text_that_begins_like_one_is_not() -> None:
    rows = [named("=cmd|'/c calc'!A1", "SR"), named("新", "SR", picture="=1+1")]
    refused = read(HEAD, *rows)
    places = [(each.key, each.place.row, each.place.field) for each in refused.problems]
    assert places == [("formula", 2, "name_ja"), ("formula", 3, "picture")]
    maker = Maker().take(upload(*(named(f"'{name}", "SR") for name in ("=1", "+1", "@1", "-1"))))
    assert [card.names["ja"] for card in maker.cards.by_number.values()] == ["=1", "+1", "@1", "-1"]
    maker.take(upload(named("''=1", "SR"), named("'猫", "SR")))
    assert [*maker.cards.by_number.values()][-2].names["ja"] == "'=1"
    assert [*maker.cards.by_number.values()][-1].names["ja"] == "'猫"


def test_a_weight_takes_the_place_of_a_rate() -> None:
    card = summer().rows(named("新", "R", rate="5%")).draft.card(106)
    assert card is not None and card.rate == Fraction(5, 100)
    maker = summer().rows(named("新", "R", rate="5%")).rows(named("新", "R", weight="5"))
    card = maker.draft.card(106)
    assert card is not None and (card.rate, card.weight) == (None, 5)


@pytest.mark.parametrize("text", ["12", "１２", "12.0", "12 枚", "１２個", "+12", "012"])
def test_whole_numbers_as_people_write_them(text: str) -> None:
    card = summer().rows(named("新", "SR", weight=text)).draft.card(106)
    assert card is not None and card.weight == 12


def test_all_mistakes_of_a_sheet_come_at_once_and_are_counted() -> None:
    bad = [named(f"札{n}", "SR", weight="0") for n in range(100)]
    refusal = summer().tried(upload(*bad))
    assert isinstance(refusal, Refusal)
    assert len(refusal.problems) == 20 and refusal.more == 80


def test_two_rows_of_one_card_are_refused_by_both_rows() -> None:
    (found,) = summer().refused(upload(named("新", "SR"), named("別", "SR"), named("新 ", "SR")))
    assert (found.key, found.place.row, found.values) == ("row_twice", 4, {"other": 2})
    (found,) = summer().refused(upload(named("アリス", "SR"), named("", "SR", number="c101")))
    assert (found.key, found.place.row, found.values) == ("row_twice", 3, {"other": 2})


def test_a_thousand_cards_and_not_one_more() -> None:
    rows = [named(f"札{n}", "R") for n in range(1000)]
    maker = Maker().typed(name="箱", rarities="R 100%").rows(*rows)
    assert len(maker.compiled().banner.cards) == 1000
    assert keys(maker.refused(upload(named("余り", "R")))) == ["too_many_cards"]


def test_five_thousand_rows_are_refused_by_number() -> None:
    refusal = sheets.rows([HEAD, *[named(f"札{n}", "R") for n in range(5000)]], SHEET)
    assert isinstance(refusal, Refusal)
    (problem,) = refusal.problems
    assert (problem.key, problem.values) == ("too_many_rows", {"found": 5000, "most": 1000})


def test_a_file_too_large_says_so() -> None:
    long = "\U0001f469\u200d\U0001f680" * 25
    rows = [named(f"{long}{n:02}", "R", name_en=f"{n:02}{long}") for n in range(1000)]
    maker = Maker().typed(name="箱", rarities="R 100%").rows(*rows)
    assert keys(maker.missing()) == ["file_too_large"]


# --- tables ---------------------------------------------------------------------------------------


def read(*table: list[str]) -> sheets.Sheet:
    sheet = sheets.rows(table, SHEET)
    assert isinstance(sheet, sheets.Sheet), sheet
    return sheet


@pytest.mark.parametrize(
    "head",
    [
        ["名前", "レア度", "重み"],
        ["ｎａｍｅ", "Rarity", "WEIGHT"],
        ["Name ", "レアリティ", "比率"],
        ["カード名", "rarity", "Weight"],
    ],
)
def test_columns_are_known_by_many_names(head: list[str]) -> None:
    (row,) = read([], head, ["アリス", "SSR", "2"]).rows
    assert (row.name_ja or row.name_en, row.rarity, row.weight) == ("アリス", "SSR", "2")
    assert row.place.row == 3


def test_cells_that_would_be_lost_are_refused_and_columns_that_nobody_knows_are_named() -> None:
    refusal = read(["名前", "", "メモ"], ["ア", "SSR", "x"], ["イ", "", "y", "z"])
    assert [(p.key, p.place.row) for p in refusal.problems] == [
        ("cell_without_column", 2),
        ("cell_without_column", 3),
    ]
    sheet = read(["名前", "メモ"], ["ア", "x"])
    assert sheet.notes == (Note("column_ignored", {"columns": ["メモ"]}),)


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ([], "empty"),
        ([[""], ["", ""]], "empty"),
        ([["名前", "レア度"]], "empty"),
        ([["レア度", "重み"], ["SSR", "1"]], "no_name_column"),
        ([["名前", "重み", "比率"], ["ア", "1", "2"]], "column_twice"),
        ([["名前"] + ["x"] * 64, ["ア"]], "too_many_columns"),
    ],
)
def test_tables_that_are_none(table: list[list[str]], problem: str) -> None:
    sheet = sheets.rows(table, SHEET)
    if isinstance(sheet, sheets.Sheet):  # its rows are judged beside that
        refusal = merge(Draft.new(1), Cards.none(), Upload(sheet))
    else:
        refusal = sheet
    check(refusal)
    assert isinstance(refusal, Refusal) and keys(list(refusal.problems))[0] == problem
    assert "name_missing" not in keys(list(refusal.problems))


def test_pasted_rows_need_no_head() -> None:
    sheet = sheets.pasted("アリス\tSSR\t2\nベラ\tＳＲ\t1.5%\n\n")
    assert isinstance(sheet, sheets.Sheet)
    first, second = sheet.rows
    assert (first.name_ja, first.rarity, first.weight) == ("アリス", "SSR", "2")
    assert (second.rate, second.weight, second.place.row) == ("1.5%", "", 2)
    sheet = sheets.pasted('name,rarity\n"Smith, ""J""",SSR\n')
    assert isinstance(sheet, sheets.Sheet)
    assert sheet.rows[0].name_en == 'Smith, "J"'


def test_lines_of_cards_have_as_many_pictures() -> None:
    sheet = sheets.typed("アリス, SSR\nデ・ラ・クルス、SR\nBob the Great R", ["a", "b", "c"])
    assert isinstance(sheet, sheets.Sheet)
    assert [(row.name_ja, row.rarity, row.art) for row in sheet.rows] == [
        ("アリス", "SSR", "a"),
        ("デ・ラ・クルス", "SR", "b"),
        ("Bob the Great", "R", "c"),
    ]
    refusal = sheets.typed("アリス, SSR", ["a", "b"])
    assert isinstance(refusal, sheets.Sheet)
    assert [each.key for each in refusal.problems] == ["pictures_and_lines"]


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("金メダル, A賞, 10", ("金メダル", "A賞", "10", "")),
        ("金メダル、A賞、１０枚", ("金メダル", "A賞", "１０枚", "")),
        ("Gold medal，A，1,000", ("Gold medal", "A", "1,000", "")),
        ("リリィ, SSR, ○", ("リリィ", "SSR", "", "○")),
        ("Lily, SSR, featured", ("Lily", "SSR", "", "○")),
        ("雪、月、花, N", ("雪、月、花", "N", "", "")),
        ("ユキ, 5", ("ユキ", "5", "", "")),
        ("ユキ, O", ("ユキ", "O", "", "")),
    ],
)
def test_a_third_value_of_a_line_is_copies_or_featured(
    line: str, read: tuple[str, str, str, str]
) -> None:
    sheet = sheets.typed(line)
    assert isinstance(sheet, sheets.Sheet)
    [row] = sheet.rows
    assert (row.name_ja, row.rarity, row.stock, row.featured) == read


def test_copies_that_no_box_takes_are_noted() -> None:
    maker = summer().rows(named("アリス", "SSR", stock="2"))
    assert Note("copies_unused", {"count": 1}) in maker.notes
    maker.typed(kind="box", rarities="SSR\nSR\nR").rows(named("アリス", "SSR", stock="2"))
    assert "copies_unused" not in {each.key for each in maker.notes}


@given(st.lists(st.lists(st.text('a,"\t名\n\r=　', max_size=6), max_size=5), max_size=6))
def test_whatever_is_pasted_is_read_or_refused(table: list[list[str]]) -> None:
    for text in ("\n".join(map(",".join, table)), "\n".join(map("\t".join, table))):
        for read_or_refused in (sheets.pasted(text), sheets.typed(text)):
            assert isinstance(read_or_refused, sheets.Sheet | Refusal)


@given(st.lists(st.text('ab, "', min_size=1, max_size=8).map(str.strip), min_size=2, max_size=5))
def test_cells_in_quotation_marks_come_back(cells: list[str]) -> None:
    """As Python's csv module writes them."""
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerow(["x", *cells])
    assert sheets._cells(out.getvalue().strip("\r\n"), by_tabs=False) == ["x", *cells]


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("kind", drafts.KINDS)
def test_a_template_that_is_filled_in_is_the_banner_that_forms_make(kind: str, lang: str) -> None:
    of_copies = kind in drafts.OF_COPIES  # and no rates
    rarities = "SSR\nSR\nR" if of_copies else "SSR 3%\nSR 18%\nR 残り"
    has_copies = kind == "shared"  # which has no weights
    by_forms = summer().typed(kind=kind)
    if has_copies:
        by_forms.rows(named("アリス", "SSR", featured="×"), named("ダン", "R", weight="1"))
    fields = {"kind": kind, "rarities": rarities, "prices": "160 / 1600"}
    table = sheets.template(fields | rule_fields(by_forms.draft), kind, lang)
    table += [[]] * (6 - len(table))
    head, at = table[0], {name: column for column, name in enumerate(table[0])}
    assert len(at) == len(head)
    cells = {"ja": ["名前", "レアリティ", "重み"], "en": ["name", "rarity", "weight"]}[lang]
    of_three = "" if has_copies else "3"
    cards = [
        ("アリス", "SSR", ""),
        ("ベラ", "SSR", ""),
        ("カイ", "SR", ""),
        ("ダン", "R", of_three),
    ]
    for line, card in zip(table[1:], [*cards, ("エマ", "R", "")], strict=False):
        line += [""] * (len(head) - len(line))
        for name, text in zip(cells, card, strict=True):
            if name in at:
                line[at[name]] = text
    if kind == "rate-up":
        table[1][at["ピックアップ" if lang == "ja" else "featured"]] = "○"
    sheet = sheets.rows(table, SHEET)
    assert isinstance(sheet, sheets.Sheet), sheet
    made = Maker().typed(name="夏祭り").take(Upload(sheet)).compiled()
    if kind != "rate-up":
        by_forms.rows(named("アリス", "SSR", featured="×"))
    expected = by_forms.compiled().rules.decode()
    if lang == "en":  # a name in the column `name`
        assert made.banner.cards[0].name == {"ja": "アリス", "en": "アリス"}
    assert made.rules.decode() == expected


def test_a_setting_is_refused_by_its_own_row() -> None:
    head = ["名前", "レア度", "設定", "値"]
    rows = [
        ["ア", "SSR", "ルール", "天井"],
        ["イ", "R", "天井", "1"],
        ["", "", "レアリティ", "A 200%"],
    ]
    problems = Maker().refused(upload(*rows, head=head))
    assert [(p.key, p.place.source, p.place.field, p.place.row) for p in problems] == [
        ("out_of_range", SHEET, "value", 3),
        ("rate_above_one", SHEET, "value", 4),
    ]
    unknown = read(head, ["ア", "SSR", "天丼", "100"], ["イ", "R", "天井", "=1"])
    assert [(p.key, p.place.row) for p in unknown.problems] == [
        ("setting_unknown", 2),
        ("formula", 3),
    ]
    alone = read(["name", "value"], ["ア", "12"])  # somebody's own column
    assert alone.notes == (Note("column_ignored", {"columns": ["value"]}),)


def test_what_is_wrong_with_a_table_its_rules_and_its_rows_is_told_at_once() -> None:
    """Of each cell once, and nothing of what only follows from another fault."""
    head = ["名前", "レア度", "重み", "重み", "", "設定", "値"]
    rows = [
        ["ア", "SSR", "x", "", "", "天井", "=90"],  # the formula is no "not a number", too
        ["=1+1", "SSR", "2", "", "lost", "天丼", "1"],
        ["", "R", "-1", "", "", "レアリティ", "SSR 3%%"],
        ["イ", "UR", "1", "", "", "レアリティ", "R"],  # whether there is a UR nobody knows
        ["ウ", "", "1"],
    ]
    problems = Maker().refused(upload(*rows, head=head))
    assert [(p.place.row, p.key, p.place.field) for p in problems] == [
        (1, "column_twice", "weight"),
        (2, "formula", "value"),
        (2, "not_whole", "weight"),
        (3, "cell_without_column", ""),
        (3, "formula", "name_ja"),
        (3, "setting_unknown", "setting"),
        (4, "not_rate", "value"),
        (4, "name_missing", "name_ja"),
        (4, "out_of_range", "weight"),
        (6, "rarity_missing", "rarity"),
    ]


# --- pictures -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["Lumi.PNG", "lumi.png", "lumi", "cards/lumi.png", "ｌｕｍｉ．ｐｎｇ"]
)
def test_pictures_are_found_by_their_files_names(name: str) -> None:
    row = named("ルミ", "SSR", picture=name)
    maker = summer().take(upload(row, pictures={"cards/Lumi.png": "a" * 32}))
    assert maker.cards.by_number[106].art == "a" * 32


def test_a_picture_that_is_not_there_is_awaited_and_one_that_nobody_names_is_told() -> None:
    row = named("ルミ", "SSR", picture="lumi.png")
    awaits = Note("pictures_not_sent", {"count": 1, "names": ["lumi.png"]})
    maker = summer().take(upload(row, pictures={"luna.png": "a" * 32}))
    assert awaits in maker.notes and Note("pictures_unused", {"names": ["luna.png"]}) in maker.notes
    assert maker.draft.awaited == {106: "lumi.png"}
    assert Draft.read(maker.draft.written()) == maker.draft
    long = named("ルミ", "SSR", picture="x" * 201)
    assert keys(summer().refused(upload(long, pictures={}))) == ["too_long"]
    pictures = {"a/lumi.png": "a" * 32, "b/lumi.png": "b" * 32}
    assert keys(summer().refused(upload(row, pictures=pictures))) == ["picture_ambiguous"]
    maker = summer().take(upload(named("ルミ", "SSR"), pictures={"luna.png": "a" * 32}))
    assert Note("pictures_unused", {"names": ["luna.png"]}) in maker.notes
    assert awaits in summer().take(upload(row)).notes


def alone(*names: str) -> Sheet:
    """Rows of pictures that came without a sheet."""
    return Sheet(tuple(Row(Place(FILE, row=1), name_ja=name, picture=name) for name in names))


def test_a_gallery_of_several_uploads_comes_together() -> None:
    """The sheet with the first pictures, the same sheet with the next, and the last one alone."""
    rows = [named(name, "SSR", picture=f"{name}.png") for name in ("甲", "乙", "丙")]
    arts = {f"{name}.png": sign * 32 for name, sign in zip(("甲", "乙", "丙"), "abc", strict=True)}
    maker = summer().take(upload(*rows, pictures={"甲.png": "a" * 32}))
    assert maker.draft.awaited == {107: "乙.png", 108: "丙.png"}
    maker.take(upload(*rows, pictures={"z/乙.PNG": "b" * 32}))
    assert Note("pictures_kept", {"count": 1, "names": ["甲.png"]}) in maker.notes
    assert maker.draft.awaited == {108: "丙.png"}
    last = of_awaited(maker.draft, alone("丙.png"))
    assert [(row.number, row.name_ja) for row in last.rows] == [("108", "")]
    maker.take(Upload(last, {"丙.png": "c" * 32}))
    assert not maker.draft.awaited and b"awaited" not in maker.draft.written()
    found = [maker.cards.by_number[number].art for number in (106, 107, 108)]
    assert found == list(arts.values())
    other = alone("101.png", "甲.png")
    assert of_awaited(maker.draft, other) == other


def test_one_picture_may_be_awaited_by_several_cards_and_by_none_that_left() -> None:
    rows = [named(name, "SSR", picture="both.png") for name in ("甲", "乙")]
    maker = summer().take(upload(*rows))
    last = of_awaited(maker.draft, alone("both.png"))
    assert [row.number for row in last.rows] == ["106", "107"]
    assert maker.take(Removal((106,))).draft.awaited == {107: "both.png"}
    assert not maker.take(Pictures({107: "a" * 32})).draft.awaited
    renamed = summer().take(upload(named("ありす", "SSR", picture="alice.png")))
    assert renamed.draft.awaited == {106: "alice.png"}
    assert renamed.take(Answer(106, is_same=True)).draft.awaited == {101: "alice.png"}


def test_an_edit_without_a_picture_keeps_the_old_one() -> None:
    maker = summer().take(Pictures({101: "a" * 32}, banner="b" * 32))
    maker.rows(named("アリス", "SSR", weight="2"))
    assert maker.cards.by_number[101].art == "a" * 32
    maker.take(Pictures({101: ""}))
    assert maker.cards.by_number[101].art == "" and maker.draft.picture == "b" * 32


# --- rarities and rates ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "name", "rate"),
    [
        ("SSR 3%", "SSR", "3/100"),
        ("ＳＳＲ　３％", "ＳＳＲ", "3/100"),
        ("SSR：3", "SSR", "3/100"),
        ("SSR: ３．５", "SSR", "7/200"),
        ("SSR3%", "SSR", "3/100"),
        ("★5 0.6 %", "★5", "3/500"),
        ("SSR 1/33", "SSR", "1/33"),
        ("大当たり、1／100", "大当たり", "1/100"),
        ("SSR 3パーセント", "SSR", "3/100"),
        ("Super Rare = .5%", "Super Rare", "1/200"),
        ("SSR - 3%", "SSR", "3/100"),
        ("SSR – 3 %", "SSR", "3/100"),
        ("Tier 3 5%", "Tier 3", "1/20"),
        ("R- 5%", "R-", "1/20"),
        ("S.S.R. 5%", "S.S.R.", "1/20"),
        ("★5, 3%", "★5", "3/100"),
        ("R+ 1/20", "R+", "1/20"),
    ],
)
def test_a_rarity_in_a_line(line: str, name: str, rate: str) -> None:
    first, rest = Maker().typed(rarities=f"{line}\nN 残り").draft.rarities
    assert first.name == {"ja": name} and first.rate == Fraction(rate)
    assert rest.rate is None


def test_bare_rates_that_are_one_together_are_parts() -> None:
    rates = [r.rate for r in Maker().typed(rarities="A 0.03\nB 0.97").draft.rarities]
    assert rates == [Fraction(3, 100), Fraction(97, 100)]
    maker = Maker().typed(rarities="A 0.03\nB 99.97")
    assert [r.rate for r in maker.draft.rarities] == [Fraction(3, 10000), Fraction(9997, 10000)]
    assert maker.notes == (Note("rates_as_percent"),)


def test_rates_that_are_not_one_offer_the_rest_to_the_lowest() -> None:
    maker = summer().typed(rarities="SSR 3%\nSR 18%\nR 70%")
    (problem,) = maker.missing()
    assert problem.key == "rates_sum"
    assert problem.values == {"sum": "0.91", "lowest": "R", "rest": "0.79"}
    rates = {r.id: r.rate for r in maker.take(RestOnLowest()).compiled().banner.rarities}
    assert rates == {"r1": Fraction(3, 100), "r2": Fraction(18, 100), "r3": Fraction(79, 100)}


def test_rates_of_cards_are_put_right_by_cards() -> None:
    """The lowest rarity's cards have rates of their own: it can take no rest."""
    maker = Maker().typed(name="x", rarities="A 3%\nB 96%")
    maker.rows(named("x", "A", rate="3%"), named("y", "B", rate="96%"))
    keys = {each.key for each in maker.missing()}
    assert "rates_sum" not in keys
    assert keys == {"rates_sum_apart"}


def test_rates_above_one_have_no_rest() -> None:
    (problem,) = summer().typed(rarities="SSR 60%\nSR 60%\nR 残り").missing()
    assert (problem.key, problem.values) == ("rates_exceed", {"sum": "1.2"})


def test_a_rarity_keeps_its_id_when_it_is_renamed_or_others_come_before_it() -> None:
    maker = summer().typed(rarities="UR 1%\nSSR 2%\nSR 18%\nR 残り")
    assert [each.id for each in maker.draft.rarities] == ["r4", "r1", "r2", "r3"]
    maker.rows(named("神", "UR")).typed(rarities="極 1%\nSSR 2%\nSR 18%\nR 残り")
    assert [each.id for each in maker.draft.rarities] == ["r4", "r1", "r2", "r3"]
    assert maker.notes == (Note("rarity_renamed", {"before": "UR", "after": "極"}),)
    (problem,) = maker.refused(form(rarities="SSR 2%\nSR 18%\nR 残り"))
    assert (problem.key, problem.values) == ("rarity_has_cards", {"rarity": "極", "cards": 1})
    maker.take(Removal((106,))).typed(rarities="SSR 2%\nSR 18%\nR 残り")
    maker.typed(rarities="UR 1%\nSSR 2%\nSR 18%\nR 残り")
    assert [each.id for each in maker.draft.rarities] == ["r5", "r1", "r2", "r3"]


@over(
    ("line", "found"),
    [
        ("R -5%", "-5%"),
        ("R　－５％", "－５％"),
        ("R-5%", "-5%"),
        ("R: -5%", "-5%"),
        ("R −5", "−5"),
        ("R +5%", "+5%"),
        ("R ±5%", "±5%"),
        ("-5%", "-5%"),
        ("SSR 1,5%", "1,5%"),
        ("SSR 1.2.3%", "1.2.3%"),
        ("SSR 3%%", "3%%"),
        ("SSR 3‰", "3‰"),
        ("SSR 3/100%", "3/100%"),
        ("SSR 2-3%", "2-3%"),
        ("SSR 2〜3", "2〜3"),
        ("SSR three%", "SSR three%"),
        ("3% SSR", "3% SSR"),
        ("SSR 3%, SR 12%", "SSR 3%, SR 12%"),
        ("SSR 3% / SR 12%", "SSR 3% / SR 12%"),
    ],
)
def test_a_rate_that_is_none_is_no_part_of_a_name(line: str, found: str) -> None:
    (problem,) = Maker().refused(form(rarities=f"A 1%\n{line}\nN 残り"))
    assert (problem.key, problem.place.row, problem.values["found"]) == ("not_rate", 2, found)


def test_a_rarity_that_a_sheet_called_so_can_still_be_edited() -> None:
    for name in ("50%OFF", "R-", "3% SSR", "X -5"):
        maker = Maker().typed(name="祭り").rows(named("アリス", name), named("カイ", "N"))
        text = f"{name} 50%\nN 残り"
        for _ in range(2):
            assert [each.shown for each in maker.typed(rarities=text).draft.rarities] == [name, "N"]
            text = begins(maker.draft, UTC)["fields"]["rarities"]


@pytest.mark.parametrize(
    ("text", "problem", "line"),
    [
        ("", "rarities_missing", 0),
        ("SSR 3%\nssr 4%", "rarity_twice", 2),
        ("SSR\nSR", "rest_twice", 2),
        ("SSR 101%\nR", "rate_above_one", 1),
        ("SSR 0.00000000000000000000001%", "rate_too_fine", 1),
        ("SSR 1/0", "not_rate", 1),
        ("SSR 3..5%", "not_rate", 1),
        ("3%", "name_unusable", 1),
        (f"{'長' * 81} 3%", "name_too_long", 1),
        ("\n".join(f"R{n} 1%" for n in range(17)), "too_many_rarities", 0),
        ("あ" * 4001, "too_long", 0),
    ],
)
def test_refused_rarities_are_named_by_line(text: str, problem: str, line: int) -> None:
    found = Maker().refused(form(rarities=text))[0]
    assert (found.key, found.place.field, found.place.row) == (problem, "rarities", line)


def test_a_sheet_alone_makes_rarities_the_highest_first() -> None:
    maker = Maker().typed(name="箱").rows(
        named("ア", "N", rate="79%"), named("イ", "SSR", rate="1.5%"),
        named("ウ", "SSR", rate="1.5%"), named("エ", "SR", rate="18%"),
    )  # fmt: skip
    assert [each.shown for each in maker.draft.rarities] == ["SSR", "SR", "N"]
    ssr = maker.compiled().banner.rarities[0]
    assert ssr.rate == Fraction(3, 100)
    assert [part for _, part in ssr.picks(ssr.share_at(0), None)] == [Fraction(1, 2)] * 2
    stars = Maker().rows(named("ア", "★3"), named("イ", "★5"), named("ウ", "★★★★"))
    assert [each.shown for each in stars.draft.rarities] == ["★5", "★★★★", "★3"]
    prizes = Maker().rows(named("ア", "末等", rate="90%"), named("イ", "一等", rate="10%"))
    assert [each.shown for each in prizes.draft.rarities] == ["一等", "末等"]


def test_rates_of_cards_are_exactly_drawn() -> None:
    rates = {"ア": "0.7%", "イ": "1/300", "ウ": "2", "エ": "50%"}
    maker = Maker().typed(name="箱")
    rows = [named(name, "SSR", rate=rate) for name, rate in rates.items()]
    maker.rows(*rows, named("残", "N"))
    made = maker.compiled().banner
    drawn = {
        card.name["ja"]: rarity.rate * part
        for rarity in made.rarities
        for card, part in rarity.picks(rarity.share_at(0), None)
    }
    assert drawn == {
        "ア": Fraction(7, 1000),
        "イ": Fraction(1, 300),
        "ウ": Fraction(2, 100),
        "エ": Fraction(1, 2),
        "残": 1 - Fraction(7, 1000) - Fraction(1, 300) - Fraction(2, 100) - Fraction(1, 2),
    }


# --- kinds of rules -------------------------------------------------------------------------------


def test_a_ceiling() -> None:
    made = summer().typed(kind="ceiling").compiled().banner
    assert made.rarities[0].ceiling == 100 and made.exchange is None
    made = summer().typed(kind="ceiling", ceiling="９０", of="SR", least="SR").compiled().banner
    assert made.rarities[1].ceiling == 90
    assert made.multis[0].steps[0].minima[0].cards == {"c101", "c102", "c103"}
    assert keys(summer().typed(kind="ceiling", of="R").missing()) == ["last_rarity"]


def test_a_rate_up_with_guarantee_and_exchange() -> None:
    made = summer().typed(kind="rate-up").compiled().banner
    assert made.rarities[0].shares == (Fraction(1, 2),) and made.rarities[0].guarantee == 1
    assert made.exchange is not None and made.exchange.price == 100
    assert made.exchange.cards == {"c101"}
    made = (
        summer()
        .typed(kind="rate-up", share="70%", guarantee="0", exchange="なし")
        .compiled()
        .banner
    )
    assert made.rarities[0].shares == (Fraction(7, 10),) and made.rarities[0].guarantee == 0
    assert made.exchange is None
    maker = summer().rows(named("アリス", "SSR", featured="×"))
    (problem,) = maker.typed(kind="rate-up").missing()
    cards = ["101 アリス", "102 ベラ"]
    assert (problem.key, problem.values["of_cards"]) == ("featured_missing", cards)
    maker.rows(named("アリス", "", featured="○"), named("ベラ", "", featured="はい"))
    (problem,) = maker.missing()
    assert (problem.key, problem.values["of_cards"]) == ("featured_only", cards)
    alone = Maker(maker.draft, maker.cards).take(Removal((102,)))
    (problem,) = alone.missing()
    assert (problem.key, problem.values["of_cards"]) == ("featured_alone", ["101 アリス"])
    assert maker.typed(share="100%").compiled().banner.rarities[0].shares == (Fraction(1),)


def test_rates_of_featured_cards_decide_their_share() -> None:
    maker = Maker().typed(name="箱", kind="rate-up").rows(
        named("ア", "SSR", rate="0.7%", featured="○"),
        named("イ", "SSR", rate="1.3%"),
        named("ウ", "SSR", rate="1%"),
        named("エ", "R"),
    )  # fmt: skip
    ssr = maker.compiled().banner.rarities[0]
    assert ssr.rate == Fraction(3, 100) and ssr.shares == (Fraction(7, 30),)
    parts = {card.name["ja"]: part for card, part in ssr.picks(ssr.share_at(0), None)}
    assert parts == {"ア": Fraction(7, 30), "イ": Fraction(13, 30), "ウ": Fraction(10, 30)}


def test_rates_of_cards_that_do_not_fit_are_refused_by_rarity() -> None:
    maker = summer().rows(named("アリス", "SSR", rate="2%"))
    (problem,) = maker.missing()
    assert (problem.key, problem.place.source, problem.place.row) == (
        "rates_of_some_cards",
        SHEET,
        3,  # ベラ, without a rate
    )
    assert problem.values["rated"] == ["101 アリス"] and problem.values["of_cards"] == ["102 ベラ"]
    taken_back = Maker(maker.draft, maker.cards).rows(named("アリス", "SSR", rate="なし"))
    assert taken_back.compiled().banner.rarities[0].rate == Fraction(3, 100)
    maker.rows(named("ベラ", "SSR", rate="2%"))
    (problem,) = maker.missing()
    assert problem.key == "card_rates_sum"
    assert problem.values == {"rarity": "SSR", "sum": "0.04", "rate": "0.03"}
    maker.rows(named("ベラ", "SSR", rate="1%"))
    assert maker.compiled().banner.rarities[0].rate == Fraction(3, 100)
    maker = Maker().typed(name="箱")
    maker.rows(
        named("ア", "A", rate="1/1000003"), named("イ", "A", rate="1/1000033"), named("残", "B")
    )
    assert keys(maker.missing()) == ["weights_too_fine"]


def test_an_exchange_without_featured_cards_offers_the_highest_rarity() -> None:
    maker = (
        summer().rows(named("アリス", "SSR", featured="×")).typed(kind="ceiling", exchange="100")
    )
    made = maker.compiled().banner
    assert made.exchange is not None and sorted(made.exchange.cards) == ["c101", "c102"]


def test_a_rule_about_a_rarity_that_is_gone_is_about_the_highest() -> None:
    maker = summer().typed(kind="ceiling", of="SR", least="SR")
    maker.take(Removal((103,))).typed(rarities="SSR 3%\nR 残り")
    made = maker.compiled().banner
    assert made.rarities[0].ceiling == 100 and not made.multis[0].steps[0].minima


def test_a_name_in_the_other_language_stays() -> None:
    maker = summer().typed(name_en="Summer").typed(name="秋祭り")
    assert maker.compiled().banner.name == {"ja": "秋祭り", "en": "Summer"}


def test_a_box() -> None:
    maker = (
        summer()
        .typed(kind="box")
        .rows(named("アリス", "", stock="1"), named("エマ", "", stock="97"))
    )
    made = maker.compiled().banner
    assert made.box == frozenset(card.id for card in made.cards)
    assert made.rarities[0].rate == Fraction(2, 1 + 1 + 1 + 3 + 97)
    assert maker.typed(refill="top").compiled().banner.box == frozenset({"c101", "c102"})
    maker.rows(*[named(f"札{n}", "R") for n in range(60)])
    assert keys(maker.missing()) == ["too_many_cards"]


def test_packs_without_single_pulls() -> None:
    """One price alone, by a form and by a sheet; and how many cards there are for a member."""
    made = summer().typed(kind="multi", prices="500", size="5", total="20").compiled().banner
    assert made.sizes == (5,) and made.price_one is None and made.price(5) == 500
    assert made.limit is not None and (made.limit.total, made.limit.per_day) == (20, None)
    table = [["名前", "レアリティ", "設定", "値"], ["アリス", "SSR", "ルール", "まとめ引き"]]
    table += [["エマ", "R", "価格", "500"], ["", "", "まとめ引きの枚数", "5"]]
    table += [["", "", "1人の回数", "20"], ["", "", "レアリティ", "SSR 3%"]]
    table += [["", "", "レアリティ", "R 残り"], ["", "", "ガチャの名前", "パック"]]
    of_sheet = Maker().take(Upload(read(*table))).compiled().banner
    assert (of_sheet.sizes, of_sheet.price(5), of_sheet.limit) == ((5,), 500, made.limit)
    both = summer().typed(kind="multi", prices="500").typed(prices="160 / 500")
    assert both.compiled().banner.sizes == (1, 11)
    simple = summer().typed(kind="multi", prices="500", total="20").typed(kind="simple")
    assert simple.compiled().banner.sizes == (1, 10) and simple.compiled().banner.limit is None
    again = Draft.read(summer().typed(kind="multi", prices="500", total="20").draft.written())
    assert again.rule.is_alone and again.rule.total == 20


def test_a_rate_in_a_box_is_refused_by_its_line() -> None:
    refused = summer().refused(form(kind="box", rarities="SSR 1%\nSR\nR 3"))
    assert [(each.key, each.place.row) for each in refused] == [
        ("rate_of_copies", 1),
        ("rate_of_copies", 3),
    ]
    begun = begins(summer().typed(kind="box", rarities="SSR\nSR\nR").draft, TOKYO)["fields"]
    assert begun["rarities"] == "SSR\nSR\nR"


def test_a_multi_pull_of_another_size() -> None:
    made = summer().typed(kind="multi", least="SR").compiled().banner
    assert made.sizes == (1, 11) and made.price(11) == 1600
    [minimum] = made.multis[0].steps[0].minima
    assert minimum.cards == {"c101", "c102", "c103"} and minimum.count == 1
    made = (
        summer().typed(kind="multi", size="5", prices="100 / 450", exchange="30").compiled().banner
    )
    assert (made.sizes, made.price(5)) == ((1, 5), 450) and made.exchange is not None
    for text, problem in (("1", "out_of_range"), ("21", "out_of_range"), ("x", "not_whole")):
        assert keys(summer().typed(kind="multi").refused(form(size=text))) == [problem]


def test_a_daily_draw() -> None:
    made = summer().typed(kind="daily", prices="50").compiled().banner
    assert made.limit == banner.Limit(None, 1, (0,)) and made.sizes == (1,)
    assert engine.price(made, engine.start(made), 1) == 0
    maker = summer().typed(kind="daily", per_day="3", turns="0 / 20", prices="50")
    made = maker.compiled().banner
    state, prices = engine.on_day(made, engine.start(made), 20_000), []
    while engine.left(made, state):
        prices.append(engine.price(made, state, 1))
        state = engine.uncounted(made, state, 1)
    assert prices == [0, 20, 50]
    assert maker.typed(turns="").compiled().banner.limit == banner.Limit(None, 3, ())
    short = maker.typed(turns="0 / 10 / 20 / 30")
    assert [(p.key, p.values) for p in short.missing()] == [
        ("too_many_turns", {"found": 4, "most": 3})
    ]
    # What another kind had settled is kept, and not sold.
    assert summer().typed(exchange="30").typed(kind="daily").compiled().banner.exchange is None


def test_a_stamp_card() -> None:
    """Every tenth pull is an SR or better, whatever came before; held against the draws."""
    made = summer().typed(kind="stamps", of="SR").compiled().banner
    dice = random.Random(15)
    words = iter(lambda: dice.getrandbits(64), None)
    state, cards = engine.start(made), list[str]()
    for _ in range(400):
        [card], state = engine.draw(made, state, 1, words)
        cards.append(card.rarity)
    lowest = made.rarities[-1].id
    assert lowest not in cards[9::10] and cards.count(lowest) > 250
    [promise] = made.promises
    assert promise.fixed and promise.within == 10
    assert summer().typed(kind="stamps", every="25").compiled().banner.promises[0].within == 25
    assert keys(summer().typed(kind="stamps", of="R").missing()) == ["last_rarity"]


@pytest.mark.parametrize(("total", "nearest"), [("12", (10, 15)), ("3", (5, 10)), ("14", (10, 15))])
def test_a_limit_that_packs_alone_cannot_use_up_names_the_nearest_ones(
    total: str, nearest: tuple[int, int]
) -> None:
    maker = summer().typed(kind="multi", prices="500", size="5", total=total)
    (problem,) = maker.missing()
    assert (problem.key, problem.place.field) == ("total_leaves_some", "total")
    assert (problem.values["below"], problem.values["above"]) == nearest
    maker.typed(total=str(nearest[0])).compiled()
    summer().typed(kind="multi", prices="100 / 500", size="5", total=total).compiled()


def test_a_price_that_nobody_pays_is_noted_or_used_for_the_steps() -> None:
    daily = summer().typed(kind="daily", prices="160 / 1600")
    assert Note("price_of_several_unused", {"price": 1600}) in daily.notes
    assert begins(daily.draft, TOKYO)["fields"]["prices"] == "160"
    assert forms.understood(daily.draft)["in_turn"] == [0]
    assert forms.understood(daily.typed(per_day="3").draft)["in_turn"] == [0, 160]
    steps = summer().typed(kind="step-up", prices="100 / 1000")
    assert list(steps.draft.rule.steps) == [500, *[1000] * 4] and not steps.notes
    assert begins(steps.draft, TOKYO)["fields"]["prices"] == "100"
    steps.typed(steps="800 / 900").typed(prices="100 / 1200")
    assert Note("price_of_ten_unused", {"price": 1200}) in steps.notes
    assert list(steps.draft.rule.steps) == [800, 900] and not steps.typed(prices="90").notes


def test_stock_that_the_server_shares() -> None:
    maker = Maker().typed(name="くじ", rarities="特賞\nA賞\nB賞", kind="shared", prices="300")
    maker.rows(
        named("金の鈴", "特賞", stock="0"),
        named("毛布", "A賞", stock="3"),
        named("飴", "B賞", stock="37"),
    )
    made = maker.compiled().banner
    assert made.shared == banner.Shared(1, "c101", 7, 7)
    assert made.limit == banner.Limit(None, 5, ()) and shared_box.tickets(made) == 40
    assert shared_box.at_once(made) == (1, 5)
    made = maker.typed(per_day="2", boxes="3", age="0").compiled().banner
    assert made.shared == banner.Shared(3, "c101", 0, 0) and shared_box.at_once(made) == (1, 2)
    again = Draft.read(maker.draft.written())
    assert again == maker.draft and again.rule.newer() == {"per_day": 2, "boxes": 3, "age": 0}
    twice = Maker(maker.draft, maker.cards).rows(named("銀の鈴", "A賞", stock="0"))
    both = {"of_cards": ["101 金の鈴", "104 銀の鈴"]}
    assert [(p.key, p.values) for p in twice.missing()] == [("last_twice", both)]
    many = Maker(maker.draft, maker.cards).rows(named("飴", "B賞", stock="998"))
    assert [(p.key, p.values["found"]) for p in many.missing()] == [("tickets_in_all", "1001")]
    marked = Maker(maker.draft, maker.cards)
    marked.rows(named("飴", "B賞", weight="2", featured="○"))
    assert [(p.key, p.place.field) for p in marked.missing()] == [
        ("only_copies", "weight"),
        ("copies_featured", "featured"),
    ]
    assert {tuple(p.values["of_cards"]) for p in marked.missing()} == {("103 飴",)}
    marked.rows(named("飴", "", stock="37", featured="×"))  # the form of a card has no weight here
    assert marked.compiled().rules == Maker(maker.draft, maker.cards).compiled().rules
    # As a box of each player's own, a card without copies would never come.
    assert keys(Maker(maker.draft, maker.cards).typed(kind="box").missing()) == ["no_copies"]
    assert keys(Maker().typed(name="x", rarities="A").refused(upload(
        named("a", "A", stock="0")
    ))) == ["out_of_range"]  # fmt: skip


def test_a_draft_of_before_these_kinds_is_written_as_it_was() -> None:
    assert "per_day" not in summer().draft.written().decode()
    assert summer().draft.rule.newer() == {}


def test_a_step_up() -> None:
    made = summer().typed(kind="step-up").compiled().banner
    assert [step.price for step in made.multis[0].steps] == [800, 1600, 1600, 1600, 1600]
    assert (
        dict(made.multis[0].steps[-1].slots) == {10: (Fraction(1), Fraction(0), Fraction(0))}
        and not made.multis[0].repeats_last
    )
    made = summer().typed(kind="step-up", steps="1,000 → 2,000", repeat="last").compiled().banner
    assert [step.price for step in made.multis[0].steps] == [1000, 2000] and made.multis[
        0
    ].repeats_last
    both = summer().refused(form(prices="abc / -5 / 10", steps="x → 99999999999999"))
    assert [(each.key, each.place.field) for each in both] == [
        *(("not_whole", "prices"), ("out_of_range", "prices"), ("price_form", "prices")),
        *(("not_whole", "steps"), ("out_of_range", "steps")),
    ]
    (problem,) = summer().refused(form(steps="1000"))
    assert (problem.key, problem.place.field) == ("out_of_range", "steps")


@pytest.mark.parametrize(
    ("field", "text", "problem"),
    [
        ("prices", "160", "price_form"),
        ("prices", "高い / 1600", "not_whole"),
        ("prices", "160 / 1000000001", "out_of_range"),
        ("prices", "-1 / 10", "out_of_range"),
        ("kind", "ボックス", "kind_unknown"),
        ("ceiling", "1", "out_of_range"),
        ("ceiling", "1001", "out_of_range"),
        ("ceiling", "九十", "not_whole"),
        ("share", "半分", "not_rate"),
        ("share", "0%", "rate_zero"),
        ("share", "150%", "rate_above_one"),
        ("guarantee", "11", "out_of_range"),
        ("exchange", "10001", "out_of_range"),
        ("of", "UR", "rarity_unknown"),
        ("least", "UR", "rarity_unknown"),
        ("looks", "UR 🌈", "rarity_unknown"),
        ("looks", "SSR 🌈 #12345", "not_colour"),
        ("looks", "SSR 🌈\nSR みどり", "not_emoji"),
        ("looks", "SSR 1あ", "not_emoji"),
        ("shards", "UR 30 300", "rarity_unknown"),
        ("shards", "SSR", "shards_form"),
        ("shards", "SSR 30 300 3000", "shards_form"),
        ("shards", "SSR many", "not_whole"),
        ("shards", "SSR -1", "out_of_range"),
        ("shards", "SSR 30 0", "out_of_range"),
        ("shards", "SSR 100001", "out_of_range"),
        ("name", "", "name_missing"),
        ("name", "一\n二", "name_unusable"),
        ("description", "あ" * 1001, "too_long"),
        ("repeat", "never", "kind_unknown"),
        ("refill", "never", "kind_unknown"),
    ],
)
def test_refused_fields_are_named(field: str, text: str, problem: str) -> None:
    found = summer().refused(form(**{field: text}))[0]
    assert (found.key, found.place.field) == (problem, field)


def test_prices_with_commas_and_in_lines() -> None:
    for text in (
        "300 / 3,000",
        "３００、３０００",
        "300\n3000",
        "300,3000",
        "300 コイン / 3000 コイン",
    ):
        draft = Maker().typed(prices=text).draft
        assert (draft.price_one, draft.price_ten) == (300, 3000)


def test_one_bad_price_is_told_once() -> None:
    assert keys(summer().refused(form(prices="高い"))) == ["not_whole"]
    assert keys(summer().refused(form(kind="step-up", steps="高い"))) == ["not_whole"]


def test_an_emoji_of_the_servers_own_may_stand_among_looks() -> None:
    own = "<:star_2:1290000000000000001>"
    maker = summer().typed(looks=f"SSR {own} #FFCC00\nR 1️⃣")
    looks = [(each.emoji, each.colour) for each in maker.draft.rarities]
    assert looks == [(own, 0xFFCC00), ("", None), ("1️⃣", None)]
    typed = begins(maker.draft, TOKYO)["fields"]["looks"]
    assert maker.typed(looks=typed).draft.rarities[0].emoji == own


def test_looks_are_kept_beside_the_rules() -> None:
    maker = summer()
    plain = maker.compiled()
    maker.typed(looks="SSR 🌈 #FFCC00\nSR ＃00ccff", description="夏だけ").take(
        Pictures({101: "a" * 32}, banner="b" * 32)
    )
    looked = maker.compiled()
    assert looked.rules == plain.rules and looked.look != plain.look
    assert looked.look.decode() == (
        '{"cards":{"c101":"' + "a" * 32 + '"},"description":"夏だけ","picture":"' + "b" * 32 + '",'
        '"rarities":{"r1":{"colour":16763904,"emoji":"🌈"},"r2":{"colour":52479}},"v":1}'
    )


def test_amounts_of_shards_are_kept_beside_the_rules_and_survive_what_is_edited_after() -> None:
    maker = summer()
    plain = maker.compiled()
    assert not {"shards", "shop"} & json.loads(plain.look).keys()
    maker.typed(shards="SSR： ５０，600\nＳＲ 0")
    settled = maker.compiled()
    assert settled.rules == plain.rules
    look = json.loads(settled.look)
    assert (look["shards"], look["shop"]) == ({"r1": 50, "r2": 0}, {"r1": 600})
    assert forms.begins(maker.draft, UTC)["fields"]["shards"] == "SSR 50 600\nSR 0"
    assert Draft.read(maker.draft.written()) == maker.draft
    maker.typed(rarities="SSR+ 3%\nSR 18%\nR 残り")
    assert maker.draft.rarities[0].shards == 50  # it was renamed, and is the same
    maker.typed(shards="")
    assert not {"shards", "shop"} & json.loads(maker.compiled().look).keys()


@pytest.mark.parametrize("is_file", [False, True])
def test_of_stock_that_the_server_shares_no_price_in_the_shop_is_taken(is_file: bool) -> None:
    maker = summer().typed(kind="shared")
    if is_file:
        maker = Maker().take(File(LOTTERY, "lottery.toml"))
    name = maker.draft.rarities[1].shown
    (problem,) = maker.refused(form(shards=f"{name} 30 300"))
    assert (problem.key, problem.place.field, problem.place.row) == ("no_shop_price", "shards", 1)
    assert forms.begins(maker.draft, UTC)["shop"] == "none"
    assert maker.typed(shards=f"{name} 30").draft.rarities[1].shards == 30


def test_a_price_of_before_is_not_typed_into_the_form_of_a_shared_box() -> None:
    maker = summer().typed(shards="SSR 50 600")
    assert "shop" not in forms.begins(maker.draft, UTC)
    maker.typed(kind="shared")
    assert forms.begins(maker.draft, UTC)["fields"]["shards"] == "SSR 50"
    assert forms.understood(maker.draft)["shards"] == ["SSR 50"]


def test_a_draft_of_before_shards_is_read_and_written_as_it_was() -> None:
    before = summer().draft
    assert all(len(each.written()) == 5 for each in before.rarities)
    assert Draft.read(before.written()).written() == before.written()


def test_a_forms_fields_fit_a_form() -> None:
    assert set(RULE_FIELDS) == set(drafts.KINDS)
    assert all(len(fields) <= 5 and set(fields) <= set(FIELDS) for fields in RULE_FIELDS.values())


def test_what_is_missing_is_all_named() -> None:
    assert keys(Maker().missing()) == ["banner_name_missing", "no_cards", "rarities_missing"]
    maker = summer().take(Removal((103,)))
    assert [(p.key, p.values) for p in maker.missing()] == [
        ("rarity_without_card", {"rarity": "SR"})
    ]
    maker = summer()
    maker.cards = maker.cards.without(102)
    assert keys(maker.missing()) == ["card_gone"]
    rare = Maker().typed(name="箱", rarities="A\nB 1/999999999989\nC 1/999999999961")
    rare.rows(named("ア", "A"), named("イ", "B"), named("ウ", "C"))
    assert keys(rare.missing()) == ["rate_too_fine"]


# --- properties -----------------------------------------------------------------------------------

NAMES = st.sampled_from(
    ["アリス", "ありす", "ｱﾘｽ", "Bella", "bella", "カイ", "⭐️", "　", "=1", "札1", "札2"]
)
RARITIES = st.sampled_from(["SSR", "ssr", "SR", "R", "★5", "UR", ""])
NUMBERS = st.sampled_from(["", "1", "２", "0", "1000000", "x", "101", "102", "103"])
RATES = st.sampled_from(["", "1%", "50％", "1/3", "0.3", "99%", "1/999983", "0", "2"])
MARKS = st.sampled_from(["", "○", "no", "?"])
ROWS = st.tuples(NUMBERS, NAMES, st.just(""), RARITIES, NUMBERS, RATES, MARKS, NUMBERS, st.just(""))
LINES = st.tuples(RARITIES, st.sampled_from([" ", "：", ""]), RATES).map("".join)
TYPED: dict[str, st.SearchStrategy[str]] = {
    "name": NAMES,
    "rarities": st.lists(LINES, max_size=5).map("\n".join),
    "kind": st.sampled_from([*drafts.KINDS, ""]),
    "prices": st.tuples(NUMBERS, NUMBERS).map(" / ".join),
    "looks": st.lists(RARITIES, max_size=3).map(" 🌈\n".join),
    "of": RARITIES,
    "least": RARITIES,
    "ceiling": NUMBERS,
    "share": RATES,
    "guarantee": NUMBERS,
    "exchange": NUMBERS,
    "steps": st.lists(NUMBERS, max_size=4).map(" / ".join),
    "repeat": st.sampled_from(["again", "last", ""]),
    "refill": st.sampled_from(["all", "top", ""]),
    "size": NUMBERS,
    "per_day": NUMBERS,
    "turns": st.lists(NUMBERS, max_size=3).map(" / ".join),
    "every": NUMBERS,
    "boxes": NUMBERS,
    "age": NUMBERS,
    "description": st.text(max_size=20),
    "shards": st.lists(st.tuples(RARITIES, NUMBERS, NUMBERS).map(" ".join), max_size=4).map(
        "\n".join
    ),
}
FORMS = st.fixed_dictionaries({}, optional=TYPED)


def edits() -> st.SearchStrategy[Edit | Refusal]:
    def uploaded(rows: list[tuple[str, ...]]) -> Edit | Refusal:
        sheet = sheets.rows([HEAD, *map(list, rows)], SHEET)
        return sheet if isinstance(sheet, Refusal) else Upload(sheet)

    numbers = st.integers(101, 106)
    return st.one_of(
        st.lists(ROWS, min_size=1, max_size=5).map(uploaded),
        FORMS.map(lambda fields: form(**fields)),
        st.just(RestOnLowest()),
        st.builds(Answer, numbers, st.booleans()),
        st.builds(lambda number: Removal((number,)), numbers),
    )


def check_by_verifier(made: Compiled) -> None:
    """The players' verifier reads the file, too, and draws the same from it: it shares no code."""
    theirs = verify.read_banner(made.rules.decode())
    if made.banner.shared is not None:  # whose draws go by the box, and are verified as that
        return
    size = made.banner.sizes[-1]
    cards, _ = verify.pull(theirs, verify.bring(theirs, {"points": 0}), size, b"seed", "client", 0)

    def words(nonce: int) -> Iterator[int]:
        return (verify.random_word(b"seed", "client", nonce, cursor) for cursor in count())

    rolls, _ = engine.trace(made.banner, engine.start(made.banner), size, words)
    assert cards == [roll.card.id for roll in rolls]


@pytest.mark.long
@settings(max_examples=400)
@given(st.lists(edits(), max_size=8))
def test_every_accepted_draft_compiles_or_names_its_problem(made: list[Edit | Refusal]) -> None:
    maker = summer()
    for edit in made:
        before = maker.draft, maker.cards
        if isinstance(merged := maker.tried(edit), Merged):
            maker.draft, maker.cards = merged.draft, merged.cards
            assert maker.cards.next_number >= before[1].next_number
            numbers = {card.number for card in maker.draft.cards}
            assert len(numbers) == len(maker.draft.cards)
            assert numbers <= maker.cards.by_number.keys()
            assert {card.rarity for card in maker.draft.cards} <= {
                each.id for each in maker.draft.rarities
            }
            folded = [
                {server_cards.key(name) for name in card.name.values()}
                for card in maker.cards.by_number.values()
            ]
            assert sum(map(len, folded)) == len(set().union(*folded))
        once = compiled(maker.draft, maker.cards)
        check(once)
        if isinstance(once, Refusal):
            assert not {"file_refused", "file_wrong", "file_lacks"} & set(keys(list(once.problems)))
            continue
        again = compiled(Draft.read(maker.draft.written()), Cards.read(maker.cards.written()))
        assert isinstance(again, Compiled)
        assert (again.rules, again.look) == (once.rules, once.look)
        assert banner.parse(once.rules, "again").hash == once.rules_hash
        drawn = {card.number for card in once.banner.cards}
        assert drawn == {card.number for card in maker.draft.cards}
        check_by_verifier(once)


def test_random_banners_of_many_cards_compile_to_the_rates_that_were_typed() -> None:
    """Rates and weights of every size, held against the sum of what was typed."""
    for seed in range(30):
        generator = random.Random(seed)
        many = generator.randint(2, 6)
        cuts = sorted(generator.sample(range(1, 1000), many - 1))
        rates = [b - a for a, b in zip([0, *cuts], [*cuts, 1000], strict=True)]
        lines = [f"R{n} {rate / 10}%" for n, rate in enumerate(rates)]
        maker = Maker().typed(name="試", rarities="\n".join(lines))
        weights = {
            f"札{n}-{card}": generator.randint(1, 50)
            for n in range(many)
            for card in range(generator.randint(1, 9))
        }
        maker.rows(*[
            named(name, f"R{name[1]}", weight=str(weight)) for name, weight in weights.items()
        ])  # fmt: skip
        made = maker.compiled().banner
        for n, rarity in enumerate(made.rarities):
            assert rarity.rate == Fraction(rates[n], 1000), f"seed {seed}"
            mine = {name: w for name, w in weights.items() if name[1] == str(n)}
            assert {
                card.name["ja"]: part for card, part in rarity.picks(rarity.share_at(0), None)
            } == {name: Fraction(w, sum(mine.values())) for name, w in mine.items()}, f"seed {seed}"


@given(st.fractions(0, 1, max_denominator=10**9))
def test_rates_are_written_exactly(rate: Fraction) -> None:
    text = values.rate_text(rate)
    assert Fraction(text) == rate
    assert "/" in text or set(text) <= set("0123456789.")


# --- files ----------------------------------------------------------------------------------------

BANNERS = sorted((ROOT / "tests/banners").glob("*.toml"))


@pytest.mark.parametrize("path", BANNERS, ids=lambda path: path.stem)
def test_a_published_system_is_drawn_as_its_file_says(path: Path) -> None:
    """Every rule of a file holds under our ids: held against the file itself, row by row."""
    maker = Maker().take(File(path.read_bytes(), path.name))
    ours, theirs = maker.compiled().banner, banner.parse(path.read_bytes(), path.name)
    ids = {c.id: f"c{maker.number(c.name['ja'])}" for c in theirs.cards}
    assert (ours.id, ours.carry_over) == ("b1", theirs.carry_over)
    assert ours.kind == (f"k-{theirs.kind}" if theirs.carry_over else "b1")
    start_of_ours, start = engine.start(ours), engine.start(theirs)
    at_ours, at = (
        engine.position(ours, start_of_ours, 10),
        engine.position(theirs, start, 10),
    )
    generator = random.Random(path.stem)
    for _ in range(300):
        row = engine.row(theirs, at)
        assert [(ids[c.id], p) for c, p in row] == [(c.id, p) for c, p in engine.row(ours, at_ours)]
        card = generator.choice(row)[0]
        at = engine.after(theirs, at, card)
        mine = next(each for each in ours.cards if each.id == ids[card.id])
        at_ours = engine.after(ours, at_ours, mine)
    assert [step.price for step in ours.multis[0].steps] == [
        step.price for step in theirs.multis[0].steps
    ]
    one, two = ours.exchange, theirs.exchange
    assert (one is None) == (two is None)
    if one is not None and two is not None:
        assert one.price == two.price and sorted(one.cards) == sorted(ids[c] for c in two.cards)


def test_a_file_comes_in_the_place_of_what_there_was_and_its_cards_are_matched() -> None:
    text = (ROOT / "tests/banners/festival-box.toml").read_text("utf-8")
    maker = Maker().take(File(text.encode(), "box.toml"))
    numbers = {card.number for card in maker.draft.cards}
    again = Maker(Draft.new(2), maker.cards).take(File(text.encode(), "box.toml"))
    assert {card.number for card in again.draft.cards} == numbers
    assert again.cards == maker.cards
    other = summer()
    other.take(File(text.encode(), "box.toml"))
    assert Note("cards_out", {"count": 5}) in other.notes
    assert len(other.cards.by_number) == 5 + len(numbers)


def test_what_begins_a_box_anew_is_named_by_our_ids() -> None:
    text = (ROOT / "tests/banners/festival-box.toml").read_text("utf-8")
    text = text.replace("[box]", '[box]\nreset_after = ["silver-fan", "b"]')
    made = Maker().take(File(text.encode(), "box.toml")).compiled().banner
    theirs = banner.parse(text.encode(), "box.toml")
    names = {card.id: card.name["ja"] for card in (*made.cards, *theirs.cards)}
    for ours, of in ((made.box, theirs.box), (made.reset, theirs.reset)):
        assert ours is not None and of is not None
        assert {names[card] for card in ours} == {names[card] for card in of}


def test_our_own_export_under_another_name_is_asked_about() -> None:
    maker = summer().typed(kind="rate-up")
    rules = maker.compiled().rules.decode().replace("アリス", "リデル")
    rules = rules.replace("exchange = { price = 100 }", 'exchange = { price = 100, of = ["c101"] }')
    maker.take(File(rules.encode(), "b1.toml"))
    assert [(each.number, each.maybe) for each in maker.draft.questions] == [(106, 101)]
    assert maker.compiled().banner.exchange is not None
    maker.take(Answer(106, is_same=True))
    made = maker.compiled().banner
    assert made.exchange is not None and made.exchange.cards == {"c101"}
    assert maker.cards.by_number[101].names["ja"] == "リデル"


def test_a_refused_file_names_its_field_and_its_rules_are_changed_by_a_file_only() -> None:
    (problem,) = Maker().refused(File(b'id = "x"\n', "x.toml"))
    assert (problem.key, problem.place.field, problem.place.sheet) == (
        "file_lacks",
        "kind",
        "x.toml",
    )
    maker = Maker().take(File(BANNERS[0].read_bytes(), "a.toml"))
    for field in ("rarities", "kind", "prices", "ceiling", "share"):
        assert keys(maker.refused(form(**{field: "1"}))) == ["only_by_file"]
    assert keys(maker.refused(RestOnLowest())) == ["only_by_file"]
    rarity = maker.draft.rarities[0].shown
    assert keys(maker.refused(upload(named("新", rarity, rate="5%")))) == ["only_by_file"]
    maker.typed(name="新しい名前", period="12/24 - 12/26")
    assert maker.compiled().banner.name["ja"] == "新しい名前"
    assert maker.compiled().banner.starts_ms is None and maker.draft.starts_ms is not None


@given(st.data())
def test_any_file_is_taken_or_refused(data: st.DataObject) -> None:
    text = bytearray(data.draw(st.sampled_from(BANNERS)).read_bytes())
    for _ in range(data.draw(st.integers(0, 3))):
        text[data.draw(st.integers(0, len(text) - 1))] = data.draw(st.integers(0, 255))
    merged = Maker().tried(File(bytes(text), "any.toml"))
    if isinstance(merged, Merged):
        check(compiled(merged.draft, merged.cards))
