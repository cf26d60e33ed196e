"""A server's game: what is stored of it, and that it comes back as it was."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adapters.tables import items, settings
from gacha.game import Game, Offer
from tests.support import GUILD

TEXTS = st.text(max_size=20)
OFFERS = st.builds(
    Offer,
    id=st.text(min_size=1, max_size=20),
    rules=st.text(min_size=1, max_size=20),
    look=TEXTS,
    starts_ms=st.none() | st.integers(0, 1 << 43),
    ends_ms=st.none() | st.integers(0, 1 << 43),
    is_hidden=st.booleans(),
)
GAMES = st.builds(
    Game,
    guild_id=st.just(GUILD),
    version=st.integers(0, 1 << 30),
    offers=st.lists(OFFERS, max_size=3).map(tuple),
    default=TEXTS,
    currency=TEXTS,
    start_balance=st.integers(0, 10**6),
    timezone=TEXTS,
    is_public=st.booleans(),
    is_compact=st.booleans(),
    pause=TEXTS,
    other=st.just({"colour": 3}),
)


@given(GAMES)
def test_what_is_stored_of_a_game_is_that_game(game: Game) -> None:
    """By the types that a workflow writes: there are no truths among them."""
    stored = items.from_item(items.to_item(game.written()))
    assert Game.read(GUILD, stored) == game


def test_a_new_servers_game_is_read_where_nothing_is_stored(tables: Any) -> None:
    assert settings.game(GUILD) == Game(GUILD)
    row = {"server_id": GUILD, "setting": "game", **Game(GUILD).changed(is_public=False).written()}
    tables.put_item(TableName="server_settings", Item=items.to_item(row))
    assert settings.game(GUILD) == Game(GUILD, version=1, is_public=False)
