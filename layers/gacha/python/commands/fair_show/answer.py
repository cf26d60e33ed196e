"""Where a restore closed the epoch, what the player's next change or pull will open."""

from __future__ import annotations

from adapters import banners, seeds
from commands import offers
from commands.asked import Asked
from commands.fair_show.show import Fair, Version
from gacha import snowflake


def answer(asked: Asked) -> Fair:
    current = seeds.load_player(asked)
    if lapse := seeds.lapse(current, asked.interaction_id):
        current = lapse.after
    return {
        "kind": "fair",
        "epoch": current.epoch,
        "nonce": current.nonce,
        "commitment": current.commitment,
        "next": seeds.commitment(current.key, current.epoch + 1),
        "client_seed": current.client_seed,
        "last": current.last_receipt,
        "versions": _versions(asked.guild, snowflake.created_ms(asked.interaction_id)),
    }


def _versions(guild_id: str, now: int) -> list[Version]:
    """Which version of each open banner is drawn from, so that a player knows before a pull."""
    game = banners.game(guild_id)
    known = offers.called(game)
    return [{"banner": known[each.id], "banner_hash": each.rules} for each in game.open_at(now)]
