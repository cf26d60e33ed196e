"""/gacha rates: what is published is what is drawn."""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from adapters import banners, files
from adapters.tables import players
from commands.message import Message
from commands.render import render
from gacha import banner, chains, engine, errors, far, goals, odds, snowflake
from gacha import rates as published
from gacha.game import Offer
from gacha.odds import copies
from gacha.purse import COINS_FIRST, Tickets
from local.messages import text_of
from scripts import box_vectors
from tests.conftest import ROOT
from tests.support import FIRST_ID, PLAYER_KEY
from tests.unit.commands.game import Game
from tests.unit.commands.owning import have, own, publish

BANNERS = ROOT / "tests/banners"


def published_system(name: str) -> banner.Banner:
    return banner.parse((BANNERS / f"{name}.toml").read_bytes(), name)


def test_rates_are_those_that_are_drawn(game: Game) -> None:
    rates = game.ask("rates", banner="starlit-atelier")
    by_rarity = {each["rarity"]: each for each in rates["rarities"]}
    assert by_rarity["ssr"]["base"] == by_rarity["ssr"]["next"] == "0.8\u00a0%"
    assert by_rarity["ssr"]["consolidated"] == "1.7221\u00a0%"
    assert by_rarity["ssr"]["certain_within"]["pulls"] == 90
    assert by_rarity["n"]["certain_within"] is None
    assert by_rarity["sr"]["ten"] is None
    starlit = banners.load("starlit-atelier")
    cards = published.cards(starlit)
    assert [card["name"] for card in cards] == [dict(card.name) for card in starlit.cards]
    shown = sum(float(card["rate"].removesuffix("\u00a0%")) for card in cards)
    assert shown == pytest.approx(100, abs=0.01)


SYSTEMS = sorted(path.stem for path in (BANNERS).glob("*.toml"))


@pytest.mark.parametrize("name", SYSTEMS)
def test_the_share_that_the_higher_rarities_leave_is_the_lowest_ones(name: str) -> None:
    of = published_system(name)
    told = published.consolidated(of)
    first, *others = of.ways
    for count, shares in [(first, told["single"]), (10, told["ten"])] + [
        (size, told[str(size)]) for size in others if size != 10
    ]:
        if count == 10 and not of.differs(10):
            assert set(shares.values()) == {None}
            continue
        for rarity in of.rarities:
            rate = odds.long_run(of, chains.members(rarity), count)
            assert shares[rarity.id] == published.percent(rate)


def test_what_the_build_wrote_is_published_and_not_computed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bit for bit what is computed, or that, if the file is another version's."""
    of = published_system("uma-musume")
    computed = published.table(of, engine.start(of))
    (tmp_path / "uma-musume.toml").write_bytes((BANNERS / "uma-musume.toml").read_bytes())
    monkeypatch.setattr(sys, "argv", ["gacha.rates", str(tmp_path)])
    assert published.main() == 0
    monkeypatch.setattr(published, "_FOLDER", str(tmp_path))
    published._consolidated.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(published, "consolidated", None)
        assert published.table(of, engine.start(of)) == computed
        other = replace(of, hash="0" * 64)
        with pytest.raises(TypeError):
            published.table(other, engine.start(other))
    assert published.table(other, engine.start(other)) == computed
    published._consolidated.cache_clear()


def test_a_broken_banner_stops_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "broken.toml").write_text('id = "Broken"')
    monkeypatch.setattr(sys, "argv", ["gacha.rates", str(tmp_path)])
    assert published.main() == 1
    assert "broken.toml" in capsys.readouterr().err
    assert not list(tmp_path.glob("*.json"))


def test_ten_pulls_with_rules_of_their_own_have_rates_of_their_own() -> None:
    uma = published_system("uma-musume")
    by_rarity = {
        each["rarity"]: (each["consolidated"], each["ten"])
        for each in published.table(uma, engine.start(uma))["rarities"]
    }
    assert by_rarity["sr"] == ("18\u00a0%", "25.9\u00a0%")
    assert by_rarity["ssr"] == ("3\u00a0%", "3\u00a0%")


def test_the_rule_behind_a_rate_is_published() -> None:
    genshin = published_system("genshin")
    five = published.table(genshin, engine.start(genshin))["rarities"][0]
    assert five["changes"] == [(74, "6.6\u00a0%"), (75, "12.6\u00a0%"), None, (90, "100\u00a0%")]
    four = published.table(genshin, engine.start(genshin))["rarities"][1]
    assert four["changes"] == [(9, "56.1\u00a0%"), (10, "100\u00a0%")]
    assert (five["featured"], five["guarantee"]) == ("50\u00a0%", 1)


def test_a_player_on_the_ramp_sees_their_own_rate() -> None:
    genshin = published_system("genshin")
    state = engine.State.from_dict(genshin, {"since": {"five": 77}})
    five = published.table(genshin, state)["rarities"][0]
    assert (five["next"], five["certain_within"]["pulls"]) == ("30.6\u00a0%", 13)


def test_what_the_next_featured_card_is_sure_of_is_said_beside_the_rule(game: Game) -> None:
    """As `/gacha now` says it; of a rule alone it reads like half a chance."""
    genshin = published_system("genshin")
    lost = engine.State.from_dict(genshin, {"since": {}, "lost": {"five": 1}})
    fresh, sure = (
        published.table(genshin, state)["rarities"][0] for state in (engine.start(genshin), lost)
    )
    assert "featured_next" not in fresh and sure["featured_next"]["kind"] == "featured_next"
    message = game.ask("rates", banner="starlit-atelier")
    message = {**message, "rarities": [sure, *message["rarities"][1:]], "cards": [], "rules": []}
    for lang, words in (("ja", "はピックアップ確定"), ("en", "is guaranteed to be featured")):
        assert words in text_of(render("rates", Message.read(message).content, lang, "1"))


def test_a_rate_that_takes_too_long_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    genshin = published_system("genshin")
    published._consolidated.cache_clear()
    monkeypatch.setattr(published, "MOST_STATES", 100)
    rarities = published.table(genshin, engine.start(genshin))["rarities"]
    assert [each["consolidated"] for each in rarities] == ["1.6052\u00a0%", None, None]
    published._consolidated.cache_clear()


@pytest.mark.parametrize(
    ("rate", "shown"),
    [
        ("1", "100\u00a0%"),
        ("0", "0\u00a0%"),
        ("0.006", "0.6\u00a0%"),
        ("1/3", "33.3333\u00a0%"),
        ("0.0000000123", "0.0000012\u00a0%"),
        ("0.99999999", "99.999999\u00a0%"),
    ],
)
def test_a_published_rate_never_rounds_to_never_or_always(rate: str, shown: str) -> None:
    assert published.percent(Fraction(rate)) == shown


def test_a_players_own_rates_follow_their_pulls(game: Game, tables: Any) -> None:
    game.act("pull")
    tables.update_item(
        TableName="discord_users",
        Key={"user_id": {"S": PLAYER_KEY}},
        UpdateExpression="SET states.#key.since.ssr = :since",
        ExpressionAttributeNames={"#key": banners.load("starlit-atelier").state_key},
        ExpressionAttributeValues={":since": {"N": "89"}},
    )
    [ssr] = [
        each
        for each in game.ask("rates", banner="starlit-atelier")["rarities"]
        if each["rarity"] == "ssr"
    ]
    assert (ssr["next"], ssr["certain_within"]["pulls"]) == ("100\u00a0%", 1)
    assert ssr["base"] == "0.8\u00a0%"


# --- how far it is --------------------------------------------------------------------------------


def seen(message: dict[str, Any], lang: str) -> str:
    body = render("rates", Message.read(message).content, lang, "1")
    assert not body["components"]
    [embed] = body["embeds"]
    fields = "\n".join(f"{each['name']}\n{each['value']}" for each in embed["fields"])
    return f"{embed['title']}\n{embed['description']}\n{fields}"


def test_a_player_asks_how_far_a_card_is(game: Game, tables: Any) -> None:
    """The figures are those of the command line, from the player's own state and coins."""
    game.act("pull")
    starlit = banners.load("starlit-atelier")
    tables.update_item(
        TableName="discord_users",
        Key={"user_id": {"S": PLAYER_KEY}},
        UpdateExpression="SET states.#key.since.ssr = :since, balance = :coins",
        ExpressionAttributeNames={"#key": starlit.state_key},
        ExpressionAttributeValues={":since": {"N": "60"}, ":coins": {"N": "3200"}},
    )
    player = players.load(PLAYER_KEY)
    assert player is not None
    state = engine.State.from_dict(starlit, player.states[starlit.state_key])
    message = game.ask("rates", banner="starlit-atelier", goal="ssr.featured", copies=2)
    for way in message["ways"]:
        goal = copies.goal(starlit, "ssr.featured", 2)
        exact = copies.reach(starlit, goal, state, way["size"], budget=3200)
        assert exact.budget is not None
        assert way["half"]["pulls"] == exact.median and way["ninety"]["pulls"] == exact.ninety
        assert way["certain"]["pulls"] == exact.certain
        assert way["chance"] == published.percent(exact.budget.chance)
    for lang, words in (
        ("ja", ("あとどれくらい", "半分の人は")),
        ("en", ("How far to", "Half of")),
    ):
        shown = seen(message, lang)
        assert all(each in shown for each in (*words, message["ways"][0]["chance"]))


def test_too_few_tickets_for_a_pull_and_tickets_beside_a_budget_are_said(game: Game) -> None:
    """They go first, but a pull is paid by tickets alone or by none."""
    game.act("pull")
    ends_ms = snowflake.created_ms(str(FIRST_ID)) + 10**9
    have(balance=5_000, tickets=(Tickets(3, ends_ms), Tickets(5, ends_ms, "another")))
    reach = game.ask("rates", banner="starlit-atelier", goal="ssr")
    ten = Message.read(game.act("pull", count=10)["message"]).content
    for lang, counted, used in (
        (
            "ja",
            "チケット（3 枚）で引ける分は、下の計算に含めていません",
            "チケット 3 枚は残っています（10 連には 10 枚必要）",
        ),
        ("en", "Your 3 tickets are not counted below", "3 tickets kept: 10 at once take 10"),
    ):
        assert counted in seen(reach, lang)
        assert used in text_of(render("pull", ten, lang, "1"))
    have(balance=5_000, spending=COINS_FIRST)
    by_choice = Message.read(game.act("pull", count=10)["message"]).content
    assert "チケット" not in text_of(render("pull", by_choice, "ja", "1"))


@pytest.mark.parametrize(
    ("typed", "of"),
    [("SSR", "ssr"), ("sr", "sr"), ("ルミ", "lumi-star-weaver"), ("lumi", "lumi-star-weaver")],
)
def test_a_goal_is_named_as_people_write_it(game: Game, typed: str, of: str) -> None:
    assert game.ask("rates", banner="starlit-atelier", goal=typed)["goal"]["of"] == of


def test_a_goal_that_there_is_not_or_that_is_several_is_said(game: Game) -> None:
    nobody = game.ask("rates", banner="starlit-atelier", goal="nobody at all")
    assert nobody["sentence"] == "no_goal"
    several = game.ask("rates", banner="starlit-atelier", goal="の")
    assert several["sentence"] == "several_goals"


def test_what_the_select_offers_is_understood(game: Game) -> None:
    message = game.ask("rates", banner="starlit-atelier")
    offered = [each["of"] for each in message["goals"]]
    assert len(offered) == len(set(offered)) <= 25
    assert offered[:2] == ["ssr.featured", "ssr"] and "n" not in offered
    for of in offered:
        found = game.ask("rates", banner="starlit-atelier", goal=of)
        assert found["goal"]["of"] == of and found["ways"]


def test_more_copies_than_points_may_pay_are_no_matter_of_time(game: Game) -> None:
    """The gallery's file sells each for points once."""
    toml = (ROOT / "docs/gallery/two-prices.toml").read_bytes()
    publish(Offer("two-prices", files.put(files.BANNERS, toml)))
    message = game.ask("rates", banner="two-prices", goal="ssr", copies=3)
    assert message["sentence"] == "goal_of_points" and message["values"]["most"] == 2
    assert game.ask("rates", banner="two-prices", goal="ssr", copies=2)["ways"]


def test_what_would_take_too_long_is_said(game: Game, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(far, "MOST_WORK", 100)
    message = game.ask("rates", banner="starlit-atelier", goal="ssr")
    assert message["ways"] == []
    for lang, words in (("ja", "時間がかかりすぎる"), ("en", "takes too long")):
        assert words in seen(message, lang)


@pytest.mark.parametrize("name", SYSTEMS)
def test_no_answer_costs_more_than_it_may(name: str) -> None:
    """By the count of its steps, which is the same on every machine."""
    of = published_system(name)
    for goal in goals.offered(of)[:3]:
        work = chains.Work(far.MOST_WORK, far.MOST_STATES)
        wanted = copies.goal(of, goal.of, 10)
        with suppress(errors.OddsError):
            for size in copies.sizes(of):
                copies.reach(of, wanted, None, size, 10**9, work)
        assert work.left > -60_000


def test_what_a_limit_leaves_is_said_in_place_of_what_lies_beyond(game: Game) -> None:
    path = ROOT / "docs/gallery/daily-cheap.toml"
    text = path.read_text("utf-8").replace("per_day = 5", "total = 9")
    of = banner.parse(text.encode(), path.name)
    goal = goals.of(of)["ssr"]
    [way] = far.ways(of, goal, 1, engine.start(of), 0)
    assert way["certain"] is None and way["expected"] is None
    assert way["left"] == {"pulls": 9, "chance": published.percent(1 - Fraction("0.97") ** 9)}
    message = {
        **game.ask("rates", banner="starlit-atelier", goal="ssr"),
        "ways": [way],
        "points": None,
    }
    for lang, words in (("ja", "引けるのはあと 9 回"), ("en", "leaves you 9 pulls")):
        shown = seen(message, lang)
        assert words in shown and way["left"]["chance"] in shown


def test_of_a_card_and_a_rarity_of_one_name_the_card_goes_first_and_lists_say_which(
    game: Game,
) -> None:
    publish(own("lots", cards=2, rarity="カード101"))
    assert game.ask("rates", banner="lots", goal="カード101")["goal"]["of"] == "c101"
    assert game.ask("rates", banner="lots", goal="r1")["goal"]["of"] == "r1"
    assert "「カード101（カード）」" in seen(
        game.ask("rates", banner="lots", goal="カード101"), "ja"
    )
    several = game.ask("rates", banner="lots", goal="カード")
    assert (
        several["values"]["goals"]["ja"]
        == "カード101（レアリティ）、カード101（カード）、カード102"
    )
    whole = {each["of"]: each.get("kind") for each in game.ask("rates", banner="lots")["goals"]}
    assert whole.get("c101", "card") == "card" and whole.get("c102") is None


def test_of_a_shared_box_it_is_said_that_its_odds_change(game: Game) -> None:
    toml = box_vectors.LOTTERY.replace(b"winter-lottery", b"b1")
    publish(Offer("b1", files.put(files.BANNERS, toml)))
    assert game.ask("rates", banner="b1", goal="a")["sentence"] == "goal_of_shared"


def test_where_a_day_has_so_many_pulls_days_and_their_prices_are_said(game: Game) -> None:
    """Against pulls made one by one, each at the price that the engine asks for it on its day."""
    rarities = '[[rarity]]\nid = "r0"\nname = { ja = "大吉", en = "Great" }\nrate = "3/20"\n'
    rarities += '[[card]]\nid = "g"\nnumber = 1\nrarity = "r0"\nname = { ja = "竜", en = "D" }\n'
    for per_day, prices, used in ((1, [0], 0), (3, [0, 40], 2), (3, [0, 40], 3), (2, [], 1)):
        limit = f"[limit]\nper_day = {per_day}\n" + (f"prices = {prices}\n" if prices else "")
        text = files.get(files.BANNERS, own(more=limit + rarities).rules)
        of = banner.parse(text.replace(b'rate = "1"', b'rate = "17/20"'), "b1")
        state = engine.start(of)._replace(used=engine.Used(used, 5, used))
        for way in far.ways(of, goals.of(of)["r0"], 1, state, 8_100):
            assert way["pulls"] is way["chance"] is way["expected"]["coins"] is None
            if way["size"] != 1:
                continue
            for key in ("half", "ninety"):
                paid, at, days = 0, state, set[int]()
                for _ in range(way[key]["pulls"]):
                    if engine.left(of, at) == 0:
                        at = engine.on_day(of, at, at.used.day + 1)
                    paid += engine.price(of, at, 1)
                    days.add(at.used.day)
                    at = engine.uncounted(of, at, 1)
                assert (way[key]["days"], way[key]["coins"]) == (len(days), paid)
    message = {
        **game.ask("rates", banner="starlit-atelier", goal="ssr"),
        "ways": far.ways(of, goals.of(of)["r0"], 1, state, 8_100)[:1],
        "points": None,
    }
    assert "90 % の人は 15 回まで（8 日・2,400）" in seen(message, "ja")
    assert "8,100" not in seen(message, "ja")
