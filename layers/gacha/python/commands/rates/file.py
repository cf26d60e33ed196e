"""Adds each card's rate and the banner's rules to its rates: in the message as far as it reaches,
all in a file.

Announce reads them itself because a thousand cards, with their names, can be more than a workflow's
state may hold (256 KB).
"""

from __future__ import annotations

from adapters import banners
from commands.asked import Asked
from commands.kit import Attachment
from commands.message import Content, parsed
from commands.rates.show import Rates, Table, fits, in_full
from gacha import rates


def attach(asked: Asked, content: Content) -> tuple[Rates | Content, Attachment | None]:
    if content["kind"] != "rates":
        return content, None
    table = parsed(Table, content)
    banner = banners.load_version(asked.guild, table["banner_id"], table["banner_hash"])
    message: Rates = {**table, "cards": rates.cards(banner), "rules": rates.rules(banner)}
    if fits(message, asked.language):
        return message, None
    name = f"rates-{table['banner_id']}.txt"
    return message, Attachment(name, in_full(message, asked.language).encode())
