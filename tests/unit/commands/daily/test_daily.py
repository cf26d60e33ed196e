"""Once a day, by the day in which the command was given, whenever and in whatever order it is
recorded."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters import seeds
from adapters.tables import items, players
from commands import events
from commands.asked import Asked
from commands.message import Message
from commands.render import render
from gacha import audit, daily, player, snowflake, zones
from gacha.game import Game
from tests.conftest import ROOT, load_function
from tests.recording import record
from tests.support import GUILD, PLAYER_KEY, rows, workflow_input

ZONE = ZoneInfo("Asia/Tokyo")
MIDNIGHT = int(datetime(2026, 11, 28, 15, tzinfo=UTC).timestamp())  # in Japan, the 29th begins


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
    return str(render("daily", content, language, "1")["content"])


@pytest.fixture(autouse=True)
def secrets(tables: Any) -> Any:
    seeds.secret.cache_clear()
    return tables


def claims(tables: Any) -> list[dict[str, Any]]:
    return sorted((r for r in rows(tables) if r["kind"] == "daily"), key=lambda r: r["version"])


def test_a_day_gives_its_amount_and_says_when_the_next_begins(secrets: Any) -> None:
    decided = claim(MIDNIGHT - 3600)
    assert (decided["outcome"], decided["figures"]["currency_in"]) == ("planned", 160 + 3200)
    for language, parts in (
        ("ja", ["160", "3,360"]),
        ("en", ["160", "3,360"]),
    ):
        text = said(decided, language)
        assert all(part in text for part in [*parts, f"<t:{MIDNIGHT}:R>"]), text
    [row] = claims(secrets)
    assert (row["amount"], row["balance"], row["day"]) == (160, 3360, "2026-11-28")
    assert "undelivered" not in row
    assert players.load(PLAYER_KEY).claimed == ("2026-11-28",)  # type: ignore[union-attr]


def test_the_same_interaction_again_is_the_same_claim(secrets: Any) -> None:
    first = claim(MIDNIGHT)
    again = claim(MIDNIGHT)
    assert again["outcome"] == "recorded"
    assert said(again, "en") == said(first, "en")
    assert len(claims(secrets)) == 1


def test_a_day_that_is_claimed_is_refused_until_the_next_begins(secrets: Any) -> None:
    claim(MIDNIGHT)
    for seconds in (MIDNIGHT + 1, MIDNIGHT + 86_399.999):
        refused = claim(seconds)
        assert refused["outcome"] == "refused"
        for language, part in (("ja", "受け取り済み"), ("en", "already collected")):
            assert part in said(refused, language)
            assert f"<t:{MIDNIGHT + 86_400}:R>" in said(refused, language)
    assert claim(MIDNIGHT + 86_400)["outcome"] == "planned"
    assert [row["day"] for row in claims(secrets)] == ["2026-11-29", "2026-11-30"]


def test_a_claim_of_before_midnight_is_that_days_though_the_next_days_was_recorded_first(
    secrets: Any,
) -> None:
    claim(MIDNIGHT + 1)
    late = claim(MIDNIGHT - 1)
    assert late["outcome"] == "planned"
    assert f"<t:{MIDNIGHT + 86_400}:R>" in said(late, "en")  # today's is taken, too
    assert [row["day"] for row in claims(secrets)] == ["2026-11-29", "2026-11-28"]
    for seconds in (MIDNIGHT - 2, MIDNIGHT + 2):  # each day once, in whatever order
        assert claim(seconds)["outcome"] == "refused"
    assert claim(MIDNIGHT + 86_400)["outcome"] == "planned"


def test_two_days_planned_at_once_are_recorded_one_after_the_other(secrets: Any) -> None:
    """Both read the player before either is recorded; Record lets one through, in either order."""
    before, after = asked(MIDNIGHT - 1), asked(MIDNIGHT + 1)
    planned = [decide(before), decide(after)]
    assert record(after, planned[1])
    assert not record(before, planned[0])
    again = decide(before)
    assert again["outcome"] == "planned" and record(before, again)
    assert players.load(PLAYER_KEY).claimed == ("2026-11-28", "2026-11-29")  # type: ignore[union-attr]


def test_two_claims_of_a_day_planned_at_once_are_one(secrets: Any) -> None:
    one, two = asked(MIDNIGHT, 1), asked(MIDNIGHT, 2)
    planned = [decide(one), decide(two)]
    assert record(two, planned[1])
    assert not record(one, planned[0])
    assert decide(one)["outcome"] == "refused"


def test_a_day_that_nobody_knows_of_any_more_is_not_given(secrets: Any) -> None:
    """The player may have claimed it: the row keeps two days."""
    for number in range(3):
        claim(MIDNIGHT + number * 86_400)
    late = claim(MIDNIGHT + 5)
    assert late["outcome"] == "overtaken"
    assert [row["kind"] for row in rows(secrets)].count("void") == 1
    for language, part in (("ja", "/ガチャ デイリー"), ("en", "/gacha daily")):
        assert part in said(late, language)
    assert len(claims(secrets)) == 3


def test_a_claim_leaves_the_epoch_alone_and_a_closed_one_takes_no_day(secrets: Any) -> None:
    claim(MIDNIGHT)
    before = players.load(PLAYER_KEY)
    closing = asked(MIDNIGHT + 86_400 + 60) | {"command": "fair seed", "options": {"text": "x"}}
    assert record(closing, decide(closing))
    assert claim(MIDNIGHT + 86_400 + 30)["outcome"] == "planned"  # of before that change
    now = players.load(PLAYER_KEY)
    assert before is not None and now is not None
    assert (now.epoch, now.nonce, now.commitment) == (before.epoch, before.nonce, before.commitment)


@given(st.permutations([(day, second) for day in range(3) for second in (0, 86_399)]))
def test_in_whatever_order_no_day_is_given_twice(order: list[tuple[int, int]]) -> None:
    """Two claims of each of three days, recorded in any order: a day is given once, or, where two
    later ones stand already, not any more."""
    of = player.newcomer(PLAYER_KEY, GUILD, 0, "0" * 64)
    given = Counter[str]()
    for day, second in order:
        id_ = id_at(MIDNIGHT + day * 86_400 + second)
        name = daily.day_of(id_, ZONE)
        if name in of.claimed:
            assert given[name] == 1
            continue
        change = daily.claim(of, id_, ZONE)
        if change is None:
            assert sum(each > name for each in given) == 2
            continue
        of = change.after
        given[name] += 1
    assert max(given.values()) == 1
    assert of.balance == player.START_BALANCE + 160 * given.total()


ZONES = ["Asia/Tokyo", "UTC", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "Europe/London"]


def settle(tables: Any, **fields: Any) -> None:
    row = {"server_id": GUILD, "setting": "game", **Game(GUILD).changed(**fields).written()}
    tables.put_item(TableName="server_settings", Item=items.to_item(row))


@pytest.mark.parametrize(
    ("timezone", "hour", "begins"),
    [
        ("Asia/Tokyo", 4, MIDNIGHT + 4 * 3600),
        ("UTC", 0, MIDNIGHT + 9 * 3600),
        ("UTC+05:30", 6, MIDNIGHT + 9 * 3600 + 1800),
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
    assert [row["day"] for row in claims(secrets)] == ["2026-11-28", "2026-11-29"]
    assert audited(secrets) == []


def test_what_was_claimed_by_an_earlier_setting_stands_and_is_replayed_by_it(
    secrets: Any,
) -> None:
    first = claim(MIDNIGHT - 1)
    settle(secrets, timezone="UTC", reset_hour=3)
    assert said(decide(asked(MIDNIGHT - 1)), "en") == said(first, "en")
    assert claim(MIDNIGHT + 1)["outcome"] == "refused"  # in UTC it is the same day
    assert claim(MIDNIGHT + 86_400)["outcome"] == "planned"
    assert audited(secrets) == []
    [_, row] = claims(secrets)
    assert (row["zone"], row["hour"]) == ("UTC", 3)
    secrets.put_item(
        TableName="gacha_history", Item=items.to_item({**row, "hour": 0, "zone": "UTC+14:00"})
    )
    assert audited(secrets)


def audited(tables: Any) -> list[str]:
    ledger, [stored] = rows(tables), rows(tables, "discord_users")
    found = audit.check(PLAYER_KEY, ledger, stored, [], lambda *_: None, 0, events.replays())  # type: ignore[arg-type]
    return [str(each) for each in found if each.violation]


@pytest.mark.parametrize("hour", [0, 2, 6])
@pytest.mark.parametrize("zone", ZONES)
def test_a_day_ends_where_the_next_one_begins_in_every_zone(zone: str, hour: int) -> None:
    """Where clocks are changed a day has 23 or 25 hours; both functions have to agree on them."""
    where, chance = ZoneInfo(zone), random.Random(zone)
    for _ in range(500):
        seconds = chance.randrange(1_700_000_000, 1_900_000_000)
        day = daily.day_of(id_at(seconds), where, hour)
        following = daily.begins_after([day], where, hour)
        assert seconds < following <= seconds + 25 * 3600
        assert daily.day_of(id_at(following - 0.001), where, hour) == day
        assert daily.day_of(id_at(following), where, hour) > day


@pytest.mark.parametrize("name", ["README.md", "README.ja.md"])
def test_the_readmes_have_the_amount(name: str) -> None:
    [row] = re.findall(r"(?m)^\|.*`/gacha daily`.*$", (ROOT / name).read_text("utf-8"))
    assert re.findall(r"\d{2,}", row)[0] == str(daily.AMOUNT)


def test_japan_is_nine_hours_ahead() -> None:
    assert timedelta(hours=9) == zones.zone(Game(GUILD).timezone).utcoffset(datetime(2026, 11, 28))
    assert daily.day_of(id_at(MIDNIGHT - 0.001), ZONE) == "2026-11-28"
    assert daily.day_of(id_at(MIDNIGHT), ZONE) == "2026-11-29"
    assert Asked.read(asked(MIDNIGHT)).command == "daily"
