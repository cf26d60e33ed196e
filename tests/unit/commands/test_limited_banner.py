"""A limited banner, and tickets that do not count, through the handlers: what is refused, what is
left, and what a second press meets."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from adapters import seeds
from adapters.tables import players
from commands import fortune, registry
from commands.asked import Asked
from commands.message import Message
from commands.render import render
from gacha import purse, snowflake
from gacha.purse import Tickets
from local.messages import text_of
from tests.conftest import load_function
from tests.recording import record
from tests.support import PLAYER_KEY, rows
from tests.unit.commands.owning import buttons, have, own, publish, put, said
from tests.unit.commands.server import Server, audited

DAY_MS = 24 * 3_600_000


@pytest.fixture
def server(tables: Any) -> Server:
    seeds.secret.cache_clear()
    made = Server()
    made.do(0, "fair seed", text="x")
    return made


def limited(more: str) -> None:
    publish(own(cards=2, more=more))


def pull(server: Server, number: int, count: int = 1) -> dict[str, Any]:
    return server.do(number, "pull", banner="b1", count=count)


def texts(decided: dict[str, Any], room: str = "pull") -> str:
    return said(decided, room) + said(decided, room, "en")


def pulls_again(decided: dict[str, Any]) -> list[int]:
    """How many cards the buttons below a result pull of the same banner."""
    ids = [each for each in buttons(decided, "pull") if each.startswith("pull:b1:")]
    return [int(each.split(":")[2]) for each in ids]


def test_what_is_left_is_shown_and_the_end_refused(tables: Any, server: Server) -> None:
    limited("[limit]\ntotal = 12\nprices = [0, 40]\n")
    first = pull(server, 1)
    assert "引ける回数の残り 11／12 回" in texts(first) and "11 of 12 pulls left" in texts(first)
    assert "次の 1 回の値段：40" in texts(first) and "Your next single pull: 40" in texts(first)
    assert [row["amount"] for row in rows(tables) if row["kind"] == "pull"] == [0]
    assert pulls_again(first) == [1, 10]
    tenth = pull(server, 2, 10)
    assert "1 of 12 pulls left" in texts(tenth) and pulls_again(tenth) == [1]
    refused = pull(server, 3, 10)
    assert refused["outcome"] == "refused"
    assert "残りは 1 回" in texts(refused) and "not 10" in texts(refused)
    last = pull(server, 4)
    assert pulls_again(last) == []
    # No next pull is promised anything: only the limit is said, and the points that are there.
    assert {each["kind"] for each in last["message"]["standing"]} <= {
        "limit",
        "next_price",
        "points",
    }
    for decided in (pull(server, 5), pull(server, 6, 10)):
        assert decided["outcome"] == "refused"
        assert "1 人 12 回まで" in texts(decided) and "Nothing was charged" in texts(decided)
        assert "shows what is open" in texts(decided)
    assert audited(tables) == []


def test_sizes_are_listed_as_each_language_does(tables: Any, server: Server) -> None:
    limited("[[multi]]\nsize = 11\nprice = 1600\n")
    refused = pull(server, 1, 5)
    assert "1、10、11 枚です" in said(refused, "pull") and "1, 10, 11. " in said(
        refused, "pull", "en"
    )


def test_a_days_end_says_when_there_is_more(tables: Any, server: Server) -> None:
    limited("[limit]\nper_day = 2\n")
    assert "今日の残り 1 回" in texts(pull(server, 1))
    assert pulls_again(pull(server, 2)) == []  # nothing is left today; ten are never had
    refused = pull(server, 3)
    made_ms = snowflake.created_ms(server.asked(3, "pull")["interaction_id"])
    # Tokyo's midnight: a new server's zone.
    next_s = ((made_ms + 9 * 3_600_000) // DAY_MS + 1) * DAY_MS // 1000 - 9 * 3600
    assert f"<t:{next_s}:R>" in texts(refused) and refused["outcome"] == "refused"
    [row, _] = [row for row in rows(tables) if row["kind"] == "pull"]
    assert (row["zone"], row["hour"]) == ("Asia/Tokyo", 0)
    shown = server.do(4, "now")
    assert "0 pulls left today (of 2 a day)" in said(shown, "now", "en")
    asked = server.asked(5, "rates", banner="b1")
    rates = load_function("answer").handler({"interaction": asked}, None)
    assert '{"kind": "limit_today", "left": 0, "per_day": 2}' in json.dumps(rates)
    assert audited(tables) == []


def test_the_list_of_banners_says_the_limit_and_what_is_free(tables: Any, server: Server) -> None:
    limited("[limit]\ntotal = 20\nper_day = 2\nprices = [0]\n")
    listed = server.do(1, "banners")
    for words in ("あなたの残り 20／20 回", "今日の残り 2／2 回", "毎日 1 回目は無料"):
        assert words in said(listed, "banners")
    for words in ("20 of your 20 pulls left", "2 of today’s 2 left", "first pull of a day free"):
        assert words in said(listed, "banners", "en")
    panel = server.do(2, "admin panel", drawn="")  # which everybody sees
    for words in ("1 人 20 回まで", "1 日 2 回まで", "毎日 1 回目は無料"):
        assert words in said(panel, "admin panel")
    for words in ("20 pulls per member, at most 2 a day, first pull of a day free",):
        assert words in said(panel, "admin panel", "en")
    limited('[[ten.slot]]\nnumber = 10\nrates = { r1 = "1" }\n[limit]\nper_day = 5\n')
    panel = server.do(3, "admin panel", drawn="")
    for lang, words, never in (
        ("ja", "1 人 1 日 5 回まで", "10 連"),
        ("en", "5 pulls a day per member", "ten-pull"),
    ):
        assert words in said(panel, "admin panel", lang)
        assert never not in said(panel, "admin panel", lang)  # five a day bring none


def test_of_several_those_come_first_that_can_still_be_pulled(tables: Any, server: Server) -> None:
    publish(own("b1", more="[limit]\ntotal = 1\n"), own("b2"), own("b3"))
    assert server.do(1, "banners")["message"]["chosen"] == "b1"
    pull(server, 2)
    listed = server.do(3, "banners")
    assert listed["message"]["chosen"] == "b2"
    assert any(each.startswith("pull:b2:1:") for each in buttons(listed, "banners"))
    assert [each["id"] for each in listed["message"]["open"]] == ["b2", "b3", "b1"]
    assert "あなたの残り 0／1 回" in said(listed, "banners")
    assert server.do(4, "banners", banner="b1")["message"]["chosen"] == "b1"  # who asks is shown it


OMIKUJI = "[limit]\nper_day = 1\nprices = [0]\n"


def test_what_is_free_today_is_called_free_wherever_its_price_stands(
    tables: Any, server: Server
) -> None:
    """The price after a limit's, which nobody ever pays here, stands nowhere."""
    limited(OMIKUJI)
    before = {
        lang: [said(server.do(n, room), room, lang) for n, room in ((1, "banners"), (2, "now"))]
        for lang in ("ja", "en")
    }
    helped, panel = server.do(3, "help"), server.do(4, "admin panel", drawn="")
    for words in (*before["ja"], said(helped, "help"), said(panel, "admin panel")):
        assert "無料" in words
    for words in (*before["en"], said(helped, "help", "en"), said(panel, "admin panel", "en")):
        assert "free" in words
    listed, now = before["ja"]
    assert "1連（無料）" in listed and "今日の残り 1／1 回" in listed and "1連（無料）" in now
    drawn = pull(server, 5)
    assert "無料で引きました（通貨は 3,200 のまま）" in texts(drawn)
    assert "This pull was free. You have 3,200." in texts(drawn)
    listed = said(server.do(6, "banners"), "banners")
    assert "今日の残り 0／1 回" in listed and "連（" not in listed
    history = server.do(7, "history")
    assert "夏のガチャ 無料 `" in said(history, "history") and "free `" in said(
        history, "history", "en"
    )
    asked = server.asked(8, "rates")
    message = load_function("answer").handler({"interaction": asked}, None)["message"]
    content = Message.read(json.loads(json.dumps(message))).content
    rates, _ = registry.file("rates").attach(Asked.read(asked), content)
    for lang, words in (("ja", "1 回の値段：無料"), ("en", "A single pull: free")):
        shown = text_of(render("rates", rates, lang, "1"))
        assert words in shown and "順に" not in shown and "in turn" not in shown
    everything = [*before["ja"], *before["en"], texts(drawn), listed, said(history, "history")]
    assert not any("160" in each or "+0" in each for each in everything)


def test_prices_in_turn_are_a_range_for_all_and_the_next_one_for_who_asks(
    tables: Any, server: Server
) -> None:
    limited(f"{STEP_UP.replace('prices = [0]', 'prices = [0, 40]')}")
    helped = server.do(1, "help")
    assert "1 回 無料〜160／5 連 無料〜800／10 連 1,600" in said(helped, "help")
    assert "1 pull free–160, 5 pulls free–800, 10 pulls 1,600" in said(helped, "help", "en")
    listed = [said(server.do(2, "banners"), "banners")]
    pull(server, 3)
    pull(server, 4, 5)
    listed.append(said(server.do(5, "banners"), "banners"))
    assert ["1連（無料）" in each and "5連（無料）" in each for each in listed] == [True, False]
    assert "1連（160）" in listed[1] and "5連（800）" in listed[1]


def test_two_presses_at_once_meet_the_limit(tables: Any, server: Server) -> None:
    """Both are drawn from the same row; one is recorded, and the other, drawn again, is refused."""
    limited("[limit]\ntotal = 1\n")
    asked = [server.asked(number, "pull", banner="b1", count=1) for number in (1, 2)]
    drawn = [server.work(each) for each in asked]
    assert ["transaction" in each for each in drawn] == [True, True]
    assert record(asked[1], drawn[1]) and not record(asked[0], drawn[0])
    again = server.work(asked[0])
    assert again["outcome"] == "refused" and "1 人 1 回まで" in texts(again)
    assert [row["kind"] for row in rows(tables)].count("pull") == 1
    assert audited(tables) == []


def test_a_timezone_that_is_changed_is_taken_as_of_the_interaction(
    tables: Any, server: Server
) -> None:
    """The change is recorded before the pull is drawn; the pull was asked for before the change."""
    limited("[limit]\nper_day = 1\n")
    made_ms = snowflake.created_ms(server.asked(1, "pull")["interaction_id"])
    before = {"zone": "Pacific/Kiritimati", "hour": 0, "since_ms": 0}
    economy = {"server_id": "1290000000000000002", "setting": "economy", "version": 1}
    [game] = [row for row in rows(tables, "server_settings") if row["setting"] == "game"]
    economy["server_id"] = game["server_id"]
    put("server_settings", {**economy, "clock_since": made_ms + 1, "clock_before": before})
    pull(server, 1)
    [row] = [row for row in rows(tables) if row["kind"] == "pull"]
    assert (row["zone"], row.get("since")) == ("Pacific/Kiritimati", None)
    day = json.loads(row["receipt"])["before"]["limit"]["day"]
    assert day == (made_ms + 14 * 3_600_000) // DAY_MS
    assert audited(tables) == []


def test_the_audit_notices_what_goes_beyond_a_limit(tables: Any, server: Server) -> None:
    limited("[limit]\nper_day = 1\n")
    pull(server, 1)
    current = players.load(PLAYER_KEY)
    assert current is not None
    kept = dict(current.states["b1"])
    put("discord_users", players.written(replace(current, states={"b1": {"points": 0}})))
    pull(server, 2)
    assert any("state before" in each for each in audited(tables)) and kept["limit"]["today"] == 1


def test_tickets_count_against_a_limit_as_coins_do(tables: Any, server: Server) -> None:
    limited("[limit]\ntotal = 2\n")
    have(tickets=(Tickets(5, 2**52),))
    pull(server, 1)
    pull(server, 2)
    refused = pull(server, 3)
    assert refused["outcome"] == "refused" and "チケットも減っていません" in texts(refused)
    assert players.load(PLAYER_KEY).tickets == (Tickets(3, 2**52),)  # type: ignore[union-attr]


APART = (
    "exchange = { price = 30 }\n[ticket]\ncounts = false\n"
    '[[promise]]\nid = "p"\nof = ["c102"]\nwithin = 12\n'
)


def test_tickets_that_do_not_count_leave_the_state_as_it_was(tables: Any, server: Server) -> None:
    limited(APART)
    pull(server, 1)
    counted = players.load(PLAYER_KEY)
    assert counted is not None
    put("discord_users", players.written(replace(counted, tickets=(Tickets(11, 2**52),))))
    for number, count in ((2, 10), (3, 1)):
        shown = pull(server, number, count)
        assert "天井や交換ポイントに数えません" in texts(shown)
        assert "count toward neither pity" in texts(shown)
    after = players.load(PLAYER_KEY)
    assert after is not None and after.states == counted.states
    assert (after.balance, after.nonce, after.tickets) == (counted.balance, 12, ())
    receipts = [json.loads(row["receipt"]) for row in rows(tables) if row["kind"] == "pull"]
    assert [each.get("counts", True) for each in receipts] == [True, False, False]
    assert "天井や交換ポイントに数えません" not in texts(pull(server, 4))
    # Only the tickets themselves came from nowhere in this test.
    assert [each for each in audited(tables) if "tickets" not in each] == []


def test_the_audit_notices_a_pull_of_tickets_that_does_not_say_so(
    tables: Any, server: Server
) -> None:
    limited(APART)
    have(tickets=(Tickets(1, 2**52),))
    pull(server, 1)
    [row] = [row for row in rows(tables) if row["kind"] == "pull"]
    receipt = {key: each for key, each in json.loads(row["receipt"]).items() if key != "counts"}
    text = json.dumps(receipt, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    put("gacha_history", {**row, "receipt": text})
    assert any("counts" in each for each in audited(tables))


def test_luck_goes_on_over_days_and_what_does_not_count(tables: Any, server: Server) -> None:
    state = {"since": {"a": 1}, "points": 3, "limit": {"all": 4, "day": 9}, "exchanged": {"x": 1}}
    assert fortune._counts(state) == {"since": {"a": 1}}


STEP_UP = "[[multi]]\nsize = 5\nprice = [0, 800]\n[limit]\nper_day = 30\nprices = [0]\n"


@pytest.mark.parametrize("was", [False, True], ids=["now", "as it was"])
def test_what_is_free_takes_no_ticket_and_no_button_says_so(
    tables: Any, server: Server, monkeypatch: pytest.MonkeyPatch, was: bool
) -> None:
    """A day's first pull and a step that cost nothing. The audit still takes the rows of pulls that
    tickets paid for nothing, as they were once."""
    limited(STEP_UP)
    have(tickets=(Tickets(12, 2**52),))
    if was:
        monkeypatch.setattr(purse, "pays", lambda of, id_, n, _, at: purse.spent(of, id_, n, at))

    def labels(number: int) -> list[str]:
        lines = said(server.do(number, "now"), "now").split("\n")
        return [each for each in lines if each.partition("連")[0].isdigit()]

    first = labels(1)
    free = [pull(server, 2), pull(server, 3, 5)]
    second = labels(4)
    paid = [pull(server, 5), pull(server, 6)]
    amounts = [row["amount"] for row in rows(tables) if row["kind"] == "pull"]
    taken = [each["n"] for row in rows(tables) for each in row.get("tickets", [])]
    # Only the tickets themselves came from nowhere in this test.
    assert {each.split()[0] for each in audited(tables)} <= {"I1", "I3"}
    assert amounts == [0, 0, 0, 0] and all("チケット" in texts(each) for each in paid)
    if not was:
        assert first == ["1連（無料）", "5連（無料）", "10連（チケット）"] and taken == [-1, -1]
        assert second == ["1連（チケット）", "5連（チケット）", "10連（チケット）"]
        assert not any("チケット" in texts(each) for each in free)
