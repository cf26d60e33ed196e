"""One event of a member's ledger, for whoever helps them."""

from __future__ import annotations

from typing import Literal, TypedDict

from commands import events, kit
from commands.admin_receipt.texts import say
from commands.events import Event
from commands.kit import Body
from commands.message import Content, parsed
from gacha import kinds


class Found(TypedDict):
    """`charged`: what it gave, or below zero took. `balance`: what they had then; None of a void,
    which changed nothing. `delivered`: its message is known to have arrived, or needs none."""

    kind: Literal["admin receipt"]
    user: str
    event: Event
    charged: int
    balance: int | None
    delivered: bool


def show(content: Content, lang: str, _receipt_number: str) -> Body:
    found = parsed(Found, content)
    is_void = found["event"]["kind"] == kinds.VOID
    facts = [
        say(lang, "is_void" if is_void else "recorded"),
        say(lang, "charged" if found["charged"] < 0 else "given", amount=abs(found["charged"]))
        if found["charged"]
        else say(lang, "nothing_moved"),
        say(lang, "delivered" if found["delivered"] else "undelivered"),
    ]
    if found["balance"] is not None:
        facts.insert(2, say(lang, "balance", balance=found["balance"]))
    embed = {
        "title": say(lang, "title"),
        "color": kit.INFO_COLOUR,
        "description": "\n".join([events.line(found["event"], lang), "", *facts]),
    }
    return kit.body(content=say(lang, "head", user=found["user"]), embeds=[embed])
