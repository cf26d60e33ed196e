"""Tickets of a box that a server shares: drawn, refused and recorded by the workers and Record."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import pytest

import verify
from adapters import files, seeds
from adapters.tables import boxes, players, settings
from benchmarks.write_units import item_size
from commands import events, panels, registry
from commands.asked import Asked
from commands.fair_box.file import attach
from commands.message import Message
from commands.render import render
from gacha import audit, banner, box_audit, rates, shared_box, snowflake
from gacha.game import Offer
from gacha.making import compiling, edits
from gacha.making.cards import Cards
from gacha.making.draft import Draft
from local.messages import components, text_of
from scripts import box_vectors
from tests.conftest import load_function
from tests.recording import commits, record
from tests.support import FIRST_ID, GUILD, rows, workflow_input
from tests.unit.commands.owning import NAMES

USERS: Final = [str(1_290_000_000_000_000_100 + n) for n in range(40)]
FIRST_MS: Final = snowflake.created_ms(str(FIRST_ID))
DAY: Final = 24 * 60 * 60 * 1000 // 10_000
"""In steps of ten seconds, which lie between two interactions here."""

LOTTERY: Final = box_vectors.LOTTERY.replace(b"winter-lottery", b"b1")


class Members:
    """Members of a server at the handlers' doors. Each step is ten seconds later."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._draw = load_function("draw").handler
        self.step = 0
        monkeypatch.setattr(time, "time_ns", lambda: (FIRST_MS + self.step * 10_000) * 1_000_000)

    def asked(self, user: int, step: int, **options: Any) -> dict[str, Any]:
        made = workflow_input(0, "pull", banner="b1", **options)
        interaction_id = str(FIRST_ID + (step * 10_000 << 22))
        return made | {
            "interaction_id": interaction_id,
            "ledger_key": snowflake.key_text(interaction_id),
            "user_id": USERS[user],
            "joined_at": "2020-01-01T00:00:00+00:00",
        }

    def decide(self, interaction: Mapping[str, Any]) -> dict[str, Any]:
        event = json.loads(json.dumps({"interaction": interaction}))
        returned: dict[str, Any] = json.loads(json.dumps(self._draw(event, None)))
        return returned

    def pull(self, user: int, count: int = 1, *, later: int = 1, **options: Any) -> dict[str, Any]:
        self.step += later
        interaction = self.asked(user, self.step, count=count, **options)
        returned = self.decide(interaction)
        assert record(interaction, returned)
        return returned


@pytest.fixture
def members(tables: Any, monkeypatch: pytest.MonkeyPatch) -> Members:
    seeds.secret.cache_clear()
    players.lowest_epoch.cache_clear()
    offer(LOTTERY)
    return Members(monkeypatch)


def offer(toml: bytes, at_ms: int = 0) -> Offer:
    made = Offer("b1", files.put(files.BANNERS, toml))
    game = replace(settings.game(GUILD).published(made, at_ms), start_balance=10**6)
    assert commits(TransactItems=settings.put_game(game, {"b1": NAMES}))
    return made


def sentence(returned: Mapping[str, Any]) -> str:
    return str(returned["message"]["sentence"])


def shown(returned: Mapping[str, Any], lang: str = "en") -> str:
    return text_of(render("pull", Message.read(returned["message"]).content, lang, "1"))


def test_a_box_is_drawn_to_its_last_ticket(tables: Any, members: Members) -> None:
    """By many, over days, until both boxes are sold out; then everything agrees with everything:
    each player's rows, the box, its chain, and the verifier."""
    turn, returned = 0, {}
    while "receipt" in (returned := members.pull(turn % 12, 1 + turn % 7, later=DAY // 9)):
        turn += 1
    assert sentence(returned) == "box_sold_out" and returned["outcome"] == "refused"
    box = boxes.load(GUILD, "b1")
    assert box is not None and (box.number, box.turn, box.sold) == (2, 2, 40)
    assert findings(tables) == []


def test_fewer_tickets_than_asked_for_are_said_and_so_is_the_last_box(
    tables: Any, members: Members
) -> None:
    one = LOTTERY.replace(b"boxes = 2", b"boxes = 1")
    assert one != LOTTERY
    offer(one)
    allowed = members.pull(0, 10)  # five a day
    assert "asked for, your limit left 5" in shown(allowed)
    assert "上限までの 5 枚だけを引きました" in shown(allowed, "ja")
    assert "asked for" not in shown(members.pull(1, 5))
    for user in range(2, 7):
        last = members.pull(user, 5)
    assert "Sold out" not in shown(last)
    members.pull(7, 3)
    last = members.pull(8, 5)
    assert "Of the 5 tickets asked for, the box had 2 left" in shown(last)
    assert "箱に残っていた 2 枚だけを引きました" in shown(last, "ja")
    assert "Sold out" in shown(last) and "完売しました" in shown(last, "ja")


def test_a_box_that_is_asked_for_is_the_one_that_is_shown(tables: Any, members: Members) -> None:
    """With the commitment and the hash of its own file, while the next one is being drawn."""
    turn = 0
    while (box := boxes.load(GUILD, "b1")) is None or box.number == 1:
        members.pull(turn % 12, 5, later=DAY // 9)
        turn += 1
    members.pull(turn % 12, 5, later=DAY // 9)
    members.step += 1
    first, second, free = (box_of(members, number) for number in (1, 2, 0))
    assert (first["number"], second["number"], free["number"]) == (1, 2, 2)
    assert first["commitment"] != second["commitment"] == free["commitment"]
    assert (first["sold"], first["is_over"]) == (40, True)
    assert first["buyer"] == first["ended"]["buyer"] != second["buyer"]
    assert "ended" not in second and free["ended"]["number"] == 1
    _, attached = attach(asked_of(members, 0), first)
    assert attached is not None
    file = json.loads(attached.content)
    assert file["epochs"][0]["commitment"] == first["commitment"]
    assert file["receipts"][-1]["hash"] == first["head"]


def box_of(members: Members, number: int) -> dict[str, Any]:
    members.step += 1
    interaction = members.asked(0, members.step)
    interaction |= {"command": "fair box", "options": {"banner": "b1", "number": number}}
    returned = json.loads(
        json.dumps(load_function("plan").handler({"interaction": interaction}, None))
    )
    return dict(Message.read(returned["message"]).content)


def findings(tables: Any) -> list[str]:
    """What the audit has to say of every player and box, as `scripts.audit` asks it."""
    history, collection = rows(tables, "gacha_history"), rows(tables, "gacha_collection")
    users = {row["user_id"]: row for row in rows(tables, "discord_users")}
    parsed = {each.hash: each for each in (banner.parse(LOTTERY, "x"),)}

    def banner_of(_guild: str, _id: str, hash_: str) -> banner.Banner:
        return parsed[hash_]

    found = []
    for user in USERS:
        key = f"{user}@{GUILD}"
        mine = [row for row in history if row["user_id"] == key]
        if not mine:
            continue
        pages = [row for row in collection if row["user_id"] == key]
        replays, starts = events.replays(), (10**6,)
        found += audit.check(key, mine, users[key], pages, banner_of, 0, replays, starts=starts)
    key = shared_box.key("b1", GUILD)
    stored = [row for row in history if row["user_id"] == key]
    chains = [row for row in history if row["user_id"].startswith("box:b1#")]
    sold = [row for row in history if row.get("kind") == "ticket"]
    found += box_audit.check(key, stored[0] if stored else None, chains, sold, banner_of)
    return [str(each) for each in found]


def test_two_at_once_are_one_after_the_other(members: Members) -> None:
    """Both read the same box; the second's transaction fails, draws nothing and charges nothing,
    and drawn again it is the next ticket."""
    one, other = (members.asked(user, 1, count=1) for user in (0, 1))
    first, second = members.decide(one), members.decide(other)
    assert first["receipt"]["position"] == second["receipt"]["position"] == 0
    assert record(one, first) and not record(other, second)
    assert players.load(f"{USERS[1]}@{GUILD}") is None
    again = members.decide(other)
    assert again["receipt"]["position"] == 1 and record(other, again)
    # A redraw of what was recorded shows what was recorded.
    assert members.decide(one)["outcome"] == "recorded"
    assert members.decide(one)["message"]["cards"] == first["message"]["cards"]


def test_the_last_ticket_goes_to_one_and_nobody_pays_for_the_next_box(members: Members) -> None:
    """Everybody wants the last ticket at the same moment: one gets it, with the prize; all others
    are refused, although the next box is open already."""
    for user in range(13):
        members.pull(user, 3)
    members.step += 1
    wanted = [members.asked(user, members.step, count=5) for user in range(20, 30)]
    decided = [members.decide(each) for each in wanted]
    assert {each["receipt"]["count"] for each in decided} == {1}
    recorded = [record(*each) for each in zip(wanted, decided, strict=True)]
    assert recorded.count(True) == 1
    last = decided[recorded.index(True)]
    assert last["receipt"]["last"] == "golden-bell"
    assert last["message"]["cards"][-1]["id"] == "golden-bell"
    said = shown(last)
    assert "Last-ticket prize" in said and "Golden bell" in said and "The next one (2)" in said
    for each in wanted[1:]:
        again = members.decide(each)
        assert (again["outcome"], sentence(again)) == ("refused", "box_next")
        assert record(each, again)


def test_the_next_box_can_be_bought_from_when_it_is_said_to_and_no_sooner(
    members: Members,
) -> None:
    """Whoever is told of it by the last ticket, or by looking, and presses at once is told when; at
    that time it is there. No place says that it has begun before."""
    for user in range(13):
        members.pull(user, 3)
    last = members.pull(20, 5)
    box = boxes.load(GUILD, "b1")
    assert box is not None and box.number == 2
    opens = -(-box.from_ms // 1000)
    told = f"The next one (2) opens at <t:{opens}:T>"
    assert told in shown(last) and f"次の箱（2）は <t:{opens}:T> から" in shown(last, "ja")

    def at(made_ms: int, user: int, room: str = "pull") -> dict[str, Any]:
        interaction = members.asked(user, 0, count=1)
        number = int(interaction["interaction_id"]) + (made_ms - FIRST_MS << 22)
        id_ = {"interaction_id": str(number), "ledger_key": snowflake.key_text(str(number))}
        options = interaction["options"] if room == "pull" else {"banner": "b1"}
        asked = interaction | id_ | {"command": room, "options": options}
        if room == "pull":
            return members.decide(asked)
        message = load_function("answer").handler({"interaction": asked}, None)["message"]
        return {"message": json.loads(json.dumps(message))}

    soon = at(box.from_ms - 1, 20)
    assert soon["outcome"] == "refused" and f"opens at <t:{opens}:T>" in shown(soon)
    for room in ("rates", "now"):
        message = at(box.from_ms - 1, 20, room)["message"]
        assert {"kind": "shared_next", "number": 2, "from": opens} in (
            message["standing"] if room == "rates" else message["banners"][0]["certain"]
        )
    assert at(opens * 1000, 20)["outcome"] == "drawn"


def test_refusals_charge_nothing(tables: Any, members: Members) -> None:
    before = rows(tables, "discord_users")

    def young(who: str, joined: str) -> dict[str, Any]:
        return members.asked(0, 1, count=1) | {"user_id": who, "joined_at": joined}

    now = FIRST_ID + (10_000 << 22)
    cases = {
        "young_account": young(str(now - (6 * 86_400_000 << 22)), "2020-01-01T00:00:00+00:00"),
        "young_member": young(USERS[0], "2026-11-20T00:00:00+00:00"),
    }
    for name, interaction in cases.items():
        returned = members.decide(interaction)
        assert (returned["outcome"], sentence(returned)) == ("refused", name)
        assert record(interaction, returned)
    assert rows(tables, "discord_users") == before
    members.pull(0, 10)
    returned = members.pull(0, 1)
    assert sentence(returned) == "limit_reached_today"
    assert returned["message"]["values"]["per_day"] == 5
    assert "Nothing was charged" in shown(returned)


def test_who_wants_more_than_are_left_gets_and_pays_what_is_left_and_is_told_both_times(
    tables: Any, members: Members
) -> None:
    """Before, on the buttons, in the list and in the rules; after, in the result. Left in the box,
    or of their day."""
    asked = members.asked(0, members.step + 1)
    places = {}
    for room in ("banners", "admin panel"):
        looking = {
            "interaction": asked | {"command": room, "options": {"banner": "b1", "drawn": ""}}
        }
        message = load_function("answer").handler(looking, None)["message"]
        content = Message.read(json.loads(json.dumps(message))).content
        places[room] = [render(room, content, lang, "1") for lang in ("ja", "en")]
    for room, (japanese, english) in places.items():
        for body, words in ((japanese, "最大 5 枚"), (english, "Up to 5")):
            labels = [each.get("label", "") for each in components(body["components"])]
            assert any(words in label for label in labels), (room, labels)
    rules = shared_box.rules(banner.parse(LOTTERY, "x"))
    assert {"kind": "rule_shared_fewer"} in rules

    def paid(returned: dict[str, Any], user: int) -> int:
        [latest] = [
            row
            for row in rows(tables)
            if row["user_id"] == f"{USERS[user]}@{GUILD}" and row.get("kind") == "ticket"
        ][-1:]
        assert latest["amount"] == -latest["price"] == -300 * latest["count"]
        return int(latest["count"])

    first = members.pull(0, 3)
    assert "asked for" not in shown(first) and paid(first, 0) == 3
    of_day = members.pull(0, 5)
    assert paid(of_day, 0) == 2
    assert "your limit left 2" in shown(of_day) and "上限までの 2 枚だけ" in shown(of_day, "ja")
    assert "2 pulls left today (of 5 a day)" in shown(first)
    assert "0 pulls left today (of 5 a day)" in shown(of_day)
    helped = Message.read(ask("help")).content
    assert "1 枚 300／5 枚 1,500" in text_of(render("help", helped, "ja", "1"))
    for user in range(1, 12):
        members.pull(user, 3)
    of_box = members.pull(20, 5)
    assert paid(of_box, 20) == 2 and "the box had 2 left" in shown(of_box)


def test_a_button_is_good_until_the_player_draws_again(members: Members) -> None:
    first = members.pull(0)
    assert first["message"]["box"]["bought"] == 1
    second = members.pull(0, bought="1")
    assert second["message"]["box"]["bought"] == 2
    assert sentence(members.pull(0, bought="1")) == "stale_pull"


def test_after_a_restore_the_box_goes_on_with_another_seed(
    members: Members, monkeypatch: pytest.MonkeyPatch
) -> None:
    members.pull(0)
    before = boxes.load(GUILD, "b1")
    monkeypatch.setattr(players, "lowest_epoch", lambda: 1_800_000_000)
    members.step += 1
    interaction = members.asked(30, members.step, count=1)
    returned = members.decide(interaction)
    box = returned["message"]["values"]
    assert (returned["outcome"], sentence(returned)) == ("refused", "box_begun_anew")
    assert record(interaction, returned)
    stored = boxes.load(GUILD, "b1")
    assert before is not None and stored is not None
    assert (stored.drawn, stored.head, stored.epoch) == (before.drawn, before.head, 1_800_000_000)
    assert stored.commitment == box["commitment"] != before.commitment
    assert members.pull(31)["receipt"]["epoch"] == 1_800_000_000


def test_other_rules_close_the_box(members: Members) -> None:
    members.pull(0)
    other = LOTTERY.replace(b"stock = 18", b"stock = 8")
    late = members.asked(1, members.step, count=1)
    offer(other)
    assert members.pull(2)["receipt"]["box"] == f"b1#2@{GUILD}"
    assert members.decide(late)["outcome"] in ("refused", "drawn")


def test_write_units_of_a_draw(members: Members) -> None:
    """A draw by somebody who has drawn before: the box's item and its receipt are four units more
    than a pull's nine; 64 cards leave it at that."""
    sizes = [
        item_size(item["Put"]["Item"])
        for item in members.pull(0, 5)["transaction"]
        if item.get("Put", {}).get("Item", {}).get("user_id", {"S": ""})["S"].startswith("box:")
    ]
    assert len(sizes) == 2 and max(sizes) <= 1024


# --- from a file to the file that anybody checks --------------------------------------------------


def test_a_cards_rate_is_that_of_what_is_left_in_the_box(members: Members) -> None:
    """Exactly, whoever drew it; none where it is gone, and of the last ticket's prize who gets it.
    With the next box all are back."""

    def told(card: str) -> list[str]:
        asked = members.asked(30, members.step + 1)
        looking = {"interaction": asked | {"command": "card", "options": {"name": card}}}
        message = load_function("answer").handler(looking, None)["message"]
        content = Message.read(json.loads(json.dumps(message))).content
        return [text_of(render("card", content, lang, "1")) for lang in ("ja", "en")]

    rules = banner.parse(LOTTERY, "x")
    members.pull(0, 1)
    seen = set()
    turn = 0
    while (box := boxes.load(GUILD, "b1")) is not None and not box.closed_ms:
        out = dict(zip((each.id for each in rules.cards), box.drawn, strict=True))
        for card in rules.cards if turn % 3 == 0 or box.left(rules) < 4 else ():
            left, of = (card.stock or 0) - out[card.id], box.left(rules)
            japanese, english = told(str(card.number))
            seen.add(bool(left))
            if left:
                rate = rates.percent(Fraction(left, of))
                assert f"次の 1 枚は {rate}（箱の残り {of} 枚のうち {left} 枚）" in japanese
                assert f"{rate} for the next ticket ({left} of the {of} that are left)" in english
            else:
                words = "draws the box’s last ticket" if not card.stock else "none left in this box"
                assert words in english and ("最後の 1 枚" in japanese) == (not card.stock)
            assert "First" not in english and "最初の 1 回" not in japanese
        turn += 1
        members.pull(turn % 12, 1 + turn % 7, later=DAY // 9)
    assert seen == {True, False}
    for card in rules.cards:
        japanese, english = told(str(card.number))
        assert "完売しました" in japanese and "sold out" in english and "%" not in english


def test_where_nothing_is_left_nothing_draws(members: Members) -> None:
    """Neither a button nor a rate of a next pull, in any place; with the next box both are back."""
    game, looked = settings.game(GUILD), dict[str, tuple[list[str], str]]()

    def places() -> dict[str, tuple[list[str], str]]:
        """Of each what its buttons do that draw, and its words."""
        asked = members.asked(0, members.step + 1)
        contents = {}
        for room in ("banners", "now", "rates"):
            looking = {"interaction": asked | {"command": room, "options": {"banner": "b1"}}}
            message = load_function("answer").handler(looking, None)["message"]
            contents[room] = Message.read(json.loads(json.dumps(message))).content
        contents["rates"], _ = registry.file("rates").attach(
            asked_of(members, 0), contents["rates"]
        )
        now_ms = snowflake.created_ms(asked["interaction_id"])
        panel = panels.panel(game, game.offers[0], now_ms, is_new=False)
        contents |= {"admin panel": panel, "pull": Message.read(last["message"]).content}
        bodies = {room: render(room, each, "en", "1") for room, each in contents.items()}
        return {
            room: (
                [
                    each["custom_id"]
                    for each in components(body["components"])
                    if each.get("custom_id", "").startswith("pull:")
                ],
                text_of(body),
            )
            for room, body in bodies.items()
        }

    turn = 0
    while "receipt" in (returned := members.pull(turn % 12, 1 + turn % 7, later=DAY // 9)):
        turn, last = turn + 1, returned
        box = boxes.load(GUILD, "b1")
        if box is not None and (box.number, box.sold) == (2, 0):
            looked = places()
    for room, (draws, words) in looked.items():
        is_used_up = room == "pull" and "0 pulls left today" in words
        assert bool(draws) is not (room == "rates" or is_used_up), room
    assert "the next ticket **" in looked["rates"][1]
    over = places()
    assert all(not draws for draws, _ in over.values()), over
    assert "the next ticket **" not in over["rates"][1] and "Sold out" in over["rates"][1]
    # The last ticket's prize is in no ticket, so it has no rate: neither a card's nor a rarity's.
    assert "Golden bell (last ticket’s prize)" in over["rates"][1]
    assert re.search(r"\b0\N{NO-BREAK SPACE}%", over["rates"][1] + looked["rates"][1]) is None
    assert "This is sold out" in over["admin panel"][1] and "Anybody" not in over["admin panel"][1]


def test_where_a_prize_is_out_no_list_states_its_rate_nor_a_panel_any_as_fixed(
    members: Members,
) -> None:
    offer(LOTTERY.replace(b"boxes = 2", b"boxes = 1"))
    members.pull(0, 1)
    box, rules = boxes.load(GUILD, "b1"), banner.parse(LOTTERY, "x")
    assert box is not None
    game = settings.game(GUILD)

    def looked(*drawn: int) -> tuple[str, str, str]:
        """The list of banners, a panel and a profile in Japanese, of a box like this."""
        nonlocal box
        now_ms = FIRST_MS + (members.step + 1) * 10_000
        closed = now_ms if sum(drawn) == shared_box.tickets(rules) else 0
        assert box is not None
        box = replace(box, drawn=drawn, closed_ms=closed, changes=box.changes + 1)
        assert commits(TransactItems=[boxes.put(box)])
        contents = {
            room: Message.read(ask_now(members, room)).content for room in ("banners", "profile")
        }
        panel = panels.panel(game, game.offers[0], now_ms, is_new=False)
        contents["admin panel"] = json.loads(json.dumps(panel))
        of = {room: text_of(render(room, each, "ja", "1")) for room, each in contents.items()}
        return of["banners"], of["admin panel"], of["profile"]

    stock = [card.stock or 0 for card in rules.cards]
    some, panel, profile = looked(0, 1, 3, *(0 for _ in stock[3:]))
    next_ = rates.percent(Fraction(1, sum(stock) - 4))
    assert f"A賞 {next_}・" in some and "残り" in some
    full = rates.percent(Fraction(2, sum(stock)))
    assert f"満杯の箱で A賞 {full}・" in panel and "残り" not in panel
    assert "今日の残り" in profile and "price" in ask_now(members, "help")
    out, panel, _ = looked(0, 2, 3, *(0 for _ in stock[3:]))
    assert "A賞 は出ました" in out and "A賞 0" not in out and f"満杯の箱で A賞 {full}" in panel
    over, panel, profile = looked(*stock)
    for text in (over, panel):
        assert "完売しました\n数量限定 全" in text
        assert not any(word in text for word in ("%", "300", "今日の残り", "残り 0"))
    assert "完売しました" in profile and "今日の残り" not in profile
    assert "price" not in ask_now(members, "help")


def ask_now(members: Members, room: str) -> dict[str, Any]:
    asked = members.asked(0, members.step + 1) | {"command": room, "options": {}}
    message = load_function("answer").handler({"interaction": asked}, None)["message"]
    return dict(json.loads(json.dumps(message)))


def test_no_luck_is_told_of_what_others_draw_from_too(members: Members) -> None:
    members.pull(0, 5)
    told = Message.read(ask("luck", banner="b1")).content
    for lang, words in (("ja", "数量限定"), ("en", "limited stock")):
        assert words in text_of(render("luck", told, lang, "1"))


def test_an_upload_is_sold_shown_revealed_and_verified(
    tables: Any, members: Members, tmp_path: Path
) -> None:
    """The TOML of an owner, compiled as a draft is; members draw from it and see what is left; the
    owner ends it; whoever asks first closes it, and the file verifies. A pull that was made in time
    and comes after that is refused."""
    compiled = compiling.compiled(*_merged(box_vectors.LOTTERY))
    assert isinstance(compiled, compiling.Compiled)
    offer(compiled.rules)
    members.pull(0, 5)
    assert "35 of 40" in shown(members.pull(1, 5)).replace("30 of 40", "35 of 40")
    looked = {room: ask(room, banner="b1") for room in ("rates", "banners", "now")}
    for room, message in looked.items():
        content = Message.read(message).content
        if room == "rates":
            content, _ = registry.file(room).attach(asked_of(members, 0), content)
        body = text_of(render(room, content, "en", "1"))
        assert "30 of 40" in body, room
    members.step += 1
    late = members.asked(2, members.step, count=1)

    open_box = fair_box(members)
    assert "ended" not in open_box and open_box["sold"] == 10

    game = settings.game(GUILD)
    ends_ms = FIRST_MS + members.step * 10_000 + 1
    ended = game.with_offer(replace(game.offers[0], ends_ms=ends_ms))
    assert commits(TransactItems=settings.put_game(ended, {"b1": NAMES}))
    told = fair_box(members)
    assert told["is_over"] and told["ended"]["epochs"][0]["epoch"] == 0
    again = members.decide(late)
    assert (again["outcome"], sentence(again)) == ("refused", "box_gone")
    _, attached = attach(asked_of(members, 30), told)
    assert attached is not None
    file = tmp_path / attached.name
    file.write_bytes(attached.content)
    said = verify.report(verify.judged(file.read_bytes()))
    assert said.startswith(f"Every ticket replays: 10 of box b1#1@{GUILD}.\n")
    # What the player compares with is what the command shows.
    ends = f"The file ends here: 10 tickets of 40, the last receipt's hash is {told['head']}; "
    assert told["head"] and ends in said
    assert open_box["commitment"] in said
    one = ask_box(members, 0)
    assert one["ended"]["buyer"] in said
    for lang in ("ja", "en"):
        assert text_of(render("fair box", told, lang, "1"))


def _merged(toml: bytes) -> tuple[Draft, Cards]:
    merged = edits.merge(Draft.new(1), Cards.none(), edits.File(toml, "lottery.toml"))
    assert isinstance(merged, edits.Merged)
    return merged.draft, merged.cards


def ask(room: str, **options: Any) -> dict[str, Any]:
    interaction = workflow_input(0, room, **options) | {"joined_at": "2020-01-01T00:00:00+00:00"}
    answer = load_function("answer").handler
    message: dict[str, Any] = json.loads(json.dumps(answer({"interaction": interaction}, None)))
    return dict(message["message"])


def asked_of(members: Members, user: int) -> Asked:
    return Asked.read(members.asked(user, members.step) | {"command": "fair box", "options": {}})


def fair_box(members: Members) -> dict[str, Any]:
    return ask_box(members, 30)


def ask_box(members: Members, user: int) -> dict[str, Any]:
    members.step += 1
    interaction = members.asked(user, members.step)
    interaction |= {"command": "fair box", "options": {"banner": "b1", "number": 0}}
    plan = load_function("plan").handler
    returned = json.loads(json.dumps(plan({"interaction": interaction}, None)))
    assert record(interaction, returned)
    return dict(Message.read(returned["message"]).content)
