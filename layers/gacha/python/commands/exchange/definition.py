"""`/gacha exchange`: takes a card of one's choice for the points that pulls gave."""

from __future__ import annotations

from typing import Final

from commands.command import CHANGE, Command, Control
from commands.options import BANNER, NUMBER

COMMAND: Final = Command(
    name=("天井交換", "exchange"),
    description=(
        "たまった交換ポイントを、選んだカードと交換する",
        "Spend exchange points on a card that you choose",
    ),
    workflow=CHANGE,
    options=(BANNER,),
    controls=(
        # Below what was done, which stays as it is.
        Control("open:(?P<banner>[a-z0-9-]{1,40})", is_apart=True),
        Control("banner", fields=(BANNER._replace(required=True),)),
        Control(r"list:(?P<banner>[a-z0-9-]{1,40}):(?P<page>[0-9]{1,3})"),
        Control(r"card:(?P<banner>[a-z0-9-]{1,40}):(?P<page>[0-9]{1,3})", fields=(NUMBER,)),
        # The question was about this price and so many points: it holds for as long as both do.
        Control(
            r"take:(?P<banner>[a-z0-9-]{1,40}):(?P<card>[0-9]{1,6})"
            r":(?P<price>[0-9]{1,6}):(?P<has>[0-9]{1,16})"
        ),
    ),
)
