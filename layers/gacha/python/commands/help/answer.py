"""What a pull of the server's default banner costs; outside a server, of the sample."""

from __future__ import annotations

from adapters import banners
from commands import offers
from commands.asked import Asked
from commands.help.show import Help
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
            "one": banner.price(1),
            "ten": banner.price(10),
        }
    return page
