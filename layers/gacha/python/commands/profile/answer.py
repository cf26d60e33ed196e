"""What the player has, and each banner's rules as they stand: those that are open come first."""

from __future__ import annotations

import json
from typing import Final

from adapters import banners
from adapters.tables import collection, players
from commands.asked import Asked
from commands.profile.show import Profile, Standing
from gacha import engine, rules, snowflake

MOST_OF_A_STATE: Final = 128 * 1024
"""Bytes that a profile's banners may take of the 256 KB that a workflow's state may hold."""


def answer(asked: Asked) -> Profile:
    current = players.load(asked.player_key)
    states = current.states if current else {}
    now = snowflake.created_ms(asked.interaction_id)
    game = banners.game(asked.guild)
    visible = [each for each in game.offered if not each.is_hidden]
    visible.sort(key=lambda offer: not offer.is_open(now))  # stable: the server's order within each
    every = [(offer, banners.offered(asked.guild, offer)) for offer in visible]
    owned = collection.cards(asked.player_key) if current else set()
    cards = {card.id for _, banner in every for card in banner.cards}
    standings: list[Standing] = []
    size = 0
    for offer, banner in every:
        state = engine.State.from_dict(banner, states.get(banner.state_key, {}))
        standing: Standing = {
            "banner": dict(banner.name),
            "is_open": offer.is_open(now),
            "standing": rules.standing(banner, state),
        }
        size += len(json.dumps(standing))
        if size > MOST_OF_A_STATE:
            break
        standings.append(standing)
    return {
        "kind": "profile",
        "balance": current.balance if current else game.start_balance,
        "owned": len(owned),
        "cards": len(cards | owned),  # what no banner has any more stays the player's
        "banners": standings,
        "more": len(every) - len(standings),
    }
