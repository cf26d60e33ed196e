"""What a player keeps to check their draws with."""

from __future__ import annotations

from typing import Literal, TypedDict

from commands import kit
from commands.fair_show.texts import say
from commands.kit import Body
from commands.message import Content, parsed
from commands.sentences import code


class Fair(TypedDict):
    """`next` is the next epoch's commitment, `last` the last receipt's hash, empty before one."""

    kind: Literal["fair"]
    epoch: int
    nonce: int
    commitment: str
    next: str
    client_seed: str
    last: str


def show(content: Content, lang: str, _receipt: str) -> Body:
    fair = parsed(Fair, content)
    fields = {
        "epoch": say(lang, "epoch_value", epoch=fair["epoch"], nonce=fair["nonce"]),
        "commitment": f"`{fair['commitment']}`",
        "next": f"`{fair['next']}`",
        "client_seed": code(fair["client_seed"]),
        "last": f"`{fair['last']}`" if fair["last"] else say(lang, "none"),
    }
    embed = {
        "title": say(lang, "title"),
        "color": kit.INFO_COLOUR,
        "fields": [{"name": say(lang, name), "value": value} for name, value in fields.items()],
    }
    return kit.body(embeds=[embed])
