"""What a workflow's input says of itself, beside what a player asked for."""

from __future__ import annotations

import time

from commands.asked import Asked
from gacha.snowflake import TOKEN_LIFE_S


def is_abandoned(asked: Asked) -> bool:
    """Whether this input may only show what the ledger has, and change nothing any more.

    The sweeper's inputs are so, and those older than Discord's token lives. A refusal leaves no
    row in a Standard workflow. An operator's new execution with that old input could therefore
    charge a player who was told long ago that nothing was drawn.

    The age counts from when `interactions` took the input, by AWS's clocks alone. An input without
    that time was pasted by hand, and is not old.
    """
    if asked.sweep:
        return True
    return asked.received_at is not None and time.time() - asked.received_at >= TOKEN_LIFE_S
