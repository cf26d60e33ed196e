"""A banner as an export and back: the same odds, names, numbers and looks in another server."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gacha.making import exports, imports, sheets, values
from gacha.making.cards import Cards, ServerCard, key, name_problem
from gacha.making.compiling import Compiled, compiled
from gacha.making.draft import (
    KINDS,
    OF_COPIES,
    OF_FILE,
    SHARED,
    Draft,
    DraftCard,
    DraftRarity,
    Parts,
    Question,
    Rule,
)
from gacha.making.edits import File, Merged, merge
from gacha.making.exports import Export
from gacha.making.imports import Import, Part
from gacha.making.problems import NOTES, SHEET, Refusal
from tests.conftest import ROOT

HARD: Final = (
    "=cmd|' /C calc'!A0", "=1+1", "+1", "-1", "@SUM(A1)", "'quoted", "'=x", "''=x", "' =x",
    "全角　空白", "猫🐈\u200d⬛", "①㈱髙﨑", "𠮷野家", "한국어", "1/33", "3%", "007", "12月24日",
    "a, b", 'a "b"', "残り", "none", "○", "SSR 3%", "N 残り", "名前", "星" * 80, "c101",
)  # fmt: skip
"""Names that a spreadsheet, a CSV, or a line of ours reads as something else."""

NAMES: Final = st.sampled_from(HARD) | st.text(max_size=80).filter(
    lambda name: not name_problem(name)
)
ART: Final = "0123456789abcdef" * 2


def again(of: Export, cards: Cards | None = None, now_ms: int = 0) -> Merged:
    """What another server makes of it, in one part."""
    part = imports.read(of.part(min(1, len(of.pictures)), len(of.pictures)))
    assert isinstance(part, Part), part
    rows = None
    if of.table is not None:
        read = sheets.rows(of.table, SHEET)
        assert isinstance(read, sheets.Sheet), read
        rows = read
    given = Import(part, dict(of.pictures), rows, of.toml, now_ms)
    merged = imports.imported(Draft.new(7), cards or Cards.none(), given)
    assert isinstance(merged, Merged), merged
    for note in merged.notes:
        assert NOTES[note.key] == note.values.keys()
    assert Draft.read(merged.draft.written()) == merged.draft
    return merged


def made(of: Merged) -> Compiled:
    result = compiled(of.draft, of.cards)
    assert isinstance(result, Compiled), result
    return result


def exported(draft: Draft, cards: Cards) -> Export:
    of = exports.exported(draft, cards)
    assert isinstance(of, Export), of
    return of


@st.composite
def drafts(draw: st.DrawFn, kinds: tuple[str, ...] = KINDS) -> tuple[Draft, Cards]:
    """Any banner that compiles, with names of all kinds."""
    kind = draw(st.sampled_from(kinds))
    names = draw(st.lists(NAMES, min_size=4, max_size=9, unique_by=key))
    names = [name for name in names if key(name)]
    titles = draw(st.lists(NAMES, min_size=2, max_size=3, unique_by=key))
    ids = draw(st.permutations([f"r{n}" for n in range(1, len(titles) + 1)]))
    weights = draw(st.lists(st.integers(1, 999), min_size=len(ids), max_size=len(ids)))
    rates = [Fraction(weight, sum(weights)) for weight in weights]
    rest = draw(st.sampled_from([None, *range(len(ids))]))
    rarities = tuple(
        DraftRarity(
            id_,
            {draw(st.sampled_from(["ja", "en"])): title},
            None if kind in OF_COPIES or at == rest else rates[at],
            emoji=draw(st.sampled_from(["", "🌟", "<:a:1>"])),
            colour=draw(st.sampled_from([None, 0, 0xFFCC00])),
            shards=draw(st.sampled_from([None, 0, 30])),
            price=draw(st.sampled_from([None, 1, 300])),
        )
        for at, (id_, title) in enumerate(zip(ids, titles, strict=True))
    )
    numbers = draw(st.permutations(range(150, 150 + len(names))))
    known, parts = [], []
    for at, (number, name) in enumerate(zip(numbers, names, strict=True)):
        language = draw(st.sampled_from(["ja", "en"]))
        art = draw(st.sampled_from(["", ART, f"{at:032x}"]))
        known.append(ServerCard(number, {language: name}, art))
        weight, stock = draw(st.integers(1, 10_000)), draw(st.integers(1, 500))
        is_featured, rarity = draw(st.booleans()), ids[at % len(ids)]
        if kind == SHARED:  # where copies alone decide, and a card without is the last one's prize
            weight, is_featured, stock = 1, False, draw(st.integers(1 if at else 0, 100))
        parts.append(DraftCard(number, rarity, weight, None, is_featured, stock))
    rule = Rule(
        of=draw(st.sampled_from(["", *ids[:-1]])),
        ceiling=draw(st.sampled_from([None, 2, 300])),
        share=draw(st.sampled_from([Fraction(1, 2), Fraction(1, 3), Fraction(1)])),
        guarantee=draw(st.integers(0, 10)),
        exchange=draw(st.sampled_from([None, 1, 10_000])),
        least=draw(st.sampled_from(["", *ids[:-1]])),
        repeats_last=draw(st.booleans()),
        refill=draw(st.sampled_from(["all", "top"])),
        size=draw(st.integers(2, 20)),
        per_day=draw(st.sampled_from([None, 2, 100])),
        turns=draw(st.sampled_from([(), (0,), (0, 30)])),
        every=draw(st.integers(2, 1_000)),
        boxes=draw(st.integers(1, 100)),
        age=draw(st.integers(0, 365)),
    ).of_kind(kind, 1_600)
    draft = Draft(
        "b3",
        name={draw(st.sampled_from(["ja", "en"])): draw(NAMES)},
        description=draw(st.sampled_from(["", "夏の\nガチャ"])),
        picture=draw(st.sampled_from(["", ART])),
        rarities=rarities,
        is_typed=True,
        next_rarity=9,
        rule=rule,
        price_one=draw(st.integers(0, 999)),
        starts_ms=draw(st.sampled_from([None, 1_000])),
        ends_ms=draw(st.sampled_from([None, 2_000])),
        cards=tuple(parts),
    )
    return draft, Cards({card.number: card for card in known}, 400)


@settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow], deadline=None)
@given(drafts())
def test_any_banner_is_the_same_in_another_server(given: tuple[Draft, Cards]) -> None:
    """And what that server exports is the same again, byte for byte."""
    draft, cards = given
    of = exports.exported(draft, cards)
    if isinstance(of, Refusal):
        assert isinstance(compiled(draft, cards), Refusal)
        return
    there = again(of)
    here = compiled(draft, cards)
    assert isinstance(here, Compiled)
    other = made(there)
    assert shape(other) == shape(here)
    assert {n: c.name for n, c in there.cards.by_number.items()} == (
        {n: c.name for n, c in cards.by_number.items()} if of.table is not None
        else {n: c.names for n, c in cards.by_number.items()}
    )  # fmt: skip
    assert {n: c.art for n, c in there.cards.by_number.items()} == {
        n: c.art for n, c in cards.by_number.items()
    }
    kept = ("name", "description", "picture", "starts_ms", "ends_ms")
    assert [getattr(there.draft, each) for each in kept] == [getattr(draft, each) for each in kept]
    looks = [(each.name, each.emoji, each.colour) for each in draft.rarities]
    assert [(each.name, each.emoji, each.colour) for each in there.draft.rarities] == looks
    second = exported(there.draft, there.cards)
    assert (second.id, second.table, second.toml) == (of.id, of.table, of.toml)
    assert exported(draft, cards) == of


def shape(of: Compiled) -> Any:
    """What decides odds and what is seen, without ids, which are a server's own."""
    banner, ids = of.banner, {each.id: n for n, each in enumerate(of.banner.rarities)}
    return (
        [(each.schedule, each.shares, each.guarantee, dict(each.name)) for each in banner.rarities],
        [
            (c.number, ids[c.rarity], c.weight, c.featured, c.stock, dict(c.name))
            for c in banner.cards
        ],
        banner.price_one,
        banner.multis and [(m.size, [step.price for step in m.steps]) for m in banner.multis],
        banner.limit,
        banner.shared and (banner.shared.boxes, banner.shared.account_days),
        [(each.within, each.fixed, each.cards) for each in banner.promises],
        banner.exchange,
        bool(banner.box),
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_common_banner_is_a_sheet_that_an_owner_can_read(kind: str) -> None:
    """And no file, however its rarities came to their rates."""
    draft, cards = common(kind)
    of = exported(draft, cards)
    assert of.table is not None and not of.toml
    heads = of.table[0]
    assert heads[:2] == ["番号", "名前"] and heads[-2:] == ["設定", "値"]
    assert [line[1] for line in of.table[1:4]] == ["リリィ", "'=cmd|' /C calc'!A0", "猫"]
    rules = {line[-2]: line[-1] for line in of.table[1:] if len(line) == len(heads)}
    assert rules["ガチャの名前"] == "夏祭り"
    assert rules["レアリティ"] == ("N" if kind in OF_COPIES else "N 80%")


def common(kind: str) -> tuple[Draft, Cards]:
    names = {101: "リリィ", 102: "=cmd|' /C calc'!A0", 103: "猫", 104: "翠"}
    cards = Cards({n: ServerCard(n, {"ja": name}, ART) for n, name in names.items()}, 105)
    rated, is_shared = kind not in OF_COPIES, kind == SHARED
    draft = Draft(
        "b2",
        name={"ja": "夏祭り"},
        rarities=(
            DraftRarity("r2", {"ja": "SSR"}, Fraction(3, 100) if rated else None),
            DraftRarity("r1", {"ja": "SR"}, Fraction(17, 100) if rated else None),
            DraftRarity("r3", {"ja": "N"}),
        ),
        is_typed=True,
        next_rarity=4,
        rule=Rule().of_kind(kind, 1_600),
        cards=(
            DraftCard(101, "r2", featured=not is_shared),
            DraftCard(102, "r1", weight=1 if is_shared else 3),
            DraftCard(103, "r3"),
            DraftCard(104, "r2", stock=5),
        ),
        questions=(Question(104, 103, DraftCard(103, "r3")),),
    )
    return draft, cards


def test_rates_of_single_cards_come_back() -> None:
    draft, cards = common("simple")
    rates = {101: Fraction(1, 33), 104: Fraction(1, 200), 102: Fraction(1, 3)}
    rest = 1 - sum(rates.values(), Fraction(0))
    draft = Draft(
        **{name: getattr(draft, name) for name in ("id", "name", "next_rarity")},
        rarities=tuple(DraftRarity(each.id, each.name) for each in draft.rarities),
        cards=tuple(
            DraftCard(each.number, each.rarity, rate=rates.get(each.number, rest))
            for each in draft.cards
        ),
    )
    of = exported(draft, cards)
    assert of.table is not None and "確率" in of.table[0]
    there = made(again(of))
    assert [each.rate for each in there.banner.rarities] == [
        rates[101] + rates[104],
        rates[102],
        rest,
    ]


@pytest.mark.parametrize(
    "path", sorted((ROOT / "tests/banners").glob("*.toml")), ids=lambda p: p.stem
)
def test_a_banner_of_a_file_is_exported_as_one(path: Any) -> None:
    merged = merge(Draft.new(3), Cards.none(), File(path.read_bytes(), path.name))
    assert isinstance(merged, Merged)
    of = exported(merged.draft, merged.cards)
    assert of.table is None and of.toml
    here, there = made(merged), again(of)
    assert shape(made(there)) == shape(here)
    assert made(there).banner.kind in (here.banner.kind, "b7")
    assert there.draft.rule.kind == OF_FILE
    second = exported(there.draft, there.cards)
    assert (second.id, second.toml) == (of.id, of.toml)


def test_what_a_sheet_cannot_say_is_a_file() -> None:
    """Names with blanks around them, which a banner file may hold."""
    draft, cards = common("ceiling")
    cards = cards.with_cards([ServerCard(103, {"ja": "\u3000猫 "})])
    of = exported(draft, cards)
    assert of.table is None
    there = again(of)
    assert there.cards.by_number[103].names["ja"] == "\u3000猫 "
    second = exported(there.draft, there.cards)
    assert (second.id, second.toml) == (of.id, of.toml)


def test_a_draft_that_lacks_something_is_no_export() -> None:
    draft, cards = common("rate-up")
    lacking = Draft("b1", name={"ja": "夏"}, rarities=draft.rarities)
    of = exports.exported(lacking, cards)
    assert isinstance(of, Refusal) and of.problems[0].key == "no_cards"


# --- in a server that has cards -------------------------------------------------------------------


def test_a_card_is_known_by_its_name_and_keeps_its_number_where_it_is_free() -> None:
    draft, cards = common("ceiling")
    here = Cards(
        {101: ServerCard(101, {"ja": "別のカード"}), 102: ServerCard(102, {"en": "猫"}, "f" * 32)},
        104,
    )
    there = again(exported(draft, cards), here)
    by_name = {card.names["ja"]: number for number, card in there.cards.by_number.items()}
    assert by_name == {
        "別のカード": 101,
        "猫": 102,
        "翠": 104,
        "リリィ": 105,
        "=cmd|' /C calc'!A0": 106,
    }
    assert there.cards.by_number[102].art == ART
    assert there.cards.next_number == 107
    [note] = [each for each in there.notes if each.key == "import_renumbered"]
    assert note.values == {"count": 2}
    assert sorted(shape(made(there))[0]) == sorted(shape(made(again(exported(draft, cards))))[0])


def test_a_number_far_away_leaves_room_for_others() -> None:
    draft, cards = common("simple")
    far = {
        n: ServerCard(9_999 if n == 101 else n, card.name) for n, card in cards.by_number.items()
    }
    cards = Cards({card.number: card for card in far.values()}, 9_999)
    moved = tuple(
        DraftCard(9_999, "r2", featured=True) if c.number == 101 else c for c in draft.cards
    )
    draft = Draft("b2", draft.name, rarities=draft.rarities, is_typed=True, cards=moved)
    there = again(exported(draft, cards))
    assert there.cards.next_number < 200 and len(there.cards.by_number) == 4


def test_dates_that_are_over_are_left_out() -> None:
    draft, cards = common("simple")
    draft = Draft(
        "b2",
        draft.name,
        rarities=draft.rarities,
        is_typed=True,
        cards=draft.cards,
        starts_ms=1,
        ends_ms=5,
    )
    of = exported(draft, cards)
    assert (again(of).draft.starts_ms, again(of).draft.ends_ms) == (1, 5)
    late = again(of, now_ms=5)
    assert (late.draft.starts_ms, late.draft.ends_ms) == (None, None)
    assert "import_over" in [each.key for each in late.notes]


# --- in parts -------------------------------------------------------------------------------------


@given(st.permutations(range(6)), st.data())
def test_parts_come_in_any_order_and_the_draft_says_what_is_missing(
    order: list[int], data: st.DataObject
) -> None:
    draft, cards = pictured()
    of = exported(draft, cards)
    assert of.table is not None
    files = list(of.pictures.items())
    rows = sheets.rows(of.table, SHEET)
    assert isinstance(rows, sheets.Sheet)
    merged = Merged(Draft.new(4), Cards.none())
    came: set[int] = set()
    for number in [*order, data.draw(st.sampled_from(order))]:  # and one of them twice
        part = imports.read(of.part(2 * number + 1, 2 * number + 2))
        assert isinstance(part, Part)
        given_ = Import(part, dict(files[2 * number : 2 * number + 2]), rows)
        taken = imports.imported(merged.draft, merged.cards, given_)
        assert isinstance(taken, Merged)
        merged, came = taken, came | {2 * number + 1, 2 * number + 2}
        assert merged.draft.parts is not None
        missing = {n for first, last in merged.draft.parts.missing for n in range(first, last + 1)}
        assert missing == set(range(1, 13)) - came
        said = [each for each in merged.notes if each.key == "import_missing"]
        assert bool(said) == bool(missing)
        assert Draft.read(merged.draft.written()) == merged.draft
    assert {n: c.art for n, c in merged.cards.by_number.items()} == {
        n: c.art for n, c in cards.by_number.items()
    }
    assert exported(merged.draft, merged.cards).id == of.id


def pictured() -> tuple[Draft, Cards]:
    draft, _ = common("ceiling")
    cards = Cards(
        {n: ServerCard(n, {"ja": f"カード{n}"}, f"{n:032x}") for n in range(101, 113)}, 113
    )
    parts = tuple(DraftCard(n, ("r2", "r1", "r3")[n % 3]) for n in range(101, 113))
    return Draft("b2", draft.name, rarities=draft.rarities, is_typed=True, cards=parts), cards


def test_what_was_changed_between_two_parts_stays() -> None:
    draft, cards = pictured()
    of = exported(draft, cards)
    assert of.table is not None
    rows = sheets.rows(of.table, SHEET)
    first, second = imports.read(of.part(1, 6)), imports.read(of.part(7, 12))
    assert isinstance(rows, sheets.Sheet) and isinstance(first, Part) and isinstance(second, Part)
    files = list(of.pictures.items())
    taken = imports.imported(Draft.new(1), Cards.none(), Import(first, dict(files[:6]), rows))
    assert isinstance(taken, Merged)
    changed = Draft(**{**fields(taken.draft), "price_one": 7, "cards": taken.draft.cards[1:]})
    later = imports.imported(changed, taken.cards, Import(second, dict(files[6:]), rows))
    assert isinstance(later, Merged)
    assert later.draft.price_one == 7 and len(later.draft.cards) == 11
    assert later.cards.by_number[112].art == cards.by_number[112].art


def fields(draft: Draft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in Draft.__dataclass_fields__}


# --- what anybody can have written ----------------------------------------------------------------

SAID: Final = json.loads(exported(*pictured()).part(1, 6))


@pytest.mark.parametrize(
    "changes",
    [
        {"export": "x" * 16}, {"export": 5}, {"part": [1, 2]}, {"part": [2, 1, 12]},
        {"part": [0, 0, 12]}, {"part": [1, 13, 12]}, {"part": [True, 2, 12]},
        {"part": [1, 2, 10**9]}, {"name": {}}, {"name": {"fr": "x"}}, {"name": {"ja": "x" * 81}},
        {"name": {"ja": "a\nb"}}, {"name": "x"}, {"description": "x" * 1001}, {"description": None},
        {"rarities": [{}]}, {"rarities": [SAID["rarities"][0]] * 17}, {"rarities": 5},
        {"rarities": [{**SAID["rarities"][0], "emoji": "a b"}]},
        {"rarities": [{**SAID["rarities"][0], "colour": 1 << 24}]},
        {"rarities": [{**SAID["rarities"][0], "colour": -1}]}, {"period": [5, 5]},
        {"period": [None]}, {"period": [-1, None]}, {"period": ["1", None]},
        {"cards": {"101": 5}}, {"cards": []}, {"format": "gacha-export-2"}, {"picture": 5},
        {"name": {"ja": "\ud800"}},
    ],
)  # fmt: skip
def test_a_part_that_none_of_ours_is_is_refused(changes: Mapping[str, Any]) -> None:
    refused = imports.read(json.dumps({**SAID, **changes}).encode())
    assert isinstance(refused, Refusal)
    assert [each.key for each in refused.problems] == ["export_damaged"]


ANYTHING: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.sampled_from([*SAID]), each),
)


@given(st.binary(max_size=200), st.dictionaries(st.sampled_from([*SAID]), ANYTHING))
def test_whatever_stands_there_it_is_read_or_refused(data: bytes, said: dict[str, Any]) -> None:
    assert isinstance(imports.read(data), Refusal)
    assert isinstance(imports.read(json.dumps({**SAID, **said}).encode()), Part | Refusal)


def test_missing_ranges() -> None:
    parts = Parts("0" * 16, 10)
    assert parts.missing == ((1, 10),)
    assert parts.with_part(4, 6).missing == ((1, 3), (7, 10))
    assert parts.with_part(4, 6).with_part(1, 3).came == ((1, 6),)
    assert parts.with_part(1, 10).missing == () == Parts("0" * 16, 0).with_part(0, 0).missing


@pytest.mark.parametrize("name", HARD)
def test_a_guarded_text_is_itself_again(name: str) -> None:
    assert sheets.unguarded(sheets.guarded(name)) == name
    assert not sheets.guarded(name).startswith(("=", "+", "-", "@"))
    assert values.percent(Fraction(1, 33)) == "1/33"


@given(st.text(max_size=6))
def test_any_text_is(name: str) -> None:
    assert sheets.unguarded(sheets.guarded(name)) == name
