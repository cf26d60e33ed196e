"""/gacha now: what one can do now, from three reads at most, with a button for each."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from adapters import aws, files, seeds
from adapters.tables import boxes, items, players, settings
from commands import kit, sold
from commands.message import Message
from commands.render import render
from gacha import banner, shared_box, snowflake
from gacha.economy import Economy
from gacha.game import Game, Offer
from gacha.presents import Audience
from gacha.pulling import Refusal
from gacha.shared_box import Box
from local.messages import text_of
from scripts import box_vectors
from tests.conftest import ROOT, load_function
from tests.giving import give, present
from tests.recording import record
from tests.support import GUILD, PLAYER_KEY, workflow_input
from tests.unit.commands.owning import have, own, publish, put

DAY_MS = 86_400_000


def done(number: int, command: str, **options: Any) -> None:
    interaction = workflow_input(number, command, **options)
    worker = load_function("draw" if command == "pull" else "plan").handler
    decided = json.loads(json.dumps(worker({"interaction": interaction}, None)))
    assert record(interaction, decided)


def now(number: int, roles: list[str] | None = None, **signed: Any) -> dict[str, Any]:
    interaction = workflow_input(number, "now") | {"roles": roles or []} | signed
    answered = load_function("answer").handler({"interaction": interaction}, None)
    found: dict[str, Any] = json.loads(json.dumps(answered))["message"]
    own = {"missed", "currency", "names"}
    return {name: value for name, value in found.items() if name not in own}


def pressed(content: dict[str, Any], lang: str = "ja") -> list[str]:
    body = render("now", content, lang, "1")
    return [each["custom_id"] for row in body["components"] for each in row["components"]]


@pytest.fixture(autouse=True)
def secrets(tables: Any) -> Any:
    seeds.secret.cache_clear()
    return tables


class Counting:
    """What is read, and of which tables: of each call a line."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.read: list[str] = []
        self._client = aws.dynamodb()
        monkeypatch.setattr(aws, "dynamodb", lambda: self)

    def __getattr__(self, name: str) -> Any:
        def call(**request: Any) -> Any:
            of = request.get("RequestItems", {request.get("TableName"): None})
            self.read.append(f"{name} {' '.join(sorted(of))} {request.get('IndexName', '')}")
            return getattr(self._client, name)(**request)

        return call


GAME = "get_item server_settings "
GIVEN_AND_PLAYER = "batch_get_item discord_users server_settings "
CLAIMS = "batch_get_item server_settings "
WITH_BOX = "batch_get_item discord_users gacha_history server_settings "
MISSED = "query gacha_history undelivered"
"""What every command looks for: results whose message did not arrive."""


def test_it_takes_two_reads_and_a_third_where_presents_may_wait(
    secrets: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    done(1, "daily")
    now(2)
    counting = Counting(monkeypatch)
    now(3)
    assert counting.read == [GAME, GIVEN_AND_PLAYER, MISSED]
    give(present("p1"), present("p2"))
    counting.read.clear()
    now(4)
    assert counting.read == [GAME, GIVEN_AND_PLAYER, CLAIMS, MISSED]


ROLE = "1290000000000000555"


def test_presents_that_wait_are_counted_and_have_a_button(secrets: Any) -> None:
    assert "presents:open" not in pressed(now(1))
    give(present("p1"), present("p2"), present("p3", audience=Audience("role", ROLE)))
    assert now(2)["presents"] == 2  # for a newcomer, too
    with_role = now(3, [ROLE])
    assert with_role["presents"] == 3 and pressed(with_role)[1] == "presents:open"
    for lang, parts in (
        ("ja", ["プレゼントが **3** 件届いています"]),
        ("en", ["**3** presents wait for you"]),
    ):
        assert all(part in text_of(render("now", with_role, lang, "1")) for part in parts)
    done(4, "presents", present="p1")
    assert now(5)["presents"] == 1
    done(6, "presents", take="all")
    assert now(7)["presents"] == 0 and "presents:open" not in pressed(now(7))
    assert now(8, [ROLE])["presents"] == 1


def test_a_newcomer_is_told_where_to_begin_and_has_a_button_for_each() -> None:
    first = now(1)
    assert first["is_new"] and first["balance"] == 3_200 and first["day"]["can"]
    assert pressed(first) == [
        "daily:take",
        "pull:panel:starlit-atelier:1",
        "pull:panel:starlit-atelier:10",
    ]
    for lang, parts in (
        ("ja", ["まだ何もしていません", "今日のデイリー", "（20 回分）", "SSR 確定まで"]),
        ("en", ["not begun", "Today’s daily", "enough for 20 pulls", "SSR guaranteed within"]),
    ):
        text = text_of(render("now", first, lang, "1"))
        assert all(part in text for part in parts), text


def test_what_was_done_is_not_offered_again(secrets: Any) -> None:
    done(1, "daily")
    done(2, "pull", count=10)
    done(3, "pull", count=10)
    after = now(4)
    assert (after["balance"], after["tickets"], after["is_new"]) == (160, 1, False)
    text = text_of(render("now", after, "ja", "1"))
    assert "受け取り済み（🔥 連続 1 日）" in text and "チケット **1** 枚" in text
    assert pressed(after) == ["pull:panel:starlit-atelier:1"]
    assert "1連（チケット）" in str(render("now", after, "ja", "1")["components"])
    assert now(4 * DAY_MS)["tickets"] == 0  # they have ended
    assert now(DAY_MS)["day"] == {"can": True, "streak": 1, "next": 0}


def test_tickets_that_nothing_can_be_pulled_with_are_said_apart(secrets: Any) -> None:
    """Those of a banner that is over, hidden or not begun are good, and no use now."""
    done(1, "daily")
    [row] = [items.from_item(i) for i in secrets.scan(TableName="discord_users")["Items"]]
    late = made_ms(4)
    publish(own("calm"), own("over", ends_ms=late - 1), own("planned", starts_ms=late + 1))
    lots = [
        *row["tickets"],
        {"n": 2, "e": late + DAY_MS, "b": "calm"},
        {"n": 30, "e": late + 1, "b": "over"},
        {"n": 400, "e": late + 1, "b": "planned"},
        {"n": 5_000, "e": late + 1, "b": "gone"},
        {"n": 60_000, "e": late, "b": "calm"},
    ]
    secrets.put_item(TableName="discord_users", Item=items.to_item(row | {"tickets": lots}))
    found = now(4)
    assert (found["tickets"], found["idle_tickets"]) == (3, 5_430)
    for lang, said in (
        ("ja", ("チケット **3** 枚", "専用のチケットが 5,430 枚")),
        ("en", ("**3** tickets", "5,430 tickets are for banners that are not open")),
    ):
        text = text_of(render("now", found, lang, "1"))
        assert all(each in text for each in said), text


def test_points_that_reach_a_card_have_a_button(secrets: Any) -> None:
    done(1, "pull", count=1)
    [row] = [items.from_item(i) for i in secrets.scan(TableName="discord_users")["Items"]]
    [state] = row["states"].values()
    state["points"] = 200
    secrets.put_item(TableName="discord_users", Item=items.to_item(row))
    assert "exchange:list:starlit-atelier:0" in pressed(now(2))


def made_ms(number: int) -> int:
    return snowflake.created_ms(workflow_input(number)["interaction_id"])


def test_every_banner_that_ends_soon_or_whose_points_reach_has_its_own_buttons(
    secrets: Any,
) -> None:
    """The one that is over takes its points for a week, and is not to be forgotten."""
    done(1, "pull", count=1)
    late = made_ms(10)
    publish(
        own("calm"),
        own("soon", ends_ms=late + DAY_MS),
        own("over", ends_ms=late - DAY_MS),
        own("poor", ends_ms=late - DAY_MS),
        own("gone", ends_ms=late - 8 * DAY_MS),
    )
    for each in ("calm", "soon", "over", "gone"):
        have(points=3, key=each)
    have(points=1, key="poor", balance=10_000)
    found = now(10)
    listed = [(each["id"], each["is_open"], each["exchanges"]) for each in found["banners"]]
    assert listed == [("calm", True, True), ("over", False, True), ("soon", True, True)]
    assert pressed(found) == [
        "daily:take",
        "pull:panel:calm:1",
        "pull:panel:calm:10",
        "exchange:list:calm:0",
        "exchange:list:over:0",
        "pull:panel:soon:10",
        "exchange:list:soon:0",
    ]
    body = render("now", found, "ja", "1")
    assert f"<t:{(late + 6 * DAY_MS) // 1000}:R>" in text_of(body)
    labels = [each["label"] for row in body["components"] for each in row["components"]]
    assert "夏のガチャ：10連" in labels and "夏のガチャ：ポイント交換" in labels


def test_at_its_longest_it_is_a_message_of_discords(secrets: Any) -> None:
    """Five banners with the longest names, each of which ends soon and takes points."""
    longest: dict[str, Any] = {
        "id": "b" * 40,
        "name": {"ja": "夏" * 80, "en": "*" * 80},
        "is_open": True,
        "ends": 1_795_500_000,
        "certain": now(1)["banners"][0]["certain"] * 3,
        "counts": [1, 10],
        "ticketed": [1, 10],
        "free": [],
        "alone": 0,
        "pulls": 10**9,
        "exchanges": True,
        "exchange_ends": 1_795_500_000,
    }
    day = {"can": True, "streak": 10**4, "next": 0}
    banners = [{**longest, "id": f"{n}{'b' * 39}"} for n in range(5)]
    full = {**now(1), "presents": 25, "tickets": 999, "first_ends": 1_795_500_000}
    full |= {"day": day, "banners": banners, "more": 20, "balance": 10**15 - 1}
    for lang in ("ja", "en"):
        body = render("now", full, lang, "1")
        assert kit.fits(body) and [len(row["components"]) for row in body["components"]] == [
            *(5, 2, 2, 2, 2)
        ]
        ids = pressed(full, lang)
        assert len(set(ids)) == len(ids) and max(map(len, ids)) <= 100
        assert all(len(b["label"]) <= 80 for r in body["components"] for b in r["components"])
        # A first banner of six sizes leaves no row of its own to each of the others.
        six = {**full, "banners": [banners[0] | {"counts": [1, 2, 3, 5, 10, 11]}, *banners[1:]]}
        rows = render("now", six, lang, "1")["components"]
        assert [len(row["components"]) for row in rows] == [5, 5, 5, 2]


def test_a_banner_that_ends_soon_and_no_banner_are_said(secrets: Any) -> None:
    empty = {**now(1), "banners": []}
    assert "開催中のガチャはありません" in text_of(render("now", empty, "ja", "1"))
    assert pressed(empty) == ["daily:take"]
    [banner] = now(1)["banners"]
    soon = {**now(1), "banners": [{**banner, "ends": 1_795_500_000}]}
    assert "⏳ <t:1795500000:R>" in text_of(render("now", soon, "ja", "1"))


def test_a_starter_that_waits_counts(secrets: Any) -> None:
    economy = Economy(GUILD, version=1, starter_tickets=10)
    row = {"server_id": GUILD, "setting": "economy", **economy.written()}
    secrets.put_item(TableName="server_settings", Item=items.to_item(row))
    first = now(1)
    assert (first["tickets"], first["first_ends"]) == (10, (made_ms(1) + 30 * DAY_MS) // 1000)
    assert first["banners"][0]["ticketed"] == [1, 10]
    assert players.load(PLAYER_KEY) is None  # looking begins nothing


# --- what nobody may do now -----------------------------------------------------------------------

JOINED = "2026-11-01T00:00:00.000000+00:00"
HINDRANCES: list[tuple[dict[str, Any], str, str]] = [
    ({"pause": "棚卸し中です。20 時に再開します"}, "棚卸し中です。20 時に再開します", "is paused"),
    ({"min_account_days": 36_500}, "36,500 日以上", "at least 36,500 days old"),
    ({"min_member_days": 365}, "<t:", "joined at least 365 days ago"),
]


def settle(tables: Any, **fields: Any) -> None:
    row = {"server_id": GUILD, "setting": "game", **Game(GUILD).changed(**fields).written()}
    tables.put_item(TableName="server_settings", Item=items.to_item(row))


def as_pressed(number: int, custom_id: str) -> dict[str, Any]:
    """What comes of a button of this message, for who joined lately."""
    command = custom_id.partition(":")[0]
    options: dict[str, dict[str, Any]] = {"pull": {"count": 1}, "presents": {"take": "all"}}
    of = options.get(command, {})
    interaction = workflow_input(number, command, **of) | {"joined_at": JOINED}
    worker = load_function("draw" if command == "pull" else "plan").handler
    return dict(json.loads(json.dumps(worker({"interaction": interaction}, None))))


@pytest.mark.parametrize(("fields", "ja", "en"), HINDRANCES)
def test_what_would_be_refused_is_not_offered_and_said_why(
    secrets: Any, monkeypatch: pytest.MonkeyPatch, fields: dict[str, Any], ja: str, en: str
) -> None:
    give(present("p1"), present("p2"))
    free = now(1, joined_at=JOINED)
    offered = pressed(free)
    assert "hindrance" not in free and len(offered) == 4
    settle(secrets, **fields)
    counting = Counting(monkeypatch)
    held = now(2, joined_at=JOINED)
    assert counting.read == [GAME, GIVEN_AND_PLAYER, CLAIMS, MISSED]
    assert pressed(held) == pressed(held, "en") == []
    for lang, part in (("ja", ja), ("en", en)):
        text = text_of(render("now", held, lang, "1"))
        assert part in text, text
        assert not any(word in text for word in ("今日の", "Today’s", "下のボタン", "below"))
    # What the workers say of each of those buttons is the same, and they all refuse it.
    for number, each in enumerate(offered, start=3):
        refused = as_pressed(number, each)
        assert refused["outcome"] in ("refused", "paused"), each
        assert refused["message"]["sentence"] == held["hindrance"]["sentence"]
        settled = dict(held["hindrance"]["values"])
        assert settled == dict(refused["message"]["values"])


@pytest.mark.parametrize(("fields", "ja", "en"), HINDRANCES)
def test_help_says_the_same_and_has_no_button_for_the_day(
    secrets: Any, fields: dict[str, Any], ja: str, en: str
) -> None:
    settle(secrets, **fields)
    interaction = workflow_input(1, "help") | {"joined_at": JOINED}
    answered = load_function("answer").handler({"interaction": interaction}, None)
    page = {
        name: value
        for name, value in json.loads(json.dumps(answered))["message"].items()
        if name not in {"missed", "currency", "names"}
    }
    for lang, part in (("ja", ja), ("en", en)):
        body = render("help", page, lang, "1")
        first = body["embeds"][0]["description"].partition("2. ")[0]
        assert part in first, first
        ids = [each["custom_id"] for row in body["components"] for each in row["components"]]
        assert ids == ["now:open"]
        assert not any(word in text_of(body) for word in ("はじめに", "Draw your first"))


def test_what_the_next_multi_pull_is_sure_of_is_said(secrets: Any) -> None:
    """A step's price and its slots, as `/gacha profile` has them; no banner with rules has none."""
    step_up = (ROOT / "tests/banners/step-up.toml").read_bytes()
    lottery = (ROOT / "tests/banners/lottery-box.toml").read_bytes()
    of = {"step-up": step_up, "lottery-box": lottery}
    publish(*(Offer(id_, files.put(files.BANNERS, toml)) for id_, toml in of.items()))
    certain = {each["id"]: each["certain"] for each in now(1)["banners"]}
    assert [each["kind"] for each in certain["step-up"]] == ["step", "slots"]
    assert certain["lottery-box"][0]["kind"] == "box"
    for lang, parts, none in (
        ("ja", ["次の 10 連はステップ 1／5（値段：1,500）", "10 枚目は"], "天井や確定はありません"),
        ("en", ["step 1 of 5, for 1,500", "In your next ten-pull"], "No pity"),
    ):
        shown = text_of(render("now", now(1), lang, "1"))
        assert all(part in shown for part in parts) and none not in shown


def test_a_days_pulls_that_are_used_up_have_no_button(secrets: Any) -> None:
    publish(own(more="[limit]\nper_day = 1\nprices = [0]\n"))
    assert "pull:panel:b1:1" in pressed(now(1))
    done(2, "pull", banner="b1", count=1)
    assert [each for each in pressed(now(3)) if each.startswith("pull:")] == []


def lots(tables: Any, *of: tuple[int, int, str]) -> None:
    """The player's tickets: how many, until when, of which banner."""
    [row] = [items.from_item(i) for i in tables.scan(TableName="discord_users")["Items"]]
    told = [{"n": n, "e": ends, **({"b": banner} if banner else {})} for n, ends, banner in of]
    tables.put_item(TableName="discord_users", Item=items.to_item(row | {"tickets": told}))


def test_where_tickets_pay_a_single_pull_alone_it_says_so(tables: Any, secrets: Any) -> None:
    done(0, "pull")
    for count, is_said in ((3, True), (30, False)):
        lots(tables, (count, made_ms(1) + DAY_MS, ""))
        for lang, words in (
            ("ja", "回数分のチケットがそろっていれば"),
            ("en", "enough for all of it"),
        ):
            assert (words in text_of(render("now", now(1), lang, "1"))) is is_said


ONE_A_DAY = "[limit]\nper_day = 1\nprices = [0]\n"


def test_where_the_default_is_used_up_the_next_that_can_be_pulled_takes_its_place(
    secrets: Any,
) -> None:
    """With its buttons, how often the currency pays it, and what help says."""
    publish(own("omikuji", more=ONE_A_DAY), own("plain", more=""))
    assert [each["id"] for each in now(1)["banners"]] == ["omikuji", "plain"]
    done(2, "daily")
    helped = said_by_help(3)
    assert "いま無料で引けます" in helped["ja"] and "right now it is free" in helped["en"]
    done(4, "pull", banner="omikuji", count=1)
    found = now(5)
    assert [each["id"] for each in found["banners"]] == ["plain", "omikuji"]
    assert pressed(found) == ["pull:panel:plain:1", "pull:panel:plain:10"]
    for lang, parts in (
        ("ja", ("（「夏のガチャ」なら 21 回分）", "今日の残り 0 回")),
        ("en", ("enough for 21 pulls on Summer", "0 pulls left today")),
    ):
        body = render("now", found, lang, "1")
        assert all(part in text_of(body) for part in parts), text_of(body)
        labels = [each["label"] for row in body["components"] for each in row["components"]]
        assert all("夏のガチャ" in each or "Summer" in each for each in labels)
    helped = said_by_help(6)
    assert "「夏のガチャ」を選ぶと引けます。チケットが 1 枚" in helped["ja"]
    assert "choose Summer: you have 1 ticket" in helped["en"]
    lots(secrets)
    helped = said_by_help(7)
    assert "「夏のガチャ」を選ぶと、いまの通貨なら 21 回引けます" in helped["ja"]
    assert "choose Summer: what you have is enough for 21 pulls" in helped["en"]


def said_by_help(number: int) -> dict[str, str]:
    interaction = workflow_input(number, "help")
    answered = load_function("answer").handler({"interaction": interaction}, None)
    page = Message.read(json.loads(json.dumps(answered))["message"]).content
    return {lang: text_of(render("help", page, lang, "1")) for lang in ("ja", "en")}


SOLD_OUT = box_vectors.LOTTERY.replace(b"winter-lottery", b"b1")


def test_what_presses_is_among_many_and_what_is_used_up_comes_last(
    secrets: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Points that reach a card, tickets that are for one banner alone, and eleven banners. All that
    is read of them is one read, the box that the server shares with it."""
    done(1, "daily")
    late = made_ms(4)
    five = "[[multi]]\nsize = 5\nprice = 500\n"
    once = own("once", more="[limit]\ntotal = 1\n", ends_ms=late + 9)
    publish(once, *(own(f"n{n}", more="") for n in range(7)))
    publish(Offer("b1", files.put(files.BANNERS, SOLD_OUT)))
    publish(own("older"), own("packs", more=five, ends_ms=late + DAY_MS))
    done(2, "pull", banner="once", count=1)
    have(points=8, key="older")
    lots(secrets, (5, late + DAY_MS, "packs"), (3, late + 2 * DAY_MS, ""))
    counting = Counting(monkeypatch)
    found = now(4)
    assert counting.read == [GAME, WITH_BOX, "get_item gacha_history ", MISSED]
    assert [each["id"] for each in found["banners"]][:3] == ["packs", "older", "n0"]
    assert found["more"] == 6
    buttons = pressed(found)
    assert {"pull:panel:packs:5", "exchange:list:older:0"} <= {*buttons}
    for lang, said in (
        ("ja", ("チケット **8** 枚", "うち 5 枚は「夏のガチャ」専用")),
        ("en", ("**8** tickets", "5 of them only for Summer (the first end <t:")),
    ):
        assert all(each in text_of(render("now", found, lang, "1")) for each in said)
    # What is used up has no place before what can be pulled, though it ends first.
    assert "once" not in [each["id"] for each in found["banners"]]


def left(box: Box, of: banner.Banner, tickets: int) -> Box:
    """The box with so many tickets in it."""
    gone, drawn = shared_box.tickets(of) - tickets, list[int]()
    for card in of.cards:
        drawn.append(min(gone - sum(drawn), card.stock or 0))
    return replace(box, drawn=tuple(drawn), changes=1)


def test_of_a_box_that_is_sold_out_nothing_else_is_said(secrets: Any) -> None:
    publish(Offer("b1", files.put(files.BANNERS, SOLD_OUT)), own("plain", more=""))
    of = banner.parse(SOLD_OUT, "b1")
    full = sold.now(settings.game(GUILD), Offer("b1", of.hash), of, made_ms(1))
    assert not isinstance(full, Refusal) and full.left(of) > 0
    joined = "2020-01-01T00:00:00+00:00"
    assert [each["id"] for each in now(1, joined_at=joined)["banners"]] == ["b1", "plain"]
    too_young = now(1)["banners"]
    assert [(each["id"], each["counts"]) for each in too_young] == [("plain", [1, 10]), ("b1", [])]

    def labels(lang: str) -> list[str]:
        rows = render("now", now(1, joined_at=joined), lang, "1")["components"]
        return [each["label"] for row in rows for each in row["components"]][1:]

    assert labels("ja") == ["冬の数量限定くじ：1 枚", "冬の数量限定くじ：最大 5 枚まとめて"]
    assert labels("en") == ["Winter lottery: 1 ticket", "Winter lottery: Up to 5"]
    # Three are left: so many can be had, and are named.
    put("gacha_history", {**boxes.place(GUILD, "b1")[1], **left(full, of, 3).content()})
    assert labels("ja") == ["冬の数量限定くじ：1 枚", "冬の数量限定くじ：最大 3 枚まとめて"]
    stock = tuple(card.stock or 0 for card in of.cards)
    over = replace(full, drawn=stock, turn=of.shared.boxes if of.shared else 0, closed_ms=1)
    where, key = boxes.place(GUILD, "b1")
    assert where == "DYNAMODB_HISTORY_TABLE"
    put("gacha_history", {**key, **over.content()})
    found = now(2, joined_at=joined)
    assert [each["id"] for each in found["banners"]] == ["plain", "b1"]
    assert found["banners"][1]["certain"] == [{"kind": "shared_over"}]
