"""`/gacha sample`: an option that is completed, and each kind of control."""

from __future__ import annotations

from typing import Final

from commands.command import (
    ANYBODY,
    CHANGE,
    INTEGER,
    NAMED,
    STRING,
    Choice,
    Command,
    Control,
    Option,
)

_CARD: Final = Option(
    name=("カード", "card"),
    description=("カードの名前", "A card’s name"),
    type=STRING,
    low=1,
    high=80,
    completes=True,
)
_CHOSEN: Final = _CARD._replace(choices=(Choice(("一", "one"), "one"),))
_AMOUNT: Final = Option(
    name=("額", "amount"), description=("額", "How much"), type=INTEGER, low=1, high=9
)

COMMAND: Final = Command(
    name=("見本", "sample"),
    description=("見本", "A sample"),
    workflow=CHANGE,
    options=(_CARD, _AMOUNT),
    controls=(
        Control(r"mine:(?P<amount>[0-9]+)"),
        Control(r"all:(?P<amount>[0-9]+)", ANYBODY),
        Control(r"for:(?P<user>[0-9]{1,20}):(?P<amount>[0-9]+)", NAMED),
        Control(r"pick", ANYBODY, fields=(_CHOSEN,)),
        Control(r"form:(?P<page>[a-z]+)", ANYBODY, opens=True),
        Control(r"form:(?P<page>[a-z]+)", ANYBODY, fields=(_CARD,), is_form=True),
        Control(r"slow", ANYBODY, opens=True),
    ),
)
