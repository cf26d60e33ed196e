"""Once a day, by the day in which the command was given, whenever and in whatever order it is
recorded."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters import seeds
from adapters.tables import items, players
from commands import events
from commands.message import Message
from commands.render import plain, render
from gacha import audit, snowflake
from gacha.economy import Economy
from gacha.game import Game
from local.messages import text_of
from tests.conftest import ROOT, load_function
from tests.recording import record
from tests.support import GUILD, PLAYER_KEY, rows, workflow_input

MIDNIGHT = int(datetime(2026, 11, 28, 15, tzinfo=UTC).timestamp())  # in Japan, the 29th begins
DAY = 86_400


def id_at(seconds: float, low: int = 1) -> str:
    """An interaction that was made then."""
    return str((int(seconds * 1000) - snowflake.DISCORD_EPOCH_MS) << 22 | low)


def asked(seconds: float, low: int = 1) -> dict[str, Any]:
    id_ = id_at(seconds, low)
    found = {"interaction_id": id_, "ledger_key": snowflake.key_text(id_)}
    return workflow_input(0, "daily") | found


def decide(interaction: dict[str, Any]) -> dict[str, Any]:
    decided = load_function("plan").handler({"interaction": interaction}, None)
    found: dict[str, Any] = json.loads(json.dumps(decided))
    return found


def claim(seconds: float, low: int = 1) -> dict[str, Any]:
    interaction = asked(seconds, low)
    decided = decide(interaction)
    assert record(interaction, decided)
    return decided


def said(decided: dict[str, Any], language: str) -> str:
    content = Message.read(decided["message"]).content
    return text_of(render("daily", content, language, "1"))


@pytest.fixture(autouse=True)
def secrets(tables: Any) -> Any:
    seeds.secret.cache_clear()
    return tables


def claims(tables: Any) -> list[dict[str, Any]]:
    return sorted((r for r in rows(tables) if r["kind"] == "daily"), key=lambda r: r["version"])


def streaks(tables: Any) -> list[int]:
    return [row["streak"] for row in claims(tables)]


def test_a_day_gives_its_amount_and_says_what_comes_next(secrets: Any) -> None:
    decided = claim(MIDNIGHT - 3600)
    assert (decided["outcome"], decided["figures"]["currency_in"]) == ("planned", 160 + 3200)
    ends = MIDNIGHT + 2 * DAY  # a ticket is good on three days, this one counted
    for language, parts in (
        ("ja", ["+160", "3,360", "チケット **+1**", "連続 **1** 日", "あと 2 日で通貨 160"]),
        ("en", ["+160", "3,360", "+1** ticket", "**1**-day streak", "160 in 2 days"]),
    ):
        text = said(decided, language)
        for part in [*parts, f"<t:{MIDNIGHT}:R>", f"<t:{ends}:f>"]:
            assert part in text
        content = Message.read(decided["message"]).content
        assert plain("daily", content, language, "1")["content"] == text
    [row] = claims(secrets)
    assert (row["amount"], row["balance"], row["day"]) == (160, 3360, "2026-11-28")
    assert row["tickets"] == [{"n": 1, "e": ends * 1000}]
    assert (row["zone"], row["hour"], row["economy"]) == ("Asia/Tokyo", 0, 0)
    assert "undelivered" not in row and "since" not in row
    now = players.load(PLAYER_KEY)
    assert now is not None and [each.count for each in now.tickets] == [1]
    assert audited(secrets) == []


def test_a_milestone_is_given_beside_the_day_and_said(secrets: Any) -> None:
    given = [claim(MIDNIGHT + number * DAY) for number in range(3)]
    assert [each["message"]["bonus"] for each in given] == [0, 0, 160]
    assert "ボーナス：通貨 **+160**" in said(given[-1], "ja")
    assert "bonus: **+160**" in said(given[-1], "en")
    assert [row["amount"] for row in claims(secrets)] == [160, 160, 320]
    assert audited(secrets) == []


def test_the_same_interaction_again_is_the_same_claim(secrets: Any) -> None:
    first = claim(MIDNIGHT)
    again = claim(MIDNIGHT)
    assert again["outcome"] == "recorded"
    assert said(again, "en") == said(first, "en")
    assert len(claims(secrets)) == 1


def test_a_day_that_is_claimed_is_refused_until_the_next_begins(secrets: Any) -> None:
    claim(MIDNIGHT)
    for seconds in (MIDNIGHT + 1, MIDNIGHT + DAY - 0.001):
        refused = claim(seconds)
        assert refused["outcome"] == "refused"
        for language, parts in (
            ("ja", ["受け取り済み", "連続 **1** 日", "あと 2 日で"]),
            ("en", ["already collected", "**1**-day", "160 in 2 days"]),
        ):
            for part in [*parts, f"<t:{MIDNIGHT + DAY}:R>"]:
                assert part in said(refused, language)
    assert claim(MIDNIGHT + DAY)["outcome"] == "planned"
    assert [row["day"] for row in claims(secrets)] == ["2026-11-29", "2026-11-30"]


def test_a_claim_of_before_midnight_is_that_days_though_the_next_days_was_recorded_first(
    secrets: Any,
) -> None:
    """And the streak, with what it gives, is what it would be in the other order."""
    for number in (-3, -2):
        claim(MIDNIGHT + number * DAY)
    claim(MIDNIGHT + 1)
    assert streaks(secrets) == [1, 2, 3]  # one day was missed and forgiven
    late = claim(MIDNIGHT - 1)
    assert late["outcome"] == "planned"
    for part in (f"<t:{MIDNIGHT + DAY}:R>", "**4**-day streak"):  # today's is taken, too
        assert part in said(late, "en")
    assert [row["day"] for row in claims(secrets)][2:] == ["2026-11-29", "2026-11-28"]
    assert [row.get("bonus", 0) for row in claims(secrets)] == [0, 0, 160, 0]
    now = players.load(PLAYER_KEY)
    assert now is not None and now.claimed[-1].streak == 4 and now.claimed[-1].grace is None
    for seconds in (MIDNIGHT - 2, MIDNIGHT + 2):  # each day once, in whatever order
        assert claim(seconds)["outcome"] == "refused"
    assert claim(MIDNIGHT + DAY)["outcome"] == "planned"
    assert audited(secrets) == []


def test_a_late_claim_gives_what_both_orders_give(secrets: Any) -> None:
    for number in (-4, -3, 0):
        claim(MIDNIGHT + number * DAY + 1)
    assert streaks(secrets) == [1, 2, 1]  # two days were missed
    late = claim(MIDNIGHT - 1)  # the third day of the streak, and with it the fourth
    assert late["message"]["bonus"] == 160 and late["message"]["streak"]["days"] == 4
    assert audited(secrets) == []


def test_two_days_planned_at_once_are_recorded_one_after_the_other(secrets: Any) -> None:
    """Both read the player before either is recorded; Record lets one through, in either order."""
    before, after = asked(MIDNIGHT - 1), asked(MIDNIGHT + 1)
    planned = [decide(before), decide(after)]
    assert record(after, planned[1])
    assert not record(before, planned[0])
    again = decide(before)
    assert again["outcome"] == "planned" and record(before, again)
    now = players.load(PLAYER_KEY)
    assert now is not None
    assert [(str(each.day), each.streak) for each in now.claimed] == [
        ("2026-11-28", 1),
        ("2026-11-29", 2),
    ]


def test_two_claims_of_a_day_planned_at_once_are_one(secrets: Any) -> None:
    one, two = asked(MIDNIGHT, 1), asked(MIDNIGHT, 2)
    planned = [decide(one), decide(two)]
    assert record(two, planned[1])
    assert not record(one, planned[0])
    assert decide(one)["outcome"] == "refused"


def test_a_day_that_nobody_knows_of_any_more_is_not_given(secrets: Any) -> None:
    """The player may have claimed it: the row keeps two days."""
    for number in range(3):
        claim(MIDNIGHT + number * DAY)
    late = claim(MIDNIGHT + 5)
    assert late["outcome"] == "overtaken"
    assert [row["kind"] for row in rows(secrets)].count("void") == 1
    for language, part in (("ja", "/ガチャ デイリー"), ("en", "/gacha daily")):
        assert part in said(late, language)
    assert len(claims(secrets)) == 3


def test_a_missed_day_is_forgiven_once_in_seven_and_said(secrets: Any) -> None:
    for number in (0, 1, 3, 4, 6):
        last = claim(MIDNIGHT + number * DAY)
        if number == 3:
            assert "7 日に 1 日まで" in said(last, "ja") and "one in seven" in said(last, "en")
    assert streaks(secrets) == [1, 2, 3, 4, 1]
    for number in (7, 9):  # the day that was forgiven is the 2nd: the 8th is within seven
        claim(MIDNIGHT + number * DAY)
    assert streaks(secrets)[5:] == [2, 1]
    assert [row.get("forgiven") for row in claims(secrets)].count("2026-12-01") == 1
    assert audited(secrets) == []


def test_a_claim_leaves_the_epoch_alone_and_a_closed_one_takes_no_day(secrets: Any) -> None:
    claim(MIDNIGHT)
    before = players.load(PLAYER_KEY)
    closing = asked(MIDNIGHT + DAY + 60) | {"command": "fair seed", "options": {"text": "x"}}
    assert record(closing, decide(closing))
    assert claim(MIDNIGHT + DAY + 30)["outcome"] == "planned"  # of before that change
    now = players.load(PLAYER_KEY)
    assert before is not None and now is not None
    assert (now.epoch, now.nonce, now.commitment) == (before.epoch, before.nonce, before.commitment)


def settle(tables: Any, economy: Economy | None = None, **fields: Any) -> None:
    row = {"server_id": GUILD, "setting": "game", **Game(GUILD).changed(**fields).written()}
    tables.put_item(TableName="server_settings", Item=items.to_item(row))
    if economy is not None:
        row = {"server_id": GUILD, "setting": "economy", **economy.written()}
        tables.put_item(TableName="server_settings", Item=items.to_item(row))


@pytest.mark.parametrize(
    ("timezone", "hour", "begins"),
    [
        ("Asia/Tokyo", 4, MIDNIGHT + 4 * 3600),
        ("UTC", 0, MIDNIGHT + 9 * 3600),
        ("UTC+05:30", 6, MIDNIGHT + 9 * 3600 + 1800),
        ("UTC+14:00", 0, MIDNIGHT + 19 * 3600),
        ("America/New_York", 0, MIDNIGHT + 14 * 3600),
    ],
)
def test_a_day_begins_where_and_when_the_server_settled(
    secrets: Any, timezone: str, hour: int, begins: int
) -> None:
    settle(secrets, timezone=timezone, reset_hour=hour)
    first = claim(begins - 1)
    assert f"<t:{begins}:R>" in said(first, "en")
    assert claim(begins - 2)["outcome"] == "refused"
    assert claim(begins)["outcome"] == "planned"
    assert streaks(secrets) == [1, 2]
    assert audited(secrets) == []


def test_a_changed_clock_waits_twenty_hours_keeps_the_streak_and_is_replayed(secrets: Any) -> None:
    """The one of a claim is that of when it was asked for, though it comes here after a change."""
    claim(MIDNIGHT - DAY)
    changed_ms = (MIDNIGHT + 7200) * 1000
    claim(MIDNIGHT + 3600)
    in_time = asked(MIDNIGHT + 3600 - 7200)  # of before midnight, and of before the change
    game = Game(GUILD)
    economy = Economy(GUILD, version=1).with_clock_changed(game, changed_ms)
    settle(secrets, economy, timezone="UTC+14:00", reset_hour=0)
    assert decide(in_time)["outcome"] == "refused"  # in Japan it was the 28th, which is taken
    soon = claim(MIDNIGHT + 19 * 3600)  # where it is 14 hours later, the 30th has begun
    assert soon["outcome"] == "refused"
    for language, part in (("ja", "20 時間の間隔"), ("en", "20 hours after the last")):
        assert part in said(soon, language)
        assert f"<t:{MIDNIGHT + 21 * 3600}:R>" in said(soon, language)
    economies = {0: Economy(""), 1: Economy("", version=1)}
    assert claim(MIDNIGHT + 21 * 3600)["outcome"] == "planned"
    assert streaks(secrets) == [1, 2, 3]
    assert audited(secrets, economies) == []
    *_, row = claims(secrets)
    assert (row["zone"], row["hour"], row["since"]) == ("UTC+14:00", 0, changed_ms)
    assert audited(secrets)  # nobody knows that economy
    for wrong in ({"zone": "UTC-12:00"}, {"since": changed_ms + 1}):
        secrets.put_item(TableName="gacha_history", Item=items.to_item({**row, **wrong}))
        assert audited(secrets, economies)


def test_a_server_that_gives_nothing_but_the_streak_says_that(secrets: Any) -> None:
    nothing: dict[str, Any] = dict.fromkeys(("streak_3", "streak_7", "streak_14", "streak_30"), 0)
    economy = Economy(GUILD, version=1, daily=50, daily_tickets=0, **nothing)
    settle(secrets, economy)
    first, again = claim(MIDNIGHT), claim(MIDNIGHT + 1)
    for decided in (first, again):
        for language, absent in (("ja", "ボーナス"), ("en", "bonus")):
            assert absent not in said(decided, language)
    assert "+50" in said(first, "ja") and "チケット" not in said(first, "ja")
    assert "連続 **1** 日" in said(again, "ja")
    assert audited(secrets, {0: Economy(""), 1: economy}) == []


def test_tickets_of_too_many_ends_are_refused_and_the_day_stays(secrets: Any) -> None:
    claim(MIDNIGHT)
    [row] = rows(secrets, "discord_users")
    row["tickets"] = [{"n": 1, "e": (MIDNIGHT + 99 * DAY + n) * 1000} for n in range(20)]
    secrets.put_item(TableName="discord_users", Item=items.to_item(row))
    refused = claim(MIDNIGHT + DAY)
    assert refused["outcome"] == "refused" and "/ガチャ 引く" in said(refused, "ja")
    assert len(claims(secrets)) == 1


def audited(tables: Any, economies: Any = None) -> list[str]:
    ledger, [stored] = rows(tables), rows(tables, "discord_users")
    found = audit.check(
        *(PLAYER_KEY, ledger, stored, [], lambda *_: None, 0, events.replays()),  # type: ignore[arg-type]
        economies=economies or {0: Economy("")},
    )
    return [str(each) for each in found if each.violation]


@pytest.mark.parametrize("name", ["README.md", "README.ja.md"])
def test_the_readmes_have_the_amount(name: str) -> None:
    [row] = re.findall(r"(?m)^\|.*`/gacha daily`.*$", (ROOT / name).read_text("utf-8"))
    assert re.findall(r"\d{2,}", row)[0] == str(Economy("").daily)


def test_a_forgiven_day_and_what_the_player_missed_stand_apart_in_the_row(secrets: Any) -> None:
    """A grant waits to be told by the very claim that forgives a day."""
    for number in (0, 1):
        claim(MIDNIGHT + number * DAY)
    id_ = id_at(MIDNIGHT + 2 * DAY)
    grant = workflow_input(0, "admin grant", admin="1290000000000000077", amount=5)
    grant |= {"interaction_id": id_, "ledger_key": snowflake.key_text(id_)}
    assert record(grant, decide(grant))
    claim(MIDNIGHT + 3 * DAY)
    row = claims(secrets)[-1]
    assert (row["forgiven"], row["missed"]) == ("2026-12-01", [str(snowflake.sort_key(id_))])
    assert audited(secrets) == []
    assert "one in seven" in said(claim(MIDNIGHT + 3 * DAY), "en")
