"""What a workflow's input says of itself, beside what a player asked for."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from gacha.snowflake import TOKEN_LIFE_S


def is_abandoned(interaction: Mapping[str, Any]) -> bool:
    """Whether nothing may come of this input any more but what the ledger has of it.

    That is so for the sweeper's, and for one that Discord sent longer ago than its token lives: a
    refusal leaves no row in a Standard workflow, so an operator's new execution with an old input
    could otherwise charge somebody who was told long ago that nothing was drawn. The age is
    counted from when `interactions` took it, by AWS's clocks alone; an input without that time was
    pasted by hand.
    """
    received_at = interaction.get("received_at", time.time())
    return "sweep" in interaction or bool(time.time() - received_at >= TOKEN_LIFE_S)
