"""What an owner sees before publishing, held against plain arithmetic and against the engine."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction
from math import prod
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import hardest
from commands import previews
from gacha import banner, engine, odds, shards
from gacha.banner import Banner
from gacha.engine import State
from gacha.making import preview as making
from gacha.making import sheets
from gacha.making.cards import Cards
from gacha.making.compiling import Compiled, compiled, with_shards
from gacha.making.draft import Draft
from gacha.making.edits import Answer, Edit, File, Merged, Pictures, Removal, Upload, merge
from gacha.making.forms import Typed, understood
from gacha.making.preview import ODD, RESETS, Server, default_shards, preview, resets
from gacha.making.problems import SHEET, Refusal
from gacha.rates import percent
from scripts.box_vectors import LOTTERY
from tests.conftest import ROOT
from tests.unit import test_engine

NOW = int(datetime(2026, 11, 29, 3, tzinfo=UTC).timestamp() * 1000)
SERVER = Server(Fraction(160), NOW)
HEAD = ["番号", "名前", "レア度", "重み", "ピックアップ", "枚数"]
ROWS = [
    ["", "アリス", "SSR", "", "○", "1"],
    ["", "ベラ", "SSR", "", "", "2"],
    ["", "カイ", "SR", "", "", "7"],
    ["", "ダン", "R", "3", "", "40"],
    ["", "エマ", "R", "", "", "50"],
]
PICTURES = Pictures({number: f"{number:032x}" for number in range(101, 106)})


class Maker:
    def __init__(self, *steps: Edit) -> None:
        self.draft, self.cards = Draft.new(1), Cards.none()
        for step in steps:
            self.take(step)

    def take(self, edit: Edit) -> Maker:
        merged = merge(self.draft, self.cards, edit)
        assert isinstance(merged, Merged), merged
        self.draft, self.cards = merged.draft, merged.cards
        return self

    def typed(self, **fields: str) -> Maker:
        return self.take(form(**fields))

    def made(self) -> Compiled:
        made = compiled(self.draft, self.cards)
        assert isinstance(made, Compiled), made
        return made

    def preview(self, published: Compiled | None = None, server: Server = SERVER) -> dict[str, Any]:
        shown = preview(
            self.draft,
            self.cards,
            self.made(),
            server,
            words(),
            None if published is None else published.banner,
            None if published is None else published.look,
        )
        return checked(shown)


def form(**fields: str) -> Typed:
    return Typed(fields, "ja", NOW, ZoneInfo("Asia/Tokyo"))


def upload(*rows: list[str]) -> Upload:
    sheet = sheets.rows([HEAD, *rows], SHEET)
    assert isinstance(sheet, sheets.Sheet)
    return Upload(sheet)


def summer() -> Maker:
    rarities = form(name="夏祭り", rarities="SSR 3%\nSR 18%\nR 残り")
    return Maker(rarities, upload(*ROWS), PICTURES)


def words(seed: int = 1) -> Iterator[int]:
    generator = random.Random(seed)
    while True:
        yield generator.getrandbits(64)


def checked(shown: dict[str, Any]) -> dict[str, Any]:
    """JSON, and every remark one that there is, with the values that its sentence needs."""
    assert json.loads(json.dumps(shown)) == shown
    for known, remarks in ((ODD, shown["odd"]), (RESETS, shown["resets"])):
        for remark in remarks:
            assert known[remark["key"]] == remark["values"].keys(), remark
    return shown


def odd(shown: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["key"]: each["values"] for each in shown["odd"]}


def lost(shown: dict[str, Any]) -> list[str]:
    return [each["key"] for each in shown["resets"]]


def fewest(rate: Fraction, chance: Fraction) -> int:
    """Pulls that are enough with this probability, by counting."""
    left, pulls = Fraction(1), 0
    while 1 - left < chance:
        left, pulls = left * (1 - rate), pulls + 1
    return pulls


# --- figures --------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", ["3", "0.6", "18", "50"])
def test_fixed_rates_in_pulls_coins_and_days(rate: str) -> None:
    part = Fraction(rate) / 100
    maker = summer().typed(rarities=f"SSR {rate}%\nSR 1%\nR 残り", prices="160 / 1,500")
    top = maker.preview()["figures"]["single"][0]
    assert top["rate"] == top["long_run"] == f"{rate}\u00a0%"
    for name, chance in (("half", Fraction(1, 2)), ("ninety", Fraction(9, 10))):
        pulls = fewest(part, chance)
        coins = pulls // 10 * 1500 + pulls % 10 * 160
        assert top["pulls"][name] == {"pulls": pulls, "coins": coins, "days": -(-coins // 160)}
    assert top["pulls"]["certain"] is None
    assert Fraction(top["pulls"]["expected"]["pulls"]) == round(10 / part) / Fraction(10)


def test_a_ceiling_is_certain() -> None:
    maker = summer().typed(kind="ceiling", ceiling="50", period="12/1 - 12/24")
    shown = maker.preview()
    certain = shown["figures"]["single"][0]["pulls"]["certain"]
    assert certain == {"pulls": 50, "coins": 8000, "days": 50}
    values = odd(shown)["ceiling_outlasts"]
    assert (values["days"], values["open_days"], values["coins"]) == (50, 24, 8000)
    assert "ceiling_outlasts" not in odd(maker.typed(period="12/1 - 2027/12/24").preview())
    assert "ceiling_outlasts" not in odd(maker.typed(period="").preview())


def test_the_featured_cards_have_a_line_of_their_own_and_an_exchange() -> None:
    maker = summer().typed(kind="rate-up", guarantee="0", period="12/1 - 12/24")
    shown = maker.preview()
    *_, featured = shown["figures"]["single"]
    assert featured["featured"] == [101]
    assert featured["rate"] == featured["long_run"] == "1.5\u00a0%"
    without = (1 - Fraction(15, 1000)) ** 100
    assert featured["pulls"]["by_points"] == percent(without)
    assert featured["pulls"]["certain"]["pulls"] == 100  # the exchange's points
    for lang, words in (("ja", "ポイントで交換"), ("en", "for points")):
        lines = "\n".join(previews._figure(featured, 0, lang, 1))
        assert words in lines and percent(without) in lines
    assert odd(shown)["exchange_outlasts"]["points"] == 100


def test_a_rarity_that_is_featured_whole_has_one_line() -> None:
    maker = summer().take(upload(["", "ベラ", "", "", "○", ""])).typed(kind="rate-up", share="100%")
    assert len(maker.preview()["figures"]["single"]) == 3


def test_no_income_lasts_for_ever() -> None:
    shown = (
        summer().typed(kind="ceiling", period="12/1-12/2").preview(server=Server(Fraction(0), NOW))
    )
    assert shown["figures"]["single"][0]["pulls"]["half"]["days"] is None
    assert odd(shown)["ceiling_outlasts"]["days"] is None


def test_ten_pulls_with_rules_of_their_own_are_shown_apart() -> None:
    assert list(summer().preview()["figures"]) == ["single"]
    shown = summer().typed(least="SR").preview()
    single, ten = shown["figures"]["single"], shown["figures"]["ten"]
    assert Fraction(ten[1]["long_run"][:-2]) > Fraction(single[1]["long_run"][:-2])
    steps = summer().typed(kind="step-up").preview()["figures"]["ten"][0]["pulls"]
    assert steps["certain"] == {"pulls": 50, "coins": 800 + 4 * 1600, "days": 45}


@pytest.mark.parametrize("ceiling", [2, 9, 40])
@pytest.mark.parametrize("kind", ["simple", "ceiling", "rate-up", "box", "step-up"])
def test_figures_are_those_of_the_odds(kind: str, ceiling: int) -> None:
    maker = summer().typed(kind=kind, ceiling=str(ceiling))
    made = maker.made().banner
    report = odds.report(made)
    for rarity, line in zip(made.rarities, maker.preview()["figures"]["single"], strict=False):
        figures = report.rarities[rarity.id]
        assert line["long_run"] == percent(figures.rate)
        found = line["pulls"]
        by_points = [made.exchange.price] if made.exchange and rarity is made.rarities[0] else []
        certain = min([*filter(None, [figures.first.certain]), *by_points], default=None)
        assert (found["certain"] or {}).get("pulls") == certain
        half = min([*filter(None, [figures.first.median]), *by_points])
        assert found["half"]["pulls"] == half


# --- a day has so many pulls ----------------------------------------------------------------------


def said(shown: dict[str, Any], lang: str) -> str:
    return "\n".join(previews.figures({"modes": shown["figures"]}, lang))  # type: ignore[typeddict-item]


@pytest.mark.parametrize(
    ("turns", "coins", "ja", "en"),
    [
        ("0", 0, "23 回（無料・23 日分）", "23 (free, 23 days)"),
        ("", 23 * 160, "23 回（3,680・23 日分）", "23 (3,680, 23 days)"),
    ],
)
def test_no_pull_comes_before_its_day(turns: str, coins: int, ja: str, en: str) -> None:
    """One a day: 23 pulls take 23 days, whatever they cost and however much a day gives."""
    maker = summer().typed(kind="daily", per_day="1", turns=turns, prices="160")
    for income in (160, 10_000):
        shown = maker.preview(server=Server(Fraction(income), NOW))
        top = shown["figures"]["single"][0]["pulls"]
        assert top["half"] == {"pulls": 23, "a_day": 1, "coins": coins, "days": 23}
        assert top["expected"] == {"pulls": "33.3", "a_day": 1, "coins": None, "days": 34}
        assert ja in said(shown, "ja") and en in said(shown, "en")
    without = maker.preview(server=Server(Fraction(0), NOW))["figures"]["single"][0]["pulls"]
    assert without["half"]["days"] == (23 if turns else None)


def soonest(prices: list[int], per_day: int, pulls: int, income: int) -> tuple[int, int]:
    """Day after day, of so many pulls made each the coins that can be left."""
    left, days = {0: 0}, 0
    while pulls not in left:
        days += 1
        there: dict[int, int] = {}
        for made, coins in left.items():
            for more in range(min(per_day, pulls - made) + 1):
                rest = coins + income - sum((prices + [100] * per_day)[:more])
                if rest >= 0:
                    there[made + more] = max(there.get(made + more, 0), rest)
        left = there
    return days, days * income - left[pulls]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 100), max_size=3),
    st.integers(1, 4),
    st.integers(1, 25),
    st.integers(30, 500),
    st.booleans(),
)
def test_days_and_coins_are_those_of_who_has_the_pulls_soonest(
    prices: list[int], per_day: int, pulls: int, income: int, is_dearer: bool
) -> None:
    """Held against every way to spread them over the days, for prices that rise, and for those that
    fall and end with the day."""
    prices = sorted(prices[:per_day])
    if not is_dearer:
        prices = sorted([*prices, *[100] * per_day][:per_day], reverse=True)
    turns = " / ".join(map(str, prices))
    maker = summer().typed(kind="daily", per_day=str(per_day), turns=turns, prices="100")
    found = making._cost(maker.made().banner, pulls, Server(Fraction(income), NOW), 1)
    days, coins = soonest(prices, per_day, pulls, income)
    assert found == {"pulls": pulls, "a_day": per_day, "days": days, "coins": coins}


def test_a_ceiling_that_the_days_do_not_reach_is_said_to_be_so() -> None:
    text = (ROOT / "docs/gallery/daily-cheap.toml").read_text("utf-8")
    text = text.replace('rate = "0.03"\n', 'rate = "0.03"\nceiling = 90\n', 1)
    text = text.replace("per_day = 5", "per_day = 3")
    maker = Maker(File(text.encode(), "daily.toml")).typed(period="12/1 - 12/24")
    limit = maker.made().banner.limit
    assert limit is not None and limit.per_day is not None
    shown = odd(maker.preview(server=Server(Fraction(10**9), NOW)))
    values = shown["ceiling_outlasts_limit"]
    assert values["days"] == -(-90 // limit.per_day) > values["open_days"] == 24
    assert "ceiling_outlasts" not in shown


def test_a_step_up_that_no_day_has_room_for_is_not_counted_with() -> None:
    text = (ROOT / "docs/gallery/step-up.toml").read_text("utf-8")
    text = text.replace('rate = "0.03"\n', 'rate = "0.03"\nceiling = 90\n', 1)
    maker = Maker(File(f"{text}\n[limit]\nper_day = 3\n".encode(), "step-up.toml"))
    assert maker.made().banner.step_up is not None and maker.made().banner.sizes == (1,)
    shown = odd(maker.typed(period="12/1 - 12/24").preview(server=Server(Fraction(10**9), NOW)))
    assert shown["ceiling_outlasts_limit"]["days"] == 30
    assert "ceiling_outlasts_limit" not in odd(maker.typed(period="12/1 - 12/31").preview())


# --- packs ----------------------------------------------------------------------------------------

PACKS = (ROOT / "docs/gallery/packs-of-five.toml").read_bytes()


def test_of_packs_what_one_gives_is_shown_and_no_rate_that_no_card_is_drawn_by() -> None:
    """Four slots at 3 %, the fifth at 10 %, and one pack in 200 of nothing else."""
    shown = Maker(File(PACKS, "packs.toml")).preview()
    made = banner.parse(PACKS, "packs.toml")
    (lines,) = shown["figures"].values()
    whole = Fraction(1, 200)
    slots = [[rarity.rate for rarity in made.rarities]] * 4
    slots.append(list(made.multis[0].steps[0].slots[5]))
    for at, line in enumerate(lines[: len(made.rarities)]):
        none = prod((1 - each[at] for each in slots), start=Fraction(1))
        of_whole = made.multis[0].wholes[0].rates[at]
        chance = (1 - whole) * (1 - none) + whole * (of_whole > 0)
        mean = ((1 - whole) * sum(each[at] for each in slots) + whole * 5 * of_whole) / 5
        assert line["one_in"] == percent(chance) and line["long_run"] == percent(mean)
        assert "is_first" not in line
        ja = f"5 連に 1 枚以上 {percent(chance)}（長く引いたとき、出るカードの {percent(mean)}）"
        en = f"in a pull of 5: {percent(chance)} ({percent(mean)} of all cards in the long run)"
        assert ja in said(shown, "ja") and en in said(shown, "en")
        assert f" {line['rate']}" not in said(shown, "ja").replace("（", "\n")
    half = lines[0]["pulls"]["half"]
    packs = -(-half["pulls"] // 5)
    assert half["coins"] == packs * 500 and f"50 %：{packs} 回（{half['coins']:,}" in said(
        shown, "ja"
    )


def test_where_packs_differ_the_first_one_is_meant() -> None:
    shown = summer().typed(least="SR", kind="ceiling", ceiling="20").preview()
    assert shown["figures"]["ten"][0]["one_in"] == percent(1 - Fraction(97, 100) ** 10)
    assert all(each["is_first"] for each in shown["figures"]["ten"])
    assert "最初の 10 連に 1 枚以上" in said(shown, "ja")
    assert "one_in" not in shown["figures"]["single"][0]


def test_what_is_rare_is_rare_in_the_packs_that_are_sold() -> None:
    """A rate of 0.05 % of a table that no slot uses is not pointed out; one of all slots is."""
    text = (
        PACKS.decode()
        .replace('rate = "0.03"', 'rate = "0.0005"')
        .replace('rate = "0.85"', 'rate = "0.8795"')
    )
    slots = "".join(
        f'[[multi.slot]]\nnumber = {at}\nrates = {{ ssr = "0.2", r = "0.8" }}\n'
        for at in (1, 2, 3, 4)
    )
    fine = odd(Maker(File((text + slots).encode(), "packs.toml")).preview())
    assert not fine.keys() & {"rarity_rare", "cards_rare", "rarity_never"}
    every = text[: text.index("[[multi.slot]]")] + "".join(
        f'[[multi.slot]]\nnumber = {at}\nrates = {{ ssr = "0.0005", sr = "0.9995" }}\n'
        for at in (1, 2, 3, 4, 5)
    )
    rare = odd(Maker(File(every.encode(), "packs.toml")).preview())
    assert rare["rarity_rare"]["rate"] == percent(Fraction(1, 2000))
    assert rare["cards_rare"]["count"] > 0 and "rarity_never" in rare


def test_the_sample_is_a_ten_pull() -> None:
    maker = summer()
    drawn, _ = engine.draw(maker.made().banner, engine.start(maker.made().banner), 10, words())
    assert [each["number"] for each in maker.preview()["sample"]] == [card.number for card in drawn]


HARD = dict(hardest.by_hand())


@pytest.mark.parametrize(
    "case",
    [
        "rate 0.0000000001",
        "rate 0.0000000001, ceiling 1000, guarantee 10",
        "15 ceilings of 1000",
        "15 ceilings near 1000 for nothing",
        "ten minima in twenty steps",
        "promise 1000 at = \"r0\" {'ceiling': 1000}, ceiling 10",
        "box [10000, 10000]… False ",
        "only a slot",
        "rate 0",
    ],
)
def test_the_hardest_banners_are_answered_or_said_to_be_too_much(case: str) -> None:
    """Work is counted, so this ends; `benchmarks/hardest.py` has the banners."""
    data = HARD[case].encode()
    made = Compiled(data, b'{"v":1}', banner.parse(data, case))
    shown = checked(preview(Draft.new(1), Cards.none(), made, SERVER, words()))
    unknown = [each for mode in shown["figures"].values() for each in mode if not each["pulls"]]
    assert bool(unknown) == ("too_much" in odd(shown))
    assert len(shown["sample"]) == 10


# --- what is odd ----------------------------------------------------------------------------------


def test_nothing_is_odd_about_an_ordinary_banner() -> None:
    assert summer().preview()["odd"] == []


def test_what_a_limit_never_leaves_enough_for_is_not_sold() -> None:
    """The sizes that a banner is published with, by which others' results and typing offer it."""
    data = (ROOT / "docs/gallery/omikuji.toml").read_bytes()
    made = Compiled(data, b'{"v":1}', banner.parse(data, "omikuji"))
    shown = checked(preview(Draft.new(1), Cards.none(), made, SERVER, words()))
    assert previews.prices(shown["banner"]) == [[1, [0]]]


def test_rates_and_pictures_and_prices_that_are_odd() -> None:
    rare = odd(summer().typed(rarities="SSR 0.05%\nSR 0%\nR 残り").preview())
    assert rare["rarity_rare"] == {"rarity": {"ja": "SSR", "en": "SSR"}, "rate": "0.05\u00a0%"}
    assert rare["rarity_never"] == {"rarity": {"ja": "SR", "en": "SR"}}
    assert rare["cards_rare"]["count"] == 2
    bare = odd(summer().take(Pictures({102: ""})).preview())
    assert bare == {"cards_without_picture": {"count": 1, "numbers": [102]}}
    assert "free" in odd(summer().typed(prices="0 / 0").preview())
    dear = odd(summer().typed(prices="100 / 1001").preview())
    assert dear == {"ten_dearer": {"ten": 1001, "ones": 1000}}
    bag = (ROOT / "docs/gallery/lucky-bag.toml").read_text("utf-8")
    assert banner.parse(bag.encode(), "bag").sizes == (10,)
    singles = bag.replace("{ ten", "{ one = 3000, ten")
    for total, is_odd in ((10, True), (19, True), (20, False)):
        for toml in (bag, singles):
            data = toml.replace("total = 10", f"total = {total}").encode()
            made = Compiled(data, b'{"v":1}', banner.parse(data, "bag"))
            of = odd(checked(preview(Draft.new(1), Cards.none(), made, SERVER, words())))
            assert ("multi_forfeited" in of) == (is_odd and toml is singles)
    ends = summer().typed(period="- 12/24").draft.ends_ms
    assert ends is not None
    over = summer().typed(period="- 12/24").preview(server=Server(Fraction(160), ends))
    assert odd(over) == {"over": {"ends_ms": ends}}


# --- beside the published version -----------------------------------------------------------------


def test_what_is_different_from_the_published_version() -> None:
    maker = summer()
    before = maker.made()
    assert maker.preview()["changes"] is None
    same = maker.preview(before)
    assert same["changes"]["is_same"] and not any(
        value for key, value in same["changes"].items() if key != "is_same"
    )
    maker.take(Removal((105,))).take(
        upload(["101", "アリシア", "", "", "", ""], ["", "フユ", "R", "", "", ""])
    )
    maker.take(upload(["", "カイ", "SSR", "", "", ""], ["", "ギン", "SR", "", "", ""]))
    maker.typed(rarities="SSR 4%\nSR 18%\nR 残り", prices="100 / 1000")
    changes = maker.preview(before)["changes"]
    assert [each["number"] for each in changes["cards_in"]] == [106, 107]
    assert [each["number"] for each in changes["cards_out"]] == [105]
    assert [(r["number"], r["after"]["ja"]) for r in changes["cards_renamed"]] == [
        (101, "アリシア")
    ]
    assert [(m["number"], m["before"]["ja"], m["after"]["ja"]) for m in changes["cards_moved"]] == [
        (103, "SR", "SSR")
    ]
    assert [(r["rarity"]["ja"], r["before"], r["after"]) for r in changes["rates"]] == [
        ("SSR", "3\u00a0%", "4\u00a0%"),
        ("R", "79\u00a0%", "78\u00a0%"),
    ]
    assert changes["prices"] == {
        "before": [[1, [160]], [10, [1600]]],
        "after": [[1, [100]], [10, [1000]]],
    }


@pytest.mark.parametrize(
    ("old", "new", "japanese", "english"),
    [
        (
            "stock = 18",
            "stock = 38",
            "箱の「手袋」：18 枚 → 38 枚|新しいルール：数量限定：60 枚の箱を順番に 2 個",
            "Copies of Mitten in the box: 18 → 38|New: Limited: 2 boxes of 60 tickets",
        ),
        (
            "stock = 18",
            "stock = 20",
            "箱の「手袋」：18 枚 → 20 枚|なくなるルール：数量限定：40 枚の箱を順番に 2 個",
            "Copies of Mitten in the box: 18 → 20|No longer: Limited: 2 boxes of 40 tickets",
        ),
        (
            "stock = 0",
            "stock = 1",
            "なくなるルール：最後の1枚賞：箱の最後の 1 枚を引いた人に「金のベル」も",
            "No longer: Last-ticket prize: whoever draws a box’s last ticket gets Golden bell, too",
        ),
        ("boxes = 2", "boxes = 3", "の箱を順番に 3 個", "3 boxes of 40 tickets in turn"),
        ("boxes = 2", "account_days = 30", "から 30 日たった人だけ", "at least 30 days"),
        ("one = 300", "one = 200", "値段：1 回 200", "Prices: 1 pull 200"),
    ],
)
def test_what_changes_in_a_box_that_the_server_shares_is_said(
    old: str, new: str, japanese: str, english: str
) -> None:
    text = LOTTERY.decode()
    changed = text.replace(old, new, 1)
    if old == "stock = 0":
        changed = changed.replace('last = "golden-bell"', "")
    before, after = banner.parse(text.encode(), "a"), banner.parse(changed.encode(), "b")
    for lang, words_ in (("ja", japanese), ("en", english)):
        changes = previews.beside(making.beside(before, after))["changes"]
        assert changes is not None
        lines = "\n".join(previews.remarks(changes, previews.CHANGES, lang))
        assert all(each in lines for each in words_.split("|")), lines
    same = previews.beside(making.beside(before, before))["changes"]
    assert same == [{"key": "same", "values": {}}]


def test_a_limit_that_changes_is_said() -> None:
    maker = summer().typed(kind="daily", per_day="1", turns="0")
    before = maker.made()
    shown = maker.typed(per_day="3", turns="0 / 80").preview(before)
    lines = previews.remarks(previews.beside(shown)["changes"] or (), previews.CHANGES, "ja")
    assert any("1 日 1 回まで" in each and "なくなるルール" in each for each in lines)
    assert any("1 日 3 回まで" in each and "新しいルール" in each for each in lines)


def test_new_pictures_are_those_that_members_have_not_seen() -> None:
    maker = summer()
    before = maker.made()
    maker.take(Pictures({103: "f" * 32}, banner="e" * 32))
    assert maker.preview(before)["new_pictures"] == ["e" * 32, "f" * 32]
    assert len(maker.preview()["new_pictures"]) == 6


def test_prices_of_a_day_are_those_that_somebody_pays() -> None:
    of = summer().typed(kind="daily", prices="160").preview()
    assert of["banner"]["prices"] == [[1, [0]]] and "free" not in odd(of)
    of = summer().typed(kind="daily", per_day="3", prices="160").preview()
    assert of["banner"]["prices"] == [[1, [0, 160]]]


def test_open_questions_are_asked() -> None:
    maker = summer().take(upload(["", "ありす", "SSR", "", "", ""]))
    (question,) = maker.preview()["questions"]
    assert (question["name"]["ja"], question["maybe_name"]["ja"]) == ("ありす", "アリス")
    assert question["why"] == "sound"
    assert understood(maker.draft)["questions"] == 1
    assert maker.take(Answer(106, is_same=True)).preview()["questions"] == []


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"kind": "ceiling"}, {"kind": "simple"}, ["count"]),
        ({"kind": "ceiling"}, {"ceiling": "50"}, ["count_nearer"]),
        ({"kind": "ceiling"}, {"ceiling": "150"}, []),
        ({"kind": "ceiling"}, {"prices": "1 / 10", "name": "新"}, []),
        ({"kind": "rate-up"}, {"kind": "simple", "exchange": ""}, ["guarantee", "points"]),
        ({"kind": "rate-up"}, {"guarantee": "0"}, ["guarantee"]),
        ({"kind": "rate-up", "guarantee": "3"}, {"guarantee": "2"}, ["guarantee_nearer"]),
        ({"kind": "rate-up"}, {"exchange": "200"}, []),
        ({"kind": "step-up"}, {"kind": "simple"}, ["step"]),
        ({"kind": "step-up"}, {"steps": "1/2"}, ["steps_fewer"]),
        ({"kind": "box"}, {"kind": "simple"}, ["box"]),
        ({"kind": "box"}, {"refill": "top"}, ["box_refilled"]),
    ],
)
def test_what_players_lose_is_said(
    before: dict[str, str], after: dict[str, str], expected: list[str]
) -> None:
    maker = summer().typed(**before)
    published = maker.made()
    assert lost(maker.typed(**after).preview(published)) == expected


def played(made: Banner, generator: random.Random) -> State:
    """A player's state after some pulls, in ones and tens."""
    state = engine.start(made)
    for _ in range(generator.randint(0, 40)):
        count = generator.choice([1, 10])
        _, state = engine.draw(made, state, count, words(generator.getrandbits(32)))
    return state


def without_rates_in_a_box(rules: dict[str, str]) -> dict[str, str]:
    """Where copies decide, a rate is refused."""
    if rules["kind"] == "box" and "rarities" in rules:
        return {**rules, "rarities": "SSR\nSR\nR"}
    return rules


RULES = st.fixed_dictionaries(
    {"kind": st.sampled_from(["simple", "ceiling", "rate-up", "box", "step-up"])},
    optional={
        "ceiling": st.sampled_from(["", "5", "90"]),
        "guarantee": st.sampled_from(["0", "1", "3"]),
        "exchange": st.sampled_from(["", "10", "100"]),
        "of": st.sampled_from(["SSR", "SR"]),
        "steps": st.sampled_from(["1/2", "1/2/3"]),
        "refill": st.sampled_from(["all", "top"]),
        "rarities": st.sampled_from(["SSR 3%\nSR 18%\nR 残り", "SSR 9%\nSR 1%\nR 残り"]),
    },
).map(without_rates_in_a_box)
OF_REMARK = {
    "count": ("since",),
    "count_nearer": ("since",),
    "guarantee": ("lost",),
    "guarantee_nearer": ("lost",),
    "contested": ("contested",),
    "contested_nearer": ("contested",),
    "step": ("step",),
    "steps_fewer": ("step",),
    "box": ("drawn",),
    "box_refilled": ("drawn",),
}


@settings(max_examples=150)
@given(RULES, RULES, st.integers(0, 2**32), st.booleans())
def test_no_player_loses_what_the_preview_does_not_name(
    before: dict[str, str], after: dict[str, str], seed: int, is_smaller: bool
) -> None:
    """Held against the engine, which reads the state of one version for the other."""
    maker = summer()
    merged = [merge(maker.draft, maker.cards, form(**rules)) for rules in (before, after)]
    assert not any(isinstance(each, Refusal) for each in merged)
    maker.typed(**before)
    old = compiled(maker.draft, maker.cards)
    maker.typed(**after)
    if is_smaller:
        maker.take(Removal((104,)))
    new = compiled(maker.draft, maker.cards)
    if isinstance(old, Refusal) or isinstance(new, Refusal):
        return
    said = {each["key"] for each in resets(old.banner, new.banner)}
    named = {part for key in said for part in OF_REMARK.get(key, ())}
    state = played(old.banner, random.Random(seed))
    was, now = state.to_dict(), State.from_dict(new.banner, state.to_dict()).to_dict()
    for part in ("since", "lost", "contested", "drawn", "step"):
        kept, left = was.get(part, {}), now.get(part, {})
        if isinstance(kept, dict) and isinstance(left, dict):
            is_less = any(left.get(key, 0) < count for key, count in kept.items())
        else:
            is_less = (left or 0) != (kept or 0)
        assert not is_less or part in named, (part, was, now, said)
    assert now["points"] == was["points"]
    assert ("points" in said) == (old.banner.exchange is not None and new.banner.exchange is None)


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("genshin-radiance", '["1/2", "1/2", "3/4", "1"]', '["1/2", "1"]', "contested_nearer"),
        ("genshin-radiance", '["1/2", "1/2", "3/4", "1"]', '"1/2"', "contested"),
        ("lottery-box", 'reset_after = ["grand-prize"]', "", "reset"),
        ("collection", "no_repeats = true\n", "", "no_repeats"),
    ],
)
def test_what_a_file_takes_away_is_said(name: str, old: str, new: str, expected: str) -> None:
    path = ROOT / f"tests/banners/{name}.toml"
    text = test_engine.COLLECTION if name == "collection" else path.read_text("utf-8")
    assert old in text
    before, after = (
        banner.parse(each.encode(), name) for each in (text, text.replace(old, new, 1))
    )
    assert [each["key"] for each in resets(before, after)] == [expected]
    assert list(resets(before, before)) == []


# --- shards ---------------------------------------------------------------------------------------


def test_of_limited_stock_no_price_in_the_shop_is_shown() -> None:
    shown = Maker(File(LOTTERY, "lottery.toml")).preview()
    assert [set(each) for each in shown["shards"]] == [{"name", "gives"}] * 3
    for lang, words in (("ja", "ショップでは買えません"), ("en", "not in the shop")):
        lines = previews.shards({"shards": shown["shards"]}, lang)  # type: ignore[typeddict-item]
        assert all(words in each for each in lines)


def test_rarities_without_a_known_name_give_by_how_often_they_come_in_the_long_run() -> None:
    """A ceiling brings ★5 more often than its rate alone: half of the pulls that one takes."""
    maker = summer().typed(rarities="★5 1%\n★4 9%\nR 残り", kind="ceiling")
    maker.typed(ceiling="50", of="★5", least="none")
    made = maker.made()
    top, second, _ = made.banner.rarities
    given = default_shards(made.banner)
    long_run = odds.long_run(made.banner, frozenset(card.id for card in top.cards))
    assert long_run > top.rate
    assert given == {
        top.id: max(1, round(Fraction(1, 2) / long_run)),
        second.id: given[second.id],
    }
    assert given[top.id] < shards.default("★5", top.rate) == 50
    look = json.loads(with_shards(made, given).look)
    assert look["shards"] == given and "shop" not in look
    assert shards.prices(made.banner, look)[top.id] == 10 * given[top.id]

    settled = maker.typed(shards="★5 7 90").made()
    with_rest = with_shards(settled, default_shards(settled.banner))
    gives = json.loads(with_rest.look)["shards"]
    assert gives == {**given, top.id: 7} and with_rest.rules == made.rules
    shown = preview(maker.draft, maker.cards, with_rest, SERVER, words())["shards"]
    assert [(each["gives"], each["price"]) for each in shown] == [
        (7, 90),
        (given[second.id], 10 * given[second.id]),
        (2, 20),
    ]


def test_known_names_alone_leave_the_look_as_it_was() -> None:
    made = summer().made()
    assert default_shards(made.banner) == {}
    assert with_shards(made, {}).look == made.look


@pytest.mark.parametrize("kind", ["box", "shared"])
def test_a_box_in_which_each_card_has_one_copy_is_pointed_out(kind: str) -> None:
    maker = Maker(
        form(name="箱", rarities="A\nB", kind=kind),
        upload(["", "金", "A", "", "", ""], ["", "銀", "B", "", "", ""]),
    )
    assert odd(maker.preview())["copies_one"] == {"tickets": 2}
    maker.take(upload(["", "銀", "B", "", "", "3"]))
    assert "copies_one" not in odd(maker.preview())
