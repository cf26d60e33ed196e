"""Presents: made once an admin is sure, taken once by whom they are for, and withdrawn."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters import aws, seeds
from adapters.tables import claims
from commands import events, kit, registry, render, rewards
from commands.asked import Asked
from gacha import audit, player, presents, purse, server_audit, snowflake
from gacha.presents import Audience, Gift, Index
from gacha.purse import Tickets
from local.messages import components, text_of
from tests import giving
from tests.giving import GIFT, give, present
from tests.recording import record
from tests.support import FIRST_ID, GUILD, PLAYER_KEY, USER, content, rows, workflow_input
from tests.unit.commands.owning import have, own, publish
from tests.unit.commands.server import ADMIN, Server, audited
from tests.unit.test_interactions import ID, OTHER, Bot, bot, button, command, output

__all__ = ["bot", "output"]

NOW: Final = snowflake.created_ms(str(FIRST_ID))
ROLE: Final = "1290000000000000555"
COINS: Final = Gift(coins=160)


@pytest.fixture
def server(tables: Any) -> Server:
    seeds.secret.cache_clear()
    return Server()


def take(server: Server, number: int, roles: list[str] | None = None, **options: Any) -> Any:
    interaction = server.asked(number, "presents", **options) | {"roles": roles or []}
    returned = server.work(interaction)
    assert record(interaction, returned)
    return returned


def sentence(returned: dict[str, Any]) -> str:
    return str(content(returned["message"])["sentence"])


def waiting(returned: dict[str, Any]) -> list[str]:
    return [each["id"] for each in content(returned["message"])["waiting"]]


def stored(tables: Any) -> dict[str, Any]:
    return {row["setting"]: row for row in rows(tables, "server_settings")}


def violations(tables: Any) -> set[str]:
    """Those of the audit, over all rows."""
    ledger = rows(tables)
    mine = [row for row in ledger if row["user_id"] == PLAYER_KEY]
    pages = rows(tables, "gacha_collection")
    [owner] = rows(tables, "discord_users")
    found = audit.check(PLAYER_KEY, mine, owner, pages, _no_banner, 0, events.replays())
    taken = [row for row in mine if row["kind"] in ("present", "code")]
    found += server_audit.check(f"server@{GUILD}", [], stored(tables), taken)
    # Nobody's change made what `giving` put there.
    return {each.invariant for each in found if each.violation and each.key not in stored(tables)}


def _no_banner(*_: str) -> Any:
    raise KeyError


# --- for whom -------------------------------------------------------------------------------------


@given(
    kind=st.sampled_from([presents.ALL, presents.BEFORE, presents.ROLE, presents.MEMBER]),
    roles=st.sets(st.sampled_from(["7", "8", GUILD])),
    value=st.sampled_from(["7", "8", GUILD]),
    is_same=st.booleans(),
    joined=st.integers(0, 3),
    since=st.integers(0, 3),
    version=st.integers(0, 1),
)
def test_it_is_for_whom_it_says(
    kind: str,
    roles: set[str],
    value: str,
    is_same: bool,
    joined: int,
    since: int,
    version: int,
) -> None:
    """Told a second time, in sets."""
    who = replace(player.newcomer(PLAYER_KEY, GUILD, joined, "c"), version=version)
    of = {
        presents.BEFORE: str(since),
        presents.ROLE: value,
        presents.MEMBER: USER if is_same else "1",
    }
    expected = {
        presents.ALL: True,
        presents.BEFORE: version == 1 and joined in range(since),
        presents.ROLE: value in {*roles, GUILD},  # everybody has the server's own
        presents.MEMBER: is_same,
    }[kind]
    assert Audience(kind, of.get(kind, "")).has(who, roles) is expected


def test_the_roles_are_those_that_discord_signed_with_the_claim(server: Server) -> None:
    give(present(audience=Audience(presents.ROLE, ROLE)))
    assert waiting(take(server, 0)) == []
    assert sentence(take(server, 1, present="p1")) == "gone"
    assert waiting(take(server, 2, [ROLE])) == ["p1"]
    assert take(server, 3, [ROLE], present="p1")["outcome"] == "planned"


def test_roles_are_handed_over_where_presents_are_judged_and_nowhere_else(bot: Bot) -> None:
    for name in ("presents", "now", "daily"):
        sent = command(name)
        sent["member"] |= {"roles": [ROLE, "no id", 7]}
        bot.send(sent)
    *with_roles, without = (json.loads(text) for _, _, text in bot.starter.asked)
    assert "roles" not in without
    for each in with_roles:
        assert each["roles"] == [ROLE] and Asked.read(each).roles == [ROLE]


def test_a_button_below_anothers_message_opens_ones_own_box(bot: Bot) -> None:
    """It stands under messages that all see, and must not put a private list in their place."""
    press = button("presents:open")
    press["member"]["user"]["id"] = OTHER
    answer = bot.send(press)
    assert answer["type"] == 5 and answer["data"]["flags"] == 64
    press = button("presents:all") | {"id": ID}
    press["member"]["user"]["id"] = OTHER
    assert bot.send(press)["type"] == 4  # another's box


# --- taking ---------------------------------------------------------------------------------------


def test_what_is_taken_is_in_purse_and_collection_and_in_the_ledger(
    tables: Any, server: Server
) -> None:
    give(present())
    returned = take(server, 0, present="p1")
    [owner] = rows(tables, "discord_users")
    assert (owner["balance"], owner["shards"]) == (3200 + 160, 20)
    [lot] = map(Tickets.read, owner["tickets"])
    assert lot.count == 3 and 7 * 24 <= (lot.ends_ms - NOW) / 3_600_000 < 7 * 24 + 1
    [page] = rows(tables, "gacha_collection")
    assert page["card:toki-moon-clockmaker"] == 1
    claim = stored(tables)[f"claim#p1#{USER}"]
    assert claim["user_id"] == PLAYER_KEY
    assert violations(tables) == set()
    for lang, words in (("ja", "月時計の職人トキ"), ("en", "Toki, the Moon Clockmaker")):
        body = render.render("presents", content(returned["message"]), lang, "1")
        assert words in text_of(body) and "160" in text_of(body)
        [row] = [row for row in rows(tables) if row["kind"] == "present"]
        assert words in events.line(events.event(row), lang)


def test_to_whom_is_to_be_erased_no_button_is_offered_that_is_refused(server: Server) -> None:
    give(present(), present("p2"))
    server.do(0, "fair seed", text="x")
    have(leaving=NOW + 10**9)
    looked = content(server.do(1, "presents")["message"])
    for lang, words in (("ja", "削除される予定"), ("en", "will be deleted")):
        body = render.render("presents", looked, lang, "1")
        assert words in text_of(body) and "160" in text_of(body)
        [only] = [each for each in components(body["components"]) if "custom_id" in each]
        assert only["custom_id"] == "privacy delete:undo:here"


def test_a_hundred_presses_at_once_give_it_once(tables: Any, server: Server) -> None:
    """All of them planned from the same state, before any was recorded."""
    give(present())
    planned = []
    for number in range(100):
        interaction = server.asked(number, "presents", present="p1") | {"roles": []}
        planned.append((interaction, server.work(interaction)))
    assert {returned["outcome"] for _, returned in planned} == {"planned"}
    recorded = [record(*each) for each in planned]
    assert recorded.count(True) == 1
    again = [server.work(interaction) for interaction, _ in planned[1:4]]
    assert {sentence(each) for each in again} == {"already_taken"}
    [owner] = rows(tables, "discord_users")
    assert owner["balance"] == 3360 and violations(tables) == set()


def test_the_claim_alone_stops_a_second_one(tables: Any, server: Server) -> None:
    """Whatever became of the player's row since: it is put once."""
    give(present())
    first = server.asked(0, "presents", present="p1") | {"roles": []}
    second = server.asked(1, "presents", present="p1") | {"roles": []}
    planned = server.work(second)
    assert record(first, server.work(first))
    only_claim = [
        each
        for each in planned["transaction"]
        if each.get("Put", {}).get("Item", {}).get("setting", {}).get("S", "").startswith("claim#")
    ]
    assert len(only_claim) == 1
    assert not record(second, {**planned, "transaction": only_claim})


def test_delivered_twice_it_is_taken_once_and_shown_alike(tables: Any, server: Server) -> None:
    give(present())
    first = take(server, 0, present="p1")
    again = take(server, 0, present="p1")
    assert (again["outcome"], again["message"]) == ("recorded", first["message"])


def test_all_are_taken_at_once_each_once(tables: Any, server: Server) -> None:
    """Twenty-five with a card each, on as many pages, are one transaction of at most 100 items."""
    of = [
        present(f"p{at}", Gift(coins=1, card=f"c{at * 64}", number=at * 64))
        for at in range(1, presents.MOST_OPEN + 1)
    ]
    give(*of)
    interaction = server.asked(0, "presents", take="all") | {"roles": []}
    returned = server.work(interaction)
    assert len(returned["transaction"]) <= 100
    assert record(interaction, returned)
    assert content(returned["message"])["count"] == 25
    assert waiting(take(server, 1)) == []
    assert sentence(take(server, 2, take="all")) == "nothing"
    assert violations(tables) == set()


def test_the_rest_waits_where_there_is_no_room_for_its_tickets(tables: Any, server: Server) -> None:
    give(*(present(f"p{at}", Gift(tickets=1, ticket_days=at)) for at in range(1, 24)))
    taken = content(take(server, 0, take="all")["message"])
    assert (taken["count"], taken["left"]) == (purse.MOST_LOTS, 3)
    assert waiting(take(server, 1)) == ["p21", "p22", "p23"]
    assert sentence(take(server, 2, take="all")) == "no_room"
    assert "3" in text_of(render.render("presents", taken, "ja", "1"))
    assert violations(tables) == set()


def test_what_is_judged_is_the_interactions_own_time(server: Server) -> None:
    """A present that ends while it is taken counts by when it was asked for."""
    give(present(ends_ms=NOW + 5))
    late = server.asked(5, "presents", present="p1") | {"roles": []}
    assert sentence(server.work(late)) == "gone"
    last = server.asked(4, "presents", present="p1") | {"roles": []}
    assert server.work(last)["outcome"] == "planned"


def test_of_a_withdrawn_one_nothing_is_lost_or_doubled(tables: Any, server: Server) -> None:
    give(present(), present("p2", COINS))
    asked = server.asked(9, "presents", present="p1") | {"roles": []}
    ask = server.do(1, "admin present new", do="withdraw", present="p1")
    assert ask["outcome"] == "shown"
    done = server.do(2, "admin present new", do="withdraw", present="p1", sure="yes")
    assert content(done["message"])["view"] == "withdrawn"
    returned = server.work(asked)
    assert sentence(returned) == "gone" and returned["transaction"]
    assert waiting(take(server, 10)) == ["p2"]
    again = server.do(3, "admin present new", do="withdraw", present="p1", sure="yes")
    assert sentence(again) == "not_open"


def test_the_least_ages_hold(tables: Any, server: Server) -> None:
    give(present())
    giving.put("game", {"version": 1, "min_member_days": 3})
    assert sentence(take(server, 0, present="p1")) == "young_member"


# --- what becomes of it ---------------------------------------------------------------------------


def test_tickets_of_a_banner_that_has_ended_pay_nothing_and_stay(
    tables: Any, server: Server
) -> None:
    """By the interaction's own time. The banner may run again before the tickets end."""
    ends_ms = snowflake.created_ms(workflow_input(3)["interaction_id"])
    publish(own("b1", cards=2), own("b2", cards=2, ends_ms=ends_ms))
    give(present(gift=Gift(tickets=12, ticket_days=9, banner="b2")))
    take(server, 0, present="p1")

    def left() -> int:
        [owner] = rows(tables, "discord_users")
        return sum(lot["n"] for lot in owner["tickets"])

    def paid(decided: dict[str, Any]) -> tuple[str, int, int]:
        amount = max(rows(tables), key=lambda row: row["timestamp"])["amount"]
        return decided["outcome"], amount, left()

    assert paid(server.do(1, "pull", banner="b2", count=1)) == ("drawn", 0, 11)
    over = server.do(4, "pull", banner="b2", count=1)
    assert (over["outcome"], sentence(over), left()) == ("refused", "banner_closed", 11)
    for number, count in ((5, 1), (6, 10)):
        outcome, amount, still = paid(server.do(number, "pull", banner="b1", count=count))
        assert (outcome, amount, still) == ("drawn", -160 * count, 11)
    assert audited(tables) == []
    have(balance=159)
    poor = server.do(7, "pull", banner="b1", count=1)
    assert (poor["outcome"], sentence(poor), left()) == ("refused", "cannot_pay", 11)
    now = content(server.do(8, "now")["message"])
    assert [(each["id"], each["ticketed"]) for each in now["banners"]] == [("b1", [])]


def test_who_left_and_came_back_takes_nothing_twice(tables: Any, server: Server) -> None:
    """Discord tells us of nobody who leaves. A present is a user's; who joins anew has a new date
    there, and the old one here."""
    give(present("p1"), present("p2", COINS, Audience(presents.MEMBER, USER)))
    take(server, 0, take="all")
    back = server.asked(5, "presents", take="all") | {"roles": [], "joined_at": "2026-11-29"}
    assert sentence(server.work(back)) == "nothing"
    give(present("p3", COINS, Audience(presents.BEFORE, str(NOW + 4))))
    assert waiting(take(server, 6)) == ["p3"]
    assert claims.takers(GUILD, "p1") == (1, False)


def test_a_present_of_or_to_somebody_who_left_is_as_any_other(tables: Any, server: Server) -> None:
    """It is taken and withdrawn, whoever made it (another admin than who withdraws it here); and
    waits for who is not there until it ends."""
    give(present("p1", COINS), present("p2", COINS, Audience(presents.MEMBER, OTHER)))
    box = content(take(server, 0)["message"])
    assert [(each["id"], each["by"]) for each in box["waiting"]] == [("p1", giving.ADMIN)]
    assert take(server, 1, present="p1")["outcome"] == "planned"
    assert sentence(take(server, 2, present="p2")) == "gone"  # not theirs
    entries = content(server.do(3, "admin present list")["message"])["entries"]
    assert [(each["id"], each["taken"]) for each in entries] == [("p1", False), ("p2", False)]
    for number, (id_, takers) in enumerate((("p1", 1), ("p2", 0))):
        asked = server.do(10 + number, "admin present new", do="withdraw", present=id_)
        for lang, said in (("ja", f"{takers} 名が受け取り済み"), ("en", f"Taken by {takers} ")):
            shown = render.render("admin present new", content(asked["message"]), lang, "1")
            assert said in text_of(shown)
        done = server.do(20 + number, "admin present new", do="withdraw", present=id_, sure="yes")
        assert content(done["message"])["view"] == "withdrawn"


def test_the_history_says_who_gave_it_and_with_what_words(tables: Any, server: Server) -> None:
    """Of the first ones; from the settings, so a line without them says what was given."""
    of = [present(f"p{at}", Gift(coins=at), message=f"ことば{at}") for at in range(1, 5)]
    give(*of)
    take(server, 0, present="p4")
    take(server, 1, take="all")
    server.do(2, "admin present new", do="withdraw", present="p1", sure="yes")

    def lines(lang: str) -> str:
        shown = server.do(9, "history")
        return text_of(render.render("history", content(shown["message"]), lang, "1"))

    ja, en = lines("ja"), lines("en")
    assert f"「ことば4」（<@{giving.ADMIN}> より）" in ja and "ほか 1 件" in ja
    assert f"“ことば1”, from <@{giving.ADMIN}>" in en and "“ことば2”" in en and "ことば3" not in en
    for at in range(1, 5):
        key = {"server_id": {"S": GUILD}, "setting": {"S": f"present#p{at}"}}
        tables.delete_item(TableName="server_settings", Key=key)
    assert "ことば" not in lines("ja") and "プレゼント 3 件" in lines("ja")


def test_a_line_of_the_history_stays_short_at_the_longest_words(server: Server) -> None:
    words = "*" * presents.MOST_MESSAGE
    give(*(present(f"p{at}", message=words) for at in range(1, presents.MOST_OPEN + 1)))
    take(server, 0, take="all")
    shown = content(server.do(9, "history")["message"])
    for lang in ("ja", "en"):
        [line] = [events.line(each, lang) for each in shown["rows"] if each["kind"] == "present"]
        assert kit.length(line) <= kit.MAX_LINE and f"<@{giving.ADMIN}>" in line
        assert "160" in line or "4,000" in line


# --- making ---------------------------------------------------------------------------------------


def ask(server: Server, number: int, **options: Any) -> dict[str, Any]:
    given_options = {"message": "お詫び", "days": 14, **options}
    return server.do(number, "admin present new", **given_options)


def send(server: Server, number: int, asked: dict[str, Any]) -> dict[str, Any]:
    seen = content(asked["message"])["again"].partition(":")[2]
    return server.do(number, "admin present new", seen=seen)


def test_nothing_is_sent_before_an_admin_is_sure_and_then_once(tables: Any, server: Server) -> None:
    asked = ask(server, 0, coins=160)
    assert asked["outcome"] == "asked" and content(asked["message"])["pledge"]
    assert "present#p1" not in stored(tables)
    made = send(server, 1, asked)
    assert content(made["message"])["view"] == "made"
    assert sentence(send(server, 2, asked)) == "already_done"
    settings = stored(tables)
    assert (settings["pledge"]["by"], settings["pledge"]["version"]) == (ADMIN, 1)
    assert Index.read(settings["presents"]).at(NOW) == ["p1"]
    again = ask(server, 3, coins=160)
    assert not content(again["message"])["pledge"]  # once for a server
    send(server, 4, again)
    ledger = [row for row in rows(tables) if row["user_id"] == f"server@{GUILD}"]
    assert [row.get("pledged") for row in ledger] == [1, None]
    assert server_audit.check(f"server@{GUILD}", ledger, stored(tables), []) == []
    [line, *_] = [
        registry.logged("admin present new").logged(events.event(row), "", "ja") for row in ledger
    ]
    assert "160" in line and "確認" in line


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, "nothing_given"),
        ({"ticket_days": 3}, "no_tickets"),
        ({"coins": 1, "role": ROLE, "user": USER}, "several_audiences"),
        ({"coins": 1, "before": "きのう"}, "no_date"),
        ({"coins": 1, "before": "2999-01-01"}, "no_date"),
        ({"card": "いない人"}, "no_card"),
        ({"card": "の"}, "several_cards"),
        ({"tickets": 1, "banner": "nothing of this name"}, "no_banner"),
    ],
)
def test_it_says_what_is_missing(server: Server, options: dict[str, Any], expected: str) -> None:
    asked = ask(server, 0, **options)
    assert (asked["outcome"], sentence(asked)) == ("refused", expected)
    for lang in ("ja", "en"):
        assert text_of(render.render("admin present new", content(asked["message"]), lang, "1"))


@pytest.mark.parametrize(
    ("options", "to"),
    [
        ({}, ["all", ""]),
        ({"role": GUILD}, ["all", ""]),  # everybody
        ({"role": ROLE}, ["role", ROLE]),
        ({"user": USER}, ["member", USER]),
        ({"before": "2026/11/01"}, ["before", "1793458800000"]),  # midnight in Japan
    ],
)
def test_it_is_for_whom_its_maker_says(
    server: Server, options: dict[str, Any], to: list[str]
) -> None:
    asked = content(ask(server, 0, coins=1, **options)["message"])
    assert asked["to"] == to
    for lang, warning in (("ja", "自分で付けられる"), ("en", "give themselves")):
        said = text_of(render.render("admin present new", asked, lang, "1"))
        assert (warning in said) is (to[0] == "role")


def test_there_are_twenty_five_at_most(server: Server) -> None:
    give(*(present(f"p{at}", COINS) for at in range(1, presents.MOST_OPEN + 1)))
    assert sentence(ask(server, 0, coins=1)) == "too_many_presents"
    give(*(present(f"p{at}", COINS, ends_ms=NOW) for at in range(1, presents.MOST_OPEN + 1)))
    assert ask(server, 0, coins=1)["outcome"] == "asked"


def test_a_card_is_found_by_number_and_by_name(server: Server) -> None:
    for typed in ("1", "#1", "月時計", "toki"):
        [card] = content(ask(server, 0, card=typed)["message"])["goods"]["cards"]
        assert card["name"]["ja"] == "月時計の職人トキ"


def test_what_its_one_member_took_holds_no_place(tables: Any, server: Server) -> None:
    mine = Audience("member", USER)
    give(
        present("p1", COINS, mine),
        present("p2", COINS, Audience("member", "5" * 18)),
        *(present(f"p{at}", COINS) for at in range(3, presents.MOST_OPEN + 1)),
    )
    assert sentence(ask(server, 0, coins=1)) == "too_many_presents"
    take(server, 1, present="p1")
    take(server, 2, present="p3")
    made = send(server, 4, ask(server, 3, coins=1))
    assert content(made["message"])["view"] == "made"
    index = Index.read(stored(tables)["presents"])
    ids = [f"p{at}" for at in range(2, presents.MOST_OPEN + 2)]
    assert (index.at(NOW), index.version) == (ids, 2)  # p3 is for others, too
    # Neither of what was taken can be taken again, and who gave what is as whole as before.
    assert sentence(take(server, 5, present="p1")) == "already_taken"
    assert sentence(take(server, 6, present="p3")) == "already_taken"
    assert sentence(ask(server, 7, coins=1)) == "too_many_presents"
    taken = [row for row in rows(tables) if row["kind"] == "present"]
    ledger = [row for row in rows(tables) if row["user_id"] == f"server@{GUILD}"]
    found = server_audit.check(f"server@{GUILD}", ledger, stored(tables), taken)
    assert [each for each in found if each.invariant == "I8"] == []
    [owner], pages = rows(tables, "discord_users"), rows(tables, "gacha_collection")
    own = [row for row in rows(tables) if row["user_id"] == PLAYER_KEY]
    wrong = audit.check(PLAYER_KEY, own, owner, pages, _no_banner, 0, events.replays())
    assert not [each for each in wrong if each.violation]


def listed_as(server: Server, number: int, lang: str, **options: Any) -> dict[str, Any]:
    shown = content(server.do(number, "admin present list", **options)["message"])
    [embed] = render.render("admin present list", shown, lang, "1")["embeds"]
    return dict(embed)


def test_the_detail_says_how_many_took_it_and_the_list_what_its_one_member_took(
    tables: Any, server: Server
) -> None:
    give(present("p1"), present("p10"), present("p2", COINS, Audience("member", USER)))
    for at in range(12):
        giving.put(f"claim#p1#{10**17 + at}", {"user_id": "x", "event": "1"})
    giving.put(f"claim#p10#{10**17}", {"user_id": "x", "event": "1"})
    assert "12 名が受け取り済み" in listed_as(server, 0, "ja", present="p1")["description"]
    assert "by 12 members" in listed_as(server, 0, "en", present="p1")["description"]
    assert "by 1 member\n" in listed_as(server, 0, "en", present="p10")["description"] + "\n"
    assert "0 名が" in listed_as(server, 0, "ja", present="p2")["description"]
    assert "受け取り済み" not in listed_as(server, 0, "ja")["description"]
    take(server, 1, present="p2")
    for lang, said in (("ja", "受け取り済み"), ("en", "✅ Taken")):
        assert listed_as(server, 2, lang)["description"].count(said) == 1
        assert said in listed_as(server, 2, lang, present="p2")["description"]
        titles = {listed_as(server, 2, lang, **of)["title"] for of in ({}, {"present": "p1"})}
        assert len(titles) == 2


def test_of_more_than_a_page_it_says_at_least(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DYNAMODB_SETTINGS_TABLE", "server_settings")
    asked: list[dict[str, Any]] = []

    class Full:
        def query(self, **request: Any) -> dict[str, Any]:
            asked.append(request)
            return {"Count": 5_123, "Items": [], "LastEvaluatedKey": {"setting": {"S": "x"}}}

    monkeypatch.setattr(aws, "dynamodb", Full)
    assert claims.takers(GUILD, "p1") == (5_123, True)
    [request] = asked  # one page, and nothing but its count
    assert request["Select"] == "COUNT"
    of = {"kind": "admin present list", "chosen": "p1", "takers": {"count": 5_123, "is_more": True}}
    entry = {"id": "p1", "message": "m", "goods": rewards.of_gift(COINS), "to": ["all", ""]}
    shown = {**of, "entries": [{**entry, "ends": 1, "by": USER, "taken": False}]}
    for lang, said in (("ja", "5,123 名以上が"), ("en", "at least 5,123 members")):
        assert said in text_of(render.render("admin present list", shown, lang, "1"))


def test_the_list_has_what_can_be_taken_now(server: Server) -> None:
    give(present(), present("p2", COINS, ends_ms=NOW))
    listed = content(server.do(0, "admin present list")["message"])
    assert [each["id"] for each in listed["entries"]] == ["p1"]
    body = render.render("admin present list", {**listed, "chosen": "p1"}, "en", "1")
    assert "admin present new:withdraw:p1" in json.dumps(body)
    gone = server.do(1, "admin present list", present="p2")
    assert sentence(gone) == "not_open"


# --- the audit ------------------------------------------------------------------------------------

WRONG: dict[str, Any] = {
    "it gave more": lambda row: row["presents"][0].update(amount=161),
    "the parts are not the sum": lambda row: row.update(shards=21),
    "it was withdrawn before anybody made it": lambda row: row["presents"][0].update(id="p9"),
    "twice in one row": lambda row: row["presents"].append(row["presents"][0]),
    "another's claim": lambda row: row.update(user_id=f"1{PLAYER_KEY}"),
}


@pytest.mark.parametrize("name", WRONG)
def test_the_audit_sees_what_a_row_should_not_say(tables: Any, server: Server, name: str) -> None:
    give(present())
    take(server, 0, present="p1")
    assert violations(tables) == set()
    row = next(row for row in rows(tables) if row["kind"] == "present")
    changed = json.loads(json.dumps({**row, "timestamp": str(row["timestamp"])}))
    changed["timestamp"] = row["timestamp"]
    WRONG[name](changed)
    owner = rows(tables, "discord_users")[0]
    opening = [each for each in rows(tables) if each["kind"] == "opening"]
    found = audit.check(
        PLAYER_KEY,
        [*opening, changed],
        owner,
        rows(tables, "gacha_collection"),
        _no_banner,
        0,
        events.replays(),
    )
    found += server_audit.check(f"server@{GUILD}", [], stored(tables), [changed])
    assert {each.invariant for each in found} & {"I1", "I2", "I8"}


def test_the_audit_sees_claims_without_events_and_events_without_claims(
    tables: Any, server: Server
) -> None:
    give(present())
    take(server, 0, present="p1")
    [row] = [row for row in rows(tables) if row["kind"] == "present"]
    settings = stored(tables)
    claim = f"claim#p1#{USER}"

    def i8(taken: list[Any], changed: dict[str, Any]) -> list[str]:
        found = server_audit.check(f"server@{GUILD}", [], changed, taken)
        return [str(each) for each in found if each.invariant == "I8"]

    assert i8([row], settings) == []
    # A stored key loses the zeros at its end; the claim has it as text.
    key = f"{int(row['timestamp'])}.0000020"
    stripped = {**row, "timestamp": Decimal(key).normalize()}
    assert i8([stripped], {**settings, claim: {**settings[claim], "event": key}}) == []
    assert i8([], settings)
    assert i8([row], {k: v for k, v in settings.items() if k != claim})
    assert i8([row], {**settings, claim: {**settings[claim], "event": "1"}})
    assert i8([row, row], settings)
    late = {**settings, "present#p1": {**settings["present#p1"], "ends_ms": 1}}
    assert i8([row], late)
    other = {**settings, "present#p1": {**settings["present#p1"], "to": ["member", "1"]}}
    assert i8([row], other)


def test_an_interaction_that_is_pasted_by_hand_is_read_as_before() -> None:
    assert Asked.read(workflow_input(0, "presents")).roles is None
    assert GIFT.reward(NOW).coins == 160
