"""`/gacha pull`: draws as many cards at once as the banner sells, and charges for it."""

from __future__ import annotations

from typing import Final

from commands.command import ANYBODY, INTEGER, PULL, Command, Control, Option
from commands.options import BANNER

COMMAND: Final = Command(
    name=("引く", "pull"),
    description=(
        "ガチャを引く（1 回・10 連など）",
        "Pull from a banner: one card, or several at once",
    ),
    workflow=PULL,
    options=(
        BANNER,
        Option(
            name=("回数", "count"),
            description=(
                "一度に引く枚数（省略するといちばん少ない枚数）",
                "How many cards at once; left out, the fewest that it sells",
            ),
            type=INTEGER,
            low=1,
            high=20,
            completes=True,
        ),
    ),
    controls=(
        # Whoever presses pulls. Of whose result it is, the next draw has still to be the one `at`
        # which the button was made. Prices and results are not in a button.
        # The same of another banner, which a select names: no banner's id holds an underscore.
        Control(
            r"other_(?P<count>[1-9]|1[0-9]|20):(?P<at>[0-9]{1,16}\.[0-9]{1,16})(:(?P<private>private))?",
            who=ANYBODY,
            of_owner="at",
            fields=(BANNER._replace(required=True),),
        ),
        Control(
            r"(?P<banner>[a-z0-9-]{1,40}):(?P<count>[1-9]|1[0-9]|20):(?P<at>[0-9]{1,16}\.[0-9]{1,16})"
            r"(:(?P<private>private))?",
            who=ANYBODY,
            of_owner="at",
        ),
        # Of a box that the server shares: good until the player draws from that banner again.
        Control(
            r"box:(?P<banner>[a-z0-9-]{1,40}):(?P<count>[1-9]|10):(?P<bought>[0-9]{1,16})"
            r"(:(?P<private>private))?",
            who=ANYBODY,
            of_owner="bought",
        ),
        # A panel stays, so its buttons have no place: each press is a pull of its own. By `drawn` a
        # press of an admin's finds out whether it is outdated (`Offer.mark_at`).
        Control(
            r"(?P<private>panel):(?P<banner>[a-z0-9-]{1,40}):(?P<count>[1-9]|1[0-9]|20)"
            r"(:(?P<drawn>[0-9a-f]{8}))?",
            who=ANYBODY,
        ),
    ),
    is_public=True,
    may_be_private=True,
)
