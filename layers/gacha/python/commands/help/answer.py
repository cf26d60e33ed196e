"""What the player can do next, and what a pull of the server's default banner costs; outside a
server, of the sample."""

from __future__ import annotations

from adapters import banners
from commands import described, offers, registry, sold
from commands.asked import Asked
from commands.help.show import Help, Next
from commands.message import Content
from gacha import snowflake
from gacha.game import Game, Offer


def answer(asked: Asked) -> Help:
    game = banners.game(asked.guild_id) if asked.guild_id else banners.with_sample(Game(""))
    page: Help = {
        "kind": "help",
        "in_server": asked.guild_id is not None,
        "start": game.start_balance,
    }
    now = registry.answer("now").answer(asked) if asked.guild_id is not None else None
    offer = offers.to_show(asked, game)
    if isinstance(offer, Offer) and not (now and _is_sold_out(now, offer)):
        banner = banners.offered(game.guild_id, offer)
        page["price"] = {
            "banner": dict(banner.name),
            "prices": described.prices(banner),
        }
        if banner.shared is not None:
            page["price"]["are_tickets"] = True
    if now is not None:
        page["next"] = _next(asked, game, now)
        if "manages" in asked.options:
            page["manages"] = "own" if game.offers else "none"
    return page


def _is_sold_out(now: Content, offer: Offer) -> bool:
    """Whether nothing is left of it at any price, in the box that the server shares."""
    rules = (each["certain"] for each in now["banners"] if each["id"] == offer.id)
    return any(rule["kind"] == sold.OVER for of in rules for rule in of)


def _next(asked: Asked, game: Game, now: Content) -> Next:
    first = next((each for each in now["banners"] if each["counts"]), None)
    found: Next = {
        "is_new": now["is_new"],
        "day": now["day"]["can"],
        "next_day": now["day"]["next"],
        "tickets": now["tickets"] if first and first["ticketed"] else 0,
        "pulls": first["pulls"] if first else 0,
        "can_pull": first is not None,
        "is_open": bool(now["more"] or any(each["is_open"] for each in now["banners"])),
        "presents": now["presents"],
    }
    if first and first["free"]:
        found["is_free"] = True
    default = game.default_at(snowflake.created_ms(asked.interaction_id))
    if first and default and first["id"] != default.id:
        found["banner"] = first["name"]
    if "hindrance" in now:
        found["hindrance"] = now["hindrance"]
    return found
