"""Points at a banner's end: they stay with a kind that carries over, and else become shards: once,
with the player's next event, said and audited."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters import banners, seeds
from adapters.tables import players, settings
from commands import events
from commands.message import Message
from commands.render import render
from gacha import audit, points, server_audit, snowflake
from gacha.economy import Economy
from gacha.game import EXCHANGE_MS, Game, Offer
from local.messages import text_of
from tests.support import GUILD, PLAYER_KEY, rows
from tests.unit.commands.owning import NAMES, have, own, publish, put
from tests.unit.commands.server import Server
from tests.unit.test_pulling import newcomer

DAY_MS = 24 * 60 * 60 * 1000


@pytest.fixture
def server(tables: Any) -> Server:
    seeds.secret.cache_clear()
    return Server()


def made_ms(server: Server, number: int) -> int:
    return snowflake.created_ms(server.asked(number, "fair seed")["interaction_id"])


def ended(server: Server, ago_ms: int = EXCHANGE_MS + points.LATE_MS, count: int = 35) -> None:
    """A banner that is over, as of interaction 1, of which the player has points."""
    server.do(0, "fair seed", text="x")
    publish(own(ends_ms=made_ms(server, 1) - ago_ms), own("b2"))
    have(count, "b1")


def stored() -> Any:
    found = players.load(PLAYER_KEY)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("room", "options"),
    [
        ("fair seed", {"text": "y"}),
        ("pull", {"banner": "b2", "count": 1}),
        ("daily", {}),
        ("exchange", {"banner": "b2", "card": "101", "price": "3", "has": "3"}),
    ],
)
def test_they_become_shards_with_whatever_comes_next_and_once(
    tables: Any, server: Server, room: str, options: dict[str, Any]
) -> None:
    ended(server)
    have(3, "b2")
    put(
        "server_settings",
        {"server_id": GUILD, "setting": "economy", "version": 1, "point_shards": 2},
    )
    done = server.do(1, room, **options)
    [row] = [row for row in rows(tables) if "converted" in row]
    assert row["kind"] not in ("opening", "void")
    [(banner, said)] = row["converted"].items()
    assert (banner, said["points"], said["shards"], said["name"]) == ("b1", 35, 70, NAMES)
    after = stored()
    assert (after.states["b1"]["points"], after.shards) == (0, 70 + row.get("shards", 0))
    for lang, words in (("ja", "かけら 70 個"), ("en", "70 shards")):
        message = Message.read(done["message"])
        missed = events.Missed(converted=message.converted)
        assert words in text_of(render(room, message.content, lang, "1", missed))
        assert words in events.line(events.event(row), lang)
    server.do(2, "fair seed", text="z")
    assert stored().shards == after.shards
    assert [row for row in rows(tables) if "converted" in row] == [row]


def test_a_redelivery_says_it_again_and_does_not_do_it_again(tables: Any, server: Server) -> None:
    ended(server)
    first = server.do(1, "daily")
    again = server.do(1, "daily")
    assert again["outcome"] == "recorded"
    assert again["message"]["converted"] == first["message"]["converted"]
    assert stored().shards == 35


@pytest.mark.parametrize("ago_ms", [-DAY_MS, 0, EXCHANGE_MS, EXCHANGE_MS + points.LATE_MS - 1])
def test_not_before_every_exchange_that_was_asked_for_in_time_is_recorded(
    tables: Any, server: Server, ago_ms: int
) -> None:
    ended(server, ago_ms)
    server.do(1, "daily")
    assert (stored().states["b1"]["points"], stored().shards) == (35, 0)


def test_a_refusal_converts_nothing_and_looking_neither(tables: Any, server: Server) -> None:
    ended(server)
    assert server.do(1, "exchange")["outcome"] in ("shown", "refused")
    assert stored().states["b1"]["points"] == 35


def test_an_admin_who_gives_something_converts_nothing(tables: Any, server: Server) -> None:
    ended(server)
    server.do(1, "admin grant", amount=100)
    assert stored().states["b1"]["points"] == 35


def test_whoever_has_nothing_to_convert_pays_no_read(
    tables: Any, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended(server, count=0)

    def read(*_: Any) -> Any:
        raise AssertionError("read for nothing")

    monkeypatch.setattr(settings, "economy", read)
    server.do(1, "pull", banner="b2", count=1)


@given(
    held=st.dictionaries(st.sampled_from(["b1", "b2", "standard"]), st.integers(0, 10**6)),
    ago=st.integers(-DAY_MS, 10 * DAY_MS),
    shards=st.integers(1, 1000),
)
def test_no_point_is_lost_or_counted_twice(held: dict[str, int], ago: int, shards: int) -> None:
    at_ms = 10**12
    game = Game(GUILD, offers=(Offer("b1", "0" * 64, ends_ms=at_ms - ago), Offer("b2", "0" * 64)))
    states = {key: {"points": count, "since": {"r1": 4}} for key, count in held.items()}
    before = replace(newcomer()[0], states=states)
    over = points.over(before, game, at_ms)
    after = points.converted(before, over, shards, {"b1": NAMES})
    is_over = ago >= EXCHANGE_MS + points.LATE_MS
    gone = held.get("b1", 0) if is_over else 0
    assert after.shards == gone * shards
    assert {key: state["points"] for key, state in after.states.items()} == {
        key: 0 if key == "b1" and is_over else count for key, count in held.items()
    }
    assert all(state["since"] == {"r1": 4} for state in after.states.values())
    assert bool(over) is bool(gone) and points.over(after, game, at_ms) == []


def test_a_result_says_it_near_the_end_alone(tables: Any) -> None:
    at_ms = 10**12
    offer = own(ends_ms=at_ms + points.NEAR_MS)
    banner = banners.offered(GUILD, offer)
    assert points.warning(banner, offer, 5, at_ms) is None
    until = (at_ms + points.NEAR_MS + EXCHANGE_MS) // 1000
    assert points.warning(banner, offer, 5, at_ms + 1) == {"kind": "points_end", "until": until}
    assert points.warning(banner, offer, 0, at_ms + 1) is None
    carrying = banners.load("starlit-atelier")
    assert points.warning(carrying, offer, 5, at_ms + 1) is None


WRONG: dict[str, dict[str, Any]] = {
    "more points than there were": {"points": 36, "shards": 36},
    "fewer": {"points": 34, "shards": 34},
    "a rate that the server never gave": {"shards": 70},
    "for nothing": {"points": 0, "shards": 0},
    "before the exchange was over": {"ends": 1_795_100_000_000 - EXCHANGE_MS + 1},
}


@pytest.mark.parametrize("name", [None, *WRONG])
def test_the_audit_sees(name: str | None) -> None:
    said = {"points": 35, "shards": 35, "ends": 1_795_100_000_000 - EXCHANGE_MS, "name": NAMES}
    row = {"kind": "wish", "timestamp": Decimal(1_795_100_000_000), "amount": 0}
    row |= {"converted": {"b1": {**said, **(WRONG[name] if name else {})}}}
    replay = audit.Replay(PLAYER_KEY, lambda *_: None, {}, 0, (), {0: Economy(GUILD)})  # type: ignore[arg-type]
    replay.states = {"b1": {"points": 35}}
    replay._goods(row)
    assert bool(replay.findings) is (name is not None), replay.findings
    replay._goods(row)  # and never twice
    assert replay.findings
    assert server_audit.economies([])[0].point_shards == 1
