"""What a pull of the first banner costs."""

from __future__ import annotations

from adapters import banners
from commands.asked import Asked
from commands.help.show import Help
from commands.options import BANNER
from gacha import player


def answer(asked: Asked) -> Help:
    banner = banners.load(str(BANNER.default))
    return {
        "kind": "help",
        "in_server": asked.guild_id is not None,
        "banner": dict(banner.name),
        "one": banner.price(1),
        "ten": banner.price(10),
        "start": player.START_BALANCE,
    }
