"""What the player can do next, and what a pull of the server's default banner costs; outside a
server, of the sample."""

from __future__ import annotations

from adapters import banners
from commands import described, offers, registry
from commands.asked import Asked
from commands.help.show import Help, Next
from gacha.game import Game, Offer


def answer(asked: Asked) -> Help:
    game = banners.game(asked.guild_id) if asked.guild_id else banners.with_sample(Game(""))
    page: Help = {
        "kind": "help",
        "in_server": asked.guild_id is not None,
        "start": game.start_balance,
    }
    offer = offers.to_show(asked, game)
    if isinstance(offer, Offer):
        banner = banners.offered(game.guild_id, offer)
        page["price"] = {
            "banner": dict(banner.name),
            "prices": described.prices(banner),
        }
    if asked.guild_id is not None:
        page["next"] = _next(asked)
    return page


def _next(asked: Asked) -> Next:
    now = registry.answer("now").answer(asked)
    first = now["banners"][0] if now["banners"] else None
    found: Next = {
        "is_new": now["is_new"],
        "day": now["day"]["can"],
        "next_day": now["day"]["next"],
        "tickets": now["tickets"],
        "pulls": first["pulls"] if first else 0,
        "can_pull": bool(first and first["counts"]),
        "is_open": first is not None,
        "presents": now["presents"],
    }
    if "hindrance" in now:
        found["hindrance"] = now["hindrance"]
    return found
